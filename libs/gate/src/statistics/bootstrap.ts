import type { TaskContext } from '../task-context.ts';
import type { RandomStream } from './random.ts';
import { quantile } from './statistics.ts';

/** Draws of people, not of images: the images of one person stand or fall together. */
const replicates = 1000;

/**
 * 95 % percentile intervals (Efron 1979) of several statistics over resampled people.
 * @param statistics of the images, each counted as often as `weights` says
 * @returns one interval per statistic
 */
export async function bootstrapPeople(
  subjects: readonly string[],
  statistics: (weights: Uint16Array) => number[],
  random: RandomStream,
  context: TaskContext,
): Promise<[number, number][]> {
  const imagesOf = [...Map.groupBy(subjects.keys(), (row) => subjects[row]).values()];
  const found: number[][] = [];
  const weights = new Uint16Array(subjects.length);
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    weights.fill(0);
    for (let draw = 0; draw < imagesOf.length; draw += 1)
      for (const row of imagesOf[random.integer(imagesOf.length)] ?? []) weights[row]! += 1;
    statistics(weights).forEach((value, at) => (found[at] ??= []).push(value));
    await context.yieldIfDue(1);
  }
  return found.map((values) => {
    const sound = values.filter(Number.isFinite);
    return [quantile(sound, 0.025), quantile(sound, 0.975)];
  });
}

/**
 * Balanced accuracy where `right` is the share of several networks that got each image right: the
 * mean over classes of the weighted mean of
 * `right`. Equal to the mean of the networks' balanced accuracies, as each is linear in its hits.
 * Classes without weight don't count.
 */
export function balancedShare(
  right: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): number {
  const hits = new Float64Array(classes);
  const totals = new Float64Array(classes);
  for (let row = 0; row < truth.length; row += 1) {
    const weight = weights?.[row] ?? 1;
    hits[truth[row]!]! += weight * right[row]!;
    totals[truth[row]!]! += weight;
  }
  const present = [...totals.keys()].filter((c) => totals[c]! > 0);
  return present.reduce((sum, c) => sum + hits[c]! / totals[c]!, 0) / present.length;
}
