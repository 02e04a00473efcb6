import type { Locale, Words } from '../locale.ts';
import { sharedSentences, toFound, type Parts } from './checks/finding.ts';
import type { CheckRow } from './checks/row.ts';
import { gateChecks } from './checks.ts';
import type { JudgedCohort } from './check-result.ts';
import type { CheckResult } from './evidence.ts';
import { reasonsOf } from './reasons.ts';
import { fill } from '../sentences.ts';

export interface FindingText {
  /** One sentence. */
  found: string;
  /** Against what, how sure, and what it cannot tell: sentences, or none. */
  more: string;
}

const fallback = {
  measured: { en: 'Measured: {value}.', sv: 'Uppmätt: {value}.' },
  noNumber: { en: 'This check gave no number.', sv: 'Kontrollen gav inget tal.' },
  notMade: {
    en: 'This check could not be made, so it has not passed.',
    sv: 'Kontrollen gick inte att göra, så den är inte godkänd.',
  },
} satisfies Record<string, Words>;

/** @returns what the check found, in whole sentences: the pages and the evidence as PDF say it */
export function findingOf(result: CheckResult, judged: JudgedCohort, locale: Locale): FindingText {
  const reasons = reasonsOf(result.details, locale);
  if (result.details['made'] === false)
    return { found: fallback.notMade[locale], more: reasons.join(' ') };
  const { sentences, choose }: CheckRow['finding'] = gateChecks[result.check].finding;
  const texts: Record<string, Words> = { ...sharedSentences, ...sentences };
  const facts = toFound(result, judged, locale);
  const { say, parts } = choose(facts);
  const [found, ...more] = say
    .filter((name) => name !== false)
    .map((name) => fillWhole(texts[name]?.[locale], parts));
  // The rest makes no sense without the first sentence: older files lack details that newer ones
  // have.
  if (found === null || found === undefined)
    return {
      found:
        fillWhole(fallback.measured[locale], { value: facts.plain(result.value) }) ??
        fallback.noNumber[locale],
      more: '',
    };
  return { found, more: [...more.filter((sentence) => sentence !== null), ...reasons].join(' ') };
}

/** @returns null where there is no such sentence, or a part of it is missing */
function fillWhole(text: string | undefined, parts: Parts): string | null {
  if (text === undefined) return null;
  const isWhole = [...text.matchAll(/\{(\w+)\}/g)].every(
    ([, name = '']) => (parts[name] ?? null) !== null,
  );
  return isWhole ? fill(text, (name) => parts[name] ?? '') : null;
}
