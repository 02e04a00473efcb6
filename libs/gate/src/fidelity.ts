import { calciumGrades, type CheckResult, type GateCheck, type GateThresholds, type ImageLabels } from '@scapis/contracts';
import { createAtLeastCheck, createCheck, createUnmadeCheck } from './check.ts';
import { takeRows, type Features } from './linear-algebra.ts';
import { frechetDistance, kernelDistance, prdc, principalAxes, standardiser, vendiScore, type Prdc } from './metrics.ts';
import type { Pace } from './pace.ts';
import { gateStream, permutation } from './random.ts';
import { mean, quantile } from './statistics.ts';

/** Features of the same images in one space. */
export interface FeatureSets {
  synthetic: Features;
  training: Features;
  control: Features;
}

/** Four spaces that need no download (synthesis.md chapter 3): each overlooks something that another sees. */
export const spaceNames = ['contrastive', 'random', 'radiomics', 'task'] as const;
export type SpaceName = (typeof spaceNames)[number];

/** Random subsets of equal size that each number is averaged over, so that the luck of one draw does not decide. */
const draws = 5;
const neighbours = { manifold: 3, density: 5 };
const imagesPerDimension = 10;
const mostDimensions = 64;

/** Subsets of all three sets of the size of the smallest: no metric here may be compared between different n (synthesis.md 2). */
function drawEqual(sets: FeatureSets, seed: number, index: number, most = Infinity): FeatureSets {
  const n = Math.min(most, countOf(sets));
  const random = gateStream(seed, 'subsets', index);
  const pick = (features: Features): Features => takeRows(features, permutation(random, features.count).slice(0, n));
  return { synthetic: pick(sets.synthetic), training: pick(sets.training), control: pick(sets.control) };
}

function countOf({ synthetic, training, control }: FeatureSets): number {
  return Math.min(synthetic.count, training.count, control.count);
}

/** Standardised by T, on as many principal axes of T as n carries. */
function project(sets: FeatureSets): FeatureSets {
  const scale = standardiser(sets.training);
  const training = scale.apply(sets.training);
  const onAxes = principalAxes(training, Math.max(2, Math.min(mostDimensions, Math.floor(countOf(sets) / imagesPerDimension))));
  return { training: onAxes(training), control: onAxes(scale.apply(sets.control)), synthetic: onAxes(scale.apply(sets.synthetic)) };
}

/** F1 and F2: everything that compares clouds of features. @param spaces null: a space that could not be made; its check then fails. */
export async function checkFidelity(
  spaces: Record<SpaceName, FeatureSets | null>,
  labels: Record<'synthetic' | 'training', readonly ImageLabels[]>,
  thresholds: GateThresholds,
  seed: number,
  pace: Pace,
): Promise<CheckResult[]> {
  const made = spaceNames.flatMap((name) => (spaces[name] === null ? [] : [{ name, sets: project(spaces[name]) }]));
  const frechet: CheckResult[] = [];
  for (const name of spaceNames) {
    const sets = made.find((space) => space.name === name)?.sets;
    const check = `frechet-${name}` as const satisfies GateCheck;
    frechet.push(
      sets === undefined
        ? createUnmadeCheck(check, 'No network could be trained on the task, so there is no such space: it needs two calcium grades that all four sets share.')
        : await checkFrechet(check, sets, thresholds, seed, pace),
    );
  }
  const { contrastive } = spaces;
  if (contrastive === null) throw new Error('The contrastive space is always made.');
  return [
    ...frechet,
    await checkKernel(made, seed, pace),
    ...(await checkCoverage(contrastive, thresholds, seed, pace)),
    await checkManifold(made, seed, pace),
    checkVendi(contrastive, labels, thresholds, seed),
  ];
}

/**
 * Ratio FD(T, H) / FD(H, S) at equal n: 1 means that synthetic images differ from held-out people's as little as the training images do
 * (medigan's FID ratio).
 */
async function checkFrechet(
  check: `frechet-${SpaceName}`,
  projected: FeatureSets,
  thresholds: GateThresholds,
  seed: number,
  pace: Pace,
): Promise<CheckResult> {
  const realReal: number[] = [];
  const realSynthetic: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const { synthetic, training, control } = drawEqual(projected, seed, draw);
    realReal.push(frechetDistance(training, control));
    realSynthetic.push(frechetDistance(control, synthetic));
    await pace.breathe(draw / draws);
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
const kernelSubsets = { count: 20, mostImages: 250 };

/** F1e, reported: KID in each space over random subsets. The contrastive space's is the row's value; its spread is the interval. */
async function checkKernel(spaces: readonly Space[], seed: number, pace: Pace): Promise<CheckResult> {
  const found = new Map<SpaceName, { synthetic: number[]; real: number[] }>();
  for (const { name, sets } of spaces) {
    const own = { synthetic: new Array<number>(), real: new Array<number>() };
    for (let subset = 0; subset < kernelSubsets.count; subset += 1) {
      const { synthetic, training, control } = drawEqual(sets, seed, 20 + subset, kernelSubsets.mostImages);
      own.synthetic.push(kernelDistance(control, synthetic));
      own.real.push(kernelDistance(control, training));
      await pace.breathe(subset / kernelSubsets.count);
    }
    found.set(name, own);
  }
  const { synthetic = [], real = [] } = found.get('contrastive') ?? {};
  return createCheck('kid', {
    verdict: 'report',
    unit: 'distance',
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

/** Coverage and density of S around the held-out people's images, against those of T around the same images, k = 5, equal n. */
async function checkCoverage(sets: FeatureSets, thresholds: GateThresholds, seed: number, pace: Pace): Promise<CheckResult[]> {
  const synthetic: Prdc[] = [];
  const real: Prdc[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = drawEqual(sets, seed, draw);
    synthetic.push(prdc(drawn.control, drawn.synthetic, neighbours.density));
    await pace.breathe((draw + 0.5) / draws);
    real.push(prdc(drawn.control, drawn.training, neighbours.density));
    await pace.breathe((draw + 1) / draws);
  }
  const average = (rows: Prdc[], name: keyof Prdc): number => mean(rows.map((row) => row[name]));
  const ratio = (name: keyof Prdc): number => average(synthetic, name) / Math.max(average(real, name), 1e-12);
  const both = (name: keyof Prdc): Record<string, number> => ({
    [`${name}Synthetic`]: average(synthetic, name),
    [`${name}Real`]: average(real, name),
  });
  const facts = { images: countOf(sets), neighbours: neighbours.density, draws };
  const density = ratio('density');
  return [
    createAtLeastCheck('coverage', ratio('coverage'), thresholds.coverageRatio, { baseline: 1, details: { ...both('coverage'), ...facts } }),
    createCheck('density', {
      verdict: density >= thresholds.densityRatioLow && density <= thresholds.densityRatioHigh ? 'pass' : 'fail',
      unit: 'ratio',
      value: density,
      baseline: 1,
      threshold: thresholds.densityRatioLow,
      passesWhen: 'between',
      details: { ...both('density'), ...facts, thresholdHigh: thresholds.densityRatioHigh },
    }),
  ];
}

/** F2c, reported: precision and recall with k = 3 in each space. The row's value is the lowest recall: what a collapsed generator shows. */
async function checkManifold(spaces: readonly Space[], seed: number, pace: Pace): Promise<CheckResult> {
  const details: CheckResult['details'] = { neighbours: neighbours.manifold };
  let lowest: { value: number; baseline: number; space: SpaceName } | null = null;
  for (const { name, sets } of spaces) {
    const { synthetic, training, control } = drawEqual(sets, seed, 0);
    const own = prdc(control, synthetic, neighbours.manifold);
    await pace.breathe(0.5);
    const real = prdc(control, training, neighbours.manifold);
    await pace.breathe(1);
    details[`${name}: precision synthetic`] = own.precision;
    details[`${name}: precision real`] = real.precision;
    details[`${name}: recall synthetic`] = own.recall;
    details[`${name}: recall real`] = real.recall;
    if (lowest === null || own.recall < lowest.value) lowest = { value: own.recall, baseline: real.recall, space: name };
  }
  return createCheck('precision-recall', {
    verdict: 'report',
    unit: 'share',
    value: lowest?.value ?? null,
    baseline: lowest?.baseline ?? null,
    details: { worstSpace: lowest?.space ?? null, ...details },
  });
}

const imagesPerGrade = 20;

/** F2d: does the generator repeat itself within a grade? Vendi score of S over that of T at equal n, the worst grade deciding. */
function checkVendi(
  sets: FeatureSets,
  labels: Record<'synthetic' | 'training', readonly ImageLabels[]>,
  thresholds: GateThresholds,
  seed: number,
): CheckResult {
  const rowsOf = (side: 'synthetic' | 'training', grade: string): number[] =>
    [...labels[side].keys()].filter((row) => labels[side][row]?.calciumGrade === grade);
  const judged = calciumGrades.flatMap((grade, index) => {
    const rows = { synthetic: rowsOf('synthetic', grade), training: rowsOf('training', grade) };
    const n = Math.min(rows.synthetic.length, rows.training.length);
    if (rows.synthetic.length === 0) return [];
    const score = (side: 'synthetic' | 'training'): number => {
      const random = gateStream(seed, 'subsets', 60 + index);
      return vendiScore(takeRows(sets[side], permutation(random, rows[side].length).slice(0, n).map((at) => rows[side][at]!)));
    };
    return [n < imagesPerGrade ? { grade, n, synthetic: NaN, real: NaN } : { grade, n, synthetic: score('synthetic'), real: score('training') }];
  });
  const small = judged.filter(({ n }) => n < imagesPerGrade);
  if (judged.length === 0 || small.length > 0)
    return createUnmadeCheck(
      'vendi',
      `Each calcium grade of the cohort needs ${imagesPerGrade} images in it and in the training split; too few: ${small.map(({ grade, n }) => `${grade} (${n})`).join(', ') || 'all'}.`,
    );
  const ratios = judged.map(({ synthetic, real }) => synthetic / real);
  const worst = ratios.indexOf(Math.min(...ratios));
  return createAtLeastCheck('vendi', ratios[worst] ?? NaN, thresholds.vendiRatio, {
    baseline: 1,
    details: {
      worstGrade: judged[worst]?.grade ?? null,
      ...Object.fromEntries(
        judged.flatMap(({ grade, synthetic, real }) => [
          [`${grade}: synthetic`, synthetic],
          [`${grade}: real`, real],
        ]),
      ),
    },
  });
}
