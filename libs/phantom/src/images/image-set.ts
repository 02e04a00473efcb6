import type { ImageLabels } from '@scapis/contracts';
import type { Seed } from '../random.ts';
import { heightRangeMm, phantomSlice } from './slice.ts';
import { phantomSubject, type SubjectOptions } from '../subject/subject.ts';

/** Training pictures with labels, in the form that libs/gan and libs/gate read. */
export interface PhantomImageSet {
  size: number;
  count: number;
  /** [count, 1, size, size], HU window [-1000, 1000] as [-1, 1]. */
  pixels: Float32Array;
  labels: ImageLabels[];
  /** Person of each picture: splits are by person, never by picture. */
  subjects: string[];
}

export interface ImageSetOptions {
  seed: Seed;
  subjects: number;
  /** Default 1. */
  slicesPerSubject?: number;
  /** Pixels along each side; default 64. */
  size?: number;
  scan?: number;
  gradeMix?: SubjectOptions['gradeMix'];
}

/**
 * @param count slices of a series, 1 or more.
 * @returns heights in mm, from the feet up, evenly over the middle 6 mm of the plaque zone: each
 * shows its share of the calcium.
 */
export function heartHeightsMm(count: number): number[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`A series has a whole number of slices, 1 or more, not ${count}.`);
  return Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : (6 * index) / (count - 1) - 3,
  );
}

/**
 * Draws pictures at twice the size and averages 2 x 2, as the lab makes training pictures from CT
 * slices.
 */
export function phantomImageSet(options: ImageSetOptions): PhantomImageSet {
  const { seed, subjects, slicesPerSubject = 1, size = 64, scan = 0, gradeMix } = options;
  checkSubjects(subjects);
  const heights = heartHeightsMm(slicesPerSubject);
  const count = subjects * heights.length;
  const set: PhantomImageSet = {
    size,
    count,
    pixels: new Float32Array(count * size * size),
    labels: [],
    subjects: [],
  };
  let image = 0;
  for (let index = 0; index < subjects; index++) {
    const subject = phantomSubject({ seed, index, gradeMix });
    const { calciumGrade, sex, ageBand } = subject;
    for (const height of heights) {
      const hu = phantomSlice(subject, height, { matrix: 2 * size, scan });
      halve(hu, size, set.pixels.subarray(image * size * size, (image + 1) * size * size));
      set.labels.push({ calciumGrade, sex, ageBand });
      set.subjects.push(`${seed}-${index}`);
      image++;
    }
  }
  return set;
}

export interface PhantomVolumeSet extends PhantomImageSet {
  dimensions: 3;
}

/**
 * Volumes of the heart, 120 mm on a side, as high as the phantom is: one of each subject, labelled
 * as its pictures are.
 * @returns pixels [count, 1, size, size, size] from the feet up, rows and columns as in a picture.
 */
export function phantomVolumeSet({
  seed,
  subjects,
  size = 64,
  scan = 0,
  gradeMix,
}: Omit<ImageSetOptions, 'slicesPerSubject'>): PhantomVolumeSet {
  checkSubjects(subjects);
  const [bottom, top] = heightRangeMm;
  const [fieldOfViewMm, voxels] = [top - bottom, size ** 3];
  const set: PhantomVolumeSet = {
    size,
    dimensions: 3,
    count: subjects,
    pixels: new Float32Array(subjects * voxels),
    labels: [],
    subjects: [],
  };
  for (let index = 0; index < subjects; index++) {
    const subject = phantomSubject({ seed, index, gradeMix });
    const { calciumGrade, sex, ageBand, anatomy } = subject;
    const view = {
      matrix: 2 * size,
      fieldOfViewMm,
      centreMm: [anatomy.heart.x, anatomy.heart.y] as const,
      scan,
    };
    for (let slab = 0; slab < size; slab++) {
      const hu = phantomSlice(subject, bottom + ((slab + 0.5) * fieldOfViewMm) / size, view);
      const start = index * voxels + slab * size * size;
      halve(hu, size, set.pixels.subarray(start, start + size * size));
    }
    set.labels.push({ calciumGrade, sex, ageBand });
    set.subjects.push(`${seed}-${index}`);
  }
  return set;
}

function checkSubjects(subjects: number): void {
  if (!Number.isInteger(subjects) || subjects < 1)
    throw new RangeError(`A set has a whole number of subjects, 1 or more, not ${subjects}.`);
}

function halve(hu: Int16Array, size: number, into: Float32Array): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = 4 * row * size + 2 * column;
      const sum =
        (hu[at] ?? 0) + (hu[at + 1] ?? 0) + (hu[at + 2 * size] ?? 0) + (hu[at + 2 * size + 1] ?? 0);
      into[row * size + column] = Math.max(-1, Math.min(1, sum / 4000));
    }
  }
}
