import { crc32 } from 'node:zlib';

/**
 * The zip format with stored entries (APPNOTE 6.3.10, 4.3), one entry at a time, so that a cohort
 * of any size needs no more memory than its largest file; zip64 records appear only where the old
 * fields are too small. No clock, no host, no compressor: the bytes follow from names and contents.
 * (yazl holds every entry until the end, and fflate has no zip64.)
 */
export type ZipEntryRecord = { name: Uint8Array; crc: number; size: number; offset: number };

const uint16Max = 0xffff;
const uint32Max = 0xffffffff;
/** 1 January 1980 00:00, the first moment that the format can write (4.4.6). */
const dosDate = 0x0021;
/** Names are UTF-8 (4.4.4, bit 11). */
const flags = 0x0800;
const version = 20;
const zip64Version = 45;
/** Made by Unix, a regular file that all may read. */
const madeBy = (3 << 8) | zip64Version;
const fileMode = 0o100644;

/**
 * @returns the local header that stands before the bytes of an entry (4.3.7), and the record for
 * the central directory.
 */
export function startEntry(
  name: string,
  bytes: Uint8Array,
  offset: number,
): { header: Uint8Array; record: ZipEntryRecord } {
  const record = {
    name: new TextEncoder().encode(name),
    crc: crc32(bytes),
    size: bytes.length,
    offset,
  };
  const header = Buffer.alloc(30 + record.name.length);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(dosDate, 12);
  header.writeUInt32LE(record.crc, 14);
  header.writeUInt32LE(record.size, 18);
  header.writeUInt32LE(record.size, 22);
  header.writeUInt16LE(record.name.length, 26);
  header.set(record.name, 30);
  return { header, record };
}

/**
 * @returns the central directory and what ends the file (4.3.12 to 4.3.16). @param offset where it
 * begins
 */
export function centralDirectory(records: readonly ZipEntryRecord[], offset: number): Uint8Array {
  const directory = Buffer.concat(records.map(directoryHeader));
  const needsZip64 = records.length >= uint16Max || offset + directory.length >= uint32Max;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(records.length, uint16Max), 8);
  end.writeUInt16LE(Math.min(records.length, uint16Max), 10);
  end.writeUInt32LE(Math.min(directory.length, uint32Max), 12);
  end.writeUInt32LE(Math.min(offset, uint32Max), 16);
  return Buffer.concat(
    needsZip64
      ? [directory, zip64End(records.length, directory.length, offset), end]
      : [directory, end],
  );
}

function directoryHeader({ name, crc, size, offset }: ZipEntryRecord): Buffer {
  const isFar = offset >= uint32Max;
  const extra = Buffer.alloc(isFar ? 12 : 0);
  if (isFar) {
    extra.writeUInt16LE(0x0001, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(offset), 4);
  }
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(madeBy, 4);
  header.writeUInt16LE(isFar ? zip64Version : version, 6);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(dosDate, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(fileMode * 0x10000, 38);
  header.writeUInt32LE(Math.min(offset, uint32Max), 42);
  return Buffer.concat([header, name, extra]);
}

function zip64End(count: number, directoryLength: number, offset: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(madeBy, 12);
  end.writeUInt16LE(zip64Version, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(directoryLength), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(offset + directoryLength), 64);
  end.writeUInt32LE(1, 72);
  return end;
}
