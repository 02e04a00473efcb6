export const locales = ['sv', 'en'] as const;
export type Locale = (typeof locales)[number];

/** One text in every language. */
export type Words = Record<Locale, string>;
