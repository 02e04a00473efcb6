import { parentPort, workerData } from 'node:worker_threads';
import { ThreadSignals } from '@scapis/gan';
import { buildAttackSpaces } from '../attacks/attack-space.ts';
import type { BesideInput, BesideMessage, BesidePart, BesideResults } from './gate-worker.ts';
import { measureStrangers, searchCopies } from '../copies/copy-search.ts';
import type { UnlearnedSpace } from '../copies/copy-space.ts';
import { GateStopped, Pace } from '../task-context.ts';
import { pixelSpace } from '../copies/pixel-space.ts';
import { searchPlanted } from '../copies/self-test.ts';
import { spectrumSpace } from '../copies/spectrum-space.ts';
import { checkUtility } from '../utility/utility.ts';

/**
 * The thread that gate-worker.ts starts: computes its parts one after another and posts each as it
 * is done.
 */
const port = parentPort;
if (!port) throw new Error('beside-worker.ts is a worker thread, which the gate starts.');
const { sets, out, thresholds, seed, identitySteps, classifierSteps } = workerData as BesideInput;
const signals = new ThreadSignals(workerData);

const post = (message: BesideMessage): void => port.postMessage(message);
// Its stages are the parts.
const pace = new Pace({
  onProgress: (part, fraction) => post({ part: part as BesidePart, fraction }),
  shouldStop: () => signals.shouldStop,
});

async function answer<Part extends BesidePart>(
  part: Part,
  work: () => Promise<BesideResults[Part]>,
): Promise<void> {
  const result = await pace.stage(part, work);
  post({ part, result, seconds: pace.seconds[part] ?? NaN });
}

try {
  const lookForCopies = async (space: UnlearnedSpace): Promise<BesideResults['copy-pixel']> => {
    const found = await searchCopies(
      space,
      await measureStrangers(space, sets, pace),
      out.synthetic,
      thresholds,
      pace,
    );
    return {
      ...found,
      planted: await searchPlanted(space, found, sets.training, thresholds, seed, pace),
    };
  };
  await answer('copy-pixel', async () => lookForCopies(await pixelSpace(sets.training, pace)));
  await answer('copy-spectrum', async () =>
    lookForCopies(await spectrumSpace(sets.training, pace, { seed })),
  );
  await answer('attack-spaces', () => buildAttackSpaces(out, seed, identitySteps, pace));
  await answer('utility', () => checkUtility(sets, thresholds, seed, classifierSteps, pace));
} catch (error) {
  // Whoever asked it to stop has a reason of their own.
  if (!(error instanceof GateStopped)) throw error;
} finally {
  signals.idle();
}
