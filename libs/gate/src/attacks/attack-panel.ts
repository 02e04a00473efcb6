import type { CheckResult, GateThresholds } from '@scapis/contracts';
import { createCheck, createUnmadeCheck, type Details } from '../checks/check.ts';
import { rowsByPerson } from '../images/images.ts';
import { significanceOfTest, type AttackCheck } from '../checks/significance.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import {
  delongInterval,
  mannWhitney,
  midRanks,
  normalQuantile,
  normalUpperTail,
  rocCurve,
  truePositives,
  type TruePositives,
} from '../statistics/ranking.ts';
import { histograms, quantile } from '../statistics/statistics.ts';

/** One way to run an attack: a score for each person, members (T) and others (H). */
export interface Variant {
  name: string;
  members: Float64Array;
  nonMembers: Float64Array;
}

interface Judged extends Variant {
  auc: number;
  interval: [number, number];
  pValue: number;
  atOnePercent: TruePositives;
  atOnePerMille: TruePositives;
  isFailed: boolean;
  /** Which of the two measures fails; a rare leak shows in the true positives alone. */
  failsBy: string;
}

/** Random divisions of the members that the member-only control is read from. */
const controlDraws = 100;
/** Fewest people on either side for whom a rank test means anything at this significance. */
export const leastPeople = 10;

/**
 * @returns the scores of people from those of their images: the greatest, or the mean for attacks
 * on sets.
 */
export function toPeople(
  scores: ArrayLike<number>,
  subjects: readonly string[],
  how: 'max' | 'mean' = 'max',
): Float64Array {
  return Float64Array.from(rowsByPerson(subjects), (rows) => {
    const own = rows.map((row) => scores[row]!);
    return how === 'max' ? Math.max(...own) : own.reduce((sum, x) => sum + x, 0) / own.length;
  });
}

/**
 * Judges one attack by all its variants (significance.ts); the row shows the one with the least p.
 * Control: the same scores, members against members. Their
 * 95 % range is the noise floor at these numbers of people.
 */
export function judgeAttack(
  check: AttackCheck,
  variants: readonly Variant[],
  options: { thresholds: GateThresholds; seed: number; least?: number; details?: Details },
): CheckResult {
  const { thresholds, seed, least = leastPeople, details = {} } = options;
  const significance = significanceOfTest(thresholds);
  const fit = variants.filter(
    ({ members, nonMembers }) => members.length >= least && nonMembers.length >= least,
  );
  const judged = fit.map((variant) => judgeVariant(variant, thresholds, significance));
  const worst = judged.sort(
    (a, b) => Number(b.isFailed) - Number(a.isFailed) || leastP(a) - leastP(b),
  )[0];
  if (worst === undefined) {
    return createUnmadeCheck(check, check === 'attack-vulnerable' ? 'fewVulnerable' : 'fewPeople', {
      ...details,
      peopleNeeded: least,
    });
  }
  const control = controlOf(worst, seed);
  const { members, nonMembers, interval, atOnePercent, atOnePerMille } = worst;
  const error = Math.sqrt((1 / members.length + 1 / nonMembers.length) / 12);
  return createCheck(check, {
    verdict: judged.some(({ isFailed }) => isFailed) ? 'fail' : 'pass',
    value: worst.auc,
    baseline: control.middle,
    // The upper bound has a limit of its own; the value passes below the AUC at which both
    // conditions hold.
    threshold: Math.max(
      0.5 + normalQuantile(significance) * error,
      thresholds.attackAuc - (interval[1] - worst.auc),
    ),
    passesWhen: 'at-most',
    interval,
    details: {
      variant: worst.name,
      failsBy: worst.failsBy,
      pValue: worst.pValue,
      significance,
      upperLimit: thresholds.attackAuc,
      isConclusive: judged.every(
        (each) =>
          each.interval[1] <= thresholds.attackAuc &&
          each.atOnePercent.interval[1] <= thresholds.attackTruePositives,
      ),
      truePositives: atOnePercent.rate,
      truePositivesLow: atOnePercent.interval[0],
      truePositivesHigh: atOnePercent.interval[1],
      truePositivesP: atOnePercent.pValue,
      falsePositives: atOnePercent.falsePositiveRate,
      truePositivesPerMille: atOnePerMille.rate,
      truePositivesPerMilleLow: atOnePerMille.interval[0],
      truePositivesPerMilleHigh: atOnePerMille.interval[1],
      falsePositivesPerMille: atOnePerMille.falsePositiveRate,
      controlLow: control.low,
      controlHigh: control.high,
      isInsideControl: worst.auc >= control.low && worst.auc <= control.high,
      members: members.length,
      nonMembers: nonMembers.length,
      peopleNeeded: peopleNeeded(members.length / nonMembers.length, thresholds.attackAuc),
      detectableAuc: 0.5 + (normalQuantile(significance) + normalQuantile(0.1)) * error,
      ...details,
    },
    histograms: histograms({ members, nonMembers }),
    curves: [
      toCurve('roc', rocCurve(members, nonMembers)),
      toCurve('rocControl', rocCurve(...control.draw)),
    ],
  });
}

/** The rule for one variant. */
export function judgeVariant(
  variant: Variant,
  thresholds: GateThresholds,
  significance: number,
): Judged {
  const { members, nonMembers } = variant;
  const { auc, z } = mannWhitney(members, nonMembers);
  const interval = delongInterval(members, nonMembers);
  const pValue = normalUpperTail(z);
  const atOnePercent = truePositives(members, nonMembers, 0.01);
  const isAucFailed = pValue < significance && interval[1] > thresholds.attackAuc;
  const isRateFailed =
    atOnePercent.pValue < significance && atOnePercent.interval[1] > thresholds.attackTruePositives;
  const failsBy = [isAucFailed ? 'AUC' : '', isRateFailed ? 'TPR' : '']
    .filter((name) => name !== '')
    .join(', ');
  const atOnePerMille = truePositives(members, nonMembers, 0.001);
  return {
    ...variant,
    auc,
    interval,
    pValue,
    atOnePercent,
    atOnePerMille,
    isFailed: failsBy !== '',
    failsBy,
  };
}

function leastP({ pValue, atOnePercent }: Judged): number {
  return Math.min(pValue, atOnePercent.pValue);
}

/**
 * Members against members, with as many on the one side as there are control people (at most half).
 */
function controlOf(
  { members, nonMembers }: Variant,
  seed: number,
): { low: number; middle: number; high: number; draw: [Float64Array, Float64Array] } {
  const random = gateStream(seed, 'attacks');
  const held = Math.min(nonMembers.length, Math.floor(members.length / 2));
  const { ranks } = midRanks(members);
  let draw: [Float64Array, Float64Array] = [members, members];
  // Both sides together are always all members, so one ranking serves every draw.
  const areas = Array.from({ length: controlDraws }, () => {
    const order = permutation(random, members.length);
    const [first, second] = [order.slice(held), order.slice(0, held)];
    draw = [
      Float64Array.from(first, (i) => members[i]!),
      Float64Array.from(second, (i) => members[i]!),
    ];
    const sum = first.reduce((total, i) => total + ranks[i]!, 0);
    return (sum - (first.length * (first.length + 1)) / 2) / (first.length * second.length);
  });
  return {
    low: quantile(areas, 0.025),
    middle: quantile(areas, 0.5),
    high: quantile(areas, 0.975),
    draw,
  };
}

/**
 * Control people from whom on a blind attack keeps the limit in 97.5 % of runs, at this many
 * members a control person.
 */
export function peopleNeeded(membersPerOther: number, limit: number): number {
  const error = (limit - 0.5) / (2 * normalQuantile(0.025));
  return error > 0 ? Math.ceil((1 + 1 / membersPerOther) / (12 * error * error)) : Infinity;
}

function toCurve(
  name: string,
  { x, y }: { x: number[]; y: number[] },
): CheckResult['curves'][number] {
  return {
    name,
    x: { name: 'falsePositives', values: x },
    y: { name: 'truePositives', values: y },
  };
}
