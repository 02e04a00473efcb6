import type { ImageSet } from '@scapis/gan';
import { flipImages, greatestShift } from './augment.ts';
import { bandPass, windowShape, windowsOf, writeWindow, type WindowShape } from './band-pass.ts';
import { numberPeople, surroundingsOf, toDistance, type CopySpace, type Matches } from './copy-space.ts';
import { forEachGreatest } from './greatest.ts';
import type { Pace } from './pace.ts';

/**
 * Shift-tolerant normalised cross-correlation of every query with every training image, over all shifts up to 6 of 64 pixels and both
 * orientations. Gain and offset cancel. It has no learned part: what an encoder might overlook, this can't.
 *
 * A coarse pass over band-passed images, smooth enough to be looked at on every fourth pixel, does all pairs at every full pixel of shift
 * as products of matrices and keeps the greatest; the best few training images of each query are then compared at fine scale. The coarse
 * pass also gives the surroundings (copy-space.ts). Queries and controls take the same way, so the approximation favours neither.
 */
export async function pixelSpace(training: ImageSet, pace: Pace): Promise<CopySpace> {
  const reach = greatestShift(training.size);
  // What a shift brings in at the border, and what the band-pass spreads of it, stays outside the window.
  const margin = 2 * reach;
  const scale = Math.max(1, Math.round(training.size / 32));
  const searched: Searched = {
    coarse: await toLevel(training, { narrow: 2, wide: 4 }, windowShape(training.size, 2 * scale, margin), pace),
    fine: await toLevel(training, { narrow: 1, wide: 3 }, windowShape(training.size, scale, margin), pace),
    people: numberPeople(training.subjects),
    shifts: shiftsUpTo(reach),
  };
  return { name: 'pixel', search: (queries, queryPace) => search(queries, searched, queryPace) };
}

interface Level {
  sigmas: { narrow: number; wide: number };
  shape: WindowShape;
  /** Windows of all training images, unmoved. */
  templates: Float32Array;
}

interface Searched {
  coarse: Level;
  fine: Level;
  people: Int32Array;
  shifts: readonly (readonly [number, number])[];
}

/** Training images per query that are compared at fine scale. */
const candidates = 8;

async function toLevel(training: ImageSet, sigmas: Level['sigmas'], shape: WindowShape, pace: Pace): Promise<Level> {
  return { sigmas, shape, templates: windowsOf(await bandPass(training, sigmas, pace), training.count, shape) };
}

async function search(queries: ImageSet, searched: Searched, pace: Pace): Promise<Matches> {
  const { coarse, fine, people, shifts } = searched;
  const mirrored = flipImages(queries);
  const coarsePassed = [await bandPass(queries, coarse.sigmas, pace), await bandPass(mirrored, coarse.sigmas, pace)] as const;
  const finePassed = [await bandPass(queries, fine.sigmas, pace), await bandPass(mirrored, fine.sigmas, pace)] as const;
  const matches: Matches = { distance: new Float64Array(queries.count), nearest: new Int32Array(queries.count) };
  const write = (pose: number, query: number, to: Float32Array, at: number): void => {
    const [dx, dy] = shifts[pose % shifts.length] ?? [0, 0];
    writeWindow(pose < shifts.length ? coarsePassed[0] : coarsePassed[1], query, dx, dy, coarse.shape, to, at);
  };
  const pairs = { queries: queries.count, poses: 2 * shifts.length, width: coarse.shape.area, write, templates: coarse.templates };
  await forEachGreatest(pairs, pace, (query, correlations) => {
    const distances = correlations.map(toDistance);
    const looked = nearestFew(distances);
    const found = compareFinely(query, looked, coarsePassed, finePassed, searched);
    matches.distance[query] = toDistance(found.correlation) / surroundingsOf(distances, people, looked[0] ?? 0);
    matches.nearest[query] = found.training;
  });
  return matches;
}

function shiftsUpTo(reach: number): [number, number][] {
  const side = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return side.flatMap((dy) => side.map((dx): [number, number] => [dx, dy]));
}

/** @returns the indices of the least few values, least first. */
function nearestFew(distances: Float32Array): number[] {
  const few: number[] = [];
  let worst = Infinity;
  for (let t = 0; t < distances.length; t += 1) {
    if (few.length === candidates && distances[t]! >= worst) continue;
    let at = few.length;
    while (at > 0 && distances[few[at - 1]!]! > distances[t]!) at -= 1;
    few.splice(at, 0, t);
    few.length = Math.min(few.length, candidates);
    worst = distances[few[few.length - 1]!]!;
  }
  return few;
}

/** Finds each candidate's best shift at coarse scale, then compares the two at that shift at fine scale. */
function compareFinely(
  query: number,
  looked: readonly number[],
  coarsePassed: readonly Float32Array[],
  finePassed: readonly Float32Array[],
  { coarse, fine, shifts }: Searched,
): { training: number; correlation: number } {
  const poses = looked.map((training) => ({ training, correlation: -1, orientation: 0, dx: 0, dy: 0 }));
  const window = new Float32Array(fine.shape.area);
  coarsePassed.forEach((passed, orientation) => {
    for (const [dx, dy] of shifts) {
      writeWindow(passed, query, dx, dy, coarse.shape, window, 0);
      for (const pose of poses) {
        const correlation = dot(window, coarse.templates, pose.training * coarse.shape.area, coarse.shape.area);
        if (correlation > pose.correlation) Object.assign(pose, { correlation, orientation, dx, dy });
      }
    }
  });
  let found = { training: looked[0] ?? 0, correlation: -1 };
  for (const { training, orientation, dx, dy } of poses) {
    const passed = finePassed[orientation];
    if (passed === undefined) continue;
    writeWindow(passed, query, dx, dy, fine.shape, window, 0);
    const correlation = dot(window, fine.templates, training * fine.shape.area, fine.shape.area);
    if (correlation > found.correlation) found = { training, correlation };
  }
  return found;
}

function dot(a: Float32Array, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += a[i]! * b[bStart + i]!;
  return sum;
}
