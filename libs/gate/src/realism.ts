import { calciumGrades, type CheckResult, type GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { createAtLeastCheck, createCheck, createUnmadeCheck } from './check.ts';
import { calciumShare, mapImages, measureNoise, measureOrgans, organNames, type OrganHu } from './hu.ts';
import type { GateSets } from './input.ts';
import type { Features } from './linear-algebra.ts';
import type { Pace } from './pace.ts';
import { powerSpectra, rings } from './radiomics.ts';
import { clopperPearson, histograms, mean, quantile } from './statistics.ts';

/** Are the grey values those of a CT: HU of each organ, noise, and calcium by grade (synthesis.md chapter 9, item 16)? */
export async function checkRealism(sets: GateSets, thresholds: GateThresholds, pace: Pace): Promise<CheckResult[]> {
  return [checkHu(sets, thresholds), await checkNoise(sets, pace), checkCalcium(sets)];
}

/** Share of real people's images cut off at either end of each range. */
const outside = 0.005;
const measures = ['low', 'median', 'high'] as const satisfies (keyof OrganHu)[];

/** F3a: an image is in range when the 10th, 50th and 90th percentile of HU in each organ lies where those of the training images lie. */
function checkHu({ synthetic, training, control }: GateSets, thresholds: GateThresholds): CheckResult {
  const found = { synthetic: mapImages(synthetic, measureOrgans), training: mapImages(training, measureOrgans), control: mapImages(control, measureOrgans) };
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
    return measures.every((measure, i) => own[measure] >= bounds[i]![0] && own[measure] <= bounds[i]![1]);
  };
  const count = (images: readonly ReturnType<typeof measureOrgans>[]): number =>
    images.filter((image) => ranges.every((_, at) => isInRange(image, at))).length;
  const medians = (images: readonly ReturnType<typeof measureOrgans>[], organ: (typeof organNames)[number]): number[] =>
    images.map((image) => image[organ]?.median ?? NaN).filter(Number.isFinite);
  const orNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
  return createAtLeastCheck('hu-realism', count(found.synthetic) / synthetic.count, thresholds.huRealism, {
    baseline: count(found.control) / control.count,
    interval: clopperPearson(count(found.synthetic), synthetic.count),
    details: Object.fromEntries(
      ranges.flatMap(({ organ, bounds }, at) => [
        [`${organ}: in range`, found.synthetic.filter((image) => isInRange(image, at)).length / synthetic.count],
        [`${organ}: median synthetic`, orNull(quantile(medians(found.synthetic, organ), 0.5))],
        [`${organ}: median real`, orNull(quantile(medians(found.training, organ), 0.5))],
        [`${organ}: median from`, orNull(bounds[1]![0])],
        [`${organ}: median to`, orNull(bounds[1]![1])],
      ]),
    ),
    histograms: histograms({ synthetic: medians(found.synthetic, 'soft'), control: medians(found.control, 'soft') }, 30),
  });
}

const decibel = 10 / Math.LN10;

/** F3b, reported: the radial power spectrum above half the highest frequency, where a CT holds noise and a generator often too little. */
async function checkNoise({ synthetic, training, control }: GateSets, pace: Pace): Promise<CheckResult> {
  const average = ({ count, width, data }: Features): number[] =>
    Array.from({ length: width }, (_, ring) => {
      let sum = 0;
      for (let image = 0; image < count; image += 1) sum += data[image * width + ring]!;
      return (decibel * sum) / count;
    });
  const spectrum = async (images: ImageSet): Promise<number[]> => average(await powerSpectra(images, pace));
  const [s, t, h] = [await spectrum(synthetic), await spectrum(training), await spectrum(control)];
  const difference = (a: number[], b: number[]): number => mean(a.map((x, ring) => Math.abs(x - b[ring]!)).slice(rings / 2));
  const noiseOf = (images: ImageSet): number | null => {
    const noise = quantile(mapImages(images, measureNoise).filter(Number.isFinite), 0.5);
    return Number.isFinite(noise) ? noise : null;
  };
  const frequencies = Array.from({ length: rings }, (_, ring) => (ring + 0.5) / rings / 2);
  return createCheck('noise-texture', {
    verdict: 'report',
    unit: 'decibel',
    value: difference(s, h),
    baseline: difference(t, h),
    details: { noiseSynthetic: noiseOf(synthetic), noiseReal: noiseOf(control), images: synthetic.count },
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
  return [...x, ...y].reduce((most, limit) => Math.max(most, Math.abs(share(x, limit) - share(y, limit))), 0);
}

/** F3c, reported: how much calcium the images of each grade show (hu.ts says what is measured), and the worst grade's difference. */
function checkCalcium({ synthetic, training, control }: GateSets): CheckResult {
  const scoresOf = (images: ImageSet): number[][] => {
    const shares = mapImages(images, calciumShare);
    return calciumGrades.map((grade) => shares.filter((_, row) => images.labels[row]?.calciumGrade === grade));
  };
  const [s, t, h] = [scoresOf(synthetic), scoresOf(training), scoresOf(control)];
  const judged = [...calciumGrades.keys()].filter((at) => [s, t, h].every((scores) => scores[at]!.length >= imagesPerGrade));
  if (judged.length === 0)
    return createUnmadeCheck('calcium-score', `No calcium grade has ${imagesPerGrade} images in the cohort, the training and the control split.`);
  const difference = judged.map((at) => kolmogorovSmirnov(s[at]!, t[at]!));
  const worst = difference.indexOf(Math.max(...difference));
  return createCheck('calcium-score', {
    verdict: 'report',
    unit: 'share',
    value: difference[worst] ?? null,
    baseline: kolmogorovSmirnov(h[judged[worst]!]!, t[judged[worst]!]!),
    details: { worstGrade: calciumGrades[judged[worst]!] ?? null, gradesNotJudged: calciumGrades.length - judged.length },
    curves: [['synthetic', s] as const, ['control', h] as const].map(([name, scores]) => ({
      name: 'calcium',
      x: { name: 'grade', values: judged },
      y: { name, values: judged.map((at) => mean(scores[at]!)) },
    })),
  });
}
