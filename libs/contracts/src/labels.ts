import { z } from 'zod';

/**
 * What is known of each training image beside its pixels, and what a synthetic image is asked to
 * show. Closed lists: the generator's label vector, the gate's cells and the cohort's columns all
 * follow this order.
 *
 * Calcium grades follow the Agatston score (Agatston 1990) in the usual four classes; age bands are
 * SCAPIS's 50-64 years.
 */
export const calciumGrades = ['none', 'mild', 'moderate', 'severe'] as const;
export const sexes = ['female', 'male'] as const;
export const ageBands = ['50-54', '55-59', '60-64'] as const;

/** Highest Agatston score of each calcium grade; null = no upper bound. */
export const agatstonUpperBound: Record<CalciumGrade, number | null> = {
  none: 0,
  mild: 99,
  moderate: 399,
  severe: null,
};

export type CalciumGrade = (typeof calciumGrades)[number];
export type Sex = (typeof sexes)[number];
export type AgeBand = (typeof ageBands)[number];

export const imageLabels = z.object({
  calciumGrade: z.enum(calciumGrades),
  sex: z.enum(sexes),
  ageBand: z.enum(ageBands),
});
export type ImageLabels = z.infer<typeof imageLabels>;

/** Length of the one-hot label vector: grade, then sex, then age band. */
export const labelVectorLength = calciumGrades.length + sexes.length + ageBands.length;

/**
 * @returns the labels as a one-hot vector of `labelVectorLength` numbers, in the order grade, sex,
 * age band.
 */
export function toLabelVector(labels: ImageLabels): number[] {
  return [
    ...calciumGrades.map((grade) => Number(grade === labels.calciumGrade)),
    ...sexes.map((sex) => Number(sex === labels.sex)),
    ...ageBands.map((band) => Number(band === labels.ageBand)),
  ];
}

/** @returns the calcium grade of an Agatston score (0 or more). */
export function toCalciumGrade(agatston: number): CalciumGrade {
  return (
    calciumGrades.find((grade) => agatston <= (agatstonUpperBound[grade] ?? Infinity)) ?? 'severe'
  );
}

/**
 * A person is in exactly one split, fixed by hash before training: T trains the generator, H is
 * held out as control, R is the reference.
 */
export const splits = ['T', 'H', 'R'] as const;
export type Split = (typeof splits)[number];
