import type { Locale } from '@scapis/contracts';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Messages } from './messages/en/index.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Messages };
    nsSeparator: false;
  }
}

/**
 * Acts are named with a colon (`permit:sign`), which i18next would else take for a namespace; React
 * escapes what is shown.
 */
export const i18nOptions = { nsSeparator: false, interpolation: { escapeValue: false } } as const;

const storageKey = 'lab.locale';
const loaders: Record<Locale, () => Promise<Messages>> = {
  sv: async () => (await import('./messages/sv/index.ts')).sv,
  en: async () => (await import('./messages/en/index.ts')).en,
};

/**
 * Loads the chosen language: the one chosen before on this machine, else the browser's, else
 * Swedish.
 */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({ ...i18nOptions, resources: {}, lng: 'sv' });
  await show(
    storedLocale() ??
      (navigator.languages.some((tag) => tag.startsWith('sv')) ||
      !navigator.languages.some((tag) => tag.startsWith('en'))
        ? 'sv'
        : 'en'),
  );
}

/** Changes the language of the page and remembers it. */
export async function changeLocale(locale: Locale): Promise<void> {
  try {
    localStorage.setItem(storageKey, locale);
  } catch {
    // A browser that keeps nothing still changes language; it only forgets it.
  }
  await show(locale);
}

async function show(locale: Locale): Promise<void> {
  if (!i18next.hasResourceBundle(locale, 'translation'))
    i18next.addResourceBundle(locale, 'translation', await loaders[locale]());
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}

function storedLocale(): Locale | null {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'sv' || stored === 'en' ? stored : null;
  } catch {
    return null;
  }
}
