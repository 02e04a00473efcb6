import { useTranslation } from 'react-i18next';

/** The lab's people live in one time zone; the database keeps UTC. */
const timeZone = 'Europe/Stockholm';
const tags = { sv: 'sv-SE', en: 'en-GB' } as const;
export type FormatLocale = keyof typeof tags;

/** Formatters of one language. Absent values become a dash, so that a table cell is never empty. */
export function formatsOf(locale: FormatLocale) {
  const tag = tags[locale];
  const dateTimeForm = new Intl.DateTimeFormat(tag, {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const dateForm = new Intl.DateTimeFormat(tag, { timeZone, dateStyle: 'medium' });
  const number = (value: number | null | undefined, digits = 3): string => {
    if (value === null || value === undefined) return '–';
    if (!Number.isFinite(value)) return String(value);
    const isTiny = value !== 0 && Math.abs(value) < Math.min(0.001, 10 ** -digits);
    return isTiny
      ? value.toExponential(1)
      : new Intl.NumberFormat(tag, {
          signDisplay: 'negative',
          maximumFractionDigits: Math.abs(value) >= 1_000 ? 0 : digits,
        }).format(value);
  };
  return {
    locale,
    number,
    /** An instant, e.g. "12 nov. 2026 14:05", in Swedish time. */
    dateTime: (iso: string | null | undefined): string =>
      iso ? dateTimeForm.format(new Date(iso)) : '–',
    /** A day: of an instant in Swedish time, or of a plain date as it stands. */
    date: (iso: string | null | undefined): string =>
      iso ? dateForm.format(new Date(iso.length === 10 ? `${iso}T12:00:00Z` : iso)) : '–',
    /** 0.125 as "12.5 %". */
    share: (value: number | null | undefined): string =>
      value === null || value === undefined
        ? '–'
        : new Intl.NumberFormat(tag, {
            signDisplay: 'negative',
            style: 'percent',
            maximumFractionDigits: 1,
          }).format(value),
    /** Decimal units, as disks and browsers count. */
    bytes: (size: number | null | undefined): string => {
      if (size === null || size === undefined) return '–';
      const units = ['B', 'kB', 'MB', 'GB', 'TB'];
      const power = Math.min(units.length - 1, size < 1_000 ? 0 : Math.floor(Math.log10(size) / 3));
      return `${number(size / 1_000 ** power, power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
    },
    /** 3725 as "1 h 2 min", 42 as "42 s". */
    duration: (seconds: number | null | undefined): string => {
      if (seconds === null || seconds === undefined) return '–';
      const whole = Math.max(0, Math.round(seconds));
      if (whole < 60) return `${whole} s`;
      const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)];
      return hours === 0 ? `${minutes} min ${whole % 60} s` : `${hours} h ${minutes} min`;
    },
  };
}

export type Formats = ReturnType<typeof formatsOf>;
const cached: Record<FormatLocale, Formats> = { sv: formatsOf('sv'), en: formatsOf('en') };

export function useFormats(): Formats {
  return cached[useLocale()];
}

export function useLocale(): FormatLocale {
  const { i18n } = useTranslation();
  return toLocale(i18n.language);
}

/** @returns the language of the page, by i18next's name of it */
export function toLocale(language: string): FormatLocale {
  return language === 'en' ? 'en' : 'sv';
}
