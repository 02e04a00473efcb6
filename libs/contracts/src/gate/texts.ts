import type { Locale, Words } from '../locale.ts';
import { canaryTransformations } from './canaries.ts';
import type { checkVerdicts } from './check-result.ts';
import type { CheckResult, GateVerdict } from './evidence.ts';
import type { CheckFamily } from './checks/row.ts';
import { thresholdRows } from './thresholds.ts';

const verdicts: Record<GateVerdict, { name: Words; text: Words }> = {
  passed: {
    name: { en: 'passed', sv: 'klarade' },
    text: {
      en: 'No leak was found, and the cohort resembles the real one closely enough for any use under the terms.',
      sv: 'Ingen läcka hittades, och kohorten liknar den verkliga tillräckligt för allt som villkoren tillåter.',
    },
  },
  'passed-method-development-only': {
    name: { en: 'passed, method development only', sv: 'klarade, endast metodutveckling' },
    text: {
      en: 'No leak was found, but the cohort does not resemble the real one closely enough: results from it say nothing about patients. It may be released for method development.',
      sv: 'Ingen läcka hittades, men kohorten liknar inte den verkliga tillräckligt: resultat från den säger inget om patienter. Den får lämnas ut för metodutveckling.',
    },
  },
  'of-no-use': {
    name: { en: 'of no use', sv: 'utan användning' },
    text: {
      en: 'No leak was found, but the cohort lies below the floor of use: it resembles no real images, or teaches nothing of its labels. It may be released only with a written reason.',
      sv: 'Ingen läcka hittades, men kohorten ligger under lägsta nivån för användning: den liknar inga verkliga bilder, eller lär inget om sina märkningar. Den får lämnas ut bara med en skriven motivering.',
    },
  },
  refused: {
    name: { en: 'refused', sv: 'stoppad' },
    text: {
      en: 'The gate found what could be a leak of a real person, and stops the cohort.',
      sv: 'Spärren fann något som kan vara en läcka av en verklig person, och stoppar kohorten.',
    },
  },
  void: {
    name: { en: 'inconclusive', sv: 'inte avgörande' },
    text: {
      en: 'The gate did not find the canaries that it had hidden itself, so it cannot tell whether the cohort is safe.',
      sv: 'Spärren hittade inte de kanariebilder som den själv hade gömt, så den kan inte avgöra om kohorten är säker.',
    },
  },
};

const families: Record<CheckFamily, { name: Words; text: Words }> = {
  'self-test': {
    name: { en: 'Self-test', sv: 'Självtest' },
    text: {
      en: 'Before it judges, the gate hides training images in the cohort (canaries) and must find them.',
      sv: 'Innan den bedömer gömmer spärren träningsbilder i kohorten (kanariebilder) och måste hitta dem.',
    },
  },
  privacy: {
    name: { en: 'Privacy', sv: 'Integritet' },
    text: {
      en: 'A failure here refuses the release.',
      sv: 'Ett underkännande här stoppar utlämnandet.',
    },
  },
  fidelity: {
    name: { en: 'Likeness', sv: 'Likhet' },
    text: {
      en: 'Read against how much real people differ from other real people. A failure marks the cohort for method development only.',
      sv: 'Läses mot hur mycket verkliga personer skiljer sig från andra verkliga personer. Ett underkännande gör att kohorten bara får användas till metodutveckling.',
    },
  },
  utility: {
    name: { en: 'Use', sv: 'Nytta' },
    text: {
      en: 'Does a model trained on the cohort work on real images?',
      sv: 'Fungerar en modell som tränats på kohorten på verkliga bilder?',
    },
  },
};

const checkVerdictWords: Record<(typeof checkVerdicts)[number], Words> = {
  pass: { en: 'pass', sv: 'klarade' },
  fail: { en: 'fail', sv: 'klarade inte' },
  report: { en: 'for information', sv: 'för kännedom' },
};

const passesWhen: Record<NonNullable<CheckResult['passesWhen']> | 'and', Words> = {
  'at-least': { en: 'at least', sv: 'minst' },
  'at-most': { en: 'at most', sv: 'högst' },
  equal: { en: 'equal to', sv: 'lika med' },
  between: { en: 'between', sv: 'mellan' },
  and: { en: 'and', sv: 'och' },
};

function inLanguage<Name extends string, Row>(
  table: Record<Name, Row>,
  textOf: (row: Row) => string,
): Record<Name, string> {
  return Object.fromEntries(
    (Object.entries(table) as [Name, Row][]).map(([name, row]) => [name, textOf(row)]),
  ) as Record<Name, string>;
}

function textsIn(locale: Locale) {
  return {
    verdicts: inLanguage(verdicts, ({ name }) => name[locale]),
    verdictTexts: inLanguage(verdicts, ({ text }) => text[locale]),
    families: inLanguage(families, ({ name }) => name[locale]),
    familyTexts: inLanguage(families, ({ text }) => text[locale]),
    checkVerdicts: inLanguage(checkVerdictWords, (words) => words[locale]),
    passesWhen: inLanguage(passesWhen, (words) => words[locale]),
    thresholds: inLanguage(thresholdRows, ({ name }) => name[locale]),
    forms: inLanguage(canaryTransformations, (words) => words[locale]),
  };
}

/**
 * The gate in words, for a reader without statistics, on the pages and in the evidence as PDF; the
 * words of each check stand in its row (checks.ts).
 */
export const gateTexts: Record<Locale, ReturnType<typeof textsIn>> = {
  en: textsIn('en'),
  sv: textsIn('sv'),
};
