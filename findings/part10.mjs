// Writes DICOM Part 10 files in Explicit VR Little Endian (PS3.10, 7; PS3.5, 7.1.2 and A.2) for the
// scripts of this folder, and prints what they found.
import { readFileSync } from 'node:fs';

/** VRs whose length has 32 bits, after two reserved bytes (PS3.5, table 7.1-1). */
const long = new Set([
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
]);

export function element(group, number, vr, value) {
  const head = Buffer.alloc(long.has(vr) ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (long.has(vr)) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}

export function text(value, padding = ' ') {
  const bytes = Buffer.from(value, 'utf8');
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(padding)]);
}

export const uid = (value) => text(value, '\0');

export function item(...elements) {
  const body = Buffer.concat(elements);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

/**
 * A CT image's file with the given elements, in ascending order of their tags, as an ArrayBuffer.
 */
export function file(...elements) {
  const meta = Buffer.concat([
    element(0x0002, 0x0001, 'OB', Buffer.from([0, 1])),
    element(0x0002, 0x0002, 'UI', uid('1.2.840.10008.5.1.4.1.1.2')),
    element(0x0002, 0x0003, 'UI', uid('2.25.1')),
    element(0x0002, 0x0010, 'UI', uid('1.2.840.10008.1.2.1')),
    element(0x0002, 0x0012, 'UI', uid('2.25.2')),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const bytes = Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0000, 'UL', length),
    meta,
    ...elements,
  ]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

/** Prints the finding. The process ends with 1 when the library no longer behaves so. */
export function report({ library, behaviour, expected, seen, isAsFound }) {
  const { version } = JSON.parse(readFileSync(`node_modules/${library}/package.json`, 'utf8'));
  console.log(`${library} ${version}: ${behaviour}`);
  console.log(`expected: ${expected}`);
  console.log(`seen:     ${seen}`);
  console.log(isAsFound ? 'The behaviour is as found.' : 'The behaviour has changed.');
  process.exitCode = isAsFound ? 0 : 1;
}
