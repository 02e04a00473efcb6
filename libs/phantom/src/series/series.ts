import { createHash } from 'node:crypto';
import {
  setBytes,
  setNumbers,
  setText,
  transferSyntax,
  writePart10,
  type DicomDataset,
} from '@scapis/imaging';
import { fictiveIdentity } from '../subject/identity.ts';
import { heartHeightsMm } from '../images/image-set.ts';
import { plantIdentifiers, type PlantedIdentifier } from './planted.ts';
import { highestHu, lowestHu } from '../images/scanner.ts';
import { scanners } from '../subject/sites.ts';
import { defaultFieldOfViewMm, defaultMatrix, phantomSlice } from '../images/slice.ts';
import type { PhantomSubject } from '../subject/subject.ts';

export interface SeriesOptions {
  /** Number of slices at the heart's level; default 3. */
  slices?: number;
  /** Or the heights themselves, mm, upwards. */
  heightsMm?: readonly number[];
  matrix?: number;
  fieldOfViewMm?: number;
  /** Which scan of the person; default 0. Each scan is a study of its own. */
  scan?: number;
  /**
   * Hide more identifiers where hospitals leave them: nested sequences, private elements, comments.
   * Default false.
   */
  plantIdentifiers?: boolean;
}

export interface PhantomFile {
  fileName: string;
  bytes: Uint8Array;
}

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
const sliceThicknessMm = 3;
/** Said in every place where a person could take the pictures for a patient's. */
const phantomMark = 'PHANTOM, no patient';

/**
 * @returns the person's CT series, one classic CT object (PS3.3 A.3) per slice, from the feet up.
 * The same subject gives the same bytes.
 */
export function writePhantomSeries(
  subject: PhantomSubject,
  options: SeriesOptions = {},
): PhantomFile[] {
  return seriesHeights(options).map((height, index) => {
    const dataset = sliceDataset(subject, height, index, options);
    if (options.plantIdentifiers) plantIdentifiers(dataset, subject);
    const bytes = writePart10({ transferSyntaxUid: transferSyntax.explicitLittleEndian, dataset });
    return { fileName: `IM${`${index + 1}`.padStart(4, '0')}.dcm`, bytes };
  });
}

/**
 * @returns the answer key: every identifying value in this person's files, and where it stands.
 * None may survive de-identification.
 */
export function plantedIdentifiers(
  subject: PhantomSubject,
  options: SeriesOptions = {},
): PlantedIdentifier[] {
  const identity = fictiveIdentity(subject);
  const plain: PlantedIdentifier[] = [
    { kind: 'name', path: '00100010', value: identity.name },
    { kind: 'personnummer', path: '00100020', value: identity.personnummer },
    { kind: 'date', path: '00100030', value: identity.birthDate },
    { kind: 'date', path: '00080020', value: identity.studyDate },
    { kind: 'name', path: '00080090', value: identity.physician },
    { kind: 'name', path: '00081070', value: identity.operator },
    { kind: 'institution', path: '00080080', value: identity.hospital },
    { kind: 'number', path: '00080050', value: identity.accessionNumber },
    { kind: 'uid', path: '0020000D', value: uid(subject, options.scan ?? 0, 'study') },
    { kind: 'uid', path: '0020000E', value: uid(subject, options.scan ?? 0, 'series') },
    { kind: 'uid', path: '00200052', value: uid(subject, options.scan ?? 0, 'frame of reference') },
    ...seriesHeights(options).map(
      (_, index) =>
        ({
          kind: 'uid',
          path: '00080018',
          value: uid(subject, options.scan ?? 0, `slice ${index}`),
        }) as const,
    ),
  ];
  return options.plantIdentifiers ? [...plain, ...plantIdentifiers(new Map(), subject)] : plain;
}

function seriesHeights({ slices = 3, heightsMm }: SeriesOptions): readonly number[] {
  return heightsMm ?? heartHeightsMm(slices);
}

function sliceDataset(
  subject: PhantomSubject,
  height: number,
  index: number,
  options: SeriesOptions,
): DicomDataset {
  const { matrix = defaultMatrix, fieldOfViewMm = defaultFieldOfViewMm, scan = 0 } = options;
  const identity = fictiveIdentity(subject);
  const scanner = scanners[subject.site];
  const pixelMm = fieldOfViewMm / matrix;
  const corner = -((matrix - 1) / 2) * pixelMm;
  const dataset: DicomDataset = new Map();
  const text = (tag: string, vr: Parameters<typeof setText>[2], value: string | number): void =>
    setText(dataset, tag, vr, `${value}`);

  text('00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL');
  text('00080016', 'UI', ctImageStorage);
  text('00080018', 'UI', uid(subject, scan, `slice ${index}`));
  for (const tag of ['00080020', '00080021', '00080022', '00080023'])
    text(tag, 'DA', identity.studyDate);
  for (const tag of ['00080030', '00080031', '00080032', '00080033'])
    text(tag, 'TM', identity.studyTime);
  text('00080050', 'SH', identity.accessionNumber);
  text('00080060', 'CS', 'CT');
  text('00080070', 'LO', 'SCAPIS lab (phantom)');
  text('00080080', 'LO', identity.hospital);
  text('00080090', 'PN', identity.physician);
  text('00081010', 'SH', `CT${subject.site.slice(0, 3).toUpperCase()}01`);
  text('00081030', 'LO', `${phantomMark}: heart CT`);
  text('0008103E', 'LO', `${phantomMark}: calcium score 3.0 ${scanner.kernel}`);
  text('00081070', 'PN', identity.operator);
  text('00081090', 'LO', scanner.model);

  text('00100010', 'PN', identity.name);
  text('00100020', 'LO', identity.personnummer);
  text('00100030', 'DA', identity.birthDate);
  text('00100040', 'CS', subject.sex === 'male' ? 'M' : 'F');
  text('00101010', 'AS', `${subject.age}`.padStart(3, '0') + 'Y');

  text('00180015', 'CS', 'HEART');
  text('00180050', 'DS', sliceThicknessMm);
  text('00180060', 'DS', 120);
  text('00180090', 'DS', 500);
  text('00181000', 'LO', `PH-${subject.site.length}${subject.site.charCodeAt(0)}`);
  text('00181020', 'LO', 'phantom 1');
  text('00181030', 'LO', `${phantomMark}: calcium score`);
  text('00181100', 'DS', Number(fieldOfViewMm.toFixed(4)));
  text('00181120', 'DS', 0);
  text('00181150', 'IS', 280);
  text('00181151', 'IS', 80);
  text('00181152', 'IS', 22);
  text('00181210', 'SH', scanner.kernel);
  text('00185100', 'CS', 'FFS');

  text('0020000D', 'UI', uid(subject, scan, 'study'));
  text('0020000E', 'UI', uid(subject, scan, 'series'));
  text('00200010', 'SH', `S${subject.index}-${scan}`);
  text('00200011', 'IS', 2);
  text('00200012', 'IS', 1);
  text('00200013', 'IS', index + 1);
  text('00200032', 'DS', [corner, corner, height].map(decimal).join('\\'));
  text('00200037', 'DS', '1\\0\\0\\0\\1\\0');
  text('00200052', 'UI', uid(subject, scan, 'frame of reference'));
  text('00201040', 'LO', '');
  text('00201041', 'DS', decimal(height));
  text('00204000', 'LT', `${phantomMark}. Drawn by libs/phantom.`);

  setNumbers(dataset, '00280002', 'US', 1);
  text('00280004', 'CS', 'MONOCHROME2');
  setNumbers(dataset, '00280010', 'US', matrix);
  setNumbers(dataset, '00280011', 'US', matrix);
  text('00280030', 'DS', `${decimal(pixelMm)}\\${decimal(pixelMm)}`);
  setNumbers(dataset, '00280100', 'US', 16);
  setNumbers(dataset, '00280101', 'US', 12);
  setNumbers(dataset, '00280102', 'US', 11);
  setNumbers(dataset, '00280103', 'US', 0);
  text('00280301', 'CS', 'NO');
  text('00281050', 'DS', 40);
  text('00281051', 'DS', 400);
  text('00281052', 'DS', lowestHu);
  text('00281053', 'DS', 1);
  text('00281054', 'LO', 'HU');
  setBytes(
    dataset,
    '7FE00010',
    'OW',
    storedPixels(phantomSlice(subject, height, { matrix, fieldOfViewMm, scan })),
  );
  return dataset;
}

/** HU as 12-bit unsigned numbers over the intercept, little endian. */
function storedPixels(hu: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * hu.length);
  const view = new DataView(bytes.buffer);
  hu.forEach((value, index) =>
    view.setUint16(2 * index, Math.max(lowestHu, Math.min(highestHu, value)) - lowestHu, true),
  );
  return bytes;
}

/** Decimal strings hold 16 characters (PS3.5 6.2). */
function decimal(value: number): string {
  return `${Number(value.toFixed(6))}`;
}

/** A UID under 2.25 (PS3.5 B.2): 128 bits of a hash over what it names. */
function uid(subject: PhantomSubject, scan: number, what: string): string {
  const digest = createHash('sha256')
    .update(['phantom', subject.seed, subject.index, scan, what].join('\u0000'))
    .digest('hex');
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`)}`;
}
