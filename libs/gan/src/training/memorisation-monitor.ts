import {
  add,
  concat,
  constant,
  conv2d,
  input,
  leakyRelu,
  matmul,
  mean,
  reshape,
  sizeOf,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@scapis/numerics';
import type { ImageLabels } from '@scapis/contracts';
import { RandomStream } from '../base/philox.ts';
import { drawCodes } from '../config.ts';
import { compile, type CompileOptions, type Program } from '../runtime/runtime.ts';
import type { ImageSet, Training } from './training.ts';

/**
 * Watches a run for memorisation: is it at home among the people it trains on (T) in a way that it
 * is not among people it never saw? Those others are the reference split R. The control split H
 * judges the cohort in the gate and may not choose a checkpoint (reference/synthesis.md 4.1), which
 * an early stop does, so H is never shown to this file.
 *
 * Two differences, each per person and in standard errors:
 * - discriminator: mean logit of unaugmented images, D(T) - D(R). It rises first, since the
 * discriminator is trained on T.
 * - likelihood: of T and R under a mixture of Gaussians around generated images, in a fixed
 * random-convolution space (after the
 *   feature likelihood divergence, Jiralerspong 2023). It rises when what is drawn lies nearer to T than to other people: memorisation.
 *   Each person's likelihood is read against her likelihood under all other people, T and R alike (the ratio of van Breugel's DOMIAS,
 *   2023): unusual people are unlikely under anything, and would drown the difference.
 *
 * Why a false alarm is rare: for a run that learnt nothing of who is in T, T and R are two draws of
 * one population, and everything here (scales, labels drawn, widths of the Gaussians) treats them
 * alike. Where Jiralerspong fits the widths on T, both sides fit them here for that reason. A
 * difference is then a Welch t statistic; brought to the normal scale it exceeds `alarmAt` = 4 with
 * probability 3.2e-5 at one look, so in a run of 300 looks with probability 1 % at most (sum over
 * looks), and the three looks in a row that an alert asks for only lower that. Log-likelihoods lean
 * to the left, which with fewer people in R than in T makes it rarer still.
 */

export const alarmAt = 4;
/** Looks in a row beyond `alarmAt` that make an alert; the first of them is when it began. */
export const looksToAlert = 3;
/** Fewer people than this on either side can't be told from chance. */
export const fewestWatched = 10;
/**
 * Images of a side that are looked at: the same at every look, so that looks compare. Keeps a look
 * short.
 */
const mostImages = 384;
const drawnImages = 384;
/** Widths of the Gaussians as parts of the typical distance between images of different people. */
const widths = [0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 1] as const;
const fittingRounds = 40;

/**
 * What one look found. Gaps in standard errors on the normal scale, positive towards memorisation.
 */
export interface Look {
  step: number;
  /** Mean logit per person, unaugmented. */
  realLogitTraining: number;
  realLogitReference: number;
  discriminatorGap: number;
  /**
   * Mean negative log-likelihood of T less that of R, in nats: below 0 where T is nearer to what is
   * drawn.
   */
  likelihoodGap: number;
  memorisationGap: number;
}

export interface MemorisationAlert {
  /** First of the looks in a row beyond the bound. */
  beganAt: number;
  /** The look that raised the alert. */
  raisedAt: number;
}

/**
 * @returns the first alert in a run's looks, oldest first; null while there is none. It is raised
 * by the likelihood alone: a discriminator that knows its images is common in healthy runs, and is
 * shown as a warning only.
 */
export function findAlert(
  looks: readonly Pick<Look, 'step' | 'memorisationGap'>[],
): MemorisationAlert | null {
  let row: number[] = [];
  for (const { step, memorisationGap } of looks) {
    row = memorisationGap > alarmAt ? [...row, step] : [];
    const [beganAt] = row;
    if (row.length === looksToAlert && beganAt !== undefined) return { beganAt, raisedAt: step };
  }
  return null;
}

/** @returns whether T and R hold enough people to tell a difference from chance. */
export function canWatch(training: ImageSet, reference: ImageSet): boolean {
  return [training, reference].every(({ subjects }) => new Set(subjects).size >= fewestWatched);
}

/** Compiles what a look needs. Nothing of a run is kept, so a resumed run sees the same figures. */
export async function openMonitor(sets: {
  training: ImageSet;
  reference: ImageSet;
  compile?: CompileOptions;
}): Promise<Monitor> {
  if (!canWatch(sets.training, sets.reference))
    throw new Error(
      `memorisation can be watched from ${fewestWatched} people in T and in R; one of them has fewer`,
    );
  const program = await compile({ features: features(sets.training.size, chunk) }, sets.compile);
  const [training, reference] = [
    await openSide(sets.training, program),
    await openSide(sets.reference, program),
  ];
  return new Monitor(program, training, reference);
}

interface Side extends Pick<ImageSet, 'count' | 'pixels' | 'labels' | 'subjects'> {
  features: Float32Array[];
  /** Log-likelihood of each image under those of all other people of both sides. */
  baseline: number[];
}

async function openSide(images: ImageSet, program: Program): Promise<Side> {
  const some = chooseEvenly(images);
  return { ...some, features: await toFeatures(program, some.pixels, some.count), baseline: [] };
}

export class Monitor {
  readonly #program: Program;
  readonly #training: Side;
  readonly #reference: Side;
  readonly #standard: Standard;
  readonly #scale: number;

  constructor(program: Program, training: Side, reference: Side) {
    this.#program = program;
    // Standardised by both sides together, so that neither is favoured.
    this.#standard = standardOf([...training.features, ...reference.features]);
    const standardise = (side: Side): Side => ({
      ...side,
      features: side.features.map((row) => this.#standard(row)),
    });
    [this.#training, this.#reference] = [standardise(training), standardise(reference)];
    this.#scale = typicalDistance(this.#training.features, this.#reference.features);
    const [ofTraining, ofReference] = baselines(this.#training, this.#reference, this.#scale);
    [this.#training.baseline, this.#reference.baseline] = [ofTraining, ofReference];
  }

  /** Between steps only. Takes no random number from the run and changes nothing in it. */
  async look(run: Training): Promise<Look> {
    const [training, reference] = [this.#training, this.#reference];
    const logits = async (side: Side): Promise<number[]> =>
      perPerson(side, [...(await run.discriminate(side.pixels, side.labels))]);
    const [logitsT, logitsR] = [await logits(training), await logits(reference)];
    const drawn = await this.#draw(run);
    const densities = (side: Side): number[][] =>
      side.features.map((row) => logDensities(row, drawn, this.#scale));
    const [densitiesT, densitiesR] = [densities(training), densities(reference)];
    const weights = fitWeights([...densitiesT, ...densitiesR]);
    const [likelihoodT, likelihoodR] = [densitiesT, densitiesR].map((rows) =>
      rows.map((row) => logMixture(row, weights)),
    );
    const ratios = (side: Side, values: number[] = []): number[] =>
      perPerson(
        side,
        values.map((value, i) => value - (side.baseline[i] ?? 0)),
      );
    return {
      step: run.step,
      realLogitTraining: average(logitsT),
      realLogitReference: average(logitsR),
      discriminatorGap: inErrors(logitsT, logitsR),
      likelihoodGap:
        average(perPerson(reference, likelihoodR ?? [])) -
        average(perPerson(training, likelihoodT ?? [])),
      memorisationGap: inErrors(ratios(training, likelihoodT), ratios(reference, likelihoodR)),
    };
  }

  /**
   * Features of images drawn now, labels mixed as in T and R together; the same latent codes at
   * every look.
   */
  async #draw(run: Training): Promise<Float32Array[]> {
    const random = new RandomStream(run.seed, 'monitor');
    const labels = [...this.#training.labels, ...this.#reference.labels];
    const chosen = Array.from({ length: drawnImages }, (): ImageLabels => {
      const label = labels[random.integer(labels.length)];
      if (label === undefined) throw new Error('no labels to draw');
      return label;
    });
    const pixels = await run.draw(drawCodes(random, run.config, drawnImages), chosen);
    return (await toFeatures(this.#program, pixels, drawnImages)).map((row) => this.#standard(row));
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

const chunk = 32;
const channels = [8, 16, 24] as const;
const featureLength = 24;

/**
 * [count, 1, size, size] -> [count, 24]: three 4x4 convolutions of stride 2 with fixed random
 * weights, mean and spread of their maps and the last map's quarters, projected at random. Few
 * numbers, so that a likelihood in this space does not hang on single images.
 */
function features(size: number, count: number): Tensor {
  const random = new RandomStream(20_261, 'monitor', 1);
  const weights = (shape: number[], fanIn: number): Tensor =>
    constant(
      random.normals(sizeOf(shape)).map((value) => value * Math.sqrt(2 / fanIn)),
      shape,
    );
  let x: Tensor = input('images', [count, 1, size, size]);
  const pooled: Tensor[] = [];
  channels.forEach((to, layer) => {
    const from = channels[layer - 1] ?? 1;
    x = leakyRelu(conv2d(x, weights([to, from, 4, 4], from * 16), { stride: 2, padding: 1 }), 0.2);
    const level = mean(x, [2, 3], true);
    pooled.push(reshape(level, [count, to]), sqrt(add(mean(square(sub(x, level)), [2, 3]), 1e-8)));
  });
  const half = size / 2 ** (channels.length + 1);
  const last = channels[channels.length - 1] ?? 0;
  const quarters = mean(reshape(x, [count, last, 2, half, 2, half]), [3, 5]);
  const all = concat([...pooled, reshape(quarters, [count, last * 4])], 1);
  return matmul(all, weights([all.shape[1] ?? 0, featureLength], all.shape[1] ?? 1));
}

async function toFeatures(
  program: Program,
  pixels: Float32Array,
  count: number,
): Promise<Float32Array[]> {
  const length = pixels.length / count;
  const rows: Float32Array[] = [];
  for (let first = 0; first < count; first += chunk) {
    const images = new Float32Array(chunk * length);
    images.set(pixels.subarray(first * length, Math.min(count, first + chunk) * length));
    const { features: found = new Float32Array() } = await program.run({ images });
    for (let i = 0; i < Math.min(chunk, count - first); i++)
      rows.push(found.slice(i * featureLength, (i + 1) * featureLength));
  }
  return rows;
}

/** Images spread evenly over a set, at most `mostImages`. */
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

type Standard = (row: Float32Array) => Float32Array;

/** @returns what brings each number of a row to mean 0 and spread 1 over `rows`. */
function standardOf(rows: readonly Float32Array[]): Standard {
  const columns = Array.from({ length: featureLength }, (_, at) => rows.map((row) => row[at] ?? 0));
  const scales = columns.map((column) => ({
    mean: average(column),
    deviation: Math.sqrt(variance(column)) || 1,
  }));
  return (row) =>
    row.map((value, at) => (value - (scales[at]?.mean ?? 0)) / (scales[at]?.deviation ?? 1));
}

/** Median distance between the i-th image of T and the i-th of R: of different people. */
function typicalDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const squared = a.slice(0, b.length).map((row, i) => squaredDistance(row, b[i] ?? row));
  return Math.sqrt(squared.sort((x, y) => x - y)[Math.floor(squared.length / 2)] ?? 1) || 1;
}

function baselines(training: Side, reference: Side, scale: number): [number[], number[]] {
  const everyone = [training, reference].flatMap(({ features: rows, subjects }, side) =>
    rows.map((row, i) => ({ row, person: `${side} ${subjects[i]}` })),
  );
  const densities = everyone.map(({ row, person }) =>
    logDensities(
      row,
      everyone.flatMap((other) => (other.person === person ? [] : [other.row])),
      scale,
    ),
  );
  const weights = fitWeights(densities);
  const all = densities.map((row) => logMixture(row, weights));
  return [all.slice(0, training.count), all.slice(training.count)];
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < featureLength; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/**
 * @returns for each width, the log density of a row under equal Gaussians of that width around the
 * drawn images.
 */
function logDensities(row: Float32Array, drawn: readonly Float32Array[], scale: number): number[] {
  const squared = drawn.map((centre) => squaredDistance(row, centre));
  const nearest = Math.min(...squared);
  return widths.map((width) => {
    // A width is a distance: over all features, so each of them gets its share.
    const sigma = (width * scale) / Math.sqrt(2 * featureLength);
    const sum = squared.reduce(
      (total, each) => total + Math.exp((nearest - each) / (2 * sigma ** 2)),
      0,
    );
    return (
      Math.log(sum / drawn.length) -
      nearest / (2 * sigma ** 2) -
      featureLength * Math.log(sigma * Math.sqrt(2 * Math.PI))
    );
  });
}

/**
 * Shares of the widths that make the rows likeliest (expectation-maximisation; the problem is
 * concave).
 */
function fitWeights(rows: readonly number[][]): number[] {
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

function logMixture(row: readonly number[], weights: readonly number[]): number {
  const greatest = Math.max(...row);
  return (
    greatest +
    Math.log(
      row.reduce((sum, density, k) => sum + (weights[k] ?? 0) * Math.exp(density - greatest), 0),
    )
  );
}

/** One number per person: the mean over her images. */
function perPerson({ subjects }: Side, values: readonly number[]): number[] {
  const of = new Map<string, number[]>();
  values.forEach((value, i) =>
    of.set(subjects[i] ?? '', [...(of.get(subjects[i] ?? '') ?? []), value]),
  );
  return [...of.values()].map(average);
}

/**
 * Welch's t of mean(a) - mean(b) on the normal scale (Wallace 1959), so that small groups need a
 * larger difference.
 */
export function inErrors(a: readonly number[], b: readonly number[]): number {
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
