import { sayStored } from '@scapis/contracts';
import { useCallback } from 'react';
import { useLocale } from '../../i18n/format.ts';

/**
 * The sentence of a verdict's or finding's code in the page's language; a code this page does not
 * know yet stands as it is.
 */
export function useReasonText(): (code: string) => string {
  const locale = useLocale();
  return useCallback(
    (code: string) => sayStored({ code: `file.${code}`, params: {} }, locale) ?? code,
    [locale],
  );
}
