import { describe, expect, it } from 'vitest';

import { ctObject } from '../dicom/ct.fixture.ts';
import { setText } from '../dicom/dataset.ts';
import { readGeometry } from './geometry.ts';
import { checkSeries, seriesFindings } from './series.ts';
import type { SeriesFindingCode, SeriesSlice } from './series.ts';

function slice(
  position: string,
  change: { orientation?: string; spacing?: string; rows?: number } = {},
): SeriesSlice {
  const geometry = readGeometry(
    ctObject((dataset) => {
      setText(dataset, '00200032', 'DS', position);
      if (change.orientation) setText(dataset, '00200037', 'DS', change.orientation);
      if (change.spacing) setText(dataset, '00280030', 'DS', change.spacing);
    }).dataset,
  );
  if (!geometry) throw new Error('The case has no geometry.');
  return { rows: change.rows ?? 32, columns: 32, geometry };
}
const straight = (...heights: number[]): SeriesSlice[] =>
  heights.map((height) => slice(`0\\0\\${height}`));

describe('checkSeries', () => {
  it('sorts by position, not by the order given, and finds nothing in a sound series', () => {
    expect(checkSeries(straight(9, 3, 0, 6))).toEqual({
      order: [2, 1, 3, 0],
      spacingMm: 3,
      findings: [],
    });
  });

  it('sorts along the normal, whichever way the patient lay', () => {
    const feetFirst = [0, 3, 6].map((height) =>
      slice(`0\\0\\${height}`, { orientation: '-1\\0\\0\\0\\1\\0' }),
    );
    expect(checkSeries(feetFirst).order).toEqual([2, 1, 0]);
  });

  const cases: Record<SeriesFindingCode, { slices: SeriesSlice[]; found: number[] }> = {
    few_slices: { slices: straight(0, 3), found: [0, 1] },
    mixed_orientation: {
      slices: [...straight(0, 3), slice('0\\0\\6', { orientation: '1\\0\\0\\0\\0.9397\\0.342' })],
      found: [2],
    },
    mixed_size: { slices: [...straight(0, 3), slice('0\\0\\6', { rows: 64 })], found: [2] },
    mixed_spacing: {
      slices: [...straight(0, 3), slice('0\\0\\6', { spacing: '10\\9' })],
      found: [2],
    },
    duplicate_position: { slices: straight(0, 3, 6, 3), found: [1, 3] },
    gap: { slices: straight(0, 3, 6, 12, 15), found: [3] },
    gantry_tilt: { slices: [slice('0\\0\\0'), slice('0\\1\\3'), slice('0\\2\\6')], found: [1, 2] },
  };
  it.each(Object.entries(cases))('finds %s', (code, { slices, found }) => {
    expect(checkSeries(slices).findings).toEqual([{ code, slices: found }]);
    expect(Object.keys(cases)).toEqual(Object.keys(seriesFindings));
  });

  it('takes a patient table that creeps, and rounding, for what they are', () => {
    expect(
      checkSeries([slice('0\\0\\0'), slice('0.01\\0\\2.9999'), slice('0\\0.02\\6.0001')]).findings,
    ).toEqual([]);
  });

  it('has an answer for no slices', () => {
    expect(checkSeries([]).findings[0]?.code).toBe('few_slices');
  });
});
