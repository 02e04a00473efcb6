import type { CheckResult, GateThresholds, ImageLabels } from '@scapis/contracts';
import { rowsByPerson, type GateSets } from '../images/images.ts';
import type { FeatureSets } from '../features/feature-sets.ts';
import type { AttackSpace, AttackSpaces } from './attack-space.ts';
import { createCheck } from '../checks/check.ts';
import { checkDataCopying, checkNeighbours, nearestOther } from './data-copying.ts';
import { forEachSquaredDistance } from '../features/max-similarity.ts';
import { stack, takeRows, type Features } from '../statistics/linear-algebra.ts';
import type { TaskContext } from '../task-context.ts';
import { significanceOfTest } from '../checks/significance.ts';
import { controlledRisk, fisherUpperTail, type Share } from '../statistics/proportions.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { normalQuantile, normalUpperTail } from '../statistics/ranking.ts';
import { mean } from '../statistics/statistics.ts';

/**
 * P4: the three risks of WP216 as attacks with a control, (p_train - p_control) / (1 - p_control),
 * each beside a naive attack that uses no synthetic image. Written from the published statistics
 * (Giomi 2023) alone. Each person counts once, by one image, so that attacks are independent of
 * each other.
 */

export interface People {
  training: readonly string[];
  holdout: readonly string[];
}

/**
 * Random relabelings from which singling out reads its spread: its attacks share people, so no
 * binomial law holds.
 */
const relabelings = 200;

interface Risk {
  training: Share;
  control: Share;
  naive: Share;
  /** p of so many successes on training people; never rises with them. */
  pOf: (successes: number) => number;
}

function describeRisk(
  check: 'singling-out' | 'linkability' | 'inference',
  found: Risk,
  thresholds: GateThresholds,
): CheckResult {
  const { training, control, naive, pOf } = found;
  const { risk, interval } = controlledRisk(training, control);
  const significance = significanceOfTest(thresholds);
  const pValue = pOf(training.successes);
  const isConclusive = interval[1] <= thresholds.attributedRisk;
  const byChance = controlledRisk(
    { ...training, successes: mostByChance(found, significance) },
    control,
  ).risk;
  const rate = ({ successes, attacks }: Share): number => successes / attacks;
  return createCheck(check, {
    verdict: pValue < significance && !isConclusive ? 'fail' : 'pass',
    value: risk,
    baseline: 0,
    // Up to here chance explains the risk, or its upper bound keeps the limit.
    threshold: Math.max(byChance, thresholds.attributedRisk - (interval[1] - risk)),
    passesWhen: 'at-most',
    interval,
    details: {
      successTraining: rate(training),
      successControl: rate(control),
      successNaive: rate(naive),
      isStrongerThanNaive: rate(training) > rate(naive),
      attacks: training.attacks,
      attacksControl: control.attacks,
      pValue,
      significance,
      upperLimit: thresholds.attributedRisk,
      isConclusive,
      peopleNeeded: attacksNeeded(rate(control), thresholds.attributedRisk),
    },
  });
}

/** @returns the most successes on training people that are no more than chance. */
function mostByChance({ training, pOf }: Risk, significance: number): number {
  let [low, high] = [0, training.attacks];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pOf(middle) >= significance) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Attacks on either side from which on a cohort without risk keeps the limit in 97.5 % of runs. */
function attacksNeeded(rate: number, limit: number): number {
  return Math.ceil(
    (2 * Math.max(rate * (1 - rate), 0.01) * (2 * normalQuantile(0.025)) ** 2) /
      (limit * (1 - rate)) ** 2,
  );
}

/**
 * Singling out: around each synthetic image the attacker draws a ball of half its distance to the
 * next synthetic image and claims that exactly one person of the training data lies in it. Control
 * people, as many, are claimed in the same way. Naive: the same balls around reference people.
 */
export async function checkSinglingOut(
  space: AttackSpace,
  people: People,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const random = gateStream(seed, 'attacks', 2);
  const inTraining = firstImages(people.training);
  const inControl = firstImages(people.holdout);
  const each = Math.min(inTraining.length, inControl.length);
  const pick = (rows: number[]): number[] =>
    permutation(random, rows.length)
      .slice(0, each)
      .map((i) => rows[i] ?? 0);
  // The first half of the targets are members.
  const targets = stack(
    takeRows(space.training, pick(inTraining)),
    takeRows(space.holdout, pick(inControl)),
  );
  const claims = await claim(space.synthetic, targets, context);
  const naive = await claim(space.reference, targets, context);
  const training = countSingled(claims, (target) => target < each);
  const control = countSingled(claims, (target) => target >= each);
  const spread: number[] = [];
  const hitting = claims.filter((inside) => inside.length > 0);
  for (let draw = 0; draw < relabelings; draw += 1) {
    const isFirst = new Uint8Array(2 * each);
    for (const target of permutation(random, 2 * each).slice(0, each)) isFirst[target] = 1;
    spread.push(
      countSingled(hitting, (target) => isFirst[target] === 1) -
        countSingled(hitting, (target) => isFirst[target] === 0),
    );
    await context.yieldIfDue(draw / relabelings);
  }
  const deviation = Math.sqrt(mean(spread.map((x) => x * x)));
  const attacks = claims.length;
  return describeRisk(
    'singling-out',
    {
      training: { successes: training, attacks },
      control: { successes: control, attacks },
      naive: { successes: countSingled(naive, (target) => target < each), attacks: naive.length },
      pOf: (successes) => (deviation > 0 ? normalUpperTail((successes - control) / deviation) : 1),
    },
    thresholds,
  );
}

/** @returns for each centre the targets within half its distance to the next centre. */
async function claim(
  centres: Features,
  targets: Features,
  context: TaskContext,
): Promise<number[][]> {
  const itself = Int32Array.from({ length: centres.count }, (_, i) => i);
  const { distance } = await nearestOther(
    centres,
    centres,
    { queries: itself, templates: itself },
    context,
  );
  const claims: number[][] = [];
  await forEachSquaredDistance(centres, targets, context, (centre, squared) => {
    const limit = (distance[centre]! / 2) ** 2;
    const inside: number[] = [];
    for (let t = 0; t < squared.length; t += 1) if (squared[t]! < limit) inside.push(t);
    claims.push(inside);
  });
  return claims;
}

function countSingled(claims: readonly number[][], isMember: (target: number) => boolean): number {
  return claims.filter((inside) => inside.filter(isMember).length === 1).length;
}

/**
 * Linkability: the attacker holds the left and the right half of an image, as two sources would,
 * and calls them one person when both are nearest to the same synthetic image. Naive: two drawn at
 * random.
 *
 * @param side of the square windows that the features are
 */
export async function checkLinkability(
  space: AttackSpace,
  side: number,
  people: People,
  thresholds: GateThresholds,
  context: TaskContext,
): Promise<CheckResult> {
  const synthetic = halves(space.synthetic, side);
  const link = async (features: Features, rows: number[]): Promise<Share> => {
    const targets = halves(takeRows(features, rows), side);
    const left = await nearestOther(targets[0], synthetic[0], null, context);
    const right = await nearestOther(targets[1], synthetic[1], null, context);
    return {
      successes: left.nearest.filter((s, i) => s === right.nearest[i]).length,
      attacks: rows.length,
    };
  };
  const training = await link(space.training, firstImages(people.training));
  const control = await link(space.holdout, firstImages(people.holdout));
  const naive = { successes: training.attacks / space.synthetic.count, attacks: training.attacks };
  return describeRisk(
    'linkability',
    {
      training,
      control,
      naive,
      pOf: (successes) => fisherUpperTail({ ...training, successes }, control),
    },
    thresholds,
  );
}

function halves(features: Features, side: number): readonly [Features, Features] {
  const half = Math.floor(side / 2);
  const cut = (from: number): Features => {
    const width = side * half;
    const data = new Float32Array(features.count * width);
    for (let row = 0; row < features.count; row += 1) {
      for (let y = 0; y < side; y += 1) {
        const start = row * features.width + y * side + from;
        data.set(features.data.subarray(start, start + half), row * width + y * half);
      }
    }
    return { count: features.count, width, data };
  };
  return [cut(0), cut(side - half)];
}

/**
 * Inference: the attacker knows the image and guesses the calcium grade from the label of the
 * nearest synthetic one. Naive: the commonest.
 */
export async function checkInference(
  space: AttackSpace,
  labels: {
    synthetic: readonly ImageLabels[];
    training: readonly ImageLabels[];
    holdout: readonly ImageLabels[];
  },
  people: People,
  thresholds: GateThresholds,
  context: TaskContext,
): Promise<CheckResult> {
  const commonest = [
    ...Map.groupBy(labels.synthetic, ({ calciumGrade }) => calciumGrade).entries(),
  ].sort((a, b) => b[1].length - a[1].length)[0]?.[0];
  const guess = async (
    features: Features,
    truth: readonly ImageLabels[],
    rows: number[],
  ): Promise<{ attack: Share; naive: Share }> => {
    const { nearest } = await nearestOther(
      takeRows(features, rows),
      space.synthetic,
      null,
      context,
    );
    const count = (isRight: (row: number, at: number) => boolean): Share => ({
      successes: rows.filter(isRight).length,
      attacks: rows.length,
    });
    return {
      attack: count(
        (row, at) => truth[row]?.calciumGrade === labels.synthetic[nearest[at] ?? 0]?.calciumGrade,
      ),
      naive: count((row) => truth[row]?.calciumGrade === commonest),
    };
  };
  const training = await guess(space.training, labels.training, firstImages(people.training));
  const control = await guess(space.holdout, labels.holdout, firstImages(people.holdout));
  const pOf = (successes: number): number =>
    fisherUpperTail({ ...training.attack, successes }, control.attack);
  return describeRisk(
    'inference',
    { training: training.attack, control: control.attack, naive: training.naive, pOf },
    thresholds,
  );
}

function firstImages(subjects: readonly string[]): number[] {
  return rowsByPerson(subjects).map((rows) => rows[0] ?? 0);
}

/**
 * P3 and P4: every check that compares distances of training and control people to a cohort.
 * `embedded`: in the copy search's space.
 */
export async function checkDistances(
  { sets, spaces, embedded }: { sets: GateSets; spaces: AttackSpaces; embedded: FeatureSets },
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult[]> {
  const people = { training: sets.training.subjects, holdout: sets.holdout.subjects };
  const labels = {
    synthetic: sets.synthetic.labels,
    training: sets.training.labels,
    holdout: sets.holdout.labels,
  };
  return [
    await checkDataCopying(embedded, people.holdout, thresholds, seed, context),
    ...(await checkNeighbours(spaces.identity, people, thresholds, context)),
    await checkSinglingOut(spaces.identity, people, thresholds, seed, context),
    await checkLinkability(spaces.pixel, spaces.pixelSide, people, thresholds, context),
    await checkInference(spaces.identity, labels, people, thresholds, context),
  ];
}
