import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  calciumGrades,
  findingOf,
  gateCheckNames,
  gateThresholds,
  evidence as evidenceSchema,
  unnamedIn,
  type Split,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { plantCanaries } from '../images/augment.ts';
import { GateWorker } from './gate-worker.ts';
import { blobImages } from '../images/blobs.fixture.ts';
import { predict, recipes, trainClassifier } from '../features/classifier.ts';
import { contrastiveSpace, type Matches } from '../copies/copy-space.ts';
import { trainEncoder } from '../features/encoder.ts';
import { encodeEvidence, judgeCohort, type GateInput } from './gate.ts';
import { runGate } from '../index.ts';
import { joinImages, selectImages } from '../images/images.ts';
import { needs } from '../checks/input.ts';
import { balancedAccuracy } from '../features/metrics.ts';
import type { SearchOptions } from '../features/nearest-index.ts';
import { GateStopped, TaskContext } from '../task-context.ts';
import { gateStream } from '../statistics/random.ts';

/** What trains: seconds to a minute each, so it's kept out of the fast tier. */

const context = new TaskContext();
const images = blobImages({ seed: 1, people: 160 });

describe('encoder', () => {
  it('learns to tell people apart, the same for the same seed', async () => {
    const losses: number[] = [];
    const encoder = await trainEncoder(images, context, {
      seed: 1,
      steps: 40,
      onLoss: (loss) => losses.push(loss),
    });
    expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));
    const embedded = await encoder.embed(images, context);
    expect(Math.hypot(...embedded.data.subarray(0, embedded.width))).toBeCloseTo(1, 4);
    const again = await (
      await trainEncoder(images, context, { seed: 1, steps: 40 })
    ).embed(images, context);
    expect(again.data).toEqual(embedded.data);

    const sources = [0, 10, 20, 30, 40];
    const copies = plantCanaries(images, sources, 'flipped', gateStream(1, 'planted'));
    const search = async (options: Omit<SearchOptions, 'seed'>): Promise<Matches> =>
      (await contrastiveSpace(encoder, images, embedded, context, { seed: 1, ...options })).search(
        copies,
        context,
      );
    const matches = await search({});
    expect([...matches.nearest]).toEqual(sources);
    expect(Math.max(...matches.distance)).toBeLessThan(0.01);
    // By an index of 13 lists: all of them give the same, few still the copies.
    const byAll = await search({ exactUpTo: 0 });
    expect(byAll.nearest).toEqual(matches.nearest);
    matches.distance.forEach((distance, i) => expect(byAll.distance[i]).toBeCloseTo(distance, 3));
    expect((await search({ exactUpTo: 0, probes: 2 })).nearest).toEqual(matches.nearest);
  }, 300_000);
});

describe('classifier', () => {
  it('learns the grade well above chance', async () => {
    const classifier = await trainClassifier(blobImages({ seed: 5, people: 400 }), context, {
      recipe: recipes.full,
      seed: 1,
      run: 0,
      grades: calciumGrades,
      steps: 250,
      from: 0,
      to: 1,
    });
    const predicted = predict(await classifier.score(images, context), 4);
    expect(
      balancedAccuracy(
        images.labels.map(({ calciumGrade }) => calciumGrades.indexOf(calciumGrade)),
        predicted,
      ),
    ).toBeGreaterThan(0.4);
  });
});

describe('gate', () => {
  const effort = { encoderSteps: 20, classifierSteps: 10, identitySteps: 10, surrogateSteps: 5 };
  const real = blobImages({ seed: 1, people: 260, imagesPerPerson: 2 });
  const splits = real.subjects.map(
    (name): Split => (['T', 'T', 'T', 'H', 'R'] as const)[Number(name.split('-')[1]) % 5] ?? 'T',
  );
  const cohort = blobImages({ seed: 9, people: needs.syntheticImages });
  const input = (synthetic: ImageSet): GateInput => ({
    synthetic,
    real: { ...real, splits },
    thresholds: gateThresholds.parse({ minimumCell: 5 }),
    seed: 1,
    ids: { cohortVersionId: 'cohort', datasetVersionId: 'dataset' },
    code: { version: '0', onnxRuntime: '0', node: '0' },
  });
  const training = splits.flatMap((split, row) => (split === 'T' ? [row] : []));

  it('lets a cohort of other people through the copy search, twice with the same bytes', async () => {
    const { evidence, closestPairs } = await judgeCohort(input(cohort), effort);
    expect(() => evidenceSchema.parse(evidence)).not.toThrow();
    const verdictOf = Object.fromEntries(
      evidence.checks.map(({ check, verdict }) => [check, verdict]),
    );
    expect(verdictOf).toMatchObject({
      input: 'pass',
      'self-test': 'pass',
      'copy-contrastive': 'pass',
      'copy-pixel': 'pass',
      cells: 'pass',
    });
    expect(evidence.checks.map(({ check }) => check)).toEqual([...gateCheckNames]);
    // The sentences name the details that the checks write: where a name has gone astray, only the
    // bare number is said.
    const bare = evidence.checks.filter((result) =>
      /^(Measured:|No number)/.test(findingOf(result, evidence, 'en').found),
    );
    expect(bare.map(({ check }) => check)).toEqual([]);
    expect(unnamedIn(evidence)).toEqual([]);
    expect(closestPairs).toHaveLength(20);
    const again = await judgeCohort(input(cohort), effort);
    expect(again.evidence).toEqual(evidence);
    expect(encodeEvidence(again.evidence)).toEqual(encodeEvidence(evidence));
    expect(again.closestPairs).toEqual(closestPairs);
  }, 300_000);

  it('refuses a cohort with two copies and shows them as the closest pairs', async () => {
    const sources = [training[7] ?? 0, training[90] ?? 0];
    const copies = plantCanaries(real, sources, 'shifted', gateStream(3, 'planted'));
    const leaking = selectImages(cohort, [...cohort.labels.keys()]);
    leaking.pixels.set(copies.pixels, 0);
    const { evidence, closestPairs } = await judgeCohort(input(leaking), effort);
    expect(evidence.verdict).toBe('refused');
    const copied = closestPairs.filter(
      ({ distance, threshold, space }) => space === 'pixel' && distance < threshold,
    );
    expect(copied.map(({ syntheticIndex }) => syntheticIndex).sort()).toEqual([0, 1]);
    expect(copied.map(({ trainingIndex }) => trainingIndex).sort((a, b) => a - b)).toEqual(sources);

    // A cohort without copies, with which the other would be out.
    const together = await judgeCohort(
      { ...input(cohort), released: [{ cohortVersionId: 'earlier', images: leaking }] },
      effort,
    );
    expect(together.evidence).toMatchObject({
      verdict: 'refused',
      counts: { synthetic: cohort.count },
      released: [expect.objectContaining({ cohortVersionId: 'earlier' })],
    });
    expect(
      together.evidence.checks
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ check }) => check),
    ).toContain('copy-pixel');
    expect(together.closestPairs.every(({ syntheticIndex }) => syntheticIndex < cohort.count)).toBe(
      true,
    );
  }, 300_000);

  it('answers every check with exactly as much as the input check demands, or says how much more it needs', async () => {
    const images = (seed: number, people: number, count: number): ImageSet => {
      const each = Math.ceil(count / people);
      const all = blobImages({ seed, people, imagesPerPerson: each });
      const rows = [...all.subjects.keys()].sort((a, b) => (a % each) - (b % each) || a - b);
      return selectImages(all, rows.slice(0, count));
    };
    const sets = {
      T: images(1, needs.trainingPeople, needs.trainingImages),
      H: images(2, needs.controlPeople, needs.controlImages),
      R: images(4, needs.referencePeople, needs.referenceImages),
    };
    const least = {
      ...joinImages(joinImages(sets.T, sets.H), sets.R),
      splits: (['T', 'H', 'R'] as const).flatMap((split): Split[] =>
        sets[split].subjects.map(() => split),
      ),
    };
    const { evidence } = await judgeCohort(
      { ...input(images(9, needs.syntheticImages, needs.syntheticImages)), real: least },
      effort,
    );
    expect(evidence.checks.find(({ check }) => check === 'input')?.verdict).toBe('pass');
    const unmade = evidence.checks.filter(({ details }) => details['made'] === false);
    // Ten people of R and thirty of H: too few for these three, by their own rules.
    expect(unmade.map(({ check }) => check)).toEqual(['subgroup-gap', 'calibration', 'conformal']);
    for (const { verdict, details } of unmade)
      expect([verdict, details['reason']]).toEqual([
        'fail',
        expect.stringMatching(/needs at least \d+/),
      ]);
    expect(unnamedIn(evidence)).toEqual([]);
  }, 300_000);

  it('stops when asked to, in the midst of both threads', async () => {
    let isWanted = true;
    const stages = new Set<string>();
    const onProgress = (stage: string, fraction: number): void => {
      stages.add(stage);
      if (stage === 'encoder' && fraction > 0.2) isWanted = false;
    };
    await expect(
      judgeCohort({ ...input(cohort), onProgress, shouldStop: () => !isWanted }, effort),
    ).rejects.toThrow(GateStopped);
    expect([...stages]).toEqual(['input', 'encoder']);
  });

  it('ends its second thread wherever that is, and the process lives on', async () => {
    const sets = { synthetic: cohort, training: real, holdout: real, reference: real };
    for (let ms = 200; ms < 1_700; ms += 280) {
      const worker = new GateWorker(
        { sets, out: sets, thresholds: gateThresholds.parse({}), seed: 1, ...effort },
        new TaskContext(),
      );
      await sleep(ms);
      await worker[Symbol.asyncDispose]();
    }
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'gate-worker.fixture.ts'),
      ],
      { stdio: 'inherit' },
    );
    expect(await new Promise((resolve) => child.once('exit', (...how) => resolve(how)))).toEqual([
      7,
      null,
    ]);
  }, 60_000);

  it('ends with what its second thread has thrown, whatever it is at', async () => {
    const few = blobImages({ seed: 1, people: 60 });
    const sets = { synthetic: few, training: few, holdout: few, reference: selectImages(few, [0]) };
    const own = new TaskContext();
    await using worker = new GateWorker(
      { sets, out: sets, thresholds: gateThresholds.parse({}), seed: 1, ...effort },
      own,
    );
    const other = own.stage('encoder', async () => {
      for (;;) await own.yieldIfDue(0);
    });
    await expect(other).rejects.toThrow('The encoder needs at least');
    await expect(worker.stage('utility')).rejects.toThrow('The encoder needs at least');
  });

  it('refuses damaged input with every check answered, and does not crash', async () => {
    const damaged = selectImages(cohort, [...cohort.labels.keys()]);
    damaged.pixels[5] = NaN;
    for (const synthetic of [damaged, selectImages(cohort, [])]) {
      const { evidence, closestPairs } = await runGate(input(synthetic));
      expect(() => evidenceSchema.parse(evidence)).not.toThrow();
      expect(evidence.verdict).toBe('refused');
      expect(evidence.checks.every(({ verdict }) => verdict === 'fail')).toBe(true);
      expect(unnamedIn(evidence)).toEqual([]);
      expect(closestPairs).toEqual([]);
    }
  });
});
