import type { ImageSet } from '@scapis/gan';
import { flipImages, maxShift, maxTurn, maxZoom, type Warp } from '../images/augment.ts';
import {
  bandPass,
  windowShape,
  windowsOf,
  writeWarpedWindow,
  writeWindow,
  type WindowShape,
} from '../images/band-pass.ts';
import {
  numberPeople,
  neighbourhoodDistance,
  toDistance,
  type Matches,
  type UnlearnedSpace,
} from './copy-space.ts';
import { forEachMaxInnerProduct, argsortSmallest } from '../features/max-similarity.ts';
import type { TaskContext } from '../task-context.ts';

/**
 * Normalised cross-correlation of every query with every training image, over shifts up to 6 of 64
 * pixels, turns up to 4 degrees, zooms up to 6 % and both orientations. Gain and offset cancel. It
 * has no learned part: what an encoder might overlook, this can't.
 *
 * A coarse pass over band-passed images, smooth enough to be looked at on every fourth pixel, does
 * all pairs at every full pixel of shift, and a few turned and zoomed poses at every fourth, as
 * products of matrices and keeps the greatest. The best few training images of each query are then
 * compared at fine scale, where a search in small steps finds shift, turn and zoom. Last, the query
 * is explained as a blend of the best image and any second one: a generator that averages two
 * people copies both. The coarse pass also gives the surroundings (copy-space.ts). Queries and
 * controls take the same way, so neither the approximation nor the freedom of a blend favours
 * either.
 */
export async function pixelSpace(
  training: ImageSet,
  context: TaskContext,
): Promise<UnlearnedSpace> {
  const reach = maxShift(training.size);
  // What a shift brings in at the border, and what the band-pass spreads of it, stays outside the
  // window.
  const margin = 2 * reach;
  const scale = Math.max(1, Math.round(training.size / 32));
  const searched: Searched = {
    coarse: await toLevel(
      training,
      { narrow: 2, wide: 4 },
      windowShape(training.size, 2 * scale, margin),
      context,
    ),
    // Narrower than 1.5 lets noise through, which hides noisy copies; wider leaves too little to
    // tell people apart (docs/performance.md).
    fine: await toLevel(
      training,
      { narrow: 1.5, wide: 3 },
      windowShape(training.size, scale, margin),
      context,
    ),
    people: numberPeople(training.subjects),
    poses: posesUpTo(reach),
    reach,
  };
  return {
    name: 'pixel',
    search: (queries, queryContext) => search(queries, searched, queryContext),
    searchItself: (queryContext) => search(training, searched, queryContext, searched.people),
  };
}

interface Level {
  sigmas: { narrow: number; wide: number };
  shape: WindowShape;
  /** Windows of all training images, unmoved. */
  templates: Float32Array;
}

/** How a query is held against the training images. */
interface Pose extends Warp {
  /** 0 as it is, 1 mirrored: index of the passed images to read. */
  orientation: 0 | 1;
}

interface Searched {
  coarse: Level;
  fine: Level;
  people: Int32Array;
  poses: readonly Pose[];
  reach: number;
}

/**
 * Training images per query that are looked at in their coarse pose, and how many of them are then
 * fitted in small steps.
 */
const candidates = 8;
const fitted = 3;
/** Steps of the fit: degrees, zoom, pixels of 64; each is tried either way, then halved. */
const firstStep = { degrees: 2, zoom: 0.02, dx: 1, dy: 1 } as const;
const halvings = 3;

async function toLevel(
  training: ImageSet,
  sigmas: Level['sigmas'],
  shape: WindowShape,
  context: TaskContext,
): Promise<Level> {
  return {
    sigmas,
    shape,
    templates: windowsOf(await bandPass(training, sigmas, context), training.count, shape),
  };
}

/**
 * Every shift unturned; four turned or zoomed poses at a few shifts: the fit finds what lies
 * between them.
 */
function posesUpTo(reach: number): Pose[] {
  const shifts = (side: readonly number[]): Pick<Warp, 'dx' | 'dy'>[] =>
    side.flatMap((dy) => side.map((dx) => ({ dx, dy })));
  const every = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const wide = Math.round((2 * reach) / 3);
  const warps = [-1, 1].flatMap((sign) => [
    { degrees: 0.75 * maxTurn * sign, zoom: 1 },
    { degrees: 0, zoom: 1 + 0.75 * (maxZoom - 1) * sign },
  ]);
  const poses = [
    ...shifts(every).map((shift) => ({ degrees: 0, zoom: 1, ...shift })),
    ...warps.flatMap((warp) => shifts([-wide, 0, wide]).map((shift) => ({ ...warp, ...shift }))),
  ];
  return ([0, 1] as const).flatMap((orientation) =>
    poses.map((pose) => ({ ...pose, orientation })),
  );
}

type Passed = readonly [Float32Array, Float32Array];

function writePosed(
  passed: Passed,
  query: number,
  pose: Pose,
  shape: WindowShape,
  to: Float32Array,
  at: number,
): void {
  const images = passed[pose.orientation];
  if (pose.degrees === 0 && pose.zoom === 1)
    writeWindow(images, query, pose.dx, pose.dy, shape, to, at);
  else writeWarpedWindow(images, query, pose, shape, to, at);
}

/** @param without person of each query whose training images are not looked at; default: all are */
async function search(
  queries: ImageSet,
  searched: Searched,
  context: TaskContext,
  without?: Int32Array,
): Promise<Matches> {
  const { coarse, fine, people, poses } = searched;
  const isLookedAt = (query: number, training: number): boolean =>
    without === undefined || people[training] !== without[query];
  const mirrored = flipImages(queries);
  const coarsePassed: Passed = [
    await bandPass(queries, coarse.sigmas, context),
    await bandPass(mirrored, coarse.sigmas, context),
  ];
  const finePassed: Passed = [
    await bandPass(queries, fine.sigmas, context),
    await bandPass(mirrored, fine.sigmas, context),
  ];
  const around = new Float64Array(queries.count);
  const nearest = new Int32Array(queries.count);
  // In the pose that the fit found and in the one that it began from; a blend lies as its two
  // images do, whatever fits one of them best.
  const windows = {
    fitted: new Float32Array(queries.count * fine.shape.area),
    begun: new Float32Array(queries.count * fine.shape.area),
  };
  const write = (pose: number, query: number, to: Float32Array, at: number): void =>
    writePosed(coarsePassed, query, poses[pose]!, coarse.shape, to, at);
  const pairs = {
    queries: queries.count,
    poses: poses.length,
    width: coarse.shape.area,
    write,
    templates: coarse.templates,
  };
  await forEachMaxInnerProduct(pairs, context, (query, correlations) => {
    const distances = correlations.map((correlation, training) =>
      isLookedAt(query, training) ? toDistance(correlation) : Infinity,
    );
    const looked = argsortSmallest(distances, candidates);
    const found = compareFinely(query, looked, coarsePassed, finePassed, searched);
    around[query] = neighbourhoodDistance(distances, people, looked[0] ?? 0);
    nearest[query] = found.training;
    writePosed(finePassed, query, found.pose, fine.shape, windows.fitted, query * fine.shape.area);
    writePosed(finePassed, query, found.begun, fine.shape, windows.begun, query * fine.shape.area);
  });
  const lying = windowsOf(finePassed[0], queries.count, fine.shape);
  const explained = [
    await explainByTwo(windows.fitted, nearest, fine, isLookedAt, context),
    await explainByTwo(windows.begun, nearest, fine, isLookedAt, context),
    await explainByTwo(
      lying,
      await nearestAsTheyLie(lying, fine, isLookedAt, context),
      fine,
      isLookedAt,
      context,
    ),
  ];
  const best = (query: number): number =>
    Math.max(...explained.map((correlations) => correlations[query]!));
  return { distance: around.map((distance, query) => toDistance(best(query)) / distance), nearest };
}

interface Fit {
  training: number;
  pose: Pose;
  /** The best pose of the coarse pass, from which the fit began. */
  begun: Pose;
  correlation: number;
}

/** Finds each candidate's best pose at coarse scale, then fits the best of them at fine scale. */
function compareFinely(
  query: number,
  looked: readonly number[],
  coarsePassed: Passed,
  finePassed: Passed,
  searched: Searched,
): Fit {
  const { coarse, fine, poses } = searched;
  const window = new Float32Array(fine.shape.area);
  const unposed = poses[0]!;
  const fits = looked.map((training): Fit => ({
    training,
    pose: unposed,
    begun: unposed,
    correlation: -Infinity,
  }));
  for (const pose of poses) {
    writePosed(coarsePassed, query, pose, coarse.shape, window, 0);
    for (const fit of fits) {
      const correlation = dot(
        window,
        coarse.templates,
        fit.training * coarse.shape.area,
        coarse.shape.area,
      );
      if (correlation > fit.correlation) Object.assign(fit, { pose, begun: pose, correlation });
    }
  }
  const correlate = (training: number, pose: Pose): number => {
    writePosed(finePassed, query, pose, fine.shape, window, 0);
    return dot(window, fine.templates, training * fine.shape.area, fine.shape.area);
  };
  for (const fit of fits) fit.correlation = correlate(fit.training, fit.pose);
  const best = fits.sort((a, b) => b.correlation - a.correlation).slice(0, fitted);
  for (const fit of best) climb(fit, searched.reach, correlate);
  return best.reduce((a, b) => (b.correlation > a.correlation ? b : a));
}

/**
 * Improves a pose one quantity at a time, in steps that halve, within what the search answers for.
 */
function climb(fit: Fit, reach: number, correlate: (training: number, pose: Pose) => number): void {
  const names = ['degrees', 'zoom', 'dx', 'dy'] as const;
  const most = {
    degrees: 1.25 * maxTurn,
    zoom: 1.25 * (maxZoom - 1),
    dx: reach,
    dy: reach,
  };
  const rest = { degrees: 0, zoom: 1, dx: 0, dy: 0 };
  for (let halving = 0; halving < halvings; halving += 1) {
    for (const name of names) {
      for (const sign of [-1, 1]) {
        const value = fit.pose[name] + (sign * firstStep[name]) / 2 ** halving;
        if (Math.abs(value - rest[name]) > most[name]) continue;
        const pose = { ...fit.pose, [name]: value };
        const correlation = correlate(fit.training, pose);
        if (correlation > fit.correlation) Object.assign(fit, { pose, correlation });
      }
    }
  }
}

/** Whether a query is held against a training image. */
type IsLookedAt = (query: number, training: number) => boolean;

/** @returns for each window the training image that correlates most with it, nothing moved. */
async function nearestAsTheyLie(
  windows: Float32Array,
  { shape, templates }: Level,
  isLookedAt: IsLookedAt,
  context: TaskContext,
): Promise<Int32Array> {
  const { area } = shape;
  const nearest = new Int32Array(windows.length / area);
  const write = (_pose: number, query: number, to: Float32Array, at: number): void =>
    to.set(windows.subarray(query * area, (query + 1) * area), at);
  await forEachMaxInnerProduct(
    { queries: nearest.length, poses: 1, width: area, write, templates },
    context,
    (query, correlations) => {
      let max = -Infinity;
      for (let t = 0; t < correlations.length; t += 1) {
        if (correlations[t]! <= max || !isLookedAt(query, t)) continue;
        max = correlations[t]!;
        nearest[query] = t;
      }
    },
  );
  return nearest;
}

/**
 * @param windows [queries, area] in their best pose, unit norm
 * @returns correlation of each query with its best blend, both parts positive, of its nearest
 * training image and any other: sqrt(c1² + (c2
 * - c1 g)² / (1 - g²)) with c their correlations with the query and g that of the two. Never below
 * c1.
 */
async function explainByTwo(
  windows: Float32Array,
  nearest: Int32Array,
  { shape, templates }: Level,
  isLookedAt: IsLookedAt,
  context: TaskContext,
): Promise<Float64Array> {
  const { area } = shape;
  const explained = new Float64Array(nearest.length);
  const own = new Float32Array(templates.length / area);
  // Each query's own row, then that of its nearest image.
  const write = (_pose: number, row: number, to: Float32Array, at: number): void => {
    const query = row >> 1;
    const [from, start] = row % 2 === 0 ? [windows, query] : [templates, nearest[query]!];
    to.set(from.subarray(start * area, (start + 1) * area), at);
  };
  await forEachMaxInnerProduct(
    { queries: 2 * nearest.length, poses: 1, width: area, write, templates },
    context,
    (row, correlations) => {
      if (row % 2 === 0) {
        own.set(correlations);
        return;
      }
      const query = row >> 1;
      const first = own[nearest[query]!]!;
      let gained = 0;
      for (let t = 0; t < own.length; t += 1) {
        const shared = correlations[t]!;
        const second = own[t]! - first * shared;
        const left = 1 - shared * shared;
        // Two images that are nearly one have no blend; the first one's part must stay positive
        // too.
        if (second <= 0 || left < 0.05 || first - own[t]! * shared <= 0 || !isLookedAt(query, t))
          continue;
        gained = Math.max(gained, (second * second) / left);
      }
      explained[query] =
        Math.sign(first) * Math.min(Math.sqrt(first * first + (first > 0 ? gained : 0)), 1);
    },
  );
  return explained;
}

function dot(a: Float32Array, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += a[i]! * b[bStart + i]!;
  return sum;
}
