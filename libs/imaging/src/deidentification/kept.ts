import { getText } from '../dicom/dataset.ts';
import type { DicomDataset, Tag } from '../dicom/dataset.ts';
import uids from './ps36-uids.generated.json' with { type: 'json' };

/**
 * What may stay of the values that PS3.15 table E.1-1 does not list. The table trusts every
 * attribute it does not name, also those where people write what they like; here free text goes
 * unless it has a row, and the row says what the value must look like.
 */
type IsKept = (value: string, around: DicomDataset) => boolean;

const form =
  (pattern: RegExp): IsKept =>
  (value) =>
    pattern.test(value);

/** Coding schemes of PS3.16 table 8-1 whose codes mean a concept, never a person or a place. */
const codingSchemes = [
  'DCM',
  'FMA',
  'ICD10',
  'LN',
  'NCIt',
  'RADLEX',
  'SCT',
  'SNM3',
  'SRT',
  'UCUM',
  'UMLS',
];

const equipment = form(/^[\p{L}\p{N}][\p{L}\p{N} .,+()/_&-]{0,63}$/u);

/** Texts that make a CT slice understood: what made it, and how. */
export const keptTexts: Readonly<Record<Tag, IsKept>> = {
  // Manufacturer and its model name.
  '00080070': equipment,
  '00081090': equipment,
  // Code Value, where the scheme is one of those above. Code Meaning is replaced (deidentify.ts).
  '00080100': (value, around) =>
    codingSchemes.includes(getText(around, '00080102')) &&
    /^(?=.*\d)[A-Z\d][A-Z\d.-]{0,15}$/i.test(value),
  '00080102': (value) => codingSchemes.includes(value),
  // Body Part Examined: terms of PS3.16 annex L, since people type here too.
  '00180015': form(
    /^(?:ABDOMEN|AORTA|BREAST|BRONCHUS|CHEST|CHESTABDOMEN|CHESTABDPELVIS|CORONARYARTERY|HEART|LUNG|MEDIASTINUM|RIB|STERNUM|THORACICAORTA|THORAX|TSPINE|UPPERABDOMEN)$/,
  ),
  // Convolution Kernel.
  '00181210': form(/^[A-Z\d][\w .+/~^-]{0,15}$/i),
  // Rescale Type.
  '00281054': form(/^[A-Z_]{1,16}$/),
};

/** Code strings for which PS3.3 gives CT no terms, so that they are free text in capitals. */
export const freeCodeStrings: readonly Tag[] = [
  // Scan Options.
  '00180022',
];

const registered = new Set(uids.uids);

/**
 * @returns whether PS3.6 annex A lists the UID as a class, syntax or coding scheme. The root
 * 1.2.840.10008 alone says nothing: anyone can write digits behind it.
 */
export function isRegisteredUid(uid: string): boolean {
  return registered.has(uid);
}
