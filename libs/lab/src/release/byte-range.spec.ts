import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findGaps, parseByteRange } from './byte-range.ts';

test.each<[string | undefined, { first: number; last: number } | null]>([
  [undefined, null],
  ['bytes=0-', { first: 0, last: 999 }],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=999-', { first: 999, last: 999 }],
  ['bytes=200-99999', { first: 200, last: 999 }],
  ['bytes=-100', { first: 900, last: 999 }],
  ['bytes=-5000', { first: 0, last: 999 }],
  // What may be answered with the whole file.
  ['bytes=5-2', null],
  ['bytes=0-1,5-6', null],
  ['bytes=-', null],
  ['items=0-1', null],
  ['bytes=-1-5', null],
  ['bytes=0x10-', null],
])('Range %s of 1,000 bytes', (header, range) => {
  expect(parseByteRange(header, 1000)).toEqual(range);
});

test.each(['bytes=1000-', 'bytes=4000-5000', 'bytes=-0', 'bytes=999999999999999-'])(
  'Range %s of 1,000 bytes cannot be satisfied',
  (header) => {
    expect(() => parseByteRange(header, 1000)).toThrowError(
      expect.objectContaining({ code: 'range_not_satisfiable', details: { size: 1000 } }),
    );
  },
);

test('the gaps are the bytes that are in no range, as few ranges in ascending order', () => {
  const range = fc
    .tuple(fc.nat(19), fc.nat(19))
    .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
  const bytesOf = (ranges: readonly { first: number; last: number }[]): number[] =>
    ranges.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    );
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), (ranges) => {
      const held = new Set(bytesOf(ranges));
      const gaps = findGaps(ranges, 20);
      expect(bytesOf(gaps)).toEqual(
        Array.from({ length: 20 }, (_, index) => index).filter((index) => !held.has(index)),
      );
      for (const [index, { first }] of gaps.slice(1).entries())
        expect(first).toBeGreaterThan((gaps[index]?.last ?? 0) + 1);
    }),
  );
});
