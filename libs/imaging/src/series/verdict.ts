import { crc32 } from 'node:zlib';

import { ingestReasons } from '@scapis/contracts';
import type { IngestReason } from '@scapis/contracts';

import { getText, getTexts } from '../dicom/dataset.ts';
import type { DicomDataset, DicomObject, Tag } from '../dicom/dataset.ts';
import type { DecoderPool } from '../pixels/decoder-pool.ts';
import { DicomReadError, readDicom } from '../dicom/dicom.ts';
import type { ReadFault } from '../dicom/dicom.ts';
import { canBeChest } from './chest.ts';
import { readGeometry, readPatientAxes } from './geometry.ts';
import { namesHead } from './head.ts';
import { decodeSlice, isPlausibleHu, PixelError } from '../pixels/pixels.ts';
import type { HuImage, PixelFault } from '../pixels/pixels.ts';

/**
 * What happens to one uploaded file. Only original axial CT of the trunk passes; the kind of image
 * is the guard against burned-in text. It stops by what headers say: a screen capture that claims
 * to be an original axial slice gets through here, and is stopped by the contact sheet that a
 * person approves.
 */
export type Examination =
  /** `object` has its pixels rebuilt, see decodeSlice. */
  | { verdict: 'accepted'; reason: null; detail: null; object: DicomObject; image: HuImage }
  /**
   * `object` and `image` are what could be read, so that a person can look. `detail` is a UID of
   * the standard, never a value of the patient.
   */
  | {
      verdict: 'quarantined' | 'rejected';
      reason: IngestReason;
      detail: string | null;
      object: DicomObject | null;
      image: HuImage | null;
    };

export type ExamineOptions = {
  decoder: DecoderPool;
  /** Keys of images accepted before; the one of an accepted file is added. */
  seenImages: Set<string>;
};

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
/** Enhanced CT and Legacy Converted Enhanced CT. */
const enhancedCt = ['1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2'];
const secondaryCaptureRoot = '1.2.840.10008.5.1.4.1.1.7';
const doseReport = '1.2.840.10008.5.1.4.1.1.88.67';

const reasonOfReadFault: Record<ReadFault, IngestReason> = {
  'not-dicom': 'not_dicom',
  truncated: 'truncated',
  malformed: 'malformed',
  mislabelled: 'transfer_syntax_wrong',
};
const reasonOfPixelFault: Record<PixelFault, IngestReason> = {
  'no-pixel-data': 'no_pixel_data',
  'unsupported-transfer-syntax': 'unsupported_transfer_syntax',
  'wrong-transfer-syntax': 'transfer_syntax_wrong',
  colour: 'colour',
  'multi-frame': 'multi_frame',
  'unsupported-pixel-format': 'unsupported_pixel_format',
  'pixel-length': 'pixel_length_wrong',
  'no-rescale': 'no_rescale',
  'decoder-timeout': 'decoder_timeout',
  'decoder-fault': 'decoder_failed',
};

/**
 * Reads, checks and decodes one file. It throws only when something other than the file is at
 * fault.
 */
export async function examineFile(
  bytes: Uint8Array,
  { decoder, seenImages }: ExamineOptions,
): Promise<Examination> {
  let object: DicomObject;
  try {
    object = readDicom(bytes);
  } catch (error) {
    if (error instanceof DicomReadError) return refuse(reasonOfReadFault[error.fault]);
    throw error;
  }
  const headerReason = examineHeader(object.dataset);
  if (headerReason && ingestReasons[headerReason].verdict === 'rejected')
    return refuse(headerReason, object);
  let image: HuImage;
  try {
    ({ image, object } = await decodeSlice(object, decoder));
  } catch (error) {
    if (error instanceof PixelError)
      return refuse(reasonOfPixelFault[error.fault], object, null, syntaxOf(error, object));
    throw error;
  }
  const isPlausible = isPlausibleHu(image);
  const geometry = readGeometry(object.dataset);
  // Before what only quarantines: no one is to be shown a head, and asked whether it may pass.
  if (isPlausible && geometry && !canBeChest(image, geometry.spacing))
    return refuse('not_chest', object, image);
  if (headerReason) return refuse(headerReason, object, image);
  if (!isPlausible) return refuse('hu_implausible', object, image);
  const key = imageKey(object.dataset, image);
  if (seenImages.has(key)) return refuse('duplicate_instance', object);
  seenImages.add(key);
  return { verdict: 'accepted', reason: null, detail: null, object, image };
}

/**
 * What makes two files one image: the person, all UIDs, the place and the pixels, whatever the
 * encoding. The instance's UID alone does not: archives give one to several images, and even to
 * those of several people. Beside all that, a checksum tells pixels apart well enough.
 */
function imageKey(dataset: DicomDataset, { hu }: HuImage): string {
  const facts = ['00100020', '0020000D', '0020000E', '00080018', '00200032', '00200037'].map(
    (tag) => getTexts(dataset, tag),
  );
  const bytes = new Uint8Array(hu.buffer, hu.byteOffset, hu.byteLength);
  return JSON.stringify([...facts, crc32(bytes)]);
}

function refuse(
  reason: IngestReason,
  object: DicomObject | null = null,
  image: HuImage | null = null,
  detail: string | null = null,
): Examination {
  return { verdict: ingestReasons[reason].verdict, reason, detail, object, image };
}

/** A transfer syntax is shown only when it is the standard's: a private one could hold anything. */
function syntaxOf(error: PixelError, object: DicomObject): string | null {
  const isShown =
    error.fault === 'unsupported-transfer-syntax' &&
    /^1\.2\.840\.10008\.[\d.]{1,50}$/.test(object.transferSyntaxUid);
  return isShown ? object.transferSyntaxUid : null;
}

/**
 * One row per rule; the first that holds decides. Those that reject stand before those that
 * quarantine.
 */
const headerRules: readonly { reason: IngestReason; holds: (dataset: DicomDataset) => boolean }[] =
  [
    { reason: 'screen_capture', holds: isScreenCapture },
    { reason: 'missing_sop_class', holds: (dataset) => getText(dataset, '00080016') === '' },
    {
      reason: 'enhanced_ct',
      holds: (dataset) => enhancedCt.includes(getText(dataset, '00080016')),
    },
    {
      reason: 'not_ct',
      holds: (dataset) =>
        getText(dataset, '00080016') !== ctImageStorage || getText(dataset, '00080060') !== 'CT',
    },
    {
      reason: 'missing_identifiers',
      holds: (dataset) =>
        ['00080018', '0020000D', '0020000E'].some((tag) => getText(dataset, tag) === ''),
    },
    { reason: 'missing_patient_id', holds: (dataset) => getText(dataset, '00100020') === '' },
    {
      reason: 'burned_in_annotation',
      holds: (dataset) => getText(dataset, '00280301').toUpperCase() === 'YES',
    },
    {
      reason: 'localizer',
      holds: (dataset) =>
        getTexts(dataset, '00080008').some((value) => /LOCALI[ZS]ER|SCOUT|TOPOGRAM/i.test(value)),
    },
    { reason: 'head_ct', holds: namesHead },
    { reason: 'decimal_comma', holds: hasDecimalComma },
    { reason: 'missing_geometry', holds: (dataset) => readGeometry(dataset) === undefined },
    { reason: 'rescale_not_hu', holds: (dataset) => !isRescaledToHu(dataset) },
    { reason: 'not_original_axial', holds: (dataset) => !isOriginalAxial(dataset) },
    { reason: 'orientation_oblique', holds: isOblique },
  ];

/** @returns the first reason against the file that its header gives, or null. */
function examineHeader(dataset: DicomDataset): IngestReason | null {
  return headerRules.find(({ holds }) => holds(dataset))?.reason ?? null;
}

/**
 * Screen saves and dose sheets name the patient in the pixels (CTP#16: SAVE in Image Type or Series
 * Description, secondary capture).
 */
function isScreenCapture(dataset: DicomDataset): boolean {
  const sopClass = getText(dataset, '00080016');
  return (
    sopClass === doseReport ||
    sopClass === secondaryCaptureRoot ||
    sopClass.startsWith(`${secondaryCaptureRoot}.`) ||
    getTexts(dataset, '00080008').some((value) => /SAVE|SCREEN|DOSE/i.test(value)) ||
    /screen ?(?:save|shot|capture)|dose ?(?:report|info|record|sheet)|patient protocol/i.test(
      getText(dataset, '0008103E'),
    )
  );
}

/** Position, orientation, spacing and rescale, without which a slice is of no use. */
const neededNumbers: readonly Tag[] = ['00200032', '00200037', '00280030', '00281052', '00281053'];

function hasDecimalComma(dataset: DicomDataset): boolean {
  return neededNumbers.some((tag) =>
    getTexts(dataset, tag).some((value) => /^[+-]?\d*,\d+(?:[Ee][+-]?\d+)?$/.test(value)),
  );
}

/**
 * Rescale Type (0028,1054) may be left out only where the values are Hounsfield units (PS3.3
 * C.8.2.1.1.2); densities, effective atomic numbers and unspecified units look like HU to a check
 * of numbers.
 */
function isRescaledToHu(dataset: DicomDataset): boolean {
  return ['', 'HU'].includes(getText(dataset, '00281054').trim().toUpperCase());
}

/** No training view in the patient's axes can be made of it. */
function isOblique(dataset: DicomDataset): boolean {
  const geometry = readGeometry(dataset);
  return geometry !== undefined && readPatientAxes(geometry) === null;
}

/**
 * Image Type ORIGINAL, PRIMARY, AXIAL (PS3.3 C.8.2.1.1.1), and a slice that really lies across: a
 * coronal one may claim the same.
 */
function isOriginalAxial(dataset: DicomDataset): boolean {
  const [first, second, third] = getTexts(dataset, '00080008').map((value) => value.toUpperCase());
  const geometry = readGeometry(dataset);
  return (
    first === 'ORIGINAL' &&
    second === 'PRIMARY' &&
    third === 'AXIAL' &&
    geometry !== undefined &&
    Math.abs(geometry.normal[2]) > 0.8
  );
}
