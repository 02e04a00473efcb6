import { describe, expect, it } from 'vitest';

import { chestHu } from '../dicom/ct.fixture.ts';
import type { HuImage } from './pixels.ts';
import { fromTrainingView, toTrainingView } from './training-view.ts';

const chest = (side: number): HuImage => ({ rows: side, columns: side, hu: chestHu(side, side) });
const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('toTrainingView', () => {
  it('is the slice itself where scale and place agree', () => {
    const image = chest(64);
    const view = toTrainingView(image, [5, 5], { fieldOfViewMm: 320 });
    expect(fromTrainingView(view)).toEqual(image.hu.map((value) => Math.min(1000, value)));
  });

  it('averages by area: a finer slice gives the same picture, and no mass is lost', () => {
    const coarse = toTrainingView(chest(128), [2.5, 2.5], { fieldOfViewMm: 320 });
    const fine = toTrainingView(chest(512), [0.625, 0.625], { fieldOfViewMm: 320 });
    expect(Math.abs(mean(coarse) - mean(fine))).toBeLessThan(0.005);
    const exact = chest(128).hu.reduce((sum, value) => sum + value, 0) / 128 ** 2 / 1000;
    expect(mean(coarse)).toBeCloseTo(exact, 5);
  });

  it('keeps the size of the body, in millimetres', () => {
    const inside = (view: Float32Array): number =>
      view.reduce((count, value) => count + (value > -0.3 ? 1 : 0), 0);
    const small = inside(toTrainingView(chest(128), [1.5, 1.5]));
    const large = inside(toTrainingView(chest(128), [2.5, 2.5]));
    expect(large / small).toBeCloseTo((2.5 / 1.5) ** 2, 0);
  });

  it('finds the body wherever it lies, and does not mind a couch', () => {
    const image = chest(128);
    const moved: HuImage = { rows: 160, columns: 160, hu: new Int16Array(160 * 160).fill(-1000) };
    for (let row = 0; row < 128; row += 1)
      moved.hu.set(image.hu.subarray(row * 128, (row + 1) * 128), (row + 30) * 160 + 9);
    const wanted = toTrainingView(image, [2.5, 2.5]);
    expect(toTrainingView(moved, [2.5, 2.5])).toEqual(wanted);
    // A thin couch apart from the back is another component.
    moved.hu.fill(200, 158 * 160, 159 * 160);
    const couch = toTrainingView(moved, [2.5, 2.5]);
    expect(couch.slice(0, 64 * 48)).toEqual(wanted.slice(0, 64 * 48));
  });

  it('takes spacing per axis, saturates, and fills with air beyond the edge', () => {
    const wide: HuImage = { rows: 16, columns: 32, hu: new Int16Array(512).fill(3000) };
    const view = toTrainingView(wide, [10, 5], { size: 4, fieldOfViewMm: 320 });
    expect([...view]).toEqual([-1, -1, -1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, -1, -1, -1]);
  });

  it('gives an empty slice back as air', () => {
    expect(
      new Set(
        toTrainingView({ rows: 8, columns: 8, hu: new Int16Array(64).fill(-1024) }, [40, 40]),
      ),
    ).toEqual(new Set([-1]));
  });
});
