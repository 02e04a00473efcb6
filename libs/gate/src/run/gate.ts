import {
  evidence as evidenceSchema,
  gateCheckNames,
  gateThresholds,
  type CheckResult,
  type ClosestPair,
  type Evidence,
  type GateThresholds,
  type Split,
} from '@scapis/contracts';
import { toVerdict } from '@scapis/domain';
import type { ImageSet } from '@scapis/gan';
import {
  countPeople,
  hashPeople,
  hashPixels,
  selectImages,
  toGateSize,
  type GateSets,
} from '../images/images.ts';
import type { FeatureSets } from '../features/feature-sets.ts';
import { identitySteps } from '../attacks/attack-space.ts';
import { runAttacks } from '../attacks/attacks.ts';
import { GateWorker } from './gate-worker.ts';
import { checkStrata } from '../checks/label-strata.ts';
import { createUnmadeCheck } from '../checks/check.ts';
import { classifierSteps } from '../features/classifier.ts';
import { contrastiveSpace } from '../copies/copy-space.ts';
import { searchCopies } from '../copies/copy-search.ts';
import { describeCopyCheck, describeSelfTest, findClosestPairs } from '../copies/copy-report.ts';
import { encoderSteps, encoderStepsFor, trainEncoder } from '../features/encoder.ts';
import { randomConvFeatures } from '../features/random-conv.ts';
import { checkFidelity } from '../fidelity/fidelity.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { checkInput } from '../checks/input.ts';
import { checkDistances } from '../attacks/linkage.ts';
import {
  describeMemorisation,
  type PrivacySpent,
  type TrainingRecord,
} from '../checks/memorisation.ts';
import { TaskContext } from '../task-context.ts';
import { radiomicFeatures } from '../features/radiomics.ts';
import { checkRealism } from '../fidelity/realism.ts';
import { joinReleased, type ReleasedCohort } from './released.ts';
import { judgeSelfTest, searchCanaries } from '../copies/self-test.ts';
import { surrogateSteps } from '../attacks/surrogate.ts';

export interface GateInput {
  /** The cohort to judge, whole: pixels in [-1, 1]. */
  synthetic: ImageSet;
  /** Every real image of the dataset version with the split of its person. */
  real: ImageSet & { splits: Split[] };
  thresholds: GateThresholds;
  /**
   * Cohorts of the same dataset released before: privacy is judged of their union with this one.
   * Default: none.
   */
  released?: readonly ReleasedCohort[];
  /** What the training runs behind the cohort recorded. Default: nothing. */
  trained?: readonly TrainingRecord[];
  /**
   * What their noise leaves to learn of one person; null unless all of them were private. Default:
   * null.
   */
  privacySpent?: PrivacySpent | null;
  seed: number;
  ids: { cohortVersionId: string; datasetVersionId: string };
  /** Numbers of the dataset's versions that `thresholds` is the strictest of, for the evidence. */
  thresholdVersions?: number[] | undefined;
  code: Evidence['code'];
  onProgress?: (stage: string, fraction: number) => void;
  shouldStop?: () => boolean;
}

export interface GateResult {
  evidence: Evidence;
  /** The 20 closest pairs, closest first: for reviewers inside the lab, never part of a release. */
  closestPairs: ClosestPair[];
  /** Wall time per stage, of which some run beside others: the run's, not the evidence's. */
  seconds: Record<string, number>;
}

/**
 * Judges a synthetic cohort against the real images behind it (docs/gate.md) and gives
 * the evidence. The same input and seed give the same evidence, byte by byte (`encodeEvidence`).
 *
 * Computes on two threads (gate-worker.ts), and pauses for the event loop at least every 200 ms.
 * Bad images don't throw: they refuse the cohort and the evidence says why.
 * @throws GateStopped when `shouldStop` answers true
 */
export function runGate(input: GateInput): Promise<GateResult> {
  return judgeCohort(input, { encoderSteps, classifierSteps, identitySteps, surrogateSteps });
}

/**
 * Training steps, those of the encoder at most. No part of the door: callers can't weaken the
 * search. Tests make small ones.
 */
export interface GateEffort {
  encoderSteps: number;
  classifierSteps: number;
  identitySteps: number;
  surrogateSteps: number;
}

export async function judgeCohort(input: GateInput, effort: GateEffort): Promise<GateResult> {
  const thresholds = gateThresholds.parse(input.thresholds);
  const context = new TaskContext(input);
  const rowsOf = (split: Split): number[] =>
    [...input.real.splits.keys()].filter((row) => input.real.splits[row] === split);
  const trainingRows = rowsOf('T');
  const given: GateSets = {
    synthetic: input.synthetic,
    training: selectImages(input.real, trainingRows),
    holdout: selectImages(input.real, rowsOf('H')),
    reference: selectImages(input.real, rowsOf('R')),
  };
  const report = (checks: CheckResult[], selfTest: Evidence['selfTest']): Evidence =>
    writeEvidence(input, thresholds, given, checks, selfTest);

  const inputCheck = await context.stage('input', () => checkInput(given, thresholds, context));
  if (inputCheck.verdict === 'fail') {
    const unmade = gateCheckNames
      .filter((name) => name !== 'input')
      .map((name) => createUnmadeCheck(name, 'inputFailed', {}));
    return {
      evidence: report([inputCheck, ...unmade], { passed: false, rows: [] }),
      closestPairs: [],
      seconds: context.seconds,
    };
  }

  const sets: GateSets = {
    synthetic: toGateSize(given.synthetic),
    training: toGateSize(given.training),
    holdout: toGateSize(given.holdout),
    reference: toGateSize(given.reference),
  };
  /**
   * What an outsider may hold: the privacy checks look at all of it, fidelity and utility at this
   * cohort.
   */
  const out: GateSets = { ...sets, synthetic: joinReleased(sets.synthetic, input.released ?? []) };
  const { seed } = input;
  await using worker = new GateWorker({ sets, out, thresholds, seed, ...effort }, context);
  const learnable = toGateSize(selectImages(input.real, [...trainingRows, ...rowsOf('R')]));
  const encoder = await context.stage('encoder', () =>
    trainEncoder(learnable, context, {
      seed,
      steps: encoderStepsFor(learnable.count, effort.encoderSteps),
    }),
  );
  const embedded = await context.stage('embedding', async (): Promise<FeatureSets> => ({
    synthetic: await encoder.embed(sets.synthetic, context),
    training: await encoder.embed(sets.training, context),
    holdout: await encoder.embed(sets.holdout, context),
  }));

  const { space, found: contrastive } = await context.stage('copy-contrastive', async () => {
    const space = await contrastiveSpace(encoder, sets.training, embedded.training, context, {
      seed,
    });
    const nullSample = {
      ...(await space.search(sets.holdout, context)),
      people: sets.holdout.subjects,
    };
    return {
      space,
      found: await searchCopies(space, nullSample, out.synthetic, thresholds, context),
    };
  });
  const planted = await context.stage('self-test', () =>
    searchCanaries(space, contrastive, sets.training, thresholds, seed, context),
  );
  const pixel = await worker.stage('copy-pixel');
  const spectrum = await worker.stage('copy-spectrum');
  const selfTest = judgeSelfTest({
    contrastive: planted,
    pixel: pixel.planted,
    spectrum: spectrum.planted,
  });

  const spaces = await worker.stage('attack-spaces');
  const copied = [contrastive, pixel, spectrum].flatMap(({ judgement, synthetic }) =>
    judgement.copies.map((image) => synthetic.nearest[image] ?? 0),
  );
  const attacks = await context.stage('attacks', () =>
    runAttacks(
      { sets: out, spaces, thresholds, seed, surrogateSteps: effort.surrogateSteps, copied },
      context,
    ),
  );
  const distances = await context.stage('distances', async () => {
    const all = { ...embedded, synthetic: await encoder.embed(out.synthetic, context) };
    return checkDistances({ sets: out, spaces, embedded: all }, thresholds, seed, context);
  });

  // What needs no classifier comes first: the other thread is still training them.
  const { random, radiomics, realism } = await context.stage('fidelity', async () => {
    const inSpace = async (
      features: (images: ImageSet, context: TaskContext) => Promise<Features>,
    ): Promise<FeatureSets> => ({
      synthetic: await features(sets.synthetic, context),
      training: await features(sets.training, context),
      holdout: await features(sets.holdout, context),
    });
    return {
      random: await inSpace(randomConvFeatures),
      radiomics: await inSpace(radiomicFeatures),
      realism: await checkRealism(sets, thresholds, seed, context),
    };
  });
  const utility = await worker.stage('utility');
  const fidelity = await context.stage('fidelity', () => {
    const labels = {
      synthetic: sets.synthetic.labels,
      training: sets.training.labels,
      holdout: sets.holdout.labels,
      reference: sets.reference.labels,
    };
    return checkFidelity(
      { contrastive: embedded, random, radiomics, task: utility.task },
      labels,
      thresholds,
      seed,
      context,
    );
  });

  const checks = [
    inputCheck,
    describeSelfTest(selfTest),
    describeCopyCheck(
      'copy-contrastive',
      contrastive,
      planted.flatMap(({ distances }) => distances),
      sets.synthetic.count,
    ),
    describeCopyCheck(
      'copy-pixel',
      pixel,
      pixel.planted.flatMap(({ distances }) => distances),
      sets.synthetic.count,
    ),
    describeCopyCheck(
      'copy-spectrum',
      spectrum,
      spectrum.planted.flatMap(({ distances }) => distances),
      sets.synthetic.count,
    ),
    ...attacks,
    ...distances,
    describeMemorisation(input.trained ?? [], input.privacySpent ?? null),
    checkStrata(sets.training, sets.synthetic, thresholds.minimumCell),
    ...fidelity,
    ...realism,
    ...utility.checks,
  ];
  checks.sort((a, b) => gateCheckNames.indexOf(a.check) - gateCheckNames.indexOf(b.check));
  return {
    evidence: report(checks, selfTest.evidence),
    closestPairs: findClosestPairs(
      [contrastive, pixel, spectrum],
      trainingRows,
      sets.synthetic.count,
    ),
    seconds: context.seconds,
  };
}

function writeEvidence(
  input: GateInput,
  thresholds: GateThresholds,
  sets: GateSets,
  checks: CheckResult[],
  selfTest: Evidence['selfTest'],
): Evidence {
  const { training, holdout, reference, synthetic } = sets;
  return {
    schema: 'scapis-lab/evidence/2',
    ...input.ids,
    verdict: toVerdict(checks),
    thresholdVersions: input.thresholdVersions,
    seed: input.seed,
    code: input.code,
    counts: {
      synthetic: synthetic.count,
      training: training.count,
      control: holdout.count,
      reference: reference.count,
      trainingPeople: countPeople(training),
      controlPeople: countPeople(holdout),
      referencePeople: countPeople(reference),
    },
    splitHashes: {
      T: hashPeople(training.subjects),
      H: hashPeople(holdout.subjects),
      R: hashPeople(reference.subjects),
    },
    imagesSha256: hashPixels(synthetic),
    released: (input.released ?? []).map(({ cohortVersionId, images }) => ({
      cohortVersionId,
      images: images.count,
      imagesSha256: hashPixels(images),
    })),
    thresholds,
    checks,
    selfTest,
  };
}

/**
 * @returns the one form in which an evidence file is written and hashed: UTF-8, members in the
 * schema's order, two spaces, a last newline.
 */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  return Buffer.from(`${JSON.stringify(evidenceSchema.parse(evidence), null, 2)}\n`);
}
