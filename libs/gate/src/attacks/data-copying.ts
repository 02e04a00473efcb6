import type { CheckResult, GateThresholds } from '@scapis/contracts';
import type { FeatureSets } from '../features/feature-sets.ts';
import type { AttackSpace } from './attack-space.ts';
import { toPeople } from './attack-panel.ts';
import { createCheck, createUnmadeCheck, type Details } from '../checks/check.ts';
import { numberPeople } from '../copies/copy-space.ts';
import { forEachSquaredDistance } from '../features/max-similarity.ts';
import { rowsByPerson } from '../images/images.ts';
import { takeRows, type Features } from '../statistics/linear-algebra.ts';
import { principalAxes, squaredDistance } from '../features/metrics.ts';
import type { TaskContext } from '../task-context.ts';
import { significanceOfTest } from '../checks/significance.ts';
import { gateStream } from '../statistics/random.ts';
import { mannWhitney, normalQuantile, normalUpperTail } from '../statistics/ranking.ts';
import { histograms, mean } from '../statistics/statistics.ts';

/**
 * P3: is the cohort nearer to the training people than other people are? Three published answers,
 * each against its control.
 */

const cells = 3;
const restarts = 10;
const rounds = 30;
const mostDimensions = 64;
/** Fewest images of the cohort and of the control in a cell that is tested. */
const leastInCell = 20;

export interface CellTest {
  /** z of the Mann-Whitney test of d(S, T) against d(H, T) in this cell; far below 0 = copying. */
  z: number;
  synthetic: number;
  holdout: number;
}

/**
 * C_T (Meehan, Chaudhuri and Dasgupta 2020): the cells' z, weighted by their share of the control.
 * Cells with too few images are left out.
 *
 * @param distances to the nearest training image @param assigned cell of each image
 * @returns null where no cell is left
 */
export function dataCopying(
  synthetic: { distances: ArrayLike<number>; assigned: ArrayLike<number> },
  holdout: { distances: ArrayLike<number>; assigned: ArrayLike<number> },
  least = leastInCell,
): { z: number; deviation: number; cells: CellTest[] } | null {
  const inCell = ({ distances, assigned }: typeof synthetic, cell: number): number[] =>
    Array.from(distances).filter((_, i) => assigned[i] === cell);
  // No spread: with all that was released there may be more images than a call takes arguments.
  const count =
    [...Array.from(synthetic.assigned), ...Array.from(holdout.assigned)].reduce(
      (most, cell) => Math.max(most, cell),
      -1,
    ) + 1;
  const tested: CellTest[] = [];
  for (let cell = 0; cell < count; cell += 1) {
    const [own, others] = [inCell(synthetic, cell), inCell(holdout, cell)];
    if (own.length < least || others.length < least) continue;
    tested.push({ z: mannWhitney(own, others).z, synthetic: own.length, holdout: others.length });
  }
  const total = tested.reduce((sum, cell) => sum + cell.holdout, 0);
  if (total === 0) return null;
  const weights = tested.map((cell) => cell.holdout / total);
  return {
    z: tested.reduce((sum, cell, i) => sum + weights[i]! * cell.z, 0),
    deviation: Math.hypot(...weights),
    cells: tested,
  };
}

/**
 * In the copy search's space: its encoder has seen neither S nor H. One image of each control
 * person, or z would count people twice.
 */
export async function checkDataCopying(
  embedded: FeatureSets,
  controlPeople: readonly string[],
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const random = gateStream(seed, 'attacks', 1);
  const project = principalAxes(
    embedded.training,
    Math.min(mostDimensions, embedded.training.width),
  );
  const training = project(embedded.training);
  const rows = rowsByPerson(controlPeople).map((own) => own[random.integer(own.length)] ?? 0);
  const centres = await clusterCentres(training, cells, seed, context);
  const place = async (
    features: Features,
  ): Promise<{ distances: Float64Array; assigned: Int32Array }> => {
    const distances = new Float64Array(features.count);
    await forEachSquaredDistance(
      features,
      training,
      context,
      (query, squared) => (distances[query] = Math.sqrt(minimum(squared))),
    );
    return {
      distances,
      assigned: Int32Array.from(
        { length: features.count },
        (_, row) => nearestCentre(features, row, centres).cell,
      ),
    };
  };
  const synthetic = await place(project(embedded.synthetic));
  const holdout = await place(takeRows(project(embedded.holdout), rows));
  // A cohort that shares no cell with the control is tested over the whole space: that it is far
  // from everyone is no ground for a refusal.
  const inOne = ({ distances }: typeof synthetic): typeof synthetic => ({
    distances,
    assigned: new Int32Array(distances.length),
  });
  const found = dataCopying(synthetic, holdout) ?? dataCopying(inOne(synthetic), inOne(holdout));
  if (found === null) {
    return createUnmadeCheck('data-copying', 'fewInCells', { peopleNeeded: leastInCell });
  }
  const limit = Math.min(
    thresholds.dataCopyingZ,
    normalQuantile(1 - significanceOfTest(thresholds)),
  );
  const worst = Math.min(...found.cells.map(({ z }) => z));
  const whole = found.z / found.deviation;
  return createCheck('data-copying', {
    verdict: Math.min(worst, whole) < limit ? 'fail' : 'pass',
    value: Math.min(worst, whole),
    baseline: 0,
    threshold: limit,
    passesWhen: 'at-least',
    details: {
      dataCopyingZ: found.z,
      worstCellZ: worst,
      cells: found.cells.length,
      imagesLeftOut:
        synthetic.distances.length - found.cells.reduce((sum, cell) => sum + cell.synthetic, 0),
      nonMembers: rows.length,
      dimensions: training.width,
    },
    histograms: histograms({ synthetic: synthetic.distances, control: holdout.distances }),
  });
}

/** k-means (Lloyd) from seeded k-means++ starts; the best of ten. */
async function clusterCentres(
  features: Features,
  count: number,
  seed: number,
  context: TaskContext,
): Promise<Features> {
  let best: { centres: Features; loss: number } | null = null;
  for (let restart = 0; restart < restarts; restart += 1) {
    const random = gateStream(seed, 'attacks', 10 + restart);
    let centres = takeRows(features, [random.integer(features.count)]);
    while (centres.count < count) {
      const away = Float64Array.from(
        { length: features.count },
        (_, row) => nearestCentre(features, row, centres).squared,
      );
      let left = random.uniform() * away.reduce((sum, x) => sum + x, 0);
      const next = Math.max(
        away.findIndex((x) => (left -= x) <= 0),
        0,
      );
      const data = new Float32Array([...centres.data, ...takeRows(features, [next]).data]);
      centres = { count: centres.count + 1, width: features.width, data };
    }
    let loss = Infinity;
    for (let round = 0; round < rounds; round += 1) {
      const sums = new Float64Array(centres.data.length);
      const sizes = new Float64Array(count);
      let now = 0;
      for (let row = 0; row < features.count; row += 1) {
        const { cell, squared } = nearestCentre(features, row, centres);
        now += squared;
        sizes[cell]! += 1;
        for (let c = 0; c < features.width; c += 1)
          sums[cell * features.width + c]! += features.data[row * features.width + c]!;
      }
      const data = centres.data.map((old, at) =>
        sizes[Math.floor(at / features.width)]! > 0
          ? sums[at]! / sizes[Math.floor(at / features.width)]!
          : old,
      );
      centres = { ...centres, data };
      await context.yieldIfDue(restart / restarts);
      if (now > loss * (1 - 1e-5)) break;
      loss = now;
    }
    if (best === null || loss < best.loss) best = { centres, loss };
  }
  if (best === null) throw new Error('k-means was not run.');
  return best.centres;
}

function nearestCentre(
  features: Features,
  row: number,
  centres: Features,
): { cell: number; squared: number } {
  let found = { cell: 0, squared: Infinity };
  for (let cell = 0; cell < centres.count; cell += 1) {
    const squared = squaredDistance(features, row, centres, cell);
    if (squared < found.squared) found = { cell, squared };
  }
  return found;
}

/**
 * Scales columns by 1 / entropy of their distribution over `reference` (Yoon 2020, ADS-GAN):
 * columns in which people differ little, and single ones much, weigh more. A well-known
 * implementation computes these and then overwrites them with ones.
 */
export function entropyWeights(reference: Features, bins = 20): Float64Array {
  const { count, width, data } = reference;
  return Float64Array.from({ length: width }, (_, column) => {
    let low = Infinity;
    let high = -Infinity;
    for (let row = 0; row < count; row += 1) {
      low = Math.min(low, data[row * width + column]!);
      high = Math.max(high, data[row * width + column]!);
    }
    if (!(high > low)) return 1;
    const shares = new Float64Array(bins);
    for (let row = 0; row < count; row += 1) {
      shares[
        Math.min(bins - 1, Math.floor((bins * (data[row * width + column]! - low)) / (high - low)))
      ]! += 1 / count;
    }
    return 1 / Math.max(-shares.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0), 1e-3);
  });
}

export function weigh(features: Features, weights: Float64Array): Features {
  return { ...features, data: features.data.map((x, at) => x * weights[at % features.width]!) };
}

/**
 * For each query its nearest template of another person, and the distance. `null` people: all
 * templates are of others.
 */
export async function nearestOther(
  queries: Features,
  templates: Features,
  people: { queries: Int32Array; templates: Int32Array } | null,
  context: TaskContext,
): Promise<{ distance: Float64Array; nearest: Int32Array }> {
  const distance = new Float64Array(queries.count).fill(Infinity);
  const nearest = new Int32Array(queries.count);
  await forEachSquaredDistance(queries, templates, context, (query, squared) => {
    for (let t = 0; t < squared.length; t += 1) {
      if (
        squared[t]! >= distance[query]! ||
        (people !== null && people.queries[query] === people.templates[t])
      )
        continue;
      distance[query] = squared[t]!;
      nearest[query] = t;
    }
  });
  return { distance: distance.map(Math.sqrt), nearest };
}

/**
 * Identifiability (Yoon 2020): 1 where a person's image lies nearer to a synthetic image than to
 * any training image of another person. About half of all people are so with perfect data: only the
 * excess of members over the control tells anything.
 */
export function isIdentifiable(
  toSynthetic: ArrayLike<number>,
  toOthers: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(toSynthetic, (d, i) => Number(d < toOthers[i]!));
}

/**
 * Authenticity (Alaa 2022): 1 where a sample is farther from its nearest training image t* than t*
 * is from its own nearest other person's. The second distance is that *of t\**: a well-known
 * implementation takes the sample's row instead.
 *
 * @param ownDistance distance of each training image to its nearest other person's
 */
export function isAuthentic(
  sample: { distance: ArrayLike<number>; nearest: ArrayLike<number> },
  ownDistance: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(sample.distance, (d, i) => Number(d > ownDistance[sample.nearest[i]!]!));
}

export async function checkNeighbours(
  space: AttackSpace,
  subjects: { training: readonly string[]; holdout: readonly string[] },
  thresholds: GateThresholds,
  context: TaskContext,
): Promise<CheckResult[]> {
  const weights = entropyWeights(space.reference);
  const [training, holdout, synthetic] = [space.training, space.holdout, space.synthetic].map(
    (each) => weigh(each, weights),
  ) as [Features, Features, Features];
  const people = numberPeople(subjects.training);
  const own = await nearestOther(
    training,
    training,
    { queries: people, templates: people },
    context,
  );
  const ofControl = await nearestOther(holdout, training, null, context);
  const ofSynthetic = await nearestOther(synthetic, training, null, context);
  const share = async (
    features: Features,
    toOthers: Float64Array,
    names: readonly string[],
  ): Promise<Float64Array> =>
    toPeople(
      isIdentifiable((await nearestOther(features, synthetic, null, context)).distance, toOthers),
      names,
      'mean',
    );
  const members = await share(training, own.distance, subjects.training);
  const others = await share(holdout, ofControl.distance, subjects.holdout);
  const authentic = isAuthentic(ofSynthetic, own.distance);
  const authenticControl = toPeople(isAuthentic(ofControl, own.distance), subjects.holdout, 'mean');
  return [
    judgeDifference('identifiability', members, others, thresholds, {
      identifiableMembers: mean(members),
      identifiableControl: mean(others),
    }),
    judgeDifference('authenticity', authenticControl, authentic, thresholds, {
      authentic: mean(authentic),
      authenticControl: mean(authenticControl),
    }),
  ];
}

/**
 * Fails when the first sample's mean exceeds the second's by more than the limit allows and chance
 * explains (significance.ts; Welch).
 */
function judgeDifference(
  check: 'identifiability' | 'authenticity',
  higher: Float64Array,
  lower: Float64Array,
  thresholds: GateThresholds,
  details: Details,
): CheckResult {
  const difference = mean(higher) - mean(lower);
  const spread = (values: Float64Array): number => {
    const middle = mean(values);
    // Shares of 0 or 1 don't vary: as if one more image had fallen the other way.
    return (
      Math.max(
        values.reduce((sum, x) => sum + (x - middle) ** 2, 0) / Math.max(values.length - 1, 1),
        1 / (values.length + 1),
      ) / values.length
    );
  };
  const error = Math.sqrt(spread(higher) + spread(lower));
  const significance = significanceOfTest(thresholds);
  const pValue = normalUpperTail(difference / error);
  const half = normalQuantile(0.025) * error;
  const isConclusive = difference + half <= thresholds.neighbourDifference;
  return createCheck(check, {
    verdict: pValue < significance && !isConclusive ? 'fail' : 'pass',
    value: difference,
    baseline: 0,
    threshold: Math.max(
      normalQuantile(significance) * error,
      thresholds.neighbourDifference - half,
    ),
    passesWhen: 'at-most',
    interval: [difference - half, difference + half],
    details: {
      ...details,
      pValue,
      significance,
      upperLimit: thresholds.neighbourDifference,
      isConclusive,
      nonMembers: Math.min(higher.length, lower.length),
    },
  });
}

function minimum(values: Float32Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i += 1) if (values[i]! < least) least = values[i]!;
  return least;
}
