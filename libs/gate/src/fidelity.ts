import type { CheckResult, GateThresholds } from '@scapis/contracts';
import { createAtLeastCheck, createCheck } from './check.ts';
import { takeRows, type Features } from './linear-algebra.ts';
import { frechetDistance, prdc, principalAxes, standardiser, type Prdc } from './metrics.ts';
import type { Pace } from './pace.ts';
import { gateStream, permutation } from './random.ts';
import { mean } from './statistics.ts';

/** Features of the same images in one space. */
export interface FeatureSets {
  synthetic: Features;
  training: Features;
  control: Features;
}

/** Random subsets of equal size that each number is averaged over, so that the luck of one draw does not decide. */
const draws = 5;
const neighbours = 5;
const imagesPerDimension = 10;
const mostDimensions = 64;

interface Draw {
  synthetic: Features;
  training: Features;
  control: Features;
}

/** Subsets of all three sets of the size of the smallest: no metric here may be compared between different n (synthesis.md 2). */
function drawEqual(sets: FeatureSets, seed: number, index: number): Draw {
  const n = Math.min(sets.synthetic.count, sets.training.count, sets.control.count);
  const random = gateStream(seed, 'subsets', index);
  const pick = (features: Features): Features => takeRows(features, permutation(random, features.count).slice(0, n));
  return { synthetic: pick(sets.synthetic), training: pick(sets.training), control: pick(sets.control) };
}

/**
 * Ratio FD(T, H) / FD(H, S) at equal n: 1 means that synthetic images differ from held-out people's as little as the training images do
 * (medigan's FID ratio). Standardised by T, on as many principal axes of T as n carries.
 */
export async function checkFrechet(
  check: 'frechet-contrastive' | 'frechet-random',
  sets: FeatureSets,
  thresholds: GateThresholds,
  seed: number,
  pace: Pace,
): Promise<CheckResult> {
  const scale = standardiser(sets.training);
  const n = Math.min(sets.synthetic.count, sets.training.count, sets.control.count);
  const training = scale.apply(sets.training);
  const dimensions = Math.max(2, Math.min(mostDimensions, Math.floor(n / imagesPerDimension)));
  const project = principalAxes(training, dimensions);
  const projected = {
    training: project(training),
    control: project(scale.apply(sets.control)),
    synthetic: project(scale.apply(sets.synthetic)),
  };
  const realReal: number[] = [];
  const realSynthetic: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const { synthetic, training: t, control } = drawEqual(projected, seed, draw);
    realReal.push(frechetDistance(t, control));
    realSynthetic.push(frechetDistance(control, synthetic));
    await pace.breathe(draw / draws);
  }
  const value = mean(realReal) / Math.max(mean(realSynthetic), 1e-12);
  return createAtLeastCheck(check, value, thresholds.frechetRatio, {
    baseline: 1,
    details: {
      distanceRealReal: mean(realReal),
      distanceRealSynthetic: mean(realSynthetic),
      images: n,
      dimensions: projected.training.width,
      draws,
    },
  });
}

/** Coverage and density of S around the held-out people's images, against those of T around the same images, k = 5, equal n. */
export async function checkCoverage(sets: FeatureSets, thresholds: GateThresholds, seed: number, pace: Pace): Promise<CheckResult[]> {
  const synthetic: Prdc[] = [];
  const real: Prdc[] = [];
  let images = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = drawEqual(sets, seed, draw);
    images = drawn.control.count;
    synthetic.push(prdc(drawn.control, drawn.synthetic, neighbours));
    await pace.breathe((draw + 0.5) / draws);
    real.push(prdc(drawn.control, drawn.training, neighbours));
    await pace.breathe((draw + 1) / draws);
  }
  const average = (rows: Prdc[], name: keyof Prdc): number => mean(rows.map((row) => row[name]));
  const ratio = (name: keyof Prdc): number => average(synthetic, name) / Math.max(average(real, name), 1e-12);
  const both = (name: keyof Prdc): Record<string, number> => ({
    [`${name}Synthetic`]: average(synthetic, name),
    [`${name}Real`]: average(real, name),
  });
  const density = ratio('density');
  return [
    createAtLeastCheck('coverage', ratio('coverage'), thresholds.coverageRatio, {
      baseline: 1,
      details: { ...both('coverage'), ...both('recall'), images, neighbours, draws },
    }),
    createCheck('density', {
      verdict: density >= thresholds.densityRatioLow && density <= thresholds.densityRatioHigh ? 'pass' : 'fail',
      unit: 'ratio',
      value: density,
      baseline: 1,
      threshold: thresholds.densityRatioLow,
      passesWhen: 'between',
      details: { ...both('density'), ...both('precision'), images, neighbours, draws, thresholdHigh: thresholds.densityRatioHigh },
    }),
  ];
}
