import type { GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import type { CopySpace, Matches, UnlearnedSpace } from './copy-space.ts';
import { countPeople, joinImages } from '../images/images.ts';
import type { GateSets } from '../checks/input.ts';
import type { Pace } from '../task-context.ts';
import { clopperPearson } from '../statistics/statistics.ts';
import {
  copyDistance,
  fitTail,
  leastTailPeople,
  testFlaggedShare,
  type FlaggedShare,
  type TailModel,
} from '../statistics/extreme-value-threshold.ts';

/**
 * Tests that may each refuse a cohort: two rules (extreme-value-threshold.ts) in three spaces. The
 * significance is shared out among them (Bonferroni).
 */
const testsOfCopySearch = 6;

/**
 * What the control people's distances say about one space, before any synthetic image is looked at.
 */
export interface CopyRule {
  tail: TailModel;
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

/**
 * What chance looks like: distances of people whom the generator can't have copied, and whose each
 * is.
 */
export interface Strangers extends Matches {
  people: readonly string[];
}

/** Below so many people of H and R together, those of T among each other are looked at too. */
const enoughStrangers = 250;

/**
 * Whom a search takes for control that learned from nobody: H and R. The generator has seen
 * neither, so both say how near chance comes, and twice the people make a threshold that fewer
 * copies escape. (The contrastive encoder was trained to tell R from T, so there only H is fair.)
 * Where even these are few, each person of T is a stranger to the others of T, one person fewer.
 * Two who are each other's nearest are one observation. A person who is in T under two names makes
 * the search blinder by this; how blind, the self-test tells.
 */
export async function measureStrangers(
  space: UnlearnedSpace,
  { training, control, reference }: Pick<GateSets, 'training' | 'control' | 'reference'>,
  pace: Pace,
): Promise<Strangers> {
  const others = joinImages(control, reference);
  const found = await space.search(others, pace);
  if (countPeople(others) >= enoughStrangers) return { ...found, people: others.subjects };
  const among = await space.searchItself(pace);
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
  control: Strangers;
  synthetic: Matches;
  judgement: CopyJudgement;
}

/** Searches the cohort in the way in which the strangers were searched, and judges it by them. */
export async function searchCopies(
  space: CopySpace,
  strangers: Strangers,
  cohort: ImageSet,
  thresholds: GateThresholds,
  pace: Pace,
): Promise<SearchResult> {
  const synthetic = await space.search(cohort, pace);
  const rule = createCopyRule(strangers, strangers.people, thresholds);
  return {
    space: space.name,
    rule,
    isSound: isRuleSound(rule),
    control: strangers,
    synthetic,
    judgement: judgeCopies(rule, synthetic.distance),
  };
}

export function createCopyRule(
  control: Matches,
  people: readonly string[],
  thresholds: GateThresholds,
): CopyRule {
  return {
    tail: fitTail(control.distance, people),
    quantile: thresholds.falseAlarmQuantile,
    significance: thresholds.copySignificance / testsOfCopySearch,
  };
}

/** @returns whether the rule rests on enough different people; if not, no cohort can pass. */
export function isRuleSound({ tail }: CopyRule): boolean {
  return tail.people >= leastTailPeople && tail.excess > 0 && (tail.sorted[0] ?? 0) > 0;
}

/**
 * The decision about a cohort in one space. Each image's distance doesn't depend on the others, so
 * the self-test judges a cohort with planted copies by the very same function.
 */
export function judgeCopies(rule: CopyRule, distances: ArrayLike<number>): CopyJudgement {
  const least = copyDistance(rule.tail, distances.length, rule.significance);
  const copies: number[] = [];
  for (let i = 0; i < distances.length; i += 1) if (distances[i]! < least) copies.push(i);
  const share = testFlaggedShare(rule.tail, distances, rule.quantile);
  return {
    copyDistance: least,
    copies,
    share,
    interval: clopperPearson(share.flagged, distances.length),
    isRefused: copies.length > 0 || share.pValue < rule.significance,
  };
}
