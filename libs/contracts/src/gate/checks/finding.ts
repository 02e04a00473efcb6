import type { Locale, Words } from '../../locale.ts';
import type { AgeBand, CalciumGrade, Sex } from '../../labels.ts';
import { canaryTransformations } from '../canaries.ts';
import type { JudgedCohort, Measured } from '../check-result.ts';

export type Sentences = Record<string, Words>;

/** Sentences that any check may say. */
export const sharedSentences = {
  interval: {
    en: '95% confidence interval: {low} to {high}.',
    sv: '95 % konfidensintervall: {low} till {high}.',
  },
  unsure: {
    en: 'No confidence interval was computed.',
    sv: 'Inget konfidensintervall räknades ut.',
  },
  averaged: {
    en: 'Mean of {draws} random draws of {images} images each; no confidence interval was computed.',
    sv: 'Medelvärde av {draws} slumpvisa urval om {images} bilder; inget konfidensintervall räknades ut.',
  },
  counted: {
    en: 'This was counted, not estimated.',
    sv: 'Detta är räknat, inte uppskattat.',
  },
  useless: {
    en: 'That is below the floor of use.',
    sv: 'Det är under lägsta nivån för användning.',
  },
  worst: {
    en: 'That is in the worst of the four spaces ({space}).',
    sv: 'Det är i det sämsta av de fyra rummen ({space}).',
  },
} satisfies Sentences;

export type Parts = Record<string, string | null>;

/**
 * Which sentences hold of a result, in order, and what stands in their braces. A sentence with a
 * part that the evidence lacks is left out.
 */
export interface Said<Sentence extends string = string> {
  say: readonly (Sentence | keyof typeof sharedSentences | false)[];
  parts: Parts;
}

/** What a check found and how sure that is, in plain sentences with their numbers. */
export interface Finding {
  sentences: Sentences;
  choose: (found: Found) => Said;
}

/**
 * A sentence must be true of the definition in libs/gate, not only of the usual case. `choose` can
 * name only sentences that stand here or are shared.
 */
export function finding<Own extends Sentences>(
  sentences: Own,
  choose: (found: Found) => Said<Extract<keyof Own, string>>,
): Finding {
  return { sentences, choose };
}

/** Grades, groups and feature spaces as they stand within a sentence. */
const names = {
  contrastive: { en: 'the trained space', sv: 'det tränade rummet' },
  random: { en: 'the random space', sv: 'det slumpmässiga rummet' },
  radiomics: { en: 'measurable features', sv: 'mätbara egenskaper' },
  task: { en: 'the task space', sv: 'uppgiftens rum' },
  none: { en: 'none', sv: 'ingen' },
  mild: { en: 'mild', sv: 'lätt' },
  moderate: { en: 'moderate', sv: 'måttlig' },
  severe: { en: 'severe', sv: 'svår' },
  female: { en: 'women', sv: 'kvinnor' },
  male: { en: 'men', sv: 'män' },
  '50-54': { en: 'people of 50 to 54', sv: 'personer mellan 50 och 54 år' },
  '55-59': { en: 'people of 55 to 59', sv: 'personer mellan 55 och 59 år' },
  '60-64': { en: 'people of 60 to 64', sv: 'personer mellan 60 och 64 år' },
} satisfies Record<
  'contrastive' | 'random' | 'radiomics' | 'task' | CalciumGrade | Sex | AgeBand,
  Words
>;

function formatsOf(tag: string) {
  // A difference that rounds to nothing is not "-0".
  const form = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
    new Intl.NumberFormat(tag, { signDisplay: 'negative', ...options });
  return {
    count: form({ maximumFractionDigits: 0 }),
    tenths: form({ maximumFractionDigits: 1 }),
    plain: form({ maximumSignificantDigits: 3 }),
    share: form({ style: 'percent', maximumFractionDigits: 1 }),
  };
}
const formats: Record<Locale, ReturnType<typeof formatsOf>> = {
  sv: formatsOf('sv-SE'),
  en: formatsOf('en-GB'),
};

/**
 * @returns a result as its sentences take it up: its numbers written as the language writes them,
 * null where there is none
 */
export function toFound(result: Measured, judged: JudgedCohort, locale: Locale) {
  const { value, baseline, threshold, interval, details } = result;
  const write =
    (form: keyof (typeof formats)[Locale]) =>
    (number: number | null): string | null =>
      number === null || !Number.isFinite(number) ? null : formats[locale][form].format(number);
  const tenths = write('tenths');
  const wordOf = (table: Record<string, Words>, name: string): string | null =>
    table[String(details[name])]?.[locale] ?? null;
  return {
    ...result,
    judged,
    isFailed: result.verdict === 'fail',
    isBelowFloor: details['isBelowFloor'] === true,
    detail: (name: string): number | null =>
      typeof details[name] === 'number' ? details[name] : null,
    /** The word for the grade, group or space that a detail names. */
    named: (name: string) => wordOf(names, name),
    form: (name: string) => wordOf(canaryTransformations, name),
    tenths,
    count: write('count'),
    share: write('share'),
    plain: write('plain'),
    /** A share in percentage points. */
    hundred: (number: number | null) => tenths(number === null ? null : 100 * number),
    /** What stands in most sentences. */
    usual: (form: (number: number | null) => string | null): Parts => ({
      value: form(value),
      baseline: form(baseline),
      limit: form(threshold),
      low: form(interval?.[0] ?? null),
      high: form(interval?.[1] ?? null),
    }),
  };
}
export type Found = ReturnType<typeof toFound>;

/** The random draws that a number is the mean of. */
export function drawsOf({ count, detail }: Found): Parts {
  return { draws: count(detail('draws')), images: count(detail('images')) };
}
