import { dot, subtract } from './geometry.ts';
import type { SliceGeometry } from './geometry.ts';

/** One slice as the series check sees it. */
export type SeriesSlice = { rows: number; columns: number; geometry: SliceGeometry };

/**
 * Everything that can be wrong with a series, and whether it may still be used; the sentences are
 * for the person who approves.
 */
export const seriesFindings = {
  few_slices: {
    isBlocking: false,
    en: 'The series has fewer than three slices.',
    sv: 'Serien har färre än tre snitt.',
  },
  mixed_orientation: {
    isBlocking: true,
    en: 'The slices do not all lie the same way.',
    sv: 'Snitten har inte samma riktning.',
  },
  mixed_size: {
    isBlocking: true,
    en: 'The slices do not all have the same number of rows and columns.',
    sv: 'Snitten har inte samma antal rader och kolumner.',
  },
  mixed_spacing: {
    isBlocking: true,
    en: 'The slices do not all have the same pixel size.',
    sv: 'Snitten har inte samma bildpunktsstorlek.',
  },
  duplicate_position: {
    isBlocking: true,
    en: 'Two slices lie at the same place.',
    sv: 'Två snitt ligger på samma plats.',
  },
  gap: {
    isBlocking: false,
    en: 'Slices are missing: a distance is larger than the usual one.',
    sv: 'Snitt saknas: ett avstånd är större än det vanliga.',
  },
  gantry_tilt: {
    isBlocking: false,
    en: 'The slices are shifted sideways from one to the next (tilted gantry).',
    sv: 'Snitten är förskjutna i sidled (lutad gantry).',
  },
} as const satisfies Record<string, { isBlocking: boolean; en: string; sv: string }>;
export type SeriesFindingCode = keyof typeof seriesFindings;

export type SeriesCheck = {
  /**
   * Indices of the slices given, along the normal of the first. Instance Number is not asked: it
   * may run any way.
   */
  order: number[];
  /** Median distance between neighbours, millimetres; null with fewer than two places. */
  spacingMm: number | null;
  findings: { code: SeriesFindingCode; slices: number[] }[];
};

/**
 * Slices nearer than this are at one place; scanners write 0.1 mm, reconstructions differ by
 * rounding.
 */
const samePlaceMm = 0.01;
const fewestSlices = 3;

/**
 * Checks that slices make one volume. @returns an order for any slices, and what is wrong with
 * them.
 */
export function checkSeries(slices: readonly SeriesSlice[]): SeriesCheck {
  const first = slices[0];
  if (!first) return { order: [], spacingMm: null, findings: [{ code: 'few_slices', slices: [] }] };
  const findings: SeriesCheck['findings'] = [];
  const report = (code: SeriesFindingCode, indices: number[]): void => {
    if (indices.length > 0) findings.push({ code, slices: indices });
  };
  const differing = (differs: (slice: SeriesSlice) => boolean): number[] =>
    slices.flatMap((slice, index) => (differs(slice) ? [index] : []));

  if (slices.length < fewestSlices) report('few_slices', [...slices.keys()]);
  report(
    'mixed_orientation',
    differing(
      ({ geometry }) =>
        dot(geometry.rowDirection, first.geometry.rowDirection) < 0.9999 ||
        dot(geometry.columnDirection, first.geometry.columnDirection) < 0.9999,
    ),
  );
  report(
    'mixed_size',
    differing(({ rows, columns }) => rows !== first.rows || columns !== first.columns),
  );
  report(
    'mixed_spacing',
    differing(({ geometry }) =>
      geometry.spacing.some(
        (spacing, axis) => Math.abs(spacing / (first.geometry.spacing[axis] ?? spacing) - 1) > 1e-3,
      ),
    ),
  );

  const { normal, position: origin } = first.geometry;
  const placed = slices
    .map(({ geometry }, index) => ({
      index,
      position: geometry.position,
      along: dot(subtract(geometry.position, origin), normal),
    }))
    .sort((before, after) => before.along - after.along || before.index - after.index);
  const steps = placed.slice(1).map((slice, index) => {
    const before = placed[index] ?? slice;
    const across = subtract(slice.position, before.position);
    const along = slice.along - before.along;
    return {
      index: slice.index,
      before: before.index,
      along,
      sideways: Math.sqrt(Math.max(0, dot(across, across) - along * along)),
    };
  });
  const apart = steps.filter(({ along }) => along > samePlaceMm);
  const spacingMm = median(apart.map(({ along }) => along));
  report(
    'duplicate_position',
    steps
      .filter(({ along }) => along <= samePlaceMm)
      .flatMap(({ before, index }) => [before, index]),
  );
  if (spacingMm !== null) {
    // Half a slice is the least that a missing slice can show as; a tenth of the step sideways is
    // about 6 degrees of tilt.
    report(
      'gap',
      apart.filter(({ along }) => along > 1.5 * spacingMm).map(({ index }) => index),
    );
    report(
      'gantry_tilt',
      apart
        .filter(({ along, sideways }) => sideways > 0.1 * along && sideways > 0.1)
        .map(({ index }) => index),
    );
  }
  return { order: placed.map(({ index }) => index), spacingMm, findings };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((before, after) => before - after);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
