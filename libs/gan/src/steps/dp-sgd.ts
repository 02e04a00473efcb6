import {
  ageBands,
  calciumGrades,
  labelVectorLength,
  sexes,
  toLabelVector,
  type ComputeProvider,
  type ImageLabels,
} from '@scapis/contracts';
import {
  add,
  concat,
  constant,
  div,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  perSampleGradients,
  reshape,
  sigmoid,
  sizeOf,
  slice,
  softplus,
  sqrt,
  square,
  sum,
  type Tensor,
} from '@scapis/numerics';
import { groupBySubject, type ImageSet } from '../base/image-set.ts';
import { parameterViews } from '../base/parameters.ts';
import type { RandomStream } from '../base/philox.ts';
import { poissonSample, secureInteger, secureNormals } from '../base/secure-random.ts';
import { sampleLatents, type GanConfig, type PrivacyConfig } from '../config.ts';
import { discriminator, type NetworkLayouts } from '../networks/architecture.ts';
import { compile, feedsOf, type CompileOptions, type Program } from '../runtime/runtime.ts';
import { flatGradient } from './adam.ts';
import { augmentationFeeds, sampleAugmentation } from './augmentation.ts';
import type { Losses, LossName, State, StateName } from './state.ts';
import {
  nextOutputs,
  openBatchGraph,
  openStepGraph,
  updateDiscriminator,
  updateGenerator,
} from './step-graph.ts';

/**
 * Training steps with differential privacy of subjects: DP-SGD (Abadi et al. 2016), in a GAN (Xie
 * et al. 2018), with several discriminator steps for each generator step (Bie, Kamath & Zhang
 * 2023). Only the discriminator's gradient sees real images, so only it needs noise:
 *
 * 1. Poisson sampling: each subject takes part with probability `sampleRate`, independently in each
 *    step. One of the subject's images is chosen uniformly.
 * 2. Clipping: a subject contributes the gradient of one pair, the real image and a generated one
 *    with the same labels. The norm of the pair's gradient is clipped to `maxGradNorm`.
 * 3. Noise: normal noise of deviation `noiseMultiplier` * `maxGradNorm` is added to the sum. The
 *    sum is divided by the *expected* number of subjects, because the actual number is private too.
 *
 * Differences from gan-step.ts, and why:
 * - The loss is logistic on each side of the pair (Goodfellow 2014), and the generator's is -log
 *   sigmoid D(G(z)). A relativistic generator reads real images too, which would be a second access
 *   without noise. Without real images in its loss, the level of D must be fixed, and relativistic
 *   pairs leave it free.
 * - No gradient penalty. It would share the clipping norm with the signal and double the cost of
 *   each pair, and published DP-GANs do without it.
 * - Subjects are sampled uniformly, not balanced by calcium grade, and labels of generated images
 *   are uniform. Their frequencies in the cohort would be statistics of the data without noise.
 * - Nothing that is measured on real images is reported. `discriminatorGradient` is the norm of the
 *   noisy mean; the other losses are of generated images.
 *
 * Not covered: the duration of a step, which depends on the number of sampled subjects; and choices
 * made later by looking at real data.
 */

/**
 * A clipped gradient computed in float32 can be longer than the bound by at most this fraction, so
 * the bound is that much lower.
 */
const roundingMargin = 1e-4;

/**
 * Graph of the clipped gradients of N pairs, summed. Inputs: `discriminator`, `generator` (flat),
 * `real` [N, 1, s, s], `labels` [N, 9], `z` [N, latentSize], augmentation of both sides, and
 * `isSampled` [N] of 1 and 0: a pair with 0 fills up the batch and adds nothing.
 * @returns `gradient` [D]
 */
export function clippedGradientSum(
  config: GanConfig,
  { clip: maxGradNorm }: PrivacyConfig,
  layouts: NetworkLayouts,
  pairs: number,
): Record<string, Tensor> {
  const graph = openStepGraph(config, layouts);
  const weights = parameterViews(layouts.discriminator, graph.state('discriminator'));
  const { labels, shownReal, shownFake } = openBatchGraph(graph, pairs);
  const shown = concat([shownReal, shownFake], 0);
  const shownLabels = concat([labels, labels], 0);
  const logits = discriminator(config).forward(weights, shown, shownLabels);
  // The loss is softplus(s D), with s = -1 for real and 1 for generated images. Its derivative in D
  // is s sigmoid(s D).
  const sign = constant(
    Float64Array.from({ length: 2 * pairs }, (_, row) => (row < pairs ? -1 : 1)),
    [2 * pairs],
  );
  const entries = layouts.discriminator.entries.map(({ name }) => weights[name] ?? missing(name));
  const ofImages = perSampleGradients(logits, mul(sign, sigmoid(mul(sign, logits))), entries, [
    shown,
    shownLabels,
  ]);
  const ofPairs = concat(
    ofImages.map((gradient) => {
      const flat = reshape(gradient, [2 * pairs, sizeOf(gradient.shape) / (2 * pairs)]);
      const [, width = 0] = flat.shape;
      return add(slice(flat, [0, 0], [pairs, width]), slice(flat, [pairs, 0], [2 * pairs, width]));
    }),
    1,
  );
  const norms = sqrt(sum(square(ofPairs), [1]));
  const scales = mul(
    graph.input('isSampled', [pairs]),
    div(maxGradNorm * (1 - roundingMargin), maximum(norms, maxGradNorm)),
  );
  return {
    gradient: reshape(matmul(reshape(scales, [1, pairs]), ofPairs), [layouts.discriminator.size]),
  };
}

/**
 * Graph of Adam's update by a given gradient. Inputs: `discriminator` and its moments, `gradient`
 * [D], `stepSize`, `secondMomentScale`.
 */
function discriminatorUpdate(config: GanConfig, layouts: NetworkLayouts): Record<string, Tensor> {
  const graph = openStepGraph(config, layouts);
  return nextOutputs(
    updateDiscriminator(graph, graph.input('gradient', [layouts.discriminator.size])).states,
  );
}

/** Graph of the generator's step, which reads no real image. */
function generatorStep(config: GanConfig, layouts: NetworkLayouts): Record<string, Tensor> {
  const graph = openStepGraph(config, layouts);
  const { labels, generatorWeights, shownFake } = openBatchGraph(graph, config.batch);
  const logits = discriminator(config).forward(
    parameterViews(layouts.discriminator, graph.state('discriminator')),
    shownFake,
    labels,
  );
  const loss = mean(softplus(neg(logits)));
  const { squares, states } = updateGenerator(
    graph,
    flatGradient(layouts.generator, loss, generatorWeights),
  );
  return {
    generatorLoss: loss,
    fakeLogit: mean(logits),
    generatorGradient: sqrt(squares),
    ...nextOutputs(states),
  };
}

/** Step size and bias correction of Adam's step t, as feeds. */
export type AdamFeeds = (t: number) => Record<'stepSize' | 'secondMomentScale', Float32Array>;

/** The compiled programs of a DP-SGD run, and the subjects that it samples from. */
export class DpSgdSteps {
  readonly #config: GanConfig;
  readonly #privacy: PrivacyConfig;
  readonly #images: ImageSet;
  readonly #subjects: readonly (readonly number[])[];
  readonly #pairs: number;
  readonly #programs: Record<'gradient' | 'update' | 'generator', Program>;

  private constructor(
    config: GanConfig,
    privacy: PrivacyConfig,
    images: ImageSet,
    pairs: number,
    programs: Record<'gradient' | 'update' | 'generator', Program>,
  ) {
    [this.#config, this.#privacy, this.#images] = [config, privacy, images];
    [this.#pairs, this.#programs] = [pairs, programs];
    this.#subjects = groupBySubject(images);
  }

  get provider(): ComputeProvider {
    return this.#programs.gradient.provider;
  }

  /** @throws Error when the images don't name their subjects */
  static async compile(
    config: GanConfig,
    privacy: PrivacyConfig,
    {
      images,
      layouts,
      options,
    }: { images: ImageSet; layouts: NetworkLayouts; options: CompileOptions },
  ): Promise<DpSgdSteps> {
    if (images.subjects.length !== images.count)
      throw new Error(
        `privacy is per subject: ${images.count} images need as many subjects, there are ${images.subjects.length}`,
      );
    // The number of sampled subjects varies, but a program's batch is fixed. So each sample is
    // computed in parts of a quarter of the expected batch, the last one filled up.
    const pairs = Math.min(mostPairs, Math.max(1, Math.ceil(config.batch / 4)));
    const [gradient, update, step] = await Promise.all([
      compile(clippedGradientSum(config, privacy, layouts, pairs), options),
      compile(discriminatorUpdate(config, layouts), options),
      compile(generatorStep(config, layouts), options),
    ]);
    return new DpSgdSteps(config, privacy, images, pairs, { gradient, update, generator: step });
  }

  /**
   * The DP-SGD steps of the discriminator, then one step of the generator. Reports only losses that
   * follow from noisy gradients and generated images.
   * @param into where the state after the step is written; `state` stays unchanged
   * @param random for values that need no secrecy: latents, generated labels, augmentation
   */
  async take(
    state: State,
    into: State,
    {
      random,
      adam,
      step,
      emaDecay,
    }: { random: RandomStream; adam: AdamFeeds; step: number; emaDecay: Float32Array },
  ): Promise<Losses> {
    const { discriminatorSteps } = this.#privacy;
    let current: Record<string, Float32Array> = { ...state };
    let gradient = new Float32Array();
    for (let i = 1; i <= discriminatorSteps; i++) {
      gradient = await this.#noisyGradient(current, random);
      const next = await this.#programs.update.run(
        feedsOf(this.#programs.update, {
          ...current,
          ...adam(step * discriminatorSteps + i),
          gradient,
        }),
      );
      current = {
        ...current,
        ...Object.fromEntries(
          Object.entries(next).map(([name, values]) => [name.replace('next.', ''), values]),
        ),
      };
    }
    const { batch, size } = this.#config;
    const fake = sampleAugmentation(random, batch, size, this.#config.augmentation);
    const feeds = {
      z: sampleLatents(random, this.#config, batch),
      labels: uniformLabels(random, batch),
      ...augmentationFeeds('fake', fake),
    };
    const results = await this.#programs.generator.run(
      feedsOf(this.#programs.generator, { ...current, ...adam(step + 1), ...feeds, emaDecay }),
      Object.fromEntries(
        generatorStates.flatMap((name) =>
          into[name] === undefined ? [] : [[`next.${name}`, into[name]]],
        ),
      ),
    );
    for (const name of discriminatorStates) into[name]?.set(current[name] ?? []);
    const scalar = (name: LossName): number => results[name]?.[0] ?? NaN;
    return {
      generatorLoss: scalar('generatorLoss'),
      fakeLogit: scalar('fakeLogit'),
      generatorGradient: scalar('generatorGradient'),
      discriminatorGradient: Math.sqrt(gradient.reduce((total, value) => total + value * value, 0)),
    };
  }

  /** Sampling, clipping and noise: points 1 to 3 above. */
  async #noisyGradient(
    state: Record<string, Float32Array>,
    random: RandomStream,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { noiseMultiplier, clip: maxGradNorm, sampleRate } = this.#privacy;
    const sampled = poissonSample(this.#subjects.length, sampleRate).map((subject) => {
      const images = this.#subjects[subject] ?? [];
      return images[secureInteger(images.length)] ?? 0;
    });
    const total = secureNormals(state['discriminator']?.length ?? 0, noiseMultiplier * maxGradNorm);
    for (let start = 0; start < sampled.length; start += this.#pairs) {
      const feeds = {
        ...state,
        ...this.#samplePairs(sampled.slice(start, start + this.#pairs), random),
      };
      const { gradient } = await this.#programs.gradient.run(
        feedsOf(this.#programs.gradient, feeds),
      );
      if (gradient !== undefined)
        for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (gradient[i] ?? NaN);
    }
    const expected = sampleRate * this.#subjects.length;
    return Float32Array.from(total, (value) => value / expected);
  }

  #samplePairs(images: readonly number[], random: RandomStream): Record<string, Float32Array> {
    const { size } = this.#config;
    const [pixels, pairs] = [size * size, this.#pairs];
    const real = new Float32Array(pairs * pixels);
    const labels = new Float32Array(pairs * labelVectorLength);
    const isSampled = new Float32Array(pairs);
    for (const [n, image] of images.entries()) {
      real.set(this.#images.pixels.subarray(image * pixels, (image + 1) * pixels), n * pixels);
      const label = this.#images.labels[image];
      if (label !== undefined) labels.set(toLabelVector(label), n * labelVectorLength);
      isSampled[n] = 1;
    }
    const strength = this.#config.augmentation;
    return {
      real,
      labels,
      isSampled,
      z: sampleLatents(random, this.#config, pairs),
      ...augmentationFeeds('real', sampleAugmentation(random, pairs, size, strength)),
      ...augmentationFeeds('fake', sampleAugmentation(random, pairs, size, strength)),
    };
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.#programs).map((program) => program.dispose()));
  }
}

const mostPairs = 16;
const generatorStates = [
  'generator',
  'generatorFirst',
  'generatorSecond',
  'average',
] as const satisfies StateName[];
const discriminatorStates = [
  'discriminator',
  'discriminatorFirst',
  'discriminatorSecond',
] as const satisfies StateName[];

function uniformLabels(random: RandomStream, count: number): Float32Array {
  const one = <T>(values: readonly [T, ...T[]]): T =>
    values[random.integer(values.length)] ?? values[0];
  const labels = Array.from({ length: count }, (): ImageLabels => ({
    calciumGrade: one(calciumGrades),
    sex: one(sexes),
    ageBand: one(ageBands),
  }));
  return Float32Array.from(labels.flatMap((label) => [...toLabelVector(label)]));
}

function missing(name: string): never {
  throw new Error(`the discriminator has no weight ${name}`);
}
