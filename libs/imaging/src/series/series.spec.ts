import { describe, expect, it } from 'vitest';

import { ctObject } from '../dicom/ct.fixture.ts';
import { setText } from '../dicom/dataset.ts';
import { readGeometry } from './geometry.ts';
import { checkSeries, readPhase, readReconstruction, seriesFindings } from './series.ts';
import type { SeriesFindingCode, SeriesSlice } from './series.ts';

function slice(
  position: string,
  change: {
    orientation?: string;
    spacing?: string;
    rows?: number;
    kernel?: string;
    thickness?: string;
    phase?: string;
  } = {},
): SeriesSlice {
  const { dataset } = ctObject((set) => {
    setText(set, '00200032', 'DS', position);
    if (change.orientation) setText(set, '00200037', 'DS', change.orientation);
    if (change.spacing) setText(set, '00280030', 'DS', change.spacing);
    if (change.kernel) setText(set, '00181210', 'SH', change.kernel);
    if (change.thickness) setText(set, '00180050', 'DS', change.thickness);
    if (change.phase) setText(set, '00181060', 'DS', change.phase);
  });
  const geometry = readGeometry(dataset);
  if (!geometry) throw new Error('The case has no geometry.');
  return {
    rows: change.rows ?? 32,
    columns: 32,
    geometry,
    reconstruction: readReconstruction(dataset),
    phase: readPhase(dataset),
  };
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
    mixed_reconstruction: {
      slices: [0, 1, 2, 3].map((height) =>
        slice(`0\\0\\${height}`, { kernel: height === 3 ? 'Bf80f\\3' : 'Br40d\\3' }),
      ),
      found: [3],
    },
    mixed_phase: {
      slices: [0, 3, 6].flatMap((height) =>
        ['310', '720'].map((phase) => slice(`0\\0\\${height}`, { phase })),
      ),
      found: [0, 1, 2, 3, 4, 5],
    },
    duplicate_position: { slices: straight(0, 3, 6, 3), found: [1, 3] },
    gap: { slices: straight(0, 3, 6, 12, 15), found: [3] },
    uneven_distances: { slices: straight(0, 3, 6, 7.5, 9, 12), found: [3, 4] },
    gantry_tilt: { slices: [slice('0\\0\\0'), slice('0\\1\\3'), slice('0\\2\\6')], found: [1, 2] },
  };
  it.each(Object.entries(cases))('finds %s', (code, { slices, found }) => {
    expect(checkSeries(slices).findings).toEqual([{ code, slices: found }]);
    expect(Object.keys(cases)).toEqual(Object.keys(seriesFindings));
  });

  it('lets most slices set the norm, wherever the odd one stands', () => {
    const odd = { orientation: '-1\\0\\0\\0\\-1\\0', spacing: '9\\9', rows: 64, kernel: 'B80' };
    for (const place of [0, 7, 19]) {
      const slices = Array.from({ length: 20 }, (_, index) =>
        slice(`0\\0\\${index}`, index === place ? odd : {}),
      );
      const check = checkSeries(slices);
      expect(check.findings.filter(({ code }) => seriesFindings[code].isBlocking)).toEqual(
        ['mixed_orientation', 'mixed_size', 'mixed_spacing', 'mixed_reconstruction'].map(
          (code) => ({ code, slices: [place] }),
        ),
      );
      expect([check.spacingMm, check.order]).toEqual([1, [...slices.keys()]]);
    }
  });

  it('parts a thick and a thin reconstruction that are interleaved in one series', () => {
    const thin = Array.from({ length: 20 }, (_, index) =>
      slice(`0\\0\\${index}`, { kernel: 'Bl57', thickness: '1' }),
    );
    const thick = [2, 7, 12, 17].map((height) =>
      slice(`0\\0\\${height}`, { kernel: 'Bl57', thickness: '5' }),
    );
    expect(checkSeries([...thick, ...thin]).findings).toEqual([
      { code: 'mixed_reconstruction', slices: [0, 1, 2, 3] },
    ]);
  });

  it('takes trigger times that follow the beats from place to place for one phase', () => {
    const beats = [0, 3, 6].map((height) =>
      slice(`0\\0\\${height}`, { phase: String(700 + height) }),
    );
    expect(checkSeries(beats).findings).toEqual([]);
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
