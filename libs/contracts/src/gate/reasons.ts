import type { Locale, Words } from '../locale.ts';
import type { Details } from './check-result.ts';
import { nameValue } from './details.ts';
import { fill, type PartsOf } from '../sentences.ts';

/**
 * Why the gate could not make a check, or could not judge what it was given: one row per reason, in
 * both languages. In braces stand the check's details of that name (`code: name` where several
 * reasons hold at once). The evidence keeps the code and the English sentence.
 */
export const gateReasons = {
  inputFailed: {
    en: 'This check was not made, because the images could not be judged at all (see Input).',
    sv: 'Kontrollen gjordes inte, eftersom bilderna inte gick att bedöma alls (se Underlag).',
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
    en: 'The check needs at least {peopleNeeded} different people of the control split near the training images to set the distance of a copy (there are {peopleInTail}).',
    sv: 'Kontrollen kräver minst {peopleNeeded} olika personer i kontrolldelen nära träningsbilderna för att sätta kopieavståndet (nu {peopleInTail}).',
  },
  tailTouches: {
    en: 'The check needs a control split that holds no image of the training split: here some are the same, so no distance of a copy can be set.',
    sv: 'Kontrollen kräver en kontrolldel utan bilder ur träningsdelen: här är några desamma, så inget kopieavstånd går att sätta.',
  },
  fewPeople: {
    en: 'The check needs at least {peopleNeeded} people both in the training and in the control split.',
    sv: 'Kontrollen kräver minst {peopleNeeded} personer både i träningsdelen och i kontrolldelen.',
  },
  fewVulnerable: {
    en: 'The check needs people in rare label combinations, or unusual ones, both in the training and in the control split: at least {peopleNeeded} on each side.',
    sv: 'Kontrollen kräver personer med sällsynta märkningar, eller ovanliga personer, både i träningsdelen och i kontrolldelen: minst {peopleNeeded} på vardera sidan.',
  },
  fewInCells: {
    en: 'The check needs at least {peopleNeeded} synthetic images and as many people in the control split.',
    sv: 'Kontrollen kräver minst {peopleNeeded} syntetiska bilder och lika många personer i kontrolldelen.',
  },
  noLabels: {
    en: 'The check needs images with labels.',
    sv: 'Kontrollen kräver bilder med märkningar.',
  },
  fewSharedGrades: {
    en: 'The check needs at least two calcium grades that the cohort and the real images share.',
    sv: 'Kontrollen kräver minst två kalkgrader som kohorten och de verkliga bilderna har gemensamma.',
  },
  fewInGrades: {
    en: 'The check needs at least {imagesNeeded} images of each calcium grade that the cohort shows, in the cohort, in the training split, and in the control and the reference split together; too few: {gradesTooSmall}.',
    sv: 'Kontrollen kräver minst {imagesNeeded} bilder av varje kalkgrad som kohorten visar, i kohorten, i träningsdelen, och i kontroll- och referensdelen tillsammans; för få: {gradesTooSmall}.',
  },
  fewInAnyGrade: {
    en: 'The check needs a calcium grade with at least {imagesNeeded} images each in the cohort, the training and the control split.',
    sv: 'Kontrollen kräver en kalkgrad med minst {imagesNeeded} bilder vardera i kohorten, träningsdelen och kontrolldelen.',
  },
  fewInGroups: {
    en: 'The check needs at least {peopleNeeded} held-out people of each sex and age band; too few: {groupsTooSmall}.',
    sv: 'Kontrollen kräver minst {peopleNeeded} undanhållna personer av varje kön och åldersband; för få: {groupsTooSmall}.',
  },
  oneGroup: {
    en: 'The check needs held-out people of at least two sexes or age bands.',
    sv: 'Kontrollen kräver undanhållna personer av minst två kön eller åldersband.',
  },
  fewToCalibrate: {
    en: 'The check needs at least {imagesNeeded} images of the calcium grades that all sets share, in the control split (there are {images}) and in the reference split ({calibrationImages}).',
    sv: 'Kontrollen kräver minst {imagesNeeded} bilder av de kalkgrader som alla mängder har gemensamma, i kontrolldelen (nu {images}) och i referensdelen ({calibrationImages}).',
  },
} as const satisfies Record<string, Words>;
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
export function findRemark({ details }: { details: Details }): string | null {
  const remark =
    details['reasonCode'] === undefined ? (details['reason'] ?? details['problems']) : null;
  return typeof remark === 'string' && remark !== '' ? remark : null;
}
