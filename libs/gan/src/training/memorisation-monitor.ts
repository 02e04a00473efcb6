import type { ImageLabels } from '@scapis/contracts';
import type { ImageSet } from '../base/image-set.ts';
import { RandomStream } from '../base/philox.ts';
import { sampleLatents } from '../config.ts';
import type { CompileOptions } from '../runtime/runtime.ts';
import { fitWeights, logDensities, logMixture, squaredDistance } from './mixture-likelihood.ts';
import { featureLength, MonitorFeatures } from './monitor-features.ts';
import type { Training } from './training.ts';

/**
 * Monitors a run for memorisation: does it favour the subjects that it trains on (split T) over
 * subjects that it never saw (split R)? R is the reference split. The holdout split H judges
 * cohorts in the gate and must not influence a run, not even by early stopping, so H is never used
 * here.
 *
 * An evaluation measures two differences, per subject and in standard errors:
 * - Discriminator: mean logit of unaugmented images, D(T) - D(R). It rises first, because the
 *   discriminator is trained on T.
 * - Likelihood: of T and R under a mixture of Gaussians around generated images, in a fixed feature
 *   space. It rises when generated images lie nearer to T than to R, which is memorisation. Each
 *   subject's likelihood is divided by the likelihood under all other subjects of T and R, as in
 *   DOMIAS (van Breugel 2023). Without that ratio, unusual subjects, who are unlikely under any
 *   model, would hide the difference.
 *
 * Why a false alarm is rare. In a run that learned nothing of who is in T, T and R are two samples
 * of one population, and everything here treats them alike: scales, labels of generated images, and
 * the widths of the Gaussians, which Jiralerspong (2023) fits on T alone. A difference is then a
 * Welch t statistic. On the normal scale it exceeds `alertThreshold` = 4 with probability 3.2e-5 in
 * one evaluation, so with at most 1 % in a run of 300 (union bound). An alert needs three such
 * evaluations in a row, which is rarer still. Log-likelihoods are skewed to the left, which lowers
 * the probability further when R has fewer subjects than T.
 */

export const alertThreshold = 4;
/** Evaluations in a row above `alertThreshold` that raise an alert. */
const evaluationsToAlert = 3;
/** With fewer subjects in T or R, a difference can't be told from chance. */
export const minimumSubjects = 10;
/** Most images of a split in an evaluation: the same in each, so that evaluations compare. */
const mostImages = 384;
const generatedImages = 384;

/** Gaps are in standard errors on the normal scale, positive towards memorisation. */
export interface MemorisationEvaluation {
  step: number;
  /** Mean logit per subject, without augmentation. */
  realLogitTraining: number;
  realLogitReference: number;
  discriminatorGap: number;
  /**
   * Mean negative log-likelihood of T less that of R, in nats. Below 0, T is nearer to generated
   * images.
   */
  likelihoodGap: number;
  memorisationGap: number;
}

export interface MemorisationAlert {
  /** Step of the first evaluation in a row above the threshold. */
  beganAt: number;
  /** Step of the evaluation that raised the alert. */
  raisedAt: number;
}

/**
 * Only the likelihood raises an alert. A discriminator that knows its training images is common in
 * healthy runs.
 * @param evaluations of a run, oldest first
 * @returns the first alert, or null.
 */
export function findAlert(
  evaluations: readonly Pick<MemorisationEvaluation, 'step' | 'memorisationGap'>[],
): MemorisationAlert | null {
  let row: number[] = [];
  for (const { step, memorisationGap } of evaluations) {
    row = memorisationGap > alertThreshold ? [...row, step] : [];
    const [beganAt] = row;
    if (row.length === evaluationsToAlert && beganAt !== undefined)
      return { beganAt, raisedAt: step };
  }
  return null;
}

/** @returns whether T and R have enough subjects to tell a difference from chance. */
export function canMonitor(training: ImageSet, reference: ImageSet): boolean {
  return [training, reference].every(({ subjects }) => new Set(subjects).size >= minimumSubjects);
}

/** The images of a split that are evaluated, with what doesn't change between evaluations. */
interface Side extends Pick<ImageSet, 'count' | 'pixels' | 'labels' | 'subjects'> {
  features: Float32Array[];
  /** Log-likelihood of each image under the images of all other subjects of both splits. */
  baseline: number[];
}

export class MemorisationMonitor {
  readonly #features: MonitorFeatures;
  readonly #training: Side;
  readonly #reference: Side;
  readonly #standardise: Standardise;
  readonly #scale: number;

  private constructor(features: MonitorFeatures, training: Side, reference: Side) {
    this.#features = features;
    // Standardised by both splits together, so that neither is favoured.
    this.#standardise = standardiserOf([...training.features, ...reference.features]);
    const standardised = (side: Side): Side => ({
      ...side,
      features: side.features.map((row) => this.#standardise(row)),
    });
    [this.#training, this.#reference] = [standardised(training), standardised(reference)];
    this.#scale = typicalDistance(this.#training.features, this.#reference.features);
    const [ofTraining, ofReference] = baselines(this.#training, this.#reference, this.#scale);
    [this.#training.baseline, this.#reference.baseline] = [ofTraining, ofReference];
  }

  /**
   * Keeps nothing of a run, so a resumed run has the same evaluations.
   * @throws Error when T or R has too few subjects
   */
  static async open({
    training,
    reference,
    compile,
  }: {
    training: ImageSet;
    reference: ImageSet;
    compile?: CompileOptions;
  }): Promise<MemorisationMonitor> {
    if (!canMonitor(training, reference))
      throw new Error(
        `memorisation can be monitored from ${minimumSubjects} people in T and in R; one of them has fewer`,
      );
    const features = await MonitorFeatures.compile(training.size, compile);
    return new MemorisationMonitor(
      features,
      await openSide(training, features),
      await openSide(reference, features),
    );
  }

  /** Evaluates a run between two calls of `run`. It changes nothing in the run. */
  async evaluate(run: Training): Promise<MemorisationEvaluation> {
    const [training, reference] = [this.#training, this.#reference];
    const logits = async (side: Side): Promise<number[]> =>
      perSubject(side, [...(await run.discriminate(side.pixels, side.labels))]);
    const [logitsT, logitsR] = [await logits(training), await logits(reference)];
    const generated = await this.#generate(run);
    const densities = (side: Side): number[][] =>
      side.features.map((row) => logDensities(row, generated, this.#scale));
    const [densitiesT, densitiesR] = [densities(training), densities(reference)];
    const weights = fitWeights([...densitiesT, ...densitiesR]);
    const [likelihoodT, likelihoodR] = [densitiesT, densitiesR].map((rows) =>
      rows.map((row) => logMixture(row, weights)),
    );
    const ratios = (side: Side, values: number[] = []): number[] =>
      perSubject(
        side,
        values.map((value, i) => value - (side.baseline[i] ?? 0)),
      );
    return {
      step: run.step,
      realLogitTraining: average(logitsT),
      realLogitReference: average(logitsR),
      discriminatorGap: standardisedDifference(logitsT, logitsR),
      likelihoodGap:
        average(perSubject(reference, likelihoodR ?? [])) -
        average(perSubject(training, likelihoodT ?? [])),
      memorisationGap: standardisedDifference(
        ratios(training, likelihoodT),
        ratios(reference, likelihoodR),
      ),
    };
  }

  /**
   * @returns features of images that the run generates now. Labels are sampled from T and R
   * together; latents are the same in each evaluation.
   */
  async #generate(run: Training): Promise<Float32Array[]> {
    const random = new RandomStream(run.seed, 'monitor');
    const labels = [...this.#training.labels, ...this.#reference.labels];
    const chosen = Array.from({ length: generatedImages }, (): ImageLabels => {
      const label = labels[random.integer(labels.length)];
      if (label === undefined) throw new Error('no labels to sample from');
      return label;
    });
    const pixels = await run.generate(sampleLatents(random, run.config, generatedImages), chosen);
    const rows = await this.#features.of(pixels, generatedImages);
    return rows.map((row) => this.#standardise(row));
  }

  async dispose(): Promise<void> {
    await this.#features.dispose();
  }
}

async function openSide(images: ImageSet, features: MonitorFeatures): Promise<Side> {
  const chosen = chooseEvenly(images);
  return { ...chosen, features: await features.of(chosen.pixels, chosen.count), baseline: [] };
}

/** @returns images spread evenly over a set, at most `mostImages`. */
function chooseEvenly(images: ImageSet): Omit<Side, 'features' | 'baseline'> {
  const { count, size } = images;
  const kept = Math.min(count, mostImages);
  const chosen = Array.from({ length: kept }, (_, i) => Math.floor((i * count) / kept));
  const pixels = new Float32Array(kept * size * size);
  chosen.forEach((image, place) =>
    pixels.set(
      images.pixels.subarray(image * size * size, (image + 1) * size * size),
      place * size * size,
    ),
  );
  const pick = <T>(from: readonly T[]): T[] => chosen.flatMap((image) => from[image] ?? []);
  return { count: kept, pixels, labels: pick(images.labels), subjects: pick(images.subjects) };
}

type Standardise = (row: Float32Array) => Float32Array;

/** @returns a function that brings each feature to mean 0 and deviation 1 over `rows`. */
function standardiserOf(rows: readonly Float32Array[]): Standardise {
  const columns = Array.from({ length: featureLength }, (_, at) => rows.map((row) => row[at] ?? 0));
  const scales = columns.map((column) => ({
    mean: average(column),
    deviation: Math.sqrt(variance(column)) || 1,
  }));
  return (row) =>
    row.map((value, at) => (value - (scales[at]?.mean ?? 0)) / (scales[at]?.deviation ?? 1));
}

/** @returns the median distance between image i of T and image i of R: of different subjects. */
function typicalDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const squared = a.slice(0, b.length).map((row, i) => squaredDistance(row, b[i] ?? row));
  return Math.sqrt(squared.sort((x, y) => x - y)[Math.floor(squared.length / 2)] ?? 1) || 1;
}

function baselines(training: Side, reference: Side, scale: number): [number[], number[]] {
  const images = [training, reference].flatMap(({ features: rows, subjects }, side) =>
    rows.map((row, i) => ({ row, subject: `${side} ${subjects[i]}` })),
  );
  const densities = images.map(({ row, subject }) =>
    logDensities(
      row,
      images.flatMap((other) => (other.subject === subject ? [] : [other.row])),
      scale,
    ),
  );
  const weights = fitWeights(densities);
  const all = densities.map((row) => logMixture(row, weights));
  return [all.slice(0, training.count), all.slice(training.count)];
}

/** @returns for each subject, the mean over their images. */
function perSubject({ subjects }: Side, values: readonly number[]): number[] {
  const of = new Map<string, number[]>();
  values.forEach((value, i) =>
    of.set(subjects[i] ?? '', [...(of.get(subjects[i] ?? '') ?? []), value]),
  );
  return [...of.values()].map(average);
}

/**
 * @returns Welch's t of mean(a) - mean(b), on the normal scale (Wallace 1959), so that small groups
 * need a larger difference.
 */
export function standardisedDifference(a: readonly number[], b: readonly number[]): number {
  const [errorA, errorB] = [variance(a) / a.length, variance(b) / b.length];
  const error = errorA + errorB;
  if (error === 0) return 0;
  const t = (average(a) - average(b)) / Math.sqrt(error);
  const freedom = error ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  return (
    (Math.sign(t) * Math.sqrt(freedom * Math.log1p(t ** 2 / freedom)) * (8 * freedom + 1)) /
    (8 * freedom + 3)
  );
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const level = average(values);
  return values.reduce((sum, value) => sum + (value - level) ** 2, 0) / (values.length - 1);
}
