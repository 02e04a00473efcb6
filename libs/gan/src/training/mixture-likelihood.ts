import { featureLength } from './monitor-features.ts';

/**
 * Likelihood of feature rows under a mixture of Gaussians: at each centre one Gaussian of each
 * width, with one weight for each width (after the feature likelihood divergence, Jiralerspong
 * 2023).
 */

/** Widths of the Gaussians, in units of a typical distance between images of different subjects. */
const widths = [0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 1] as const;
const fittingRounds = 40;

export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < featureLength; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/**
 * @param scale the unit of `widths`
 * @returns for each width, the log density of the row under equal Gaussians around the centres.
 */
export function logDensities(
  row: Float32Array,
  centres: readonly Float32Array[],
  scale: number,
): number[] {
  const squared = centres.map((centre) => squaredDistance(row, centre));
  const nearest = Math.min(...squared);
  return widths.map((width) => {
    // A width is a distance over all features, of which each feature has its share.
    const sigma = (width * scale) / Math.sqrt(2 * featureLength);
    const sum = squared.reduce(
      (total, each) => total + Math.exp((nearest - each) / (2 * sigma ** 2)),
      0,
    );
    return (
      Math.log(sum / centres.length) -
      nearest / (2 * sigma ** 2) -
      featureLength * Math.log(sigma * Math.sqrt(2 * Math.PI))
    );
  });
}

/**
 * @param rows the log densities of each row, for each width
 * @returns the weights of the widths with the highest likelihood of all rows
 * (expectation-maximisation; the problem is concave).
 */
export function fitWeights(rows: readonly number[][]): number[] {
  let weights = widths.map(() => 1 / widths.length);
  for (let round = 0; round < fittingRounds; round++) {
    const sums = widths.map(() => 0);
    for (const row of rows) {
      const whole = logMixture(row, weights);
      row.forEach(
        (density, k) => (sums[k] = (sums[k] ?? 0) + (weights[k] ?? 0) * Math.exp(density - whole)),
      );
    }
    weights = sums.map((sum) => sum / rows.length);
  }
  return weights;
}

/** @returns the log likelihood of a row from its log densities and the weights of the widths. */
export function logMixture(row: readonly number[], weights: readonly number[]): number {
  const greatest = Math.max(...row);
  return (
    greatest +
    Math.log(
      row.reduce((sum, density, k) => sum + (weights[k] ?? 0) * Math.exp(density - greatest), 0),
    )
  );
}
