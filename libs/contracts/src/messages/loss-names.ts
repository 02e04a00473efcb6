import type { Locale } from '../locale.ts';

/** What training can find not finite, as it stands within a sentence. */
export const lossNames = {
  discriminatorLoss: { en: "discriminator's loss", sv: 'diskriminatorns förlust' },
  generatorLoss: { en: "generator's loss", sv: 'generatorns förlust' },
  penalty: { en: 'gradient penalty', sv: 'gradientstraffet' },
  realLogit: { en: 'logit of real images', sv: 'logiten för verkliga bilder' },
  fakeLogit: { en: 'logit of generated images', sv: 'logiten för ritade bilder' },
  discriminatorGradient: { en: "discriminator's gradient", sv: 'diskriminatorns gradient' },
  generatorGradient: { en: "generator's gradient", sv: 'generatorns gradient' },
  classifierLoss: { en: "classifier's loss", sv: 'klassificerarens förlust' },
  guidanceLoss: { en: 'loss by guidance', sv: 'vägledningens förlust' },
} as const satisfies Record<string, Record<Locale, string>>;
