import { errors, type ErrorCode } from './errors.ts';
import type { Locale } from './dto.ts';

/** Why work on a cohort ended without its result, beside the lab's errors: one row per reason. What is stored is the English sentence. */
export const failures = {
  permitEnded: {
    en: 'The permit has ended or was revoked, so this was stopped.',
    sv: 'Tillståndet har löpt ut eller återkallats, så detta avbröts.',
  },
  synthesisFailed: {
    en: 'Drawing the images failed several times for a reason that lies in the lab. Nothing of them was kept. Tell the lab, then ask for the cohort again.',
    sv: 'Att rita bilderna misslyckades flera gånger av ett skäl som ligger hos labbet. Inget av dem sparades. Säg till labbet och begär sedan kohorten på nytt.',
  },
  gateFailed: {
    en: 'The gate failed several times for a reason that lies in the lab, so there is no verdict. Tell the lab, then run the gate again.',
    sv: 'Spärren misslyckades flera gånger av ett skäl som ligger hos labbet, så det finns inget utslag. Säg till labbet och kör sedan spärren på nytt.',
  },
  gateVoid: {
    en: 'The gate did not find the copies that it had hidden itself, so its answer counts for nothing. Tell the lab; run the gate again when it has been mended.',
    sv: 'Spärren fann inte de kopior som den själv hade gömt, så dess svar räknas inte. Säg till labbet, och kör spärren på nytt när den har lagats.',
  },
  packingFailed: {
    en: 'Packing failed for a reason that lies in the lab. It is tried again every ten minutes. Tell the lab.',
    sv: 'Packningen misslyckades av ett skäl som ligger hos labbet. Den görs om var tionde minut. Säg till labbet.',
  },
} as const satisfies Record<string, Record<Locale, string>>;

/** @returns what stands behind a stored sentence: the words in `locale`, or the code of an error; null for a sentence of no list */
export function failureOf(sentence: string, locale: Locale): { text: string } | { code: ErrorCode } | null {
  const row = Object.values(failures).find(({ en }) => en === sentence);
  if (row !== undefined) return { text: row[locale] };
  const code = (Object.keys(errors) as ErrorCode[]).find((each) => errors[each].text === sentence);
  return code === undefined ? null : { code };
}
