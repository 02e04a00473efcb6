import { describe, expect, it } from 'vitest';

import { chestHu, ctObject } from '../dicom/ct.fixture.ts';
import { setText } from '../dicom/dataset.ts';
import { readGeometry } from '../series/geometry.ts';
import type { SliceGeometry } from '../series/geometry.ts';
import type { HuImage } from './pixels.ts';
import { fromTrainingView, toPatientSlice, toTrainingView } from './training-view.ts';

const chest = (side: number): HuImage => ({ rows: side, columns: side, hu: chestHu(side, side) });
const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('toTrainingView', () => {
  it('is the slice itself where scale and place agree', () => {
    const image = chest(64);
    const view = toTrainingView({ image: image, spacing: [5, 5] }, { fieldOfViewMm: 320 });
    expect(fromTrainingView(view)).toEqual(image.hu.map((value) => Math.min(1000, value)));
  });

  it('averages by area: a finer slice gives the same picture, and no mass is lost', () => {
    const coarse = toTrainingView(
      { image: chest(128), spacing: [2.5, 2.5] },
      { fieldOfViewMm: 320 },
    );
    const fine = toTrainingView(
      { image: chest(512), spacing: [0.625, 0.625] },
      { fieldOfViewMm: 320 },
    );
    expect(Math.abs(mean(coarse) - mean(fine))).toBeLessThan(0.005);
    const exact = chest(128).hu.reduce((sum, value) => sum + value, 0) / 128 ** 2 / 1000;
    expect(mean(coarse)).toBeCloseTo(exact, 5);
  });

  it('keeps the size of the body, in millimetres', () => {
    const inside = (view: Float32Array): number =>
      view.reduce((count, value) => count + (value > -0.3 ? 1 : 0), 0);
    const small = inside(toTrainingView({ image: chest(128), spacing: [1.5, 1.5] }));
    const large = inside(toTrainingView({ image: chest(128), spacing: [2.5, 2.5] }));
    expect(large / small).toBeCloseTo((2.5 / 1.5) ** 2, 0);
  });

  it('finds the body wherever it lies, and does not mind a couch', () => {
    const image = chest(128);
    const moved: HuImage = { rows: 160, columns: 160, hu: new Int16Array(160 * 160).fill(-1000) };
    for (let row = 0; row < 128; row += 1)
      moved.hu.set(image.hu.subarray(row * 128, (row + 1) * 128), (row + 30) * 160 + 9);
    const wanted = toTrainingView({ image: image, spacing: [2.5, 2.5] });
    expect(toTrainingView({ image: moved, spacing: [2.5, 2.5] })).toEqual(wanted);
    // A thin couch apart from the back is another component.
    moved.hu.fill(200, 158 * 160, 159 * 160);
    const couch = toTrainingView({ image: moved, spacing: [2.5, 2.5] });
    expect(couch.slice(0, 64 * 48)).toEqual(wanted.slice(0, 64 * 48));
  });

  it('takes spacing per axis, saturates, and fills with air beyond the edge', () => {
    const wide: HuImage = { rows: 16, columns: 32, hu: new Int16Array(512).fill(3000) };
    const view = toTrainingView({ image: wide, spacing: [10, 5] }, { size: 4, fieldOfViewMm: 320 });
    expect([...view]).toEqual([-1, -1, -1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, -1, -1, -1]);
  });

  it('gives an empty slice back as air', () => {
    expect(
      new Set(
        toTrainingView({
          image: { rows: 8, columns: 8, hu: new Int16Array(64).fill(-1024) },
          spacing: [40, 40],
        }),
      ),
    ).toEqual(new Set([-1]));
  });
});

describe('toPatientSlice', () => {
  /** 2 x 3 pixels of a person on the back: right front, front, left front; right back, back, ... */
  const supine: HuImage = { rows: 2, columns: 3, hu: Int16Array.of(1, 2, 3, 4, 5, 6) };
  const inPatient = { image: supine, spacing: [4, 7] };
  const turned = (orientation: string, spacing: string): SliceGeometry => {
    const geometry = readGeometry(
      ctObject((dataset) => {
        setText(dataset, '00200037', 'DS', orientation);
        setText(dataset, '00280030', 'DS', spacing);
      }).dataset,
    );
    if (!geometry) throw new Error('The case has no geometry.');
    return geometry;
  };

  it.each<[string, string, string, HuImage]>([
    ['supine', '1\\0\\0\\0\\1\\0', '4\\7', supine],
    ['prone', '-1\\0\\0\\0\\-1\\0', '4\\7', { ...supine, hu: Int16Array.of(6, 5, 4, 3, 2, 1) }],
    ['mirrored', '-1\\0\\0\\0\\1\\0', '4\\7', { ...supine, hu: Int16Array.of(3, 2, 1, 6, 5, 4) }],
    [
      'upside down',
      '1\\0\\0\\0\\-1\\0',
      '4\\7',
      { ...supine, hu: Int16Array.of(4, 5, 6, 1, 2, 3) },
    ],
    [
      'on the right side',
      '0\\1\\0\\-1\\0\\0',
      '7\\4',
      { rows: 3, columns: 2, hu: Int16Array.of(3, 6, 2, 5, 1, 4) },
    ],
    [
      'on the left side',
      '0\\-1\\0\\1\\0\\0',
      '7\\4',
      { rows: 3, columns: 2, hu: Int16Array.of(4, 1, 5, 2, 6, 3) },
    ],
    [
      'transposed',
      '0\\1\\0\\1\\0\\0',
      '7\\4',
      { rows: 3, columns: 2, hu: Int16Array.of(1, 4, 2, 5, 3, 6) },
    ],
    ['a tilted gantry', '1\\0\\0\\0\\0.866\\-0.5', '4\\7', supine],
    ['a body turned by ten degrees', '0.98481\\0.17365\\0\\-0.17365\\0.98481\\0', '4\\7', supine],
  ])('shows the same picture of a person who lay %s', (_how, orientation, spacing, image) => {
    expect(toPatientSlice(image, turned(orientation, spacing))).toEqual(inPatient);
  });

  it('keeps a heart on the left of the patient, whichever way the slice was stored', () => {
    const image = chest(64);
    // A heart: blood in the left lung, where columns lead to the left.
    for (let row = 30; row < 38; row += 1) image.hu.fill(300, row * 64 + 42, row * 64 + 50);
    const mirrored = { ...image, hu: image.hu.slice() };
    for (let row = 0; row < 64; row += 1) mirrored.hu.subarray(row * 64, (row + 1) * 64).reverse();
    const view = (each: HuImage, orientation: string): Float32Array =>
      toTrainingView(toPatientSlice(each, turned(orientation, '5\\5')));
    const wanted = view(image, '1\\0\\0\\0\\1\\0');
    expect(view(mirrored, '-1\\0\\0\\0\\1\\0')).toEqual(wanted);
    expect(view(mirrored, '1\\0\\0\\0\\1\\0')).not.toEqual(wanted);
  });

  it('takes no slice that lies between the axes', () => {
    expect(() => toPatientSlice(supine, turned('0.8\\0.6\\0\\-0.6\\0.8\\0', '4\\7'))).toThrow(
      RangeError,
    );
  });
});
