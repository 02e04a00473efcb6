import { createHash } from 'node:crypto';

import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';

import { contactSheet, networkWindow, toPng, wideWindow } from './png.ts';
import type { GreyImage } from './png.ts';

const ramp: GreyImage = { rows: 1, columns: 5, values: Int16Array.of(-2000, -1000, 0, 1000, 3000) };
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('toPng', () => {
  it('maps the window to black and white, and cuts what lies outside', () => {
    const { data, width, height, depth, channels } = decode(toPng(ramp, wideWindow));
    expect([[...data], width, height, depth, channels]).toEqual([
      [0, 0, 128, 255, 255],
      5,
      1,
      8,
      1,
    ]);
    expect([
      ...decode(toPng({ rows: 1, columns: 3, values: Float32Array.of(-1, 0, 1) }, networkWindow))
        .data,
    ]).toEqual([0, 128, 255]);
  });
});

describe('contactSheet', () => {
  const images = Array.from({ length: 5 }, (_, index): GreyImage => ({
    rows: 16,
    columns: 16,
    values: new Float32Array(256).fill(index / 4),
  }));

  it('places images row by row, with captions and a mark outside them', () => {
    const sheet = decode(
      contactSheet(images, {
        window: networkWindow,
        columns: 3,
        captions: ['MILD', 'å', '', '', 'X'],
        mark: 'SYNTETISK',
        scale: 2,
      }),
    );
    expect([sheet.width, sheet.height]).toEqual([3 * 36 + 4, 2 * 45 + 4 + 18]);
    const at = (row: number, column: number): number =>
      sheet.data[row * sheet.width + column] ?? -1;
    expect([at(4, 4), at(35, 35), at(4, 40), at(49, 40)]).toEqual([128, 128, 159, 255]);
    expect(sheet.data.subarray(sheet.width * 95).includes(255)).toBe(true);
    expect(
      [...sheet.data.subarray(sheet.width * 38, sheet.width * 43)].filter((grey) => grey === 200)
        .length,
    ).toBeGreaterThan(20);
  });

  it('gives the same bytes for the same images', () => {
    expect(sha(contactSheet(images, { window: networkWindow, columns: 3 }))).toBe(
      sha(contactSheet(images, { window: networkWindow, columns: 3 })),
    );
    expect(sha(contactSheet(images, { window: networkWindow, columns: 3 }))).not.toBe(
      sha(contactSheet(images, { window: networkWindow, columns: 3, mark: 'X' })),
    );
  });

  it('refuses no images, and images of different sizes', () => {
    expect(() => contactSheet([], { window: networkWindow, columns: 3 })).toThrow(RangeError);
    expect(() => contactSheet([...images, ramp], { window: networkWindow, columns: 3 })).toThrow(
      RangeError,
    );
  });
});
