import { getNumber, getTexts } from '../dicom/dataset.ts';
import type { DicomDataset, Tag } from '../dicom/dataset.ts';
import { dot, subtract } from './geometry.ts';
import type { SliceGeometry } from './geometry.ts';

/** One slice as the series check sees it. */
export type SeriesSlice = {
  rows: number;
  columns: number;
  geometry: SliceGeometry;
  reconstruction: Reconstruction;
  phase: string;
};

/** What tells two reconstructions of one scan apart; empty or null where the file is silent. */
export type Reconstruction = { kernel: string; thicknessMm: number | null };

/** @returns Convolution Kernel (0018,1210) and Slice Thickness (0018,0050). */
export function readReconstruction(dataset: DicomDataset): Reconstruction {
  return {
    kernel: getTexts(dataset, '00181210')
      .map((value) => value.trim().toUpperCase())
      .join('\\'),
    thicknessMm: getNumber(dataset, '00180050') ?? null,
  };
}

/**
 * When in the heartbeat a slice was taken: Nominal Percentage of Cardiac Phase, Nominal Cardiac
 * Trigger Delay Time, Temporal Position Identifier, Trigger Time. Only within one place does a
 * difference tell phases apart: from place to place they follow the beats.
 */
const phaseTags: readonly Tag[] = ['00209241', '00209153', '00200100', '00181060'];

/** @returns what the file says of the phase, for comparison alone; empty where it is silent. */
export function readPhase(dataset: DicomDataset): string {
  return phaseTags
    .map((tag) =>
      getTexts(dataset, tag)
        .map((value) => value.trim())
        .join('\\'),
    )
    .join('|');
}

/** Everything that can be wrong with a series, and whether its slices may still be used. */
export const seriesFindings = {
  few_slices: { isBlocking: false },
  mixed_orientation: { isBlocking: true },
  mixed_size: { isBlocking: true },
  mixed_spacing: { isBlocking: true },
  mixed_reconstruction: { isBlocking: true },
  /** Two slices at one place, of different phases of the heart. */
  mixed_phase: { isBlocking: true },
  duplicate_position: { isBlocking: true },
  gap: { isBlocking: false },
  /** Slices closer than usual: two reconstructions or scans may be mixed. */
  uneven_distances: { isBlocking: false },
  /** Slices shifted sideways from one to the next. */
  gantry_tilt: { isBlocking: false },
} as const satisfies Record<string, { isBlocking: boolean }>;
export type SeriesFindingCode = keyof typeof seriesFindings;

export type SeriesCheck = {
  /**
   * Indices of the slices given, along the normal of most of them. Instance Number is not asked:
   * it may run any way.
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

type Difference = Exclude<Extract<SeriesFindingCode, `mixed_${string}`>, 'mixed_phase'>;

/** Whether two slices of one volume agree; most of the slices set the norm for the others. */
const agreements: Record<Difference, (first: SeriesSlice, second: SeriesSlice) => boolean> = {
  mixed_orientation: ({ geometry: first }, { geometry: second }) =>
    dot(first.rowDirection, second.rowDirection) >= 0.9999 &&
    dot(first.columnDirection, second.columnDirection) >= 0.9999,
  mixed_size: (first, second) => first.rows === second.rows && first.columns === second.columns,
  mixed_spacing: ({ geometry: first }, { geometry: second }) =>
    first.spacing.every((spacing, axis) => isNear(spacing, second.spacing[axis] ?? spacing)),
  mixed_reconstruction: ({ reconstruction: first }, { reconstruction: second }) =>
    first.kernel === second.kernel &&
    (first.thicknessMm === second.thicknessMm ||
      isNear(first.thicknessMm ?? 0, second.thicknessMm ?? 0)),
};

const isNear = (first: number, second: number): boolean =>
  Math.abs(first - second) <= 1e-3 * Math.max(Math.abs(first), Math.abs(second));

/**
 * Checks that slices make one volume. Slices that differ from most are named, and the places of the
 * others are judged without them. @returns an order for any slices, and what is wrong with them.
 */
export function checkSeries(slices: readonly SeriesSlice[]): SeriesCheck {
  const findings: SeriesCheck['findings'] = [];
  const report = (code: SeriesFindingCode, indices: number[]): void => {
    if (indices.length > 0) findings.push({ code, slices: indices });
  };
  if (slices.length < fewestSlices)
    findings.push({ code: 'few_slices', slices: [...slices.keys()] });
  const different = new Set<number>();
  for (const [code, agree] of Object.entries(agreements) as [
    Difference,
    (typeof agreements)[Difference],
  ][]) {
    const norm = findNorm(slices, agree);
    const indices = slices.flatMap((slice, index) =>
      norm !== undefined && !agree(norm, slice) ? [index] : [],
    );
    report(code, indices);
    for (const index of indices) different.add(index);
  }
  const norm = findNorm(slices, agreements.mixed_orientation);
  const placed = norm === undefined ? [] : placeAlong(norm.geometry, slices);
  const { spacingMm } = checkPlaces(
    placed.filter(({ index }) => !different.has(index)),
    report,
  );
  return { order: placed.map(({ index }) => index), spacingMm, findings };
}

/** @returns one of the slices that agree with most; of equals, the first. */
function findNorm(
  slices: readonly SeriesSlice[],
  agree: (first: SeriesSlice, second: SeriesSlice) => boolean,
): SeriesSlice | undefined {
  const groups: { norm: SeriesSlice; count: number }[] = [];
  for (const slice of slices) {
    const group = groups.find(({ norm }) => agree(norm, slice));
    if (group === undefined) groups.push({ norm: slice, count: 1 });
    else group.count += 1;
  }
  return groups.reduce<(typeof groups)[number] | undefined>(
    (best, group) => (best === undefined || group.count > best.count ? group : best),
    undefined,
  )?.norm;
}

type Placed = {
  index: number;
  position: SliceGeometry['position'];
  along: number;
  phase: string;
};

function placeAlong(
  { normal, position: origin }: SliceGeometry,
  slices: readonly SeriesSlice[],
): Placed[] {
  return slices
    .map(({ geometry, phase }, index) => ({
      index,
      phase,
      position: geometry.position,
      along: dot(subtract(geometry.position, origin), normal),
    }))
    .sort((before, after) => before.along - after.along || before.index - after.index);
}

/** Judges the distances between neighbours. */
function checkPlaces(
  placed: readonly Placed[],
  report: (code: SeriesFindingCode, indices: number[]) => void,
): Pick<SeriesCheck, 'spacingMm'> {
  const steps = placed.slice(1).map((slice, index) => {
    const before = placed[index] ?? slice;
    const across = subtract(slice.position, before.position);
    const along = slice.along - before.along;
    return {
      index: slice.index,
      before: before.index,
      isOtherPhase: slice.phase !== before.phase,
      along,
      sideways: Math.sqrt(Math.max(0, dot(across, across) - along * along)),
    };
  });
  const apart = steps.filter(({ along }) => along > samePlaceMm);
  const spacingMm = median(apart.map(({ along }) => along));
  const doubled = steps.filter(({ along }) => along <= samePlaceMm);
  const isPhased = doubled.some(({ isOtherPhase }) => isOtherPhase);
  report(isPhased ? 'mixed_phase' : 'duplicate_position', [
    ...new Set(doubled.flatMap(({ before, index }) => [before, index])),
  ]);
  if (spacingMm !== null) {
    // Half a slice is the least that a missing slice can show as; a tenth of the step sideways is
    // about 6 degrees of tilt.
    report(
      'gap',
      apart.filter(({ along }) => along > 1.5 * spacingMm).map(({ index }) => index),
    );
    report(
      'uneven_distances',
      apart.filter(({ along }) => along < 0.67 * spacingMm).map(({ index }) => index),
    );
    report(
      'gantry_tilt',
      apart
        .filter(({ along, sideways }) => sideways > 0.1 * along && sideways > 0.1)
        .map(({ index }) => index),
    );
  }
  return { spacingMm };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((before, after) => before - after);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
