import { parentPort, workerData } from 'node:worker_threads';
import { ThreadSignals } from '@scapis/gan';
import { buildAttackSpaces } from '../attacks/attack-space.ts';
import type {
  GateWorkerInput,
  GateWorkerMessage,
  GateWorkerPart,
  GateWorkerResults,
} from './gate-worker.ts';
import { measureNullSample, searchCopies } from '../copies/copy-search.ts';
import type { UnlearnedSpace } from '../copies/copy-space.ts';
import { GateStopped, TaskContext } from '../task-context.ts';
import { pixelSpace } from '../copies/pixel-space.ts';
import { searchCanaries } from '../copies/self-test.ts';
import { spectrumSpace } from '../copies/spectrum-space.ts';
import { checkUtility } from '../utility/utility.ts';

/**
 * The thread that gate-worker.ts starts: computes its parts one after another and posts each as it
 * is done.
 */
const port = parentPort;
if (!port) throw new Error('worker-worker.ts is a worker thread, which the gate starts.');
const { sets, out, thresholds, seed, identitySteps, classifierSteps } =
  workerData as GateWorkerInput;
const signals = new ThreadSignals(workerData);

const post = (message: GateWorkerMessage): void => port.postMessage(message);
// Its stages are the parts.
const context = new TaskContext({
  onProgress: (part, fraction) => post({ part: part as GateWorkerPart, fraction }),
  shouldStop: () => signals.shouldStop,
});

async function answer<Part extends GateWorkerPart>(
  part: Part,
  work: () => Promise<GateWorkerResults[Part]>,
): Promise<void> {
  const result = await context.stage(part, work);
  post({ part, result, seconds: context.seconds[part] ?? NaN });
}

try {
  const lookForCopies = async (space: UnlearnedSpace): Promise<GateWorkerResults['copy-pixel']> => {
    const found = await searchCopies(
      space,
      await measureNullSample(space, sets, context),
      out.synthetic,
      thresholds,
      context,
    );
    return {
      ...found,
      planted: await searchCanaries(space, found, sets.training, thresholds, seed, context),
    };
  };
  await answer('copy-pixel', async () => lookForCopies(await pixelSpace(sets.training, context)));
  await answer('copy-spectrum', async () =>
    lookForCopies(await spectrumSpace(sets.training, context, { seed })),
  );
  await answer('attack-spaces', () => buildAttackSpaces(out, seed, identitySteps, context));
  await answer('utility', () => checkUtility(sets, thresholds, seed, classifierSteps, context));
} catch (error) {
  // Whoever asked it to stop has a reason of their own.
  if (!(error instanceof GateStopped)) throw error;
} finally {
  signals.idle();
}
