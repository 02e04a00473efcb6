import { createHash } from 'node:crypto';
import { isSameShape, sizeOf } from '@scapis/numerics';
import {
  labelVectorLength,
  toLabelVector,
  type ComputeProvider,
  type ImageLabels,
} from '@scapis/contracts';
import { discriminator, generator, layoutsOf } from '../networks/architecture.ts';
import { drawCodes, ganConfig, imageShape, type GanConfig } from '../config.ts';
import {
  classifierAdam,
  discriminatorProgram,
  ganStep,
  generatorProgram,
  lossNames,
  stateLayouts,
  stateNames,
  type Layouts,
  type Losses,
  type LossName,
  type State,
  type StateName,
} from '../steps/gan-step.ts';
import { labelClassifier } from '../networks/label-classifier.ts';
import { drawAugmentation, prefixed } from '../steps/losses.ts';
import { adamRates, pack, unpack, type Layout, type Parameters } from '../steps/adam.ts';
import { RandomStream } from '../base/philox.ts';
import { PrivateSteps } from '../steps/dp-sgd.ts';
import { compile, feedsOf, type CompileOptions, type Program } from '../runtime/runtime.ts';
import { readSafetensors, writeSafetensors, type Safetensors } from '../base/safetensors.ts';
import { ShardedSteps } from '../steps/data-parallel.ts';
import { initialVectors } from '../networks/spectral-norm.ts';
import { sharedArray } from '../runtime/staged-programs.ts';
import { openGenerator, writeGenerator, type Generator } from '../generators/generator.ts';

/**
 * A training run: state, seed and step number decide everything that comes next. No clock and no
 * hidden generator takes part, so on CPU the same seed and data give the same bytes, and a run that
 * was killed and resumed equals one that was not. With differential privacy (`config.privacy`)
 * noise and patients come from a cryptographic source instead: such a run is not repeatable, and a
 * step that is done again after a kill draws them anew. That costs nothing more, as long as nothing
 * of the lost step left memory.
 */

/** What a run trains on. One entry per image in `labels` and `subjects`. */
export interface ImageSet {
  /** Pixels per side. */
  size: number;
  /** 3: volumes; omitted = 2. */
  dimensions?: 2 | 3;
  count: number;
  /** [count, 1, size, size], or [count, 1, size, size, size], in [-1, 1] */
  pixels: Float32Array;
  labels: readonly ImageLabels[];
  /** Whose image it is; for splits and for privacy per patient, not seen by the networks. */
  subjects: readonly string[];
}

/** A stretch of training: means over its steps, and where it ended. */
export interface TrainingPoint {
  /** Steps done since the run began. */
  step: number;
  totalSteps: number;
  /**
   * All of them, but in a private run only those that tell nothing of real images beyond the noisy
   * steps.
   */
  losses: Losses;
  imagesPerSecond: number;
}

export interface RunOptions {
  /**
   * Stop after so many steps, after so many seconds, or at the end of the schedule, whichever is
   * first.
   */
  steps?: number;
  seconds?: number;
  onProgress?: (point: TrainingPoint) => void;
  /** Asked after each step. */
  shouldStop?: () => boolean;
}

export interface Training {
  readonly config: GanConfig;
  readonly seed: number;
  readonly step: number;
  /** Where its steps are computed. */
  readonly provider: ComputeProvider;
  run(options?: RunOptions): Promise<TrainingPoint[]>;
  /** @returns the whole state as safetensors. Between steps only. */
  checkpoint(): Uint8Array;
  /** @returns the averaged generator as a file for `openGenerator`. */
  generatorFile(): Uint8Array;
  /** @returns the averaged generator, ready to draw. */
  generator(): Promise<Generator>;
  /**
   * @returns the discriminator's logit of each image, unaugmented. `images` [labels.length, 1,
   * size, size] in [-1, 1].
   */
  discriminate(images: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array>;
  /**
   * @returns images [labels.length, 1, size, size] of the averaged generator for codes `z`
   * [labels.length, codeLength]: in batches, so for watching only.
   */
  draw(z: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A loss, logit or gradient stopped being a number. The state is that of the step before. */
export class TrainingDivergedError extends Error {
  override name = 'TrainingDivergedError';
  /** Where it began, counted from 1. */
  readonly step: number;
  readonly loss: LossName;

  constructor(step: number, loss: LossName, value: number) {
    super(
      `step ${step}: ${loss} is ${value}. Resume from the last checkpoint with a lower learning rate or a higher penalty.`,
    );
    this.step = step;
    this.loss = loss;
  }
}

/** A checkpoint that can't be resumed. The message says why. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

const checkpointFormat = 'scapis-gan-checkpoint-1';
/** Steps per TrainingPoint; at multiples of it, so that a resumed run reports at the same steps. */
export const stepsPerPoint = 20;
const largestAverageRamp = 10;

/**
 * Begins a run. With `from`, the checkpoint of an earlier run on the same images, it begins with
 * that one's networks; schedules and Adam's moments begin anew, so it may have another learning
 * rate, penalty or batch.
 * @throws Error when the images don't fit the configuration; ZodError when the configuration is out
 * of bounds; CheckpointError when `from` is damaged, of other images, its networks have another
 * shape, or either run is private.
 */
export async function createTraining(options: {
  config: GanConfig;
  images: ImageSet;
  seed: number;
  from?: Uint8Array | undefined;
  compile?: CompileOptions;
}): Promise<Training> {
  const config = ganConfig.parse(options.config);
  checkImages(config, options.images);
  const random = new RandomStream(options.seed, 'initialWeights');
  const networks = {
    generator: generator(config).initialise(random),
    discriminator: discriminator(config).initialise(random),
    classifier: labelClassifier(config).initialise(random),
  };
  const layouts = layoutsOf(config);
  const state: State = {};
  for (const name of stateNames) {
    const layout = stateLayouts(config, layouts)[name];
    if (layout !== undefined) state[name] = new Float32Array(layout.size);
  }
  state.generator = pack(layouts.generator, networks.generator);
  state.average = state.generator.slice();
  state.discriminator = pack(layouts.discriminator, networks.discriminator);
  if (state.classifier !== undefined)
    state.classifier = pack(layouts.classifier, networks.classifier);
  if (state.spectral !== undefined)
    state.spectral = pack(layouts.spectral, initialVectors(networks.discriminator, random));
  if (options.from !== undefined) {
    const { tensors, config: before } = readCheckpoint(options.from, options.images);
    if (config.privacy !== null || before.privacy !== null)
      throw new CheckpointError(
        'a private run begins anew and no run begins from one: what it costs counts its own steps alone',
      );
    for (const name of ['generator', 'average', 'discriminator'] as const)
      state[name] = readState(
        tensors,
        name,
        name === 'discriminator' ? layouts.discriminator : layouts.generator,
      );
    // Where only one of them has guidance there is no classifier to take over, or none wanted.
    if (config.guidance !== null && before.guidance !== null)
      state.classifier = readState(tensors, 'classifier', layouts.classifier);
  }
  return Run.compile({
    config,
    images: options.images,
    seed: options.seed,
    layouts,
    state,
    step: 0,
    compile: options.compile ?? {},
  });
}

/**
 * Resumes a run from its checkpoint, on the same images.
 * @throws CheckpointError (or SafetensorsError) when the file is damaged, of another version, or
 * was made with other images.
 */
export async function openTraining(
  checkpoint: Uint8Array,
  images: ImageSet,
  options: CompileOptions = {},
): Promise<Training> {
  const { tensors, config, seed, step } = readCheckpoint(checkpoint, images);
  const layouts = layoutsOf(config);
  const state: State = {};
  for (const [name, layout] of stateEntries(config, layouts))
    state[name] = readState(tensors, name, layout);
  return Run.compile({ config, images, seed, layouts, state, step, compile: options });
}

function readCheckpoint(
  bytes: Uint8Array,
  images: ImageSet,
): { tensors: Parameters; config: GanConfig; seed: number; step: number } {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata['format'] !== checkpointFormat)
    throw new CheckpointError(`this is not a ${checkpointFormat} file; start the run anew`);
  const head = parseMetadata(metadata);
  checkImages(head.config, images);
  if (metadata['images'] !== fingerprint(images, head.config))
    throw new CheckpointError(
      'the checkpoint was made with other images; give the dataset version that the run began with',
    );
  return { tensors, ...head };
}

function readState(tensors: Parameters, name: StateName, layout: Layout): Float32Array {
  const named = new Map(
    layout.entries.map((entry) => [
      entry.name,
      tensors.get(`${name}/${entry.name}`) ?? { shape: [], data: new Float32Array() },
    ]),
  );
  const wrong = layout.entries.find(
    (entry) => !isSameShape(named.get(entry.name)?.shape ?? [], entry.shape),
  );
  if (wrong !== undefined)
    throw new CheckpointError(`${name}/${wrong.name} is missing or not [${wrong.shape.join()}]`);
  return pack(layout, named);
}

/**
 * What takes the steps: one program for a whole step, without and with penalty; the same in shards;
 * or privately.
 */
type Steps = { plain: Program; penalised: Program } | ShardedSteps | PrivateSteps;

interface RunState {
  config: GanConfig;
  images: ImageSet;
  seed: number;
  layouts: Layouts;
  state: State;
  step: number;
  compile: CompileOptions;
}

class Run implements Training {
  readonly config: GanConfig;
  readonly seed: number;
  readonly #images: ImageSet;
  readonly #byGrade: number[][];
  readonly #layouts: Layouts;
  readonly #compile: CompileOptions;
  readonly #fingerprint: string;
  readonly #steps: Steps;
  #state: State;
  #spare: State;
  #step: number;
  /** Drawn for a step that is still to come. */
  #ahead: { step: number; drawn: Record<string, Float32Array> } | undefined;
  #isRunning = false;
  #discriminates: Promise<Program> | undefined;
  #draws: Promise<Program> | undefined;

  constructor(
    { config, images, seed, layouts, state, step, compile: compileOptions }: RunState,
    steps: Steps,
  ) {
    this.#steps = steps;
    this.config = config;
    this.seed = seed;
    this.#images = images;
    this.#byGrade = groupByGrade(images);
    this.#layouts = layouts;
    this.#compile = compileOptions;
    this.#fingerprint = fingerprint(images, config);
    const copy = ([name, values]: [string, Float32Array]): [string, Float32Array] => {
      const shared = sharedArray(values.length);
      shared.set(values);
      return [name, shared];
    };
    this.#state = Object.fromEntries(Object.entries(state).map(copy));
    this.#spare = Object.fromEntries(Object.entries(state).map(copy));
    this.#step = step;
  }

  static async compile(state: RunState): Promise<Run> {
    const { config, compile: options } = state;
    if (config.privacy !== null)
      return new Run(
        state,
        await PrivateSteps.compile(config, config.privacy, { ...state, options }),
      );
    if (config.shards > 1)
      return new Run(state, await ShardedSteps.compile(config, state.layouts, options));
    const build = (isPenalised: boolean): Promise<Program> =>
      compile(ganStep(state.config, state.layouts, { isPenalised }), state.compile);
    const [plain, penalised] = await Promise.all([build(false), build(true)]);
    return new Run(state, { plain, penalised });
  }

  get step(): number {
    return this.#step;
  }

  get provider(): ComputeProvider {
    return ('plain' in this.#steps ? this.#steps.plain : this.#steps).provider;
  }

  async run({
    steps = Infinity,
    seconds = Infinity,
    onProgress,
    shouldStop,
  }: RunOptions = {}): Promise<TrainingPoint[]> {
    if (this.#isRunning) throw new Error('this training is already running');
    this.#isRunning = true;
    try {
      const began = performance.now();
      const last = Math.min(this.config.totalSteps, this.#step + steps);
      const points: TrainingPoint[] = [];
      let window: Losses[] = [];
      let windowBegan = began;
      const report = (): void => {
        if (window.length === 0) return;
        const now = performance.now();
        const imagesPerSecond = (1000 * window.length * this.config.batch) / (now - windowBegan);
        const point = {
          step: this.#step,
          totalSteps: this.config.totalSteps,
          losses: averageLosses(window),
          imagesPerSecond,
        };
        points.push(point);
        onProgress?.(point);
        [window, windowBegan] = [[], now];
      };
      while (this.#step < last && performance.now() - began < 1000 * seconds) {
        window.push(await this.#takeStep());
        if (this.#step % stepsPerPoint === 0) report();
        if (shouldStop?.() === true) break;
      }
      report();
      return points;
    } finally {
      this.#isRunning = false;
    }
  }

  async #takeStep(): Promise<Losses> {
    const losses =
      this.#steps instanceof PrivateSteps
        ? await this.#computePrivate(this.#steps)
        : await this.#compute(this.#steps);
    const bad = lossNames.find(
      (name) => losses[name] !== undefined && !Number.isFinite(losses[name]),
    );
    if (bad !== undefined) throw new TrainingDivergedError(this.#step + 1, bad, losses[bad] ?? NaN);
    [this.#state, this.#spare] = [this.#spare, this.#state];
    this.#step++;
    return losses;
  }

  #computePrivate(steps: PrivateSteps): Promise<Losses> {
    const { config } = this;
    const { averageKeep = new Float32Array() } = scheduleFeeds(config, this.#step);
    const { learningRate } = schedule(config, this.#step);
    return steps.take(this.#state, this.#spare, {
      random: new RandomStream(this.seed, 'trainingStep', this.#step),
      step: this.#step,
      averageKeep,
      rates: (t) => {
        const { rate, secondScale } = adamRates(t, { ...config, learningRate, eps: 0 });
        return { rate: Float32Array.of(rate), secondScale: Float32Array.of(secondScale) };
      },
    });
  }

  async #compute(steps: Exclude<Steps, PrivateSteps>): Promise<Losses> {
    const { config } = this;
    const step = this.#step;
    const isPenalised = hasPenalty(config, step);
    const drawn = this.#ahead?.step === step ? this.#ahead.drawn : this.#drawStep(step);
    const scalars = scheduleFeeds(config, step);
    if (steps instanceof ShardedSteps) {
      const losses = steps.take(this.#state, this.#spare, { drawn, scalars, isPenalised });
      // While the other threads are at their shards already: they are the last to be done.
      this.#ahead = { step: step + 1, drawn: this.#drawStep(step + 1) };
      return losses;
    }
    const program = isPenalised ? steps.penalised : steps.plain;
    const next = Object.fromEntries(
      Object.entries(this.#spare).map(([name, values]) => [`next.${name}`, values]),
    );
    const results = await program.run(
      feedsOf(program, { ...this.#state, ...drawn, ...scalars }),
      next,
    );
    return Object.fromEntries(lossNames.map((name) => [name, results[name]?.[0] ?? NaN]));
  }

  /** Draws one step's batch, noise and augmentation: a pure function of the seed and the step. */
  #drawStep(step: number): Record<string, Float32Array> {
    const { batch, size, dimensions, augmentation, penalty } = this.config;
    const random = new RandomStream(this.seed, 'trainingStep', step);
    const pixels = sizeOf(imageShape(this.config));
    const real = new Float32Array(batch * pixels);
    const labels = new Float32Array(batch * labelVectorLength);
    for (let n = 0; n < batch; n++) {
      // Balanced: severe calcium is rare in the cohort, and a generator must learn it too.
      const group = this.#byGrade[random.integer(this.#byGrade.length)] ?? [];
      const image = group[random.integer(group.length)] ?? 0;
      real.set(this.#images.pixels.subarray(image * pixels, (image + 1) * pixels), n * pixels);
      const label = this.#images.labels[image];
      if (label !== undefined) labels.set(toLabelVector(label), n * labelVectorLength);
    }
    const isMoved = hasPenalty(this.config, step) && penalty.kind === 'finite-difference';
    return {
      real,
      labels,
      z: drawCodes(random, this.config, batch),
      ...prefixed('real', drawAugmentation(random, batch, size, augmentation, dimensions)),
      ...prefixed('fake', drawAugmentation(random, batch, size, augmentation, dimensions)),
      // The largest draw of all, so only where it is used; and the last, so that the others are the
      // same with and without it.
      ...(isMoved && {
        noise: random.signs(2 * batch * pixels * discriminator(this.config).seenChannels),
      }),
    };
  }

  checkpoint(): Uint8Array {
    if (this.#isRunning) throw new Error('a checkpoint is taken between runs, not during one');
    const tensors: Parameters = new Map();
    for (const [name, layout] of stateEntries(this.config, this.#layouts))
      for (const [weight, value] of unpack(layout, this.#vector(name)))
        tensors.set(`${name}/${weight}`, value);
    const metadata = {
      format: checkpointFormat,
      config: JSON.stringify(this.config),
      seed: String(this.seed),
      step: String(this.#step),
      images: this.#fingerprint,
      ...(this.config.privacy !== null && {
        noisySteps: String(this.#step * this.config.privacy.discriminatorSteps),
      }),
    };
    return writeSafetensors({ tensors, metadata });
  }

  generatorFile(): Uint8Array {
    return writeGenerator(this.config, unpack(this.#layouts.generator, this.#vector('average')));
  }

  generator(): Promise<Generator> {
    return openGenerator(this.generatorFile(), this.#compile);
  }

  discriminate(images: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array> {
    this.#discriminates ??= compile(
      discriminatorProgram(this.config, this.#layouts),
      this.#compile,
    );
    return this.#inBatches(this.#discriminates, 'discriminator', 'images', images, labels);
  }

  draw(z: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array> {
    this.#draws ??= compile(generatorProgram(this.config, this.#layouts), this.#compile);
    return this.#inBatches(this.#draws, 'average', 'z', z, labels);
  }

  async #inBatches(
    compiled: Promise<Program>,
    network: 'average' | 'discriminator',
    fed: 'images' | 'z',
    values: Float32Array,
    labels: readonly ImageLabels[],
  ): Promise<Float32Array> {
    const program = await compiled;
    const length = values.length / labels.length;
    let all = new Float32Array();
    for (let first = 0; first < labels.length; first += this.config.batch) {
      const count = Math.min(this.config.batch, labels.length - first);
      // The last batch is filled up with zeros, whose results are cut off.
      const [batch, vectors] = [
        new Float32Array(this.config.batch * length),
        new Float32Array(this.config.batch * labelVectorLength),
      ];
      batch.set(values.subarray(first * length, (first + count) * length));
      vectors.set(labels.slice(first, first + count).flatMap(toLabelVector));
      const feeds = {
        ...this.#state,
        [network]: this.#vector(network),
        [fed]: batch,
        labels: vectors,
      };
      const { result = new Float32Array() } = await program.run(feedsOf(program, feeds));
      const each = result.length / this.config.batch;
      if (first === 0) all = new Float32Array(each * labels.length);
      all.set(result.subarray(0, each * count), each * first);
    }
    return all;
  }

  async dispose(): Promise<void> {
    if ('plain' in this.#steps)
      await Promise.all([this.#steps.plain.dispose(), this.#steps.penalised.dispose()]);
    else await this.#steps.dispose();
    for (const program of [await this.#discriminates, await this.#draws]) await program?.dispose();
  }

  #vector(name: StateName): Float32Array {
    const values = this.#state[name];
    if (values === undefined) throw new Error(`this run has no ${name}`);
    return values;
  }
}

function hasPenalty({ penalty }: GanConfig, step: number): boolean {
  return step % penalty.every === 0;
}

const learningRateAt: Record<GanConfig['learningRateDecay'], (progress: number) => number> = {
  late: (progress) => 1 - 0.9 * Math.max(0, (progress - 0.6) / 0.4),
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
  none: () => 1,
};

/** Images over which guidance comes in: before, the classifier has nothing to say. */
const guidanceRampImages = 12_000;

/**
 * Learning rate: as `learningRateDecay` says. Gamma: cosine from start to end over the first 70 %.
 * Guidance: its weight comes in linearly; the classifier's own rate falls to a fifth from a fifth
 * of the run on. Both 0 without guidance.
 */
export function schedule(
  config: GanConfig,
  step: number,
): Record<'learningRate' | 'gamma' | 'averageDecay' | 'guidance' | 'classifierRate', number> {
  const { weight, learningRate } = config.guidance ?? { weight: 0, learningRate: 0 };
  const progress = step / config.totalSteps;
  const [high, low] = config.penalty.gamma;
  return {
    learningRate: config.learningRate * learningRateAt[config.learningRateDecay](progress),
    gamma: low + (high - low) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress / 0.7))),
    averageDecay: Math.min(config.averageDecay, (1 + step) / (largestAverageRamp + step)),
    guidance: weight * Math.min(1, (step * config.batch) / guidanceRampImages),
    classifierRate: learningRate * Math.min(1, 1.2 - progress),
  };
}

function scheduleFeeds(config: GanConfig, step: number): Record<string, Float32Array> {
  const { learningRate, gamma, averageDecay, guidance, classifierRate } = schedule(config, step);
  const { rate, secondScale } = adamRates(step + 1, { ...config, learningRate, eps: 0 });
  const classifier = adamRates(step + 1, { ...classifierAdam, learningRate: classifierRate });
  return {
    rate: Float32Array.of(rate),
    secondScale: Float32Array.of(secondScale),
    gamma: Float32Array.of(gamma),
    averageKeep: Float32Array.of(averageDecay),
    guidance: Float32Array.of(guidance),
    classifierRate: Float32Array.of(classifier.rate),
    classifierSecondScale: Float32Array.of(classifier.secondScale),
  };
}

/**
 * @returns means over a window; the penalty's over the steps that had one (in the others it is
 * exactly 0).
 */
function averageLosses(window: readonly Losses[]): Losses {
  return Object.fromEntries(
    lossNames.flatMap((name) => {
      const values = window.flatMap((losses) => losses[name] ?? []);
      const counted = name === 'penalty' ? values.filter((value) => value !== 0) : values;
      return values.length === 0
        ? []
        : [
            [
              name,
              counted.reduce((total, value) => total + value, 0) / Math.max(1, counted.length),
            ],
          ];
    }),
  );
}

function checkImages(config: GanConfig, images: ImageSet): void {
  const { size, count, pixels, labels, dimensions = 2 } = images;
  if (dimensions !== config.dimensions)
    throw new Error(
      `the images have ${dimensions} dimensions, the configuration says ${config.dimensions}`,
    );
  if (size !== config.size)
    throw new Error(`the images are ${size} pixels wide, the configuration says ${config.size}`);
  if (count < 1) throw new Error('there are no images to train on');
  const each = sizeOf(imageShape(images));
  if (pixels.length !== count * each || labels.length !== count)
    throw new Error(
      `${count} images need ${count * each} pixels and ${count} labels; there are ${pixels.length} and ${labels.length}`,
    );
  // NaN fails the comparison too.
  const bad = pixels.findIndex((value) => !(value >= -1 && value <= 1));
  if (bad >= 0)
    throw new Error(
      `image ${Math.floor(bad / each)} has the value ${pixels[bad]}; pixels must lie in -1..1`,
    );
}

function groupByGrade({ labels }: ImageSet): number[][] {
  const groups = new Map<string, number[]>();
  for (const [image, { calciumGrade }] of labels.entries())
    groups.set(calciumGrade, [...(groups.get(calciumGrade) ?? []), image]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, images]) => images);
}

/** Tells one image set from another, so that a run is never resumed on other data. */
function fingerprint(
  { size, dimensions = 2, count, pixels, labels, subjects }: ImageSet,
  { privacy }: GanConfig,
): string {
  const hash = createHash('sha256')
    .update(dimensions === 2 ? `${size} ${count} ` : `${size}^${dimensions} ${count} `)
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
  // Whose an image is counts only where privacy is promised per patient.
  return hash.update(JSON.stringify(privacy === null ? labels : [labels, subjects])).digest('hex');
}

function stateEntries(config: GanConfig, layouts: Layouts): [StateName, Layout][] {
  const known = stateLayouts(config, layouts);
  return stateNames.flatMap((name): [StateName, Layout][] =>
    known[name] === undefined ? [] : [[name, known[name]]],
  );
}

function parseMetadata(metadata: Safetensors['metadata']): {
  config: GanConfig;
  seed: number;
  step: number;
} {
  try {
    const config = ganConfig.parse(JSON.parse(metadata['config'] ?? ''));
    const [seed, step] = [Number(metadata['seed']), Number(metadata['step'])];
    if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(step) || step < 0)
      throw new Error('seed or step is not a number');
    return { config, seed, step };
  } catch (error) {
    throw new CheckpointError(
      `the checkpoint's header can't be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
