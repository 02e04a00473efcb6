import type { Locale } from './dto.ts';
import type { CheckResult } from './evidence.ts';
import { nameValue } from './gate-names.ts';
import { fill, type PartsOf } from './sentences.ts';

type Details = CheckResult['details'];

/**
 * Why the gate could not make a check, or could not judge what it was given: one row per reason, in
 * both languages. In braces stand the check's details of that name (`code: name` where several
 * reasons hold at once). The evidence keeps the code and the English sentence.
 */
export const gateReasons = {
  inputFailed: {
    en: 'This was not looked at, because the images could not be judged at all (see Input).',
    sv: 'Detta prövades inte, eftersom bilderna inte gick att bedöma alls (se Underlag).',
  },
  syntheticImages: {
    en: 'Synthetic images: {found}, at least {needed} are needed.',
    sv: 'Syntetiska bilder: {found}, minst {needed} krävs.',
  },
  trainingImages: {
    en: 'Training images: {found}, at least {needed} are needed.',
    sv: 'Träningsbilder: {found}, minst {needed} krävs.',
  },
  trainingPeople: {
    en: 'People in the training split: {found}, at least {needed} are needed.',
    sv: 'Personer i träningsdelen: {found}, minst {needed} krävs.',
  },
  controlImages: {
    en: 'Control images: {found}, at least {needed} are needed.',
    sv: 'Kontrollbilder: {found}, minst {needed} krävs.',
  },
  controlPeople: {
    en: 'People in the control split: {found}, at least {needed} are needed.',
    sv: 'Personer i kontrolldelen: {found}, minst {needed} krävs.',
  },
  referenceImages: {
    en: 'Reference images: {found}, at least {needed} are needed.',
    sv: 'Referensbilder: {found}, minst {needed} krävs.',
  },
  referencePeople: {
    en: 'People in the reference split: {found}, at least {needed} are needed.',
    sv: 'Personer i referensdelen: {found}, minst {needed} krävs.',
  },
  partsMisfit: {
    en: 'Pixels, labels and people do not fit together in these sets: {sets}.',
    sv: 'Bildpunkter, märkningar och personer passar inte ihop i dessa mängder: {sets}.',
  },
  otherSize: {
    en: 'The cohort’s images have {size} pixels a side, and those of these sets another number: {sets}.',
    sv: 'Kohortens bilder har {size} bildpunkter per sida, och dessa mängders ett annat antal: {sets}.',
  },
  sizeUneven: {
    en: 'The images have {size} pixels a side, and a multiple of 16 is needed.',
    sv: 'Bilderna har {size} bildpunkter per sida, och en multipel av 16 krävs.',
  },
  fewInTail: {
    en: 'It needs at least {peopleNeeded} different people of the control split near the training images to say how near is too near (there are {peopleInTail}).',
    sv: 'Den kräver minst {peopleNeeded} olika personer i kontrolldelen nära träningsbilderna för att säga hur nära som är för nära (nu {peopleInTail}).',
  },
  tailTouches: {
    en: 'It needs a control split that holds no image of the training split: here some are the same, so there is no telling how near is too near.',
    sv: 'Den kräver en kontrolldel utan bilder ur träningsdelen: här är några desamma, så det går inte att säga hur nära som är för nära.',
  },
  fewPeople: {
    en: 'It needs at least {peopleNeeded} people both in the training and in the control split.',
    sv: 'Den kräver minst {peopleNeeded} personer både i träningsdelen och i kontrolldelen.',
  },
  fewVulnerable: {
    en: 'It needs people in rare label combinations, or unusual ones, both in the training and in the control split: at least {peopleNeeded} on each side.',
    sv: 'Den kräver personer med sällsynta märkningar, eller ovanliga personer, både i träningsdelen och i kontrolldelen: minst {peopleNeeded} på vardera sidan.',
  },
  fewInCells: {
    en: 'It needs at least {peopleNeeded} synthetic images and as many people in the control split.',
    sv: 'Den kräver minst {peopleNeeded} syntetiska bilder och lika många personer i kontrolldelen.',
  },
  noLabels: { en: 'It needs images with labels.', sv: 'Den kräver bilder med märkningar.' },
  fewSharedGrades: {
    en: 'It needs at least two calcium grades that the cohort and the real images share.',
    sv: 'Den kräver minst två kalkgrader som kohorten och de verkliga bilderna har gemensamma.',
  },
  fewInGrades: {
    en: 'It needs at least {imagesNeeded} images of each calcium grade that the cohort shows, in the cohort, in the training split, and in the control and the reference split together; too few: {gradesTooSmall}.',
    sv: 'Den kräver minst {imagesNeeded} bilder av varje kalkgrad som kohorten visar, i kohorten, i träningsdelen, och i kontroll- och referensdelen tillsammans; för få: {gradesTooSmall}.',
  },
  fewInAnyGrade: {
    en: 'It needs a calcium grade with at least {imagesNeeded} images each in the cohort, the training and the control split.',
    sv: 'Den kräver en kalkgrad med minst {imagesNeeded} bilder vardera i kohorten, träningsdelen och kontrolldelen.',
  },
  fewInGroups: {
    en: 'It needs at least {peopleNeeded} held-out people of each sex and age band; too few: {groupsTooSmall}.',
    sv: 'Den kräver minst {peopleNeeded} undanhållna personer av varje kön och åldersband; för få: {groupsTooSmall}.',
  },
  oneGroup: {
    en: 'It needs held-out people of at least two sexes or age bands.',
    sv: 'Den kräver undanhållna personer av minst två kön eller åldersband.',
  },
  fewToCalibrate: {
    en: 'It needs at least {imagesNeeded} images of the calcium grades that all share, in the control split (there are {images}) and in the reference split ({calibrationImages}).',
    sv: 'Den kräver minst {imagesNeeded} bilder av de kalkgrader som alla har gemensamma, i kontrolldelen (nu {images}) och i referensdelen ({calibrationImages}).',
  },
} as const satisfies Record<string, Record<Locale, string>>;
export type GateReason = keyof typeof gateReasons;
export const gateReasonNames = Object.keys(gateReasons) as [GateReason, ...GateReason[]];

/** The details that a reason's sentence names. */
export type ReasonParts<Reason extends GateReason> = Record<
  PartsOf<(typeof gateReasons)[Reason]['en']>,
  Details[string]
>;

const isReason = (code: string): code is GateReason => code in gateReasons;
const counts: Record<Locale, Intl.NumberFormat> = {
  sv: new Intl.NumberFormat('sv-SE'),
  en: new Intl.NumberFormat('en-GB'),
};

/**
 * @returns the reasons that a check's details give by code, in sentences; none where they give
 * none, or only in words of their own (`findRemark`)
 */
export function reasonsOf(details: Details, locale: Locale): string[] {
  return String(details['reasonCode'] ?? '')
    .split(', ')
    .filter(isReason)
    .map((code) =>
      fill(gateReasons[code][locale], (name) => {
        const part = details[`${code}: ${name}`] ?? details[name];
        return typeof part === 'number'
          ? counts[locale].format(part)
          : typeof part === 'string'
            ? nameValue(part, locale)
            : '–';
      }),
    );
}

/** @returns the English words of files from before reasons had codes; null where there are none */
export function findRemark({ details }: Pick<CheckResult, 'details'>): string | null {
  const remark =
    details['reasonCode'] === undefined ? (details['reason'] ?? details['problems']) : null;
  return typeof remark === 'string' && remark !== '' ? remark : null;
}
