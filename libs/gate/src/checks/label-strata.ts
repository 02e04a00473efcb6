import {
  ageBands,
  calciumGrades,
  sexes,
  type CheckResult,
  type ImageLabels,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { createAtLeastCheck, createUnmadeCheck } from './check.ts';

/** One combination of labels and how many different people have it. */
export interface LabelStratum {
  labels: ImageLabels;
  people: number;
}

/**
 * @returns every label combination in the order of the label lists, also those that nobody has. A
 * person counts in each stratum of their images.
 */
export function countStrata(images: Pick<ImageSet, 'labels' | 'subjects'>): LabelStratum[] {
  const peopleOf = new Map<string, Set<string>>();
  images.labels.forEach((labels, i) => {
    const people = peopleOf.get(stratumOf(labels)) ?? new Set();
    people.add(images.subjects[i] ?? '');
    peopleOf.set(stratumOf(labels), people);
  });
  return calciumGrades.flatMap((calciumGrade) =>
    sexes.flatMap((sex) =>
      ageBands.map((ageBand) => {
        const labels = { calciumGrade, sex, ageBand };
        return { labels, people: peopleOf.get(stratumOf(labels))?.size ?? 0 };
      }),
    ),
  );
}

/**
 * @returns the combinations that a cohort may show: at least `minimumCell` people of the training
 * split have each.
 */
export function releasableStrata(
  training: Pick<ImageSet, 'labels' | 'subjects'>,
  minimumCell: number,
): LabelStratum[] {
  return countStrata(training).filter(({ people }) => people >= minimumCell);
}

/**
 * P5: each combination of labels that the cohort shows has at least `minimumCell` people in the
 * training split. A combination of three people would describe those three.
 */
export function checkStrata(
  training: ImageSet,
  synthetic: ImageSet,
  minimumCell: number,
): CheckResult {
  const people = new Map(
    countStrata(training).map((cell) => [stratumOf(cell.labels), cell.people]),
  );
  const shown = [...new Set(synthetic.labels.map(stratumOf))].sort();
  if (shown.length === 0) return createUnmadeCheck('cells', 'noLabels', {});
  const small = shown.filter((key) => (people.get(key) ?? 0) < minimumCell);
  const smallest = Math.min(...shown.map((key) => people.get(key) ?? 0));
  const isAffected = (labels: ImageLabels): boolean => small.includes(stratumOf(labels));
  return createAtLeastCheck('cells', smallest, minimumCell, {
    details: {
      combinationsShown: shown.length,
      combinationsTooSmall: small.length,
      imagesAffected: synthetic.labels.filter(isAffected).length,
      // Names only, no counts: how many people a rare combination has is itself a disclosure.
      tooSmall: small.join('; '),
    },
  });
}

export function stratumOf({ calciumGrade, sex, ageBand }: ImageLabels): string {
  return `${calciumGrade}, ${sex}, ${ageBand}`;
}
