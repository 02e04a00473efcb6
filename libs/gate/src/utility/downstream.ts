import {
  ageBands,
  sexes,
  type CalciumGrade,
  type CheckResult,
  type GateThresholds,
  type ImageLabels,
  type ReasonParts,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { balancedShare, bootstrapPeople } from '../statistics/bootstrap.ts';
import {
  conformalScores,
  conformalThreshold,
  fitTemperature,
  reliability,
  softmaxRows,
  spearman,
  type Reliability,
} from '../statistics/calibration.ts';
import { createAtLeastCheck, createCheck, createUnmadeCheck, toInterval } from '../checks/check.ts';
import { recipeNames } from '../features/classifier.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream } from '../statistics/random.ts';
import { mean } from '../statistics/statistics.ts';

/**
 * What the networks of the utility check tell beyond their accuracy: fairness, choice of method,
 * and whether their probabilities hold.
 */

/** Networks trained on the cohort and on real images, judged on the same held-out people. */
export interface Panel {
  /** The control split's images, then the reference split's. */
  test: ImageSet;
  holdoutCount: number;
  /** Index into `grades` of each test image. */
  truth: Int32Array;
  grades: readonly CalciumGrade[];
  /** [test images, grades] of each seed of the first recipe. */
  scores: Record<Side, Float32Array[]>;
  /** Per recipe, the share of its networks that got each test image right. */
  right: Record<Side, Float64Array[]>;
}
type Side = 'synthetic' | 'real';

/**
 * Fewest people of whom an accuracy, and fewest images on which a probability, is worth stating.
 */
const needs = { groupPeople: 20, calibrationImages: 100 };

const groups: readonly { name: string; holds: (labels: ImageLabels) => boolean }[] = [
  ...sexes.map((sex) => ({ name: sex, holds: (labels: ImageLabels) => labels.sex === sex })),
  ...ageBands.map((band) => ({
    name: band,
    holds: (labels: ImageLabels) => labels.ageBand === band,
  })),
];

/**
 * U3: does the cohort serve each sex and age band alike? The loss of a group is its accuracy with
 * real training minus that with synthetic; the gap is how much the worst-served group loses beyond
 * everyone together. A cohort that is poor for all alike has no gap: that is U1's to find.
 */
export async function checkSubgroups(
  panel: Panel,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const { test, truth, grades } = panel;
  const people = groups.map(
    ({ holds }) => new Set(test.subjects.filter((_, row) => holds(test.labels[row]!))).size,
  );
  const small = groups
    .filter((_, at) => people[at]! > 0 && people[at]! < needs.groupPeople)
    .map(({ name }) => name);
  const judged = groups.filter((_, at) => people[at]! >= needs.groupPeople);
  if (small.length > 0)
    return createUnmadeCheck('subgroup-gap', 'fewInGroups', {
      peopleNeeded: needs.groupPeople,
      groupsTooSmall: small.join(', '),
    });
  if (judged.length < 2) return createUnmadeCheck('subgroup-gap', 'oneGroup', {});
  const masks = judged.map(({ holds }) =>
    Uint8Array.from(test.labels, (labels) => Number(holds(labels))),
  );
  const [synthetic, real] = [panel.right.synthetic[0]!, panel.right.real[0]!];
  const accuracy = (right: Float64Array, weights: ArrayLike<number>): number =>
    balancedShare(right, truth, grades.length, weights);
  const loss = (weights: ArrayLike<number>): number =>
    accuracy(real, weights) - accuracy(synthetic, weights);
  const gaps = (weights: Uint16Array): number[] => {
    const all = loss(weights);
    return masks.map((mask) => loss(weights.map((weight, row) => weight * mask[row]!)) - all);
  };
  const once = new Uint16Array(test.count).fill(1);
  const found = gaps(once);
  const worst = found.indexOf(Math.max(...found));
  const intervals = await bootstrapPeople(
    test.subjects,
    gaps,
    gateStream(seed, 'bootstrap', 1),
    context,
  );
  const value = found[worst] ?? NaN;
  return createCheck('subgroup-gap', {
    verdict: value <= thresholds.subgroupGap ? 'pass' : 'fail',
    value,
    baseline: 0,
    threshold: thresholds.subgroupGap,
    passesWhen: 'at-most',
    interval: toInterval(intervals[worst]),
    details: {
      worstGroup: judged[worst]?.name ?? null,
      ...Object.fromEntries(
        judged.flatMap(({ name }, at) => [
          [`${name}: synthetic`, accuracy(synthetic, masks[at]!)],
          [`${name}: real`, accuracy(real, masks[at]!)],
        ]),
      ),
    },
  });
}

/**
 * U4: would a team that compares methods on the cohort choose as it would on real images? Spearman
 * over the recipes.
 */
export async function checkRanking(
  panel: Panel,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const { test, truth, grades, right } = panel;
  const accuracies = (side: Side, weights?: Uint16Array): number[] =>
    right[side].map((own) => balancedShare(own, truth, grades.length, weights));
  const correlation = (weights?: Uint16Array): number =>
    spearman(accuracies('synthetic', weights), accuracies('real', weights));
  const [interval] = await bootstrapPeople(
    test.subjects,
    (weights) => [correlation(weights)],
    gateStream(seed, 'bootstrap', 2),
    context,
  );
  const [synthetic, real] = [accuracies('synthetic'), accuracies('real')];
  const order = [...real.keys()].sort((a, b) => real[a]! - real[b]!);
  return createAtLeastCheck('ranking', correlation(), thresholds.rankingFidelity, {
    baseline: 1,
    interval: toInterval(interval),
    details: {
      methods: recipeNames.length,
      ...Object.fromEntries(
        recipeNames.flatMap((name, at) => [
          [`${name}: synthetic`, synthetic[at] ?? null],
          [`${name}: real`, real[at] ?? null],
        ]),
      ),
    },
    curves: [
      {
        name: 'ranking',
        x: { name: 'accuracyReal', values: order.map((at) => real[at]!) },
        y: { name: 'accuracySynthetic', values: order.map((at) => synthetic[at]!) },
      },
    ],
  });
}

const errorDifference = 0.03;

/**
 * U5, reported: how much less a synthetic-trained network's stated certainty can be believed.
 * Expected calibration error (15 bins) on the control people after one temperature was fitted on
 * the reference people.
 */
export async function checkCalibration(panel: Panel, context: TaskContext): Promise<CheckResult> {
  const { truth, holdoutCount: controlCount, grades } = panel;
  const classes = grades.length;
  const short = countTooFew(panel);
  if (short !== null) return createUnmadeCheck('calibration', 'fewToCalibrate', short);
  const judge = async (scores: Float32Array): Promise<Reliability & { temperature: number }> => {
    const temperature = fitTemperature(
      scores.subarray(controlCount * classes),
      truth.subarray(controlCount),
      classes,
    );
    await context.yieldIfDue(1);
    const probabilities = softmaxRows(
      scores.subarray(0, controlCount * classes),
      classes,
      temperature,
    );
    return { temperature, ...reliability(probabilities, truth.subarray(0, controlCount), classes) };
  };
  const found: Record<Side, Awaited<ReturnType<typeof judge>>[]> = { synthetic: [], real: [] };
  for (const side of ['synthetic', 'real'] as const)
    for (const scores of panel.scores[side]) found[side].push(await judge(scores));
  const error = (side: Side): number => mean(found[side].map((each) => each.error));
  return createCheck('calibration', {
    verdict: 'report',
    value: error('synthetic') - error('real'),
    baseline: 0,
    threshold: errorDifference,
    passesWhen: 'at-most',
    details: {
      errorSynthetic: error('synthetic'),
      errorReal: error('real'),
      temperatureSynthetic: mean(found.synthetic.map((each) => each.temperature)),
      temperatureReal: mean(found.real.map((each) => each.temperature)),
      images: controlCount,
      calibrationImages: panel.test.count - controlCount,
    },
    curves: (['synthetic', 'real'] as const).map((side) => {
      const bins = found[side][0]?.bins ?? [];
      return {
        name: 'reliability',
        x: { name: 'confidence', values: bins.map(({ confidence }) => confidence) },
        y: { name: side, values: bins.map(({ accuracy }) => accuracy) },
      };
    }),
  });
}

const miss = 0.1;

/**
 * U6, reported: prediction sets of the synthetic-trained networks, calibrated on the reference
 * people, must hold the truth of the control people in 90 %. The calibration has to be on real
 * people inside the lab: on synthetic ones the guarantee would be void.
 */
export async function checkConformal(
  panel: Panel,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const { truth, holdoutCount: controlCount, grades, test } = panel;
  const classes = grades.length;
  const short = countTooFew(panel);
  if (short !== null) return createUnmadeCheck('conformal', 'fewToCalibrate', short);
  const judge = (all: readonly Float32Array[]): { covered: Uint8Array; setSize: number } => {
    const each = all.map((scores) => softmaxRows(scores, classes));
    const probabilities = Float64Array.from(each[0] ?? [], (_, at) =>
      mean(each.map((own) => own[at]!)),
    );
    const scores = conformalScores(probabilities, truth, classes);
    const limit = conformalThreshold(scores.slice(controlCount), miss);
    const holdout = probabilities.subarray(0, controlCount * classes);
    return {
      covered: Uint8Array.from(scores.slice(0, controlCount), (score) => Number(score <= limit)),
      setSize: holdout.reduce((sum, p) => sum + Number(1 - p <= limit), 0) / controlCount,
    };
  };
  const [synthetic, real] = [judge(panel.scores.synthetic), judge(panel.scores.real)];
  const labels = test.labels.slice(0, controlCount);
  const coverage = (
    covered: Uint8Array,
    holds: (labels: ImageLabels) => boolean = () => true,
    weights?: Uint16Array,
  ): number => {
    let [hit, total] = [0, 0];
    for (let row = 0; row < covered.length; row += 1) {
      if (!holds(labels[row]!)) continue;
      total += weights?.[row] ?? 1;
      hit += (weights?.[row] ?? 1) * covered[row]!;
    }
    return total === 0 ? NaN : hit / total;
  };
  const [interval] = await bootstrapPeople(
    test.subjects.slice(0, controlCount),
    (weights) => [coverage(synthetic.covered, undefined, weights)],
    gateStream(seed, 'bootstrap', 3),
    context,
  );
  const byGroup = groups
    .map(({ name, holds }) => [name, coverage(synthetic.covered, holds)] as const)
    .filter(([, share]) => Number.isFinite(share));
  return createCheck('conformal', {
    verdict: 'report',
    value: coverage(synthetic.covered),
    baseline: coverage(real.covered),
    threshold: 1 - miss,
    passesWhen: 'at-least',
    interval: toInterval(interval),
    details: {
      setSizeSynthetic: synthetic.setSize,
      setSizeReal: real.setSize,
      ...Object.fromEntries(byGroup.map(([name, share]) => [`coverage: ${name}`, share])),
      images: controlCount,
      calibrationImages: test.count - controlCount,
    },
  });
}

function countTooFew({
  holdoutCount: controlCount,
  test,
}: Panel): ReasonParts<'fewToCalibrate'> | null {
  const calibrationImages = test.count - controlCount;
  if (controlCount >= needs.calibrationImages && calibrationImages >= needs.calibrationImages)
    return null;
  return { images: controlCount, calibrationImages, imagesNeeded: needs.calibrationImages };
}
