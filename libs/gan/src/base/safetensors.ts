import type { Parameters } from './parameters.ts';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): eight bytes of header
 * length; a JSON header with the type, shape and byte range of each tensor, and text metadata; then
 * the numbers. It holds data only, nothing to execute. Only float32 is read and written.
 */

/** A file that is damaged or not float32 safetensors. The message says what is wrong. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
}

export interface Safetensors {
  tensors: Parameters;
  metadata: Record<string, string>;
}

/** Longer headers are refused before they are parsed. */
const maxHeaderBytes = 10 * 1024 * 1024;
const maxTensors = 10_000;

/** @returns the bytes of a file; equal content gives equal bytes. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // Padded with spaces, which the format allows, so that the numbers start at a multiple of eight.
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  header.set(text);
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * @throws SafetensorsError unless every byte is accounted for: ranges in order, without gap or
 * overlap, each as long as its shape says.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw new SafetensorsError('the file is shorter than its header');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(maxHeaderBytes, bytes.length - 8)))
    throw new SafetensorsError('the header is longer than the file, or than 10 MiB');
  const start = 8 + Number(length);
  const header = parseHeader(bytes.subarray(8, start));
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTextMap(metadata)) throw new SafetensorsError('the metadata is not text');
  if (Object.keys(entries).length > maxTensors)
    throw new SafetensorsError(`more than ${maxTensors} tensors`);
  const tensors: Parameters = new Map();
  let expected = 0;
  const ranges = Object.entries(entries).map(([name, entry]) => ({
    name,
    ...checkEntry(name, entry),
  }));
  for (const { name, shape, from, to } of ranges.sort((a, b) => a.from - b.from)) {
    if (from !== expected || start + to > bytes.length)
      throw new SafetensorsError(
        `tensor ${name} lies at bytes ${from}-${to}, not where the one before it ends`,
      );
    expected = to;
    // A copy, because the bytes may be unaligned for float32. `slice` of a Node Buffer would be a
    // view.
    tensors.set(name, {
      shape,
      data: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer),
    });
  }
  if (start + expected !== bytes.length)
    throw new SafetensorsError(
      `the file has ${bytes.length} bytes, its tensors end at ${start + expected}`,
    );
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(value)) return value;
  } catch {
    // Neither text nor JSON: the error below says so.
  }
  throw new SafetensorsError(
    'the header is not a JSON object; the file is damaged or not a safetensors file',
  );
}

function checkEntry(name: string, entry: unknown): { shape: number[]; from: number; to: number } {
  if (!isRecord(entry) || entry['dtype'] !== 'F32')
    throw new SafetensorsError(`tensor ${name} is not float32`);
  const { shape, data_offsets: offsets } = entry;
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw new SafetensorsError(`tensor ${name} has no valid shape and byte range`);
  const [from = 0, to = 0] = offsets;
  if (to - from !== 4 * shape.reduce((product, count) => product * count, 1))
    throw new SafetensorsError(`tensor ${name} of shape [${shape.join()}] has ${to - from} bytes`);
  return { shape, from, to };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextMap(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((each) => typeof each === 'string');
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
