import { describe, expect, it } from 'vitest';
import { philox, RandomStream } from './philox.ts';

describe('philox', () => {
  // Known answers of Random123 (kat_vectors, philox4x32 10).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as [[number, number, number, number], [number, number], number[]][])(
    'of %j under %j is as published',
    (counter, key, expected) => {
      const words = new Uint32Array(4);
      philox(words, counter, key);
      expect([...words]).toEqual(expected);
    },
  );
});

describe('a stream', () => {
  it('repeats itself and shares nothing with its neighbours', () => {
    const draw = (...of: ConstructorParameters<typeof RandomStream>): number[] =>
      Array.from({ length: 8 }, () => 0).map(
        (
          (stream) => () =>
            stream.word()
        )(new RandomStream(...of)),
      );
    const base = draw(5, 'sampling', 3);
    expect(draw(5, 'sampling', 3)).toEqual(base);
    for (const other of [
      draw(6, 'sampling', 3),
      draw(5, 'sampling', 4),
      draw(5, 'trainingStep', 3),
      draw(5 + 2 ** 32, 'sampling', 3),
    ])
      expect(other.filter((word) => base.includes(word))).toEqual([]);
  });

  it('draws normal numbers', () => {
    const values = new RandomStream(1, 'sampling').normals(100_000);
    const moment = (power: number): number =>
      values.reduce((total, value) => total + value ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1.5);
    expect(moment(2)).toBeCloseTo(1, 1.5);
    expect(moment(4)).toBeCloseTo(3, 1);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('fills with noise of mean 0 and deviation 1 whose fourth moment is that of four uniform numbers', () => {
    const values = new Float32Array(100_000);
    new RandomStream(1, 'sampling').fillNoise(values);
    const moment = (power: number): number =>
      values.reduce((total, value) => total + value ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1.5);
    expect(moment(2)).toBeCloseTo(1, 1.5);
    expect(moment(4)).toBeCloseTo(2.7, 1);
  });

  it('draws integers and signs evenly', () => {
    const stream = new RandomStream(2, 'sampling');
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const drawn = stream.integer(3);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(300);
    const signs = stream.signs(30_000);
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    expect(Math.abs(signs.reduce((total, sign) => total + sign, 0))).toBeLessThan(600);
  });

  it.each([-1, 0.5, 2 ** 53, NaN])('refuses the seed %d', (seed) => {
    expect(() => new RandomStream(seed, 'sampling')).toThrow('a seed is an integer');
  });
});
