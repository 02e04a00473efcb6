import {
  calciumGrades,
  type CheckResult,
  type GateCheck,
  type GateThresholds,
  type ImageLabels,
} from '@scapis/contracts';
import type { FeatureSets } from '../features/feature-sets.ts';
import type { GateSets } from '../images/images.ts';
import {
  createAtLeastCheck,
  createCheck,
  floorDetails,
  createUnmadeCheck,
} from '../checks/check.ts';
import { stack, takeRows, type Features } from '../statistics/linear-algebra.ts';
import {
  densityCoverage,
  frechetDistance,
  kernelDistance,
  prdc,
  principalAxes,
  standardiser,
  vendiScore,
} from '../features/metrics.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { mean, quantile } from '../statistics/statistics.ts';

/**
 * Four spaces that need no download (docs/gate.md, F1 to F3): each overlooks something that another
 * sees.
 */
export const spaceNames = ['contrastive', 'random', 'radiomics', 'task'] as const;
export type SpaceName = (typeof spaceNames)[number];

/**
 * Random subsets of equal size that each number is averaged over, so that the luck of one draw does
 * not decide.
 */
const draws = 5;
/** Of density and coverage: all pairs in four spaces take 4.5 s of a core at n = 2,000 so. */
const ballDraws = 3;
const neighbours = { manifold: 3, density: 5 };
const imagesPerDimension = 10;
const mostDimensions = 64;

/**
 * Subsets of all three sets, of the size of the smallest: every metric here depends on n, so values
 * at different n must not be compared.
 */
function drawEqual(sets: FeatureSets, seed: number, index: number, most = Infinity): FeatureSets {
  const n = Math.min(most, countOf(sets));
  const random = gateStream(seed, 'subsets', index);
  const pick = (features: Features): Features =>
    takeRows(features, permutation(random, features.count).slice(0, n));
  return {
    synthetic: pick(sets.synthetic),
    training: pick(sets.training),
    holdout: pick(sets.holdout),
  };
}

function countOf({ synthetic, training, holdout }: FeatureSets): number {
  return Math.min(synthetic.count, training.count, holdout.count);
}

/**
 * Standardised by H, on as many principal axes of H as n carries: for every metric here. Raw, the
 * few columns of greatest numbers (HU beside shares, the deepest of the random channels) would
 * alone decide who is whose neighbour. By H, which neither S nor T has seen: along axes
 * chosen for T's own variance T lies wider than any other set, and a clean cohort of 100 images
 * came out 1.3 to 1.9 times as dense as real people.
 */
function project(sets: FeatureSets): FeatureSets {
  const scale = standardiser(sets.holdout);
  const holdout = scale.apply(sets.holdout);
  const onAxes = principalAxes(
    holdout,
    Math.max(2, Math.min(mostDimensions, Math.floor(countOf(sets) / imagesPerDimension))),
  );
  return {
    holdout: onAxes(holdout),
    training: onAxes(scale.apply(sets.training)),
    synthetic: onAxes(scale.apply(sets.synthetic)),
  };
}

/**
 * F1 and F2: everything that compares clouds of features. @param spaces null: a space that could
 * not be made; what it decides then fails.
 */
export async function checkFidelity(
  spaces: Record<SpaceName, FeatureSets | null>,
  labels: Labels,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult[]> {
  const made = spaceNames.flatMap((name) =>
    spaces[name] === null ? [] : [{ name, sets: project(spaces[name]) }],
  );
  const frechet: CheckResult[] = [];
  for (const name of spaceNames) {
    const sets = made.find((space) => space.name === name)?.sets;
    const check = `frechet-${name}` as const satisfies GateCheck;
    frechet.push(
      sets === undefined
        ? createUnmadeCheck(check, 'fewSharedGrades', {})
        : await checkFrechet(check, sets, thresholds, seed, context),
    );
  }
  // The worst of four spaces decides. Where one is missing, what the others show is told, and
  // decides nothing.
  const ofAllFour = (result: CheckResult): CheckResult =>
    made.length === spaceNames.length || result.details['made'] === false
      ? result
      : createUnmadeCheck(result.check, 'fewSharedGrades', result.details);
  return [
    ...frechet,
    await checkKernel(made, seed, context),
    ...(await checkCoverage(made, thresholds, seed, context)).map(ofAllFour),
    await checkManifold(made, seed, context),
    ofAllFour(await checkVendi(made, labels, thresholds, seed, context)),
  ];
}

/**
 * Ratio FD(T, H) / FD(H, S) at equal n: 1 means that synthetic images differ from held-out people's
 * as little as the training images do (medigan's FID ratio).
 */
async function checkFrechet(
  check: `frechet-${SpaceName}`,
  projected: FeatureSets,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const realReal: number[] = [];
  const realSynthetic: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const { synthetic, training, holdout } = drawEqual(projected, seed, draw);
    realReal.push(frechetDistance(training, holdout));
    realSynthetic.push(frechetDistance(holdout, synthetic));
    await context.yieldIfDue(draw / draws);
  }
  const value = mean(realReal) / Math.max(mean(realSynthetic), 1e-12);
  return createAtLeastCheck(check, value, thresholds.frechetRatio, {
    baseline: 1,
    details: {
      distanceRealReal: mean(realReal),
      distanceRealSynthetic: mean(realSynthetic),
      images: countOf(projected),
      dimensions: projected.training.width,
      draws,
    },
  });
}

type Space = { name: SpaceName; sets: FeatureSets };
type Labels = Record<keyof GateSets, readonly ImageLabels[]>;
/** One measure of one space, beside the same of real images. */
type Compared = { synthetic: number; real: number };
const ratioOf = ({ synthetic, real }: Compared): number => synthetic / Math.max(real, 1e-12);

/** @returns the row of the least score; one without a number is the worst. */
function worstOf<Row>(rows: readonly Row[], scoreOf: (row: Row) => number): Row {
  const [first, ...rest] = rows;
  if (first === undefined) throw new Error('There is always a space: the contrastive one.');
  return rest.reduce(
    (worst, row) => (scoreOf(worst) <= scoreOf(row) || Number.isNaN(scoreOf(worst)) ? worst : row),
    first,
  );
}

const kernelSubsets = { count: 20, mostImages: 250 };

/**
 * F1e, reported: KID in each space over random subsets. The contrastive space's is the row's value;
 * its spread is the interval.
 */
async function checkKernel(
  spaces: readonly Space[],
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const found = new Map<SpaceName, { synthetic: number[]; real: number[] }>();
  for (const { name, sets } of spaces) {
    const own = { synthetic: new Array<number>(), real: new Array<number>() };
    for (let subset = 0; subset < kernelSubsets.count; subset += 1) {
      const { synthetic, training, holdout } = drawEqual(
        sets,
        seed,
        20 + subset,
        kernelSubsets.mostImages,
      );
      own.synthetic.push(kernelDistance(holdout, synthetic));
      own.real.push(kernelDistance(holdout, training));
      await context.yieldIfDue(subset / kernelSubsets.count);
    }
    found.set(name, own);
  }
  const { synthetic = [], real = [] } = found.get('contrastive') ?? {};
  return createCheck('kid', {
    verdict: 'report',
    value: mean(synthetic),
    baseline: mean(real),
    interval: [quantile(synthetic, 0.025), quantile(synthetic, 0.975)],
    details: {
      ...Object.fromEntries(
        [...found].flatMap(([name, own]) => [
          [`${name}: synthetic`, mean(own.synthetic)],
          [`${name}: real`, mean(own.real)],
        ]),
      ),
      subsets: kernelSubsets.count,
      images: Math.min(kernelSubsets.mostImages, ...spaces.map(({ sets }) => countOf(sets))),
    },
  });
}

/**
 * F2a and F2b: coverage and density of S around the held-out people's images, against those of T
 * around the same images, k = 5, equal n. The worst space decides: by coverage that of the least
 * ratio, by density the one with the least room to a limit, or the farthest beyond one.
 */
async function checkCoverage(
  spaces: readonly Space[],
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult[]> {
  const found: {
    name: SpaceName;
    images: number;
    dimensions: number;
    coverage: Compared;
    density: Compared;
  }[] = [];
  for (const { name, sets } of spaces) {
    const [coverage, density] = [
      { synthetic: 0, real: 0 },
      { synthetic: 0, real: 0 },
    ];
    for (let draw = 0; draw < ballDraws; draw += 1) {
      const { holdout, synthetic, training } = drawEqual(sets, seed, draw);
      const [own, real] = await densityCoverage(
        holdout,
        [synthetic, training],
        neighbours.density,
        context,
      );
      for (const [side, around] of [
        ['synthetic', own],
        ['real', real],
      ] as const) {
        coverage[side] += (around?.coverage ?? NaN) / ballDraws;
        density[side] += (around?.density ?? NaN) / ballDraws;
      }
    }
    found.push({ name, images: countOf(sets), dimensions: sets.training.width, coverage, density });
  }
  const detailsOf = (
    measure: 'coverage' | 'density',
    { name, images, dimensions, ...own }: (typeof found)[number],
  ): CheckResult['details'] => ({
    worstSpace: name,
    [`${measure}Synthetic`]: own[measure].synthetic,
    [`${measure}Real`]: own[measure].real,
    ...Object.fromEntries(
      found.flatMap((each) => [
        [`${each.name}: synthetic`, each[measure].synthetic],
        [`${each.name}: real`, each[measure].real],
      ]),
    ),
    images,
    dimensions,
    neighbours: neighbours.density,
    draws: ballDraws,
  });
  const { densityRatioLow, densityRatioHigh } = thresholds;
  const roomOf = (ratio: number): number =>
    Math.min(
      Math.log(Math.max(ratio, 1e-12) / Math.max(densityRatioLow, 1e-12)),
      Math.log(densityRatioHigh / Math.max(ratio, 1e-12)),
    );
  const least = worstOf(found, ({ coverage }) => ratioOf(coverage));
  const tightest = worstOf(found, ({ density }) => roomOf(ratioOf(density)));
  const density = ratioOf(tightest.density);
  return [
    createAtLeastCheck('coverage', ratioOf(least.coverage), thresholds.coverageRatio, {
      baseline: 1,
      // A generator that misses the noise of a CT covers nothing in some space and is of use all
      // the same: the floor looks at the second best, for one alone may be blind to what is wrong.
      details: {
        ...detailsOf('coverage', least),
        ...floorDetails(
          found.map(({ coverage }) => ratioOf(coverage)).sort((a, b) => b - a)[1] ?? null,
          thresholds.coverageFloor,
        ),
      },
    }),
    createCheck('density', {
      verdict: density >= densityRatioLow && density <= densityRatioHigh ? 'pass' : 'fail',
      value: density,
      baseline: 1,
      threshold: densityRatioLow,
      passesWhen: 'between',
      details: { ...detailsOf('density', tightest), thresholdHigh: densityRatioHigh },
    }),
  ];
}

/**
 * F2c, reported: precision and recall with k = 3 in each space. The row's value is the lowest
 * recall: what a collapsed generator shows.
 */
async function checkManifold(
  spaces: readonly Space[],
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const details: CheckResult['details'] = { neighbours: neighbours.manifold };
  let lowest: { value: number; baseline: number; space: SpaceName } | null = null;
  for (const { name, sets } of spaces) {
    const { synthetic, training, holdout } = drawEqual(sets, seed, 0);
    const own = prdc(holdout, synthetic, neighbours.manifold);
    await context.yieldIfDue(0.5);
    const real = prdc(holdout, training, neighbours.manifold);
    await context.yieldIfDue(1);
    details[`${name}: precision synthetic`] = own.precision;
    details[`${name}: precision real`] = real.precision;
    details[`${name}: recall synthetic`] = own.recall;
    details[`${name}: recall real`] = real.recall;
    if (lowest === null || own.recall < lowest.value)
      lowest = { value: own.recall, baseline: real.recall, space: name };
  }
  return createCheck('precision-recall', {
    verdict: 'report',
    value: lowest?.value ?? null,
    baseline: lowest?.baseline ?? null,
    details: { worstSpace: lowest?.space ?? null, ...details },
  });
}

const imagesPerGrade = 20;

/**
 * The cosine is taken beside one more coordinate, the same for all images, with a tenth of H's mean
 * squared length. Around H's mean alone images that shrink onto it would still point in all
 * directions, and a collapse to one mean picture would look varied.
 */
function withOffset({ training, synthetic, holdout }: FeatureSets): FeatureSets {
  const offset = Math.sqrt(0.1 * (holdout.data.reduce((sum, x) => sum + x * x, 0) / holdout.count));
  const extend = ({ count, width, data }: Features): Features => ({
    count,
    width: width + 1,
    data: Float32Array.from({ length: count * (width + 1) }, (_, at) =>
      at % (width + 1) === width ? offset : data[at - Math.floor(at / (width + 1))]!,
    ),
  });
  return { training: extend(training), synthetic: extend(synthetic), holdout: extend(holdout) };
}

/**
 * F2d: does the generator repeat itself within a grade? Vendi score of S over that of real images
 * at equal n, the worst grade of the worst space deciding. Real are T; in the task space R and H,
 * as its network knows T by heart.
 */
async function checkVendi(
  spaces: readonly Space[],
  labels: Labels,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult> {
  const grades = [...calciumGrades.keys()].filter((at) =>
    labels.synthetic.some(({ calciumGrade }) => calciumGrade === calciumGrades[at]),
  );
  const found: ({ name: SpaceName; grade: string; images: number } & Compared)[] = [];
  for (const { name, sets } of spaces) {
    const { synthetic, training, holdout } = withOffset(sets);
    const sides = {
      synthetic: { features: synthetic, labels: labels.synthetic },
      real:
        name === 'task'
          ? { features: stack(training, holdout), labels: [...labels.reference, ...labels.holdout] }
          : { features: training, labels: labels.training },
    };
    for (const at of grades) {
      const grade = calciumGrades[at] ?? 'none';
      const rowsOf = (side: keyof Compared): number[] =>
        sides[side].labels.flatMap(({ calciumGrade }, row) =>
          calciumGrade === grade ? [row] : [],
        );
      const rows = { synthetic: rowsOf('synthetic'), real: rowsOf('real') };
      const images = Math.min(rows.synthetic.length, rows.real.length);
      const score = (side: keyof Compared): number => {
        if (images < imagesPerGrade) return NaN;
        const random = gateStream(seed, 'subsets', 60 + at);
        return vendiScore(
          takeRows(
            sides[side].features,
            permutation(random, rows[side].length)
              .slice(0, images)
              .map((row) => rows[side][row]!),
          ),
        );
      };
      found.push({ name, grade, images, synthetic: score('synthetic'), real: score('real') });
      await context.yieldIfDue(found.length / (spaces.length * grades.length));
    }
  }
  const small = found.filter(({ images }) => images < imagesPerGrade);
  if (found.length === 0 || small.length > 0)
    return createUnmadeCheck('vendi', 'fewInGrades', {
      imagesNeeded: imagesPerGrade,
      gradesTooSmall: [...new Set(small.map(({ grade }) => grade))].join(', '),
      ...Object.fromEntries(
        small.map(({ name, grade, images }) => [`${name}: ${grade}: images`, images]),
      ),
    });
  const worst = worstOf(found, ratioOf);
  return createAtLeastCheck('vendi', ratioOf(worst), thresholds.vendiRatio, {
    baseline: 1,
    details: {
      worstSpace: worst.name,
      worstGrade: worst.grade,
      images: worst.images,
      ...Object.fromEntries(
        found.flatMap(({ name, grade, synthetic, real }) => [
          [`${name}: ${grade}: synthetic`, synthetic],
          [`${name}: ${grade}: real`, real],
        ]),
      ),
    },
  });
}
