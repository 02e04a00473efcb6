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
export interface LabelCell {
  labels: ImageLabels;
  people: number;
}

/**
 * @returns every label combination in the order of the label lists, also those that nobody has. A
 * person counts in each cell of her images.
 */
export function countCells(images: Pick<ImageSet, 'labels' | 'subjects'>): LabelCell[] {
  const peopleOf = new Map<string, Set<string>>();
  images.labels.forEach((labels, i) => {
    const people = peopleOf.get(keyOf(labels)) ?? new Set();
    people.add(images.subjects[i] ?? '');
    peopleOf.set(keyOf(labels), people);
  });
  return calciumGrades.flatMap((calciumGrade) =>
    sexes.flatMap((sex) =>
      ageBands.map((ageBand) => {
        const labels = { calciumGrade, sex, ageBand };
        return { labels, people: peopleOf.get(keyOf(labels))?.size ?? 0 };
      }),
    ),
  );
}

/**
 * @returns the combinations that a cohort may show: at least `minimumCell` people of the training
 * split have each.
 */
export function releasableCells(
  training: Pick<ImageSet, 'labels' | 'subjects'>,
  minimumCell: number,
): LabelCell[] {
  return countCells(training).filter(({ people }) => people >= minimumCell);
}

/**
 * P5 (synthesis.md 4.2): behind each combination of labels that the cohort shows stand at least
 * `minimumCell` people of the training split. A combination of three people would describe those
 * three.
 */
export function checkCells(
  training: ImageSet,
  synthetic: ImageSet,
  minimumCell: number,
): CheckResult {
  const people = new Map(countCells(training).map((cell) => [keyOf(cell.labels), cell.people]));
  const shown = [...new Set(synthetic.labels.map(keyOf))].sort();
  if (shown.length === 0) return createUnmadeCheck('cells', 'noLabels', {});
  const small = shown.filter((key) => (people.get(key) ?? 0) < minimumCell);
  const smallest = Math.min(...shown.map((key) => people.get(key) ?? 0));
  const isAffected = (labels: ImageLabels): boolean => small.includes(keyOf(labels));
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

export function keyOf({ calciumGrade, sex, ageBand }: ImageLabels): string {
  return `${calciumGrade}, ${sex}, ${ageBand}`;
}
