import { createHash } from 'node:crypto';

import type { ImageLabels, Sex } from '@scapis/contracts';

import { setBytes, setNumbers, setSequence, setText, transferSyntax } from '../dicom/dataset.ts';
import type { DicomDataset } from '../dicom/dataset.ts';
import { writePart10 } from '../dicom/part10.ts';
import type { HuImage } from '../pixels/pixels.ts';
import { toUuidUid } from '../deidentification/pseudonyms.ts';

/**
 * What a synthetic image is and where it comes from; all of it goes into the file, so nothing here
 * may be secret.
 */
export type SyntheticCt = {
  image: HuImage;
  /** Millimetres between rows and between columns. */
  spacing: readonly [number, number];
  sliceThicknessMm: number;
  /** The cohort version: names the file and seeds its UIDs. Letters, digits, hyphens. */
  cohortId: string;
  /** From 1; each image is one person of its own. */
  index: number;
  labels: ImageLabels;
  generator: { name: string; sha256: string; seed: string };
};

export type SyntheticCtFile = {
  bytes: Uint8Array;
  sopInstanceUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  patientId: string;
};

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
const sexCodes: Record<Sex, string> = { female: 'F', male: 'M' };
/** No scan was ever made, so the date is one at which none could have been. */
const noDate = '19000101';
const lab = 'SCAPIS computer lab';

/**
 * Writes one synthetic image as classic CT, labelled so that no program or person takes it for a
 * patient: Synthetic Data (0008,001C) YES, the synthesizing equipment (109100) as contributor,
 * DERIVED\SECONDARY\AXIAL, a patient named SYNTHETIC. The lab is named as the manufacturer, not the
 * scanner that the image imitates (the standard would allow that). Everything follows from the
 * argument: the same image gives the same bytes and UIDs.
 */
export function writeSyntheticCt(input: SyntheticCt): SyntheticCtFile {
  const { image, spacing, cohortId, index, labels, generator } = input;
  const uid = (part: string): string =>
    toUuidUid(
      createHash('sha256').update(`scapis synthetic\0${cohortId}\0${index}\0${part}`).digest(),
    );
  const number = String(index).padStart(6, '0');
  const file = {
    sopInstanceUid: uid('instance'),
    studyInstanceUid: uid('study'),
    seriesInstanceUid: uid('series'),
    patientId: `SYN-${cohortId.slice(0, 40)}-${number}`,
  };
  const dataset: DicomDataset = new Map();
  const text = setText.bind(null, dataset);

  // SOP common
  text('00080016', 'UI', ctImageStorage);
  text('00080018', 'UI', file.sopInstanceUid);
  text('0008001C', 'CS', 'YES');
  setSequence(dataset, '0018A001', [contributor(generator)]);
  // Patient, study, series, frame of reference, equipment
  text('00100010', 'PN', `SYNTHETIC^${number}`);
  text('00100020', 'LO', file.patientId);
  text('00100030', 'DA', '');
  text('00100040', 'CS', sexCodes[labels.sex]);
  text('00120062', 'CS', 'YES');
  text('00120063', 'LO', 'Synthetic image, no patient');
  text('0020000D', 'UI', file.studyInstanceUid);
  text('00080020', 'DA', noDate);
  text('00080030', 'TM', '000000');
  text('00080090', 'PN', '');
  text('00200010', 'SH', String(index));
  text('00080050', 'SH', '');
  text('00081030', 'LO', 'SYNTHETIC CHEST CT');
  text('00080060', 'CS', 'CT');
  text('0020000E', 'UI', file.seriesInstanceUid);
  // Converters name a file by description, time and Series Number: the same in each, dcm2niix stops
  // at 26 files.
  text('00200011', 'IS', String(index));
  text('0008103E', 'LO', 'SYNTHETIC / SYNTETISK');
  text('00185100', 'CS', 'HFS');
  text('00200052', 'UI', uid('frame'));
  text('00201040', 'LO', '');
  text('00080070', 'LO', lab);
  text('00081090', 'LO', generator.name.slice(0, 64));
  text('00181020', 'LO', generator.sha256.slice(0, 64));
  // Image
  text('00080008', 'CS', 'DERIVED\\SECONDARY\\AXIAL');
  text('00180015', 'CS', 'CHEST');
  text('00200012', 'IS', '1');
  text('00200013', 'IS', '1');
  text('00080023', 'DA', noDate);
  text('00080033', 'TM', '000000');
  text(
    '00082111',
    'ST',
    `GAN synthesis, generator sha256:${generator.sha256}, seed ${generator.seed}`,
  );
  text(
    '00204000',
    'LT',
    `SYNTHETIC. calciumGrade=${labels.calciumGrade}; sex=${labels.sex}; ageBand=${labels.ageBand}`,
  );
  text('00280301', 'CS', 'NO');
  text('00282110', 'CS', '00');
  text('00280030', 'DS', spacing.map(decimal).join('\\'));
  text('00200037', 'DS', '1\\0\\0\\0\\1\\0');
  text(
    '00200032',
    'DS',
    [(-(image.columns - 1) / 2) * spacing[1], (-(image.rows - 1) / 2) * spacing[0], 0]
      .map(decimal)
      .join('\\'),
  );
  text('00180050', 'DS', decimal(input.sliceThicknessMm));
  // ITK and what builds on it take the thickness of a lone slice from here, and 1 mm without it
  // (findings/itk-takes-a-lone-slice-for-one-millimetre.sh).
  text('00180088', 'DS', decimal(input.sliceThicknessMm));
  text('00180060', 'DS', '');
  text('00281052', 'DS', '0');
  text('00281053', 'DS', '1');
  text('00281054', 'LO', 'HU');
  text('00281050', 'DS', '40');
  text('00281051', 'DS', '400');
  text('00280004', 'CS', 'MONOCHROME2');
  setNumbers(dataset, '00280002', 'US', 1);
  setNumbers(dataset, '00280010', 'US', image.rows);
  setNumbers(dataset, '00280011', 'US', image.columns);
  setNumbers(dataset, '00280100', 'US', 16);
  setNumbers(dataset, '00280101', 'US', 16);
  setNumbers(dataset, '00280102', 'US', 15);
  setNumbers(dataset, '00280103', 'US', 1);
  setBytes(dataset, '7FE00010', 'OW', toLittleEndian(image.hu));
  return {
    bytes: writePart10({ transferSyntaxUid: transferSyntax.explicitLittleEndian, dataset }),
    ...file,
  };
}

/**
 * PS3.3 C.12.1.5: the equipment that made the content, purpose (109100, DCM, "Synthesizing
 * Equipment").
 */
function contributor(generator: SyntheticCt['generator']): DicomDataset {
  const purpose: DicomDataset = new Map();
  setText(purpose, '00080100', 'SH', '109100');
  setText(purpose, '00080102', 'SH', 'DCM');
  setText(purpose, '00080104', 'LO', 'Synthesizing Equipment');
  const item: DicomDataset = new Map();
  setText(item, '00080070', 'LO', lab);
  setText(item, '00081090', 'LO', generator.name.slice(0, 64));
  setText(item, '00181020', 'LO', generator.sha256.slice(0, 64));
  setText(item, '0018A003', 'ST', 'All pixels made by a generative network');
  setSequence(item, '0040A170', [purpose]);
  return item;
}

/** A decimal string has 16 characters at most (PS3.5 6.2). */
function decimal(value: number): string {
  return String(Number(value.toPrecision(10)));
}

function toLittleEndian(hu: Int16Array): Uint8Array {
  const bytes = new Uint8Array(hu.length * 2);
  const view = new DataView(bytes.buffer);
  hu.forEach((value, index) => view.setInt16(index * 2, value, true));
  return bytes;
}
