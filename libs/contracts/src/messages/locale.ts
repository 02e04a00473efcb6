/** Languages that the lab speaks. */
export const locales = ['sv', 'en'] as const;
export type Locale = (typeof locales)[number];
