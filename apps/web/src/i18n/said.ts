import { message, sayStored, toFieldFault, type StoredMessage } from '@scapis/contracts';
import { useCallback } from 'react';
import { useLocale, type FormatLocale } from './format.ts';

/** A message as the API gives it. */
type Spoken = StoredMessage & { text: string };

/**
 * @returns what says a message of the lab in the page's language; one that this page does not know
 * yet is said as the lab sent it
 */
export function useSaid(): (spoken: Spoken) => string {
  const locale = useLocale();
  return useCallback((spoken: Spoken) => sayStored(spoken, locale) ?? spoken.text, [locale]);
}

/** @returns what to write in a field whose value a schema refuses */
export function sayFieldFault(
  issue: Parameters<typeof toFieldFault>[0],
  locale: FormatLocale,
): string {
  return sayStored(toFieldFault(issue), locale) ?? message('field_invalid', {}, locale);
}

/** @returns the sentence beside a choice that was not made, in the page's language */
export function useChooseText(): string {
  return message('field_choose', {}, useLocale());
}
