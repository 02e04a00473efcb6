import type { GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { countPeople, joinImages, type GateSets } from '../images/images.ts';
import type { CopySpace, Matches, UnlearnedSpace } from './copy-space.ts';
import type { TaskContext } from '../task-context.ts';
import { clopperPearson } from '../statistics/statistics.ts';
import {
  copyDistance,
  fitExtremeValues,
  fewestExceedances,
  testFlaggedShare,
  type FlaggedShare,
  type ExtremeValueFit,
} from '../statistics/extreme-value-threshold.ts';

/**
 * Tests among which the significance is shared out (Bonferroni): in each of three spaces two rules
 * that may refuse a cohort, and the test of relatives that they rest on
 * (extreme-value-threshold.ts).
 */
const testsOfCopySearch = 9;

/**
 * Rule of one space, fitted on the null sample before any synthetic image is looked at.
 */
export interface CopyRule {
  fit: ExtremeValueFit;
  quantile: number;
  significance: number;
}

export interface CopyJudgement {
  /** An image nearer than this is a copy; one is enough to refuse. */
  copyDistance: number;
  copies: number[];
  share: FlaggedShare;
  interval: [number, number];
  isRefused: boolean;
}

/** Null distribution: distances of people whom the generator cannot have copied. */
export interface NullSample extends Matches {
  people: readonly string[];
}

/** With fewer people in holdout and reference together, training people are added. */
const enoughNonMembers = 250;

/**
 * Non-members used as the null sample of an unlearned space (pixel, spectrum): holdout and
 * reference, since the generator saw neither. The contrastive encoder was trained on the reference
 * split, so there only the holdout is fair. Below 250 people, training people are added, each
 * compared with the others; two who are each other's nearest are one observation. A person who is
 * in the training split under two names makes the search blinder, and the self-test shows by how
 * much.
 */
export async function measureNullSample(
  space: UnlearnedSpace,
  { training, holdout, reference }: Pick<GateSets, 'training' | 'holdout' | 'reference'>,
  context: TaskContext,
): Promise<NullSample> {
  const others = joinImages(holdout, reference);
  const found = await space.search(others, context);
  if (countPeople(others) >= enoughNonMembers) return { ...found, people: others.subjects };
  const among = await space.searchItself(context);
  return {
    distance: Float64Array.from([...found.distance, ...among.distance]),
    nearest: Int32Array.from([...found.nearest, ...among.nearest]),
    people: [...others.subjects, ...joinMutual(among, training.subjects)],
  };
}

/** @returns a name for each image's person; two people who are each other's nearest share one. */
export function joinMutual({ distance, nearest }: Matches, subjects: readonly string[]): string[] {
  const nearestOf = new Map<string, { distance: number; person: string }>();
  subjects.forEach((person, image) => {
    const known = nearestOf.get(person)?.distance ?? Infinity;
    if (distance[image]! < known)
      nearestOf.set(person, {
        distance: distance[image]!,
        person: subjects[nearest[image]!] ?? '',
      });
  });
  return subjects.map((person) => {
    const other = nearestOf.get(person)?.person ?? '';
    return nearestOf.get(other)?.person === person && other < person ? other : person;
  });
}

/** What was found in one space. */
export interface SearchResult {
  space: CopySpace['name'];
  rule: CopyRule;
  isSound: boolean;
  nullSample: NullSample;
  synthetic: Matches;
  judgement: CopyJudgement;
}

/** Searches the cohort as the null sample was searched, and judges it by that sample. */
export async function searchCopies(
  space: CopySpace,
  nullSample: NullSample,
  cohort: ImageSet,
  thresholds: GateThresholds,
  context: TaskContext,
): Promise<SearchResult> {
  const synthetic = await space.search(cohort, context);
  const rule = createCopyRule(nullSample, nullSample.people, thresholds);
  return {
    space: space.name,
    rule,
    isSound: isRuleSound(rule),
    nullSample: nullSample,
    synthetic,
    judgement: judgeCopies(rule, synthetic.distance),
  };
}

export function createCopyRule(
  nullSample: Matches,
  people: readonly string[],
  thresholds: GateThresholds,
): CopyRule {
  const significance = thresholds.copySignificance / testsOfCopySearch;
  return {
    fit: fitExtremeValues(nullSample.distance, people, significance),
    quantile: thresholds.falseAlarmQuantile,
    significance,
  };
}

/** @returns whether the rule rests on enough different people; if not, no cohort can pass. */
export function isRuleSound({ fit }: CopyRule): boolean {
  return fit.people >= fewestExceedances && fit.logExcess > 0 && (fit.sorted[0] ?? 0) > 0;
}

/**
 * The decision about a cohort in one space. Each image's distance doesn't depend on the others, so
 * the self-test judges a cohort with planted copies by the very same function.
 */
export function judgeCopies(rule: CopyRule, distances: ArrayLike<number>): CopyJudgement {
  const least = copyDistance(rule.fit, distances.length, rule.significance);
  const copies: number[] = [];
  for (let i = 0; i < distances.length; i += 1) if (distances[i]! < least) copies.push(i);
  const share = testFlaggedShare(rule.fit, distances, rule.quantile);
  return {
    copyDistance: least,
    copies,
    share,
    interval: clopperPearson(share.flagged, distances.length),
    isRefused: copies.length > 0 || share.pValue < rule.significance,
  };
}
