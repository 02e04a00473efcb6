import type { CheckResult, ClosestPair, GateCheck } from '@scapis/contracts';
import { createCheck, createUnmadeCheck } from '../checks/check.ts';
import type { SearchResult } from './copy-search.ts';
import type { SelfTest } from './self-test.ts';
import { histograms, mean, quantile } from '../statistics/statistics.ts';
import { fewestExceedances } from '../statistics/extreme-value-threshold.ts';

/** What the copy search found, as rows of the evidence file and as pairs for the reviewers. */

const pairsShown = 20;
/** Pairs of each space that always get a place, so that one space can't crowd out the others. */
const pairsOfEachSpace = 5;

type CopyCheck = Extract<GateCheck, `copy-${string}`>;

/**
 * @param planted relative distances of the self-test's copies: drawn beside the cohort's, they show
 * where copies would lie
 * @param count images of the cohort itself; those of earlier cohorts follow it
 */
export function describeCopyCheck(
  check: CopyCheck,
  { rule, isSound, nullSample, synthetic, judgement }: SearchResult,
  planted: readonly number[],
  count: number,
): CheckResult {
  if (!isSound) {
    const { people } = rule.fit;
    return createUnmadeCheck(check, people < fewestExceedances ? 'fewInTail' : 'tailTouches', {
      peopleInTail: people,
      peopleNeeded: fewestExceedances,
    });
  }
  const { share } = judgement;
  const isShareTooHigh = share.pValue < rule.significance;
  return createCheck(check, {
    verdict: judgement.isRefused ? 'fail' : 'pass',
    value: isShareTooHigh
      ? Math.max(share.flagged, judgement.copies.length)
      : judgement.copies.length,
    baseline: 0,
    threshold: 0,
    passesWhen: 'equal',
    interval: null,
    details: {
      copies: judgement.copies.length,
      copiesReleasedBefore: judgement.copies.filter((image) => image >= count).length,
      copyDistance: judgement.copyDistance,
      closestSynthetic: quantile(synthetic.distance, 0),
      closestControl: quantile(nullSample.distance, 0),
      medianSynthetic: quantile(synthetic.distance, 0.5),
      medianControl: quantile(nullSample.distance, 0.5),
      flagged: share.flagged,
      flaggedExpected: share.expected,
      flaggedShareLow: judgement.interval[0],
      flaggedShareHigh: judgement.interval[1],
      flaggingDistance: share.distance,
      pValue: share.pValue,
      significance: rule.significance,
      tailPeople: rule.fit.people,
      tailExponent: rule.fit.people / rule.fit.logExcess,
      relatives: rule.fit.relatives.length,
      medianPlanted: quantile(planted, 0.5),
      farthestPlanted: quantile(planted, 1),
    },
    histograms: histograms({
      synthetic: synthetic.distance,
      control: nullSample.distance,
      planted,
    }),
  });
}

export function describeSelfTest({ evidence, refusedForms }: SelfTest): CheckResult {
  const caught = evidence.rows.map((row) => row.caught / row.planted);
  return createCheck('self-test', {
    verdict: evidence.passed ? 'pass' : 'fail',
    value: mean(caught),
    threshold: mean(evidence.rows.map((row) => row.needed / row.planted)),
    passesWhen: 'at-least',
    details: {
      forms: evidence.rows.length,
      refusedForms,
      worstForm: evidence.rows[caught.indexOf(Math.min(...caught))]?.form ?? null,
      worstShare: Math.min(...caught),
    },
  });
}

/**
 * @param trainingRows row of each training image within all real images, so that a pair names the
 * image as its caller knows it
 * @param count images of the cohort itself; those of earlier cohorts follow it and can't be shown
 * beside it
 * @returns pairs ordered by distance relative to the space's own threshold, each pair once
 */
export function findClosestPairs(
  results: readonly SearchResult[],
  trainingRows: readonly number[],
  count: number,
): ClosestPair[] {
  const bySpace = results.map(({ space, synthetic, judgement }) =>
    [...synthetic.distance.keys()]
      .slice(0, count)
      .sort((i, j) => (synthetic.distance[i] ?? 0) - (synthetic.distance[j] ?? 0))
      .slice(0, pairsShown)
      .map((index): ClosestPair => ({
        syntheticIndex: index,
        trainingIndex: trainingRows[synthetic.nearest[index] ?? 0] ?? 0,
        space,
        distance: synthetic.distance[index] ?? NaN,
        threshold: judgement.copyDistance,
      })),
  );
  const byNearness = (a: ClosestPair, b: ClosestPair): number =>
    a.distance / a.threshold - b.distance / b.threshold;
  const kept = bySpace.flatMap((pairs) => pairs.slice(0, pairsOfEachSpace));
  const others = bySpace.flatMap((pairs) => pairs.slice(pairsOfEachSpace)).sort(byNearness);
  return [...kept, ...others].slice(0, pairsShown).sort(byNearness);
}
