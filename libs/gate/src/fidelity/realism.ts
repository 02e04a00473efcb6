import {
  calciumGrades,
  type CalciumGrade,
  type CheckResult,
  type GateThresholds,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import type { GateSets } from '../images/images.ts';
import { createAtLeastCheck, createCheck, createUnmadeCheck } from '../checks/check.ts';
import {
  calciumShare,
  mapImages,
  measureNoise,
  measureOrgans,
  organNames,
  type OrganHu,
} from '../images/hu.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import type { TaskContext } from '../task-context.ts';
import { powerSpectra, rings } from '../features/radiomics.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { clopperPearson, histograms, mean, quantile } from '../statistics/statistics.ts';

/**
 * F3: are the grey values those of a CT? HU of each organ, noise, and calcium by grade
 * (docs/gate.md).
 */
export async function checkRealism(
  sets: GateSets,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CheckResult[]> {
  return [checkHu(sets, thresholds), await checkNoise(sets, context), checkCalcium(sets, seed)];
}

/** Share of real people's images cut off at either end of each range. */
const outside = 0.005;
const measures = ['low', 'median', 'high'] as const satisfies (keyof OrganHu)[];

/**
 * F3a: an image is in range when the 10th, 50th and 90th percentile of HU in each organ lies where
 * those of the training images lie.
 */
function checkHu(
  { synthetic, training, holdout }: GateSets,
  thresholds: GateThresholds,
): CheckResult {
  const found = {
    synthetic: mapImages(synthetic, measureOrgans),
    training: mapImages(training, measureOrgans),
    holdout: mapImages(holdout, measureOrgans),
  };
  const ranges = organNames.map((organ) => {
    const own = found.training.map((image) => image[organ]).filter((each) => each !== null);
    return {
      organ,
      mayLack: own.length < (1 - outside) * training.count,
      bounds: measures.map((measure) => {
        const values = own.map((each) => each[measure]);
        return [quantile(values, outside), quantile(values, 1 - outside)] as const;
      }),
    };
  });
  const isInRange = (image: ReturnType<typeof measureOrgans>, at: number): boolean => {
    const { organ, mayLack, bounds } = ranges[at]!;
    const own = image[organ];
    if (own === null) return mayLack;
    return measures.every(
      (measure, i) => own[measure] >= bounds[i]![0] && own[measure] <= bounds[i]![1],
    );
  };
  const count = (images: readonly ReturnType<typeof measureOrgans>[]): number =>
    images.filter((image) => ranges.every((_, at) => isInRange(image, at))).length;
  const medians = (
    images: readonly ReturnType<typeof measureOrgans>[],
    organ: (typeof organNames)[number],
  ): number[] => images.map((image) => image[organ]?.median ?? NaN).filter(Number.isFinite);
  const orNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
  return createAtLeastCheck(
    'hu-realism',
    count(found.synthetic) / synthetic.count,
    thresholds.huRealism,
    {
      baseline: count(found.holdout) / holdout.count,
      interval: clopperPearson(count(found.synthetic), synthetic.count),
      details: Object.fromEntries(
        ranges.flatMap(({ organ, bounds }, at) => [
          [
            `${organ}: in range`,
            found.synthetic.filter((image) => isInRange(image, at)).length / synthetic.count,
          ],
          [`${organ}: median synthetic`, orNull(quantile(medians(found.synthetic, organ), 0.5))],
          [`${organ}: median real`, orNull(quantile(medians(found.training, organ), 0.5))],
          [`${organ}: median from`, orNull(bounds[1]![0])],
          [`${organ}: median to`, orNull(bounds[1]![1])],
        ]),
      ),
      histograms: histograms(
        { synthetic: medians(found.synthetic, 'soft'), control: medians(found.holdout, 'soft') },
        30,
      ),
    },
  );
}

const decibel = 10 / Math.LN10;

/**
 * F3b, reported: the radial power spectrum above half the highest frequency, where a CT holds noise
 * and a generator often too little.
 */
async function checkNoise(
  { synthetic, training, holdout }: GateSets,
  context: TaskContext,
): Promise<CheckResult> {
  const average = ({ count, width, data }: Features): number[] =>
    Array.from({ length: width }, (_, ring) => {
      let sum = 0;
      for (let image = 0; image < count; image += 1) sum += data[image * width + ring]!;
      return (decibel * sum) / count;
    });
  const spectrum = async (images: ImageSet): Promise<number[]> =>
    average(await powerSpectra(images, context));
  const [s, t, h] = [await spectrum(synthetic), await spectrum(training), await spectrum(holdout)];
  const difference = (a: number[], b: number[]): number =>
    mean(a.map((x, ring) => Math.abs(x - b[ring]!)).slice(rings / 2));
  const noiseOf = (images: ImageSet): number | null => {
    const noise = quantile(mapImages(images, measureNoise).filter(Number.isFinite), 0.5);
    return Number.isFinite(noise) ? noise : null;
  };
  const frequencies = Array.from({ length: rings }, (_, ring) => (ring + 0.5) / rings / 2);
  return createCheck('noise-texture', {
    verdict: 'report',
    value: difference(s, h),
    baseline: difference(t, h),
    details: {
      noiseSynthetic: noiseOf(synthetic),
      noiseReal: noiseOf(holdout),
      images: synthetic.count,
    },
    curves: [['synthetic', s] as const, ['control', h] as const].map(([name, values]) => ({
      name: 'spectrum',
      x: { name: 'frequency', values: frequencies },
      y: { name, values },
    })),
  });
}

const imagesPerGrade = 20;

/** Largest difference between the two empirical distribution functions (Kolmogorov and Smirnov). */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const share = (sorted: readonly number[], limit: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! <= limit) low = middle + 1;
      else high = middle;
    }
    return low / sorted.length;
  };
  const [x, y] = [[...a].sort((i, j) => i - j), [...b].sort((i, j) => i - j)];
  return [...x, ...y].reduce(
    (most, limit) => Math.max(most, Math.abs(share(x, limit) - share(y, limit))),
    0,
  );
}

/** Random subsets of equal size over which a grade's differences are averaged. */
const calciumDraws = 10;

/**
 * F3c, reported: how much calcium the images of each grade show (hu.ts says what is measured). The
 * cohort's and the held-out people's greatest distance from the training images, both at equal n,
 * since the fewer images the greater it is by chance alone. Told is the grade in which the cohort's
 * exceeds the other by most.
 */
function checkCalcium({ synthetic, training, holdout }: GateSets, seed: number): CheckResult {
  const scoresOf = (images: ImageSet): number[][] => {
    const shares = mapImages(images, calciumShare);
    return calciumGrades.map((grade) =>
      shares.filter((_, row) => images.labels[row]?.calciumGrade === grade),
    );
  };
  const [s, t, h] = [scoresOf(synthetic), scoresOf(training), scoresOf(holdout)];
  const judged = [...calciumGrades.keys()].flatMap((at) => {
    const [own, members, others] = [s[at]!, t[at]!, h[at]!];
    const n = Math.min(own.length, members.length, others.length);
    if (n < imagesPerGrade) return [];
    const found = { at, own, members, others, synthetic: 0, real: 0, n };
    for (let draw = 0; draw < calciumDraws; draw += 1) {
      const random = gateStream(seed, 'subsets', 400 + calciumDraws * at + draw);
      const pick = (scores: number[]): number[] =>
        permutation(random, scores.length)
          .slice(0, n)
          .map((i) => scores[i]!);
      const drawn = pick(members);
      found.synthetic += kolmogorovSmirnov(pick(own), drawn) / calciumDraws;
      found.real += kolmogorovSmirnov(pick(others), drawn) / calciumDraws;
    }
    return [found];
  });
  const [first, ...rest] = judged;
  if (first === undefined)
    return createUnmadeCheck('calcium-score', 'fewInAnyGrade', { imagesNeeded: imagesPerGrade });
  const worst = rest.reduce(
    (most, grade) => (grade.synthetic - grade.real > most.synthetic - most.real ? grade : most),
    first,
  );
  const grades = judged.map(({ at }) => at);
  return createCheck('calcium-score', {
    verdict: 'report',
    value: worst.synthetic,
    baseline: worst.real,
    details: {
      worstGrade: calciumGrades[worst.at] ?? null,
      images: worst.n,
      draws: calciumDraws,
      ...Object.fromEntries(
        judged.flatMap((each) => [
          [`${calciumGrades[each.at]}: synthetic`, each.synthetic],
          [`${calciumGrades[each.at]}: real`, each.real],
        ]),
      ),
      gradesNotJudged: synthetic.count - judged.reduce((sum, { own }) => sum + own.length, 0),
    },
    curves: [
      ...[['synthetic', s] as const, ['control', h] as const].map(([name, scores]) => ({
        name: 'calcium',
        x: { name: 'grade', values: grades },
        y: { name, values: grades.map((at) => mean(scores[at]!)) },
      })),
      ...judged.flatMap(({ at, own, members, others }) =>
        distributionCurves(calciumCurves[calciumGrades[at]!], {
          synthetic: own,
          control: others,
          members,
        }),
      ),
    ],
  });
}

const calciumCurves = {
  none: 'calciumNone',
  mild: 'calciumMild',
  moderate: 'calciumModerate',
  severe: 'calciumSevere',
} as const satisfies Record<CalciumGrade, string>;
const curveSteps = 40;

/**
 * For each sample the share of its values up to each of equal steps between the least and the
 * greatest of all.
 */
function distributionCurves(
  name: string,
  samples: Record<string, readonly number[]>,
): CheckResult['curves'] {
  const all = Object.values(samples)
    .flat()
    .sort((a, b) => a - b);
  const [low, high] = [all[0]!, all.at(-1)!];
  // The last step is the greatest value itself: rounding must not leave it out.
  const values =
    high > low
      ? [
          ...Array.from(
            { length: curveSteps },
            (_, step) => low + ((high - low) * step) / curveSteps,
          ),
          high,
        ]
      : [low];
  return Object.entries(samples).map(([sample, own]) => ({
    name,
    x: { name: 'calciumShare', values },
    y: {
      name: sample,
      values: values.map((limit) => own.filter((x) => x <= limit).length / own.length),
    },
  }));
}
