import { deflateRawSync } from 'node:zlib';

import { setBytes, setNumbers, setText, transferSyntax } from './dataset.ts';
import type { DicomDataset, DicomObject } from './dataset.ts';
import { writePart10 } from './part10.ts';

/**
 * For this library's specs: a CT slice small enough to reason about, and bytes put together by hand
 * where the writer would be too tidy.
 */

/** HU of a disc of soft tissue (40) with two lungs (-850) in air (-1000). */
export function chestHu(rows = 32, columns = 32): Int16Array {
  return Int16Array.from({ length: rows * columns }, (_, index) => {
    const y = (Math.floor(index / columns) + 0.5) / rows - 0.5;
    const x = ((index % columns) + 0.5) / columns - 0.5;
    if (Math.hypot(x, y) > 0.4) return -1000;
    return Math.hypot(Math.abs(x) - 0.2, y) < 0.12 ? -850 : 40;
  });
}

/** An original axial CT slice of a fictive person, with all that ingest asks for. */
export function ctObject(change: (dataset: DicomDataset) => void = () => undefined): DicomObject {
  const dataset: DicomDataset = new Map();
  const text = setText.bind(null, dataset);
  text('00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL');
  text('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2');
  text('00080018', 'UI', '1.2.752.99.1.1');
  text('00080020', 'DA', '20151224');
  text('00080060', 'CS', 'CT');
  text('00100010', 'PN', 'Åström^Örjan');
  text('00100020', 'LO', '19640823-3234');
  text('00180015', 'CS', 'CHEST');
  text('0020000D', 'UI', '1.2.752.99.1');
  text('0020000E', 'UI', '1.2.752.99.1.0');
  text('00200032', 'DS', '-160\\-160\\12.5');
  text('00200037', 'DS', '1\\0\\0\\0\\1\\0');
  setNumbers(dataset, '00280002', 'US', 1);
  text('00280004', 'CS', 'MONOCHROME2');
  setNumbers(dataset, '00280010', 'US', 32);
  setNumbers(dataset, '00280011', 'US', 32);
  text('00280030', 'DS', '10\\10');
  setNumbers(dataset, '00280100', 'US', 16);
  setNumbers(dataset, '00280101', 'US', 16);
  setNumbers(dataset, '00280102', 'US', 15);
  setNumbers(dataset, '00280103', 'US', 1);
  text('00281052', 'DS', '-1024');
  text('00281053', 'DS', '1');
  const stored = chestHu().map((value) => value + 1024);
  setBytes(dataset, '7FE00010', 'OW', new Uint8Array(stored.buffer));
  change(dataset);
  return { transferSyntaxUid: transferSyntax.explicitLittleEndian, dataset };
}

export function ctBytes(change?: (dataset: DicomDataset) => void): Uint8Array {
  return writePart10(ctObject(change));
}

/** An explicit little endian element with any bytes for its value. */
export function rawElement(
  tag: string,
  vr: string,
  value: Uint8Array | string,
  length?: number,
): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const isLong = [
    'OB',
    'OD',
    'OF',
    'OL',
    'OV',
    'OW',
    'SQ',
    'SV',
    'UC',
    'UN',
    'UR',
    'UT',
    'UV',
  ].includes(vr);
  const header = Buffer.alloc(isLong ? 12 : 8);
  header.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  header.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  header.write(vr, 4, 'latin1');
  if (isLong) header.writeUInt32LE(length ?? bytes.length, 8);
  else header.writeUInt16LE(length ?? bytes.length, 6);
  return Buffer.concat([header, bytes]);
}

/** An implicit little endian element, item or delimiter. */
export function implicitElement(
  tag: string,
  value: Uint8Array | string,
  length?: number,
): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const header = Buffer.alloc(8);
  header.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  header.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  header.writeUInt32LE(length ?? bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** A Part 10 file round a data set that is already bytes. */
export function rawFile(syntax: string, ...elements: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(elements);
  const meta = rawElement('00020010', 'UI', syntax.length % 2 === 0 ? syntax : `${syntax}\0`);
  return new Uint8Array(
    Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      rawElement('00020000', 'UL', Uint8Array.of(meta.length, 0, 0, 0)),
      meta,
      syntax === transferSyntax.deflatedLittleEndian ? deflateRawSync(body) : body,
    ]),
  );
}

export const undefinedLength = 0xffffffff;
