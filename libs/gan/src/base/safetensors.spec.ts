import { describe, expect, it } from 'vitest';
import { readSafetensors, SafetensorsError, writeSafetensors } from './safetensors.ts';

const content = {
  tensors: new Map([
    ['a', { shape: [2, 1], data: Float32Array.of(1, -2) }],
    ['b', { shape: [], data: Float32Array.of(3) }],
  ]),
  metadata: { format: 'test', note: 'å' },
};

/** A file from a header written by hand. */
function fileOf(header: string, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe('safetensors', () => {
  it('comes back as it was written, from any address', () => {
    const bytes = writeSafetensors(content);
    expect(readSafetensors(bytes)).toEqual(content);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(readSafetensors(moved.subarray(3))).toEqual(content);
  });

  it('has the layout of the format: length, header, numbers', () => {
    const bytes = writeSafetensors(content);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { format: 'test', note: 'å' },
      a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
      b: { dtype: 'F32', shape: [], data_offsets: [8, 12] },
    });
    expect(new Float32Array(bytes.slice(8 + length).buffer)).toEqual(Float32Array.of(1, -2, 3));
  });

  it('refuses every cut', () => {
    const bytes = writeSafetensors(content);
    for (let length = 0; length < bytes.length; length++)
      expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(SafetensorsError);
  });

  it.each([
    ['no JSON', fileOf('{"a":')],
    ['no object', fileOf('[]')],
    [
      'another type',
      fileOf('{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}', new Uint8Array(2)),
    ],
    [
      'a range that does not fit the shape',
      fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', new Uint8Array(4)),
    ],
    [
      'overlapping ranges',
      fileOf(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        new Uint8Array(4),
      ),
    ],
    [
      'bytes that no tensor owns',
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(8)),
    ],
    ['a negative length', fileOf('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]}}')],
    ['metadata that is no text', fileOf('{"__metadata__":{"step":1}}')],
  ])('refuses %s', (_, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
  });
});
