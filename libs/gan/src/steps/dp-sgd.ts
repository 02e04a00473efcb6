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
import { drawCodes, type GanConfig, type PrivacyConfig } from '../config.ts';
import {
  openBatch,
  openStep,
  prefixedNext,
  updateDiscriminator,
  updateGenerator,
  type Layouts,
  type Losses,
  type LossName,
  type State,
  type StateName,
} from './gan-step.ts';
import { drawAugmentation, prefixed } from './losses.ts';
import { discriminator } from '../networks/architecture.ts';
import { packedGradient, views } from './adam.ts';
import type { RandomStream } from '../base/philox.ts';
import { compile, feedsOf, type CompileOptions, type Program } from '../runtime/runtime.ts';
import { drawSubset, secureInteger, secureNormals } from '../base/secure-random.ts';
import type { ImageSet } from '../training/training.ts';

/**
 * A training step with differential privacy for patients (DP-SGD, Abadi et al. 2016, in a GAN: Xie
 * et al. 2018; many discriminator steps for one of the generator: Bie, Kamath & Zhang 2023). Only
 * the discriminator's gradient sees real images, so only there:
 *
 * 1. each patient takes part with probability `sampleRate`, drawn anew in each step, with one of
 * his images drawn evenly;
 * 2. he contributes the gradient of one pair, his image and a generated one with his labels, joint
 * and clipped once to `clip`;
 * 3. the sum gets normal noise of deviation `noiseMultiplier` `clip` and is divided by the
 * *expected* number of patients, because how many were
 *    drawn is itself told by the data.
 *
 * What is other than in gan-step.ts, and why:
 * - the loss is logistic on each side of the pair (Goodfellow 2014) and the generator's is -log
 * sigmoid D(G(z)): a relativistic generator looks
 *   at real images too, which would be a second look without noise; and without it D's level must not float, as relativistic pairs let it;
 * - no penalty: it would share the clip with the signal and double the cost of each pair, and
 * published DP-GANs do without;
 * - patients are drawn evenly, not balanced by calcium grade, and the generator's labels evenly
 * over all labels there are: how common each
 *   is in the cohort would be a statistic of the data outside the noise;
 * - nothing measured on real images is reported. `discriminatorGradient` is the norm of the noisy
 * mean, the rest is of generated images.
 *
 * Not covered: how long a step takes, which tells of how many patients were drawn, and what is
 * chosen afterwards by looking at real data.
 */

/**
 * A clipped gradient computed in float32 may be this much too long at most; the clip is that much
 * shorter.
 */
const roundingMargin = 1e-4;

/**
 * Graph of the clipped gradients of N pairs, summed. Inputs: `discriminator`, `generator` (packed),
 * `real` [N, 1, s, s], `labels` [N, 9],
 * `z` [N, codeLength], augmentation of both, and `isDrawn` [N] of 1 and 0: a pair of weight 0 fills up the batch and adds nothing.
 * @returns `gradient` [D]
 */
export function clippedGradientSum(
  config: GanConfig,
  { clip }: PrivacyConfig,
  layouts: Layouts,
  pairs: number,
): Record<string, Tensor> {
  const step = openStep(config, layouts);
  const weights = views(layouts.discriminator, step.state('discriminator'));
  const { labels, shownReal, shownFake } = openBatch(step, pairs);
  const shown = concat([shownReal, shownFake], 0);
  const shownLabels = concat([labels, labels], 0);
  const logits = discriminator(config).forward(weights, shown, shownLabels);
  // softplus(s D) with s = -1 for real and 1 for generated images; its derivative is s sigmoid(s
  // D).
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
    step.input('isDrawn', [pairs]),
    div(clip * (1 - roundingMargin), maximum(norms, clip)),
  );
  return {
    gradient: reshape(matmul(reshape(scales, [1, pairs]), ofPairs), [layouts.discriminator.size]),
  };
}

/**
 * Graph of Adam on a gradient from outside. Inputs: `discriminator` and its moments, `gradient`
 * [D], `rate`, `secondScale`.
 */
function discriminatorUpdate(config: GanConfig, layouts: Layouts): Record<string, Tensor> {
  const step = openStep(config, layouts);
  return prefixedNext(
    updateDiscriminator(step, step.input('gradient', [layouts.discriminator.size])).states,
  );
}

/** Graph of the generator's step, which sees no real image. */
function generatorStep(config: GanConfig, layouts: Layouts): Record<string, Tensor> {
  const step = openStep(config, layouts);
  const { labels, generatorWeights, shownFake } = openBatch(step, config.batch);
  const logits = discriminator(config).forward(
    views(layouts.discriminator, step.state('discriminator')),
    shownFake,
    labels,
  );
  const loss = mean(softplus(neg(logits)));
  const { squares, states } = updateGenerator(
    step,
    packedGradient(layouts.generator, loss, generatorWeights),
  );
  return {
    generatorLoss: loss,
    fakeLogit: mean(logits),
    generatorGradient: sqrt(squares),
    ...prefixedNext(states),
  };
}

/** Learning rate and bias corrections of Adam's step t, as feeds. */
export type RatesAt = (t: number) => { rate: Float32Array; secondScale: Float32Array };

/** The compiled programs of a private run, and the patients that it draws from. */
export class PrivateSteps {
  readonly #config: GanConfig;
  readonly #privacy: PrivacyConfig;
  readonly #images: ImageSet;
  readonly #patients: readonly (readonly number[])[];
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
    this.#patients = groupBySubject(images);
  }

  get provider(): ComputeProvider {
    return this.#programs.gradient.provider;
  }

  /** @throws Error when the images don't say whose they are */
  static async compile(
    config: GanConfig,
    privacy: PrivacyConfig,
    { images, layouts, options }: { images: ImageSet; layouts: Layouts; options: CompileOptions },
  ): Promise<PrivateSteps> {
    if (images.subjects.length !== images.count)
      throw new Error(
        `privacy is per patient: ${images.count} images need as many subjects, there are ${images.subjects.length}`,
      );
    // Batches vary, programs don't: a batch goes through in parts of a quarter, the last one filled
    // up, so that no draw is ever too large.
    const pairs = Math.min(largestPart, Math.max(1, Math.ceil(config.batch / 4)));
    const [gradient, update, step] = await Promise.all([
      compile(clippedGradientSum(config, privacy, layouts, pairs), options),
      compile(discriminatorUpdate(config, layouts), options),
      compile(generatorStep(config, layouts), options),
    ]);
    return new PrivateSteps(config, privacy, images, pairs, { gradient, update, generator: step });
  }

  /**
   * The discriminator's noisy steps, then the generator's one. Reports only what follows from noisy
   * gradients and generated images.
   * @param into arrays that the state after it is written to; `state` stays as it is
   * @param random for what needs no secrecy: latents, labels of generated images, augmentation
   */
  async take(
    state: State,
    into: State,
    {
      random,
      rates,
      step,
      averageKeep,
    }: { random: RandomStream; rates: RatesAt; step: number; averageKeep: Float32Array },
  ): Promise<Losses> {
    const { discriminatorSteps } = this.#privacy;
    let current: Record<string, Float32Array> = { ...state };
    let gradient = new Float32Array();
    for (let i = 1; i <= discriminatorSteps; i++) {
      gradient = await this.#noisyGradient(current, random);
      const next = await this.#programs.update.run(
        feedsOf(this.#programs.update, {
          ...current,
          ...rates(step * discriminatorSteps + i),
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
    const fake = drawAugmentation(random, batch, size, this.#config.augmentation);
    const feeds = {
      z: drawCodes(random, this.#config, batch),
      labels: evenLabels(random, batch),
      ...prefixed('fake', fake),
    };
    const results = await this.#programs.generator.run(
      feedsOf(this.#programs.generator, { ...current, ...rates(step + 1), ...feeds, averageKeep }),
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

  /** Steps 1 to 3 above. */
  async #noisyGradient(
    state: Record<string, Float32Array>,
    random: RandomStream,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { noiseMultiplier, clip, sampleRate } = this.#privacy;
    const drawn = drawSubset(this.#patients.length, sampleRate).map((patient) => {
      const images = this.#patients[patient] ?? [];
      return images[secureInteger(images.length)] ?? 0;
    });
    const total = secureNormals(state['discriminator']?.length ?? 0, noiseMultiplier * clip);
    for (let start = 0; start < drawn.length; start += this.#pairs) {
      const feeds = {
        ...state,
        ...this.#drawPairs(drawn.slice(start, start + this.#pairs), random),
      };
      const { gradient } = await this.#programs.gradient.run(
        feedsOf(this.#programs.gradient, feeds),
      );
      if (gradient !== undefined)
        for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (gradient[i] ?? NaN);
    }
    const expected = sampleRate * this.#patients.length;
    return Float32Array.from(total, (value) => value / expected);
  }

  #drawPairs(images: readonly number[], random: RandomStream): Record<string, Float32Array> {
    const { size } = this.#config;
    const [pixels, pairs] = [size * size, this.#pairs];
    const real = new Float32Array(pairs * pixels);
    const labels = new Float32Array(pairs * labelVectorLength);
    const isDrawn = new Float32Array(pairs);
    for (const [n, image] of images.entries()) {
      real.set(this.#images.pixels.subarray(image * pixels, (image + 1) * pixels), n * pixels);
      const label = this.#images.labels[image];
      if (label !== undefined) labels.set(toLabelVector(label), n * labelVectorLength);
      isDrawn[n] = 1;
    }
    const strength = this.#config.augmentation;
    return {
      real,
      labels,
      isDrawn,
      z: drawCodes(random, this.#config, pairs),
      ...prefixed('real', drawAugmentation(random, pairs, size, strength)),
      ...prefixed('fake', drawAugmentation(random, pairs, size, strength)),
    };
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.#programs).map((program) => program.dispose()));
  }
}

const largestPart = 16;
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

function groupBySubject({ subjects }: ImageSet): number[][] {
  const groups = new Map<string, number[]>();
  for (const [image, subject] of subjects.entries()) {
    const group = groups.get(subject);
    if (group === undefined) groups.set(subject, [image]);
    else group.push(image);
  }
  return [...groups.values()];
}

function evenLabels(random: RandomStream, count: number): Float32Array {
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
