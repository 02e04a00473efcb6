import type { ComputeProvider, ImageLabels } from '@scapis/contracts';
import type { ImageSet } from '../base/image-set.ts';
import { flattenParameters, unflattenParameters } from '../base/parameters.ts';
import { RandomStream } from '../base/philox.ts';
import { ganConfig, type GanConfig } from '../config.ts';
import { openGenerator, writeGenerator, type Generator } from '../generators/generator.ts';
import {
  discriminator,
  generator,
  networkLayouts,
  type NetworkLayouts,
} from '../networks/architecture.ts';
import { labelClassifier } from '../networks/label-classifier.ts';
import { initialSingularVectors } from '../networks/spectral-norm.ts';
import type { CompileOptions } from '../runtime/runtime.ts';
import { sharedArray } from '../runtime/staged-programs.ts';
import {
  lossNames,
  stateLayouts,
  stateNames,
  type Losses,
  type LossName,
  type State,
} from '../steps/state.ts';
import {
  checkImages,
  CheckpointError,
  fingerprint,
  readCheckpoint,
  readState,
  readVector,
  vectorOf,
  writeCheckpoint,
} from './checkpoint.ts';
import { Evaluation } from './evaluation.ts';
import { compileSteps, type RunInputs, type StepRunner } from './step-runner.ts';

/**
 * Training runs. State, seed and step number decide every later step: no clock and no global random
 * generator takes part. So on CPU the same seed and data give the same bytes, and a run that was
 * killed and resumed equals one that was not.
 *
 * With differential privacy (`config.privacy`), noise and sampling come from a cryptographic source
 * instead, and a run is not repeatable. A step that is repeated after a kill samples them again.
 * That costs no extra privacy as long as nothing of the lost step was published.
 */

/** Means over a window of steps. */
export interface TrainingPoint {
  /** Steps done since the run began, at the end of the window. */
  step: number;
  totalSteps: number;
  /** All losses. With differential privacy, only those that follow from the noisy gradients. */
  losses: Losses;
  imagesPerSecond: number;
}

interface RunOptions {
  /** Stops after so many steps or seconds, or at the end of the schedule, whichever is first. */
  steps?: number;
  seconds?: number;
  onProgress?: (point: TrainingPoint) => void;
  /** Called after each step. */
  shouldStop?: () => boolean;
}

export interface Training {
  readonly config: GanConfig;
  readonly seed: number;
  /** Steps done. */
  readonly step: number;
  /** Where its steps are computed. */
  readonly provider: ComputeProvider;
  run(options?: RunOptions): Promise<TrainingPoint[]>;
  /** @returns the whole state as safetensors. Between calls of `run` only. */
  checkpoint(): Uint8Array;
  /** @returns the EMA generator as a file for `openGenerator`. */
  generatorFile(): Uint8Array;
  /** @returns the EMA generator, ready to sample from. */
  generator(): Promise<Generator>;
  /**
   * @param images [labels.length, 1, size, size] in [-1, 1]
   * @returns the discriminator's logit of each image, without augmentation.
   */
  discriminate(images: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array>;
  /**
   * For monitoring: images are computed in batches, so their last bits depend on their neighbours.
   * @param z latents [labels.length, latentSize]
   * @returns images of the EMA generator [labels.length, 1, size, size].
   */
  generate(z: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A loss, logit or gradient is not finite. The state is that of the step before. */
export class TrainingDivergedError extends Error {
  override name = 'TrainingDivergedError';
  /** The first such step, counted from 1. */
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

/** Steps per TrainingPoint. Points end at multiples of it, so a resumed run has the same points. */
export const stepsPerPoint = 20;

/**
 * Begins a run. With `from`, the checkpoint of an earlier run on the same images, it begins with
 * that run's networks. Schedules and Adam's moments begin anew, so learning rate, penalty and batch
 * may differ.
 * @throws Error when the images don't fit the configuration; ZodError when the configuration is out
 * of bounds; CheckpointError when `from` is damaged, of other images, has networks of another
 * shape, or either run is private.
 */
export async function createTraining(options: {
  config: GanConfig;
  images: ImageSet;
  seed: number;
  from?: Uint8Array | undefined;
  compile?: CompileOptions;
}): Promise<Training> {
  const { images, seed, from } = options;
  const config = ganConfig.parse(options.config);
  checkImages(config, images);
  const layouts = networkLayouts(config);
  const state = initialState(config, layouts, seed);
  if (from !== undefined) takeNetworks(state, from, { config, images, layouts });
  return Run.compile(
    { config, images, seed, layouts, compile: options.compile ?? {} },
    { state, step: 0 },
  );
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
  const file = readCheckpoint(checkpoint, images);
  const { config, seed, step } = file;
  return Run.compile(
    { config, images, seed, layouts: networkLayouts(config), compile: options },
    { state: readState(file), step },
  );
}

function initialState(config: GanConfig, layouts: NetworkLayouts, seed: number): State {
  const random = new RandomStream(seed, 'initialWeights');
  const networks = {
    generator: generator(config).initialise(random),
    discriminator: discriminator(config).initialise(random),
    classifier: labelClassifier(config).initialise(random),
  };
  const state: State = {};
  const known = stateLayouts(config, layouts);
  for (const name of stateNames) {
    const layout = known[name];
    if (layout !== undefined) state[name] = new Float32Array(layout.size);
  }
  state.generator = flattenParameters(layouts.generator, networks.generator);
  state.average = state.generator.slice();
  state.discriminator = flattenParameters(layouts.discriminator, networks.discriminator);
  if (state.classifier !== undefined)
    state.classifier = flattenParameters(layouts.classifier, networks.classifier);
  if (state.spectral !== undefined)
    state.spectral = flattenParameters(
      layouts.spectral,
      initialSingularVectors(networks.discriminator, random),
    );
  return state;
}

/** Replaces the networks in `state` by those of an earlier run. */
function takeNetworks(
  state: State,
  from: Uint8Array,
  { config, images, layouts }: Pick<RunInputs, 'config' | 'images' | 'layouts'>,
): void {
  const { tensors, config: before } = readCheckpoint(from, images);
  if (config.privacy !== null || before.privacy !== null)
    throw new CheckpointError(
      'a private run begins anew and no run begins from one: what it costs counts its own steps alone',
    );
  for (const name of ['generator', 'average', 'discriminator'] as const)
    state[name] = readVector(
      tensors,
      name,
      name === 'discriminator' ? layouts.discriminator : layouts.generator,
    );
  // Only where both runs have guidance is there a classifier to take over.
  if (config.guidance !== null && before.guidance !== null)
    state.classifier = readVector(tensors, 'classifier', layouts.classifier);
}

class Run implements Training {
  readonly #inputs: RunInputs;
  readonly #fingerprint: string;
  readonly #steps: StepRunner;
  readonly #evaluation: Evaluation;
  /** Double buffer: a step reads one and writes the other, then both change roles. */
  #state: State;
  #spare: State;
  #step: number;
  #isRunning = false;

  private constructor(
    inputs: RunInputs,
    { state, step }: { state: State; step: number },
    steps: StepRunner,
  ) {
    const { config, images, layouts, compile } = inputs;
    [this.#inputs, this.#steps, this.#step] = [inputs, steps, step];
    this.#fingerprint = fingerprint(images, config);
    this.#evaluation = new Evaluation(config, layouts, compile);
    [this.#state, this.#spare] = [sharedCopy(state), sharedCopy(state)];
  }

  static async compile(inputs: RunInputs, begin: { state: State; step: number }): Promise<Run> {
    return new Run(inputs, begin, await compileSteps(inputs));
  }

  get config(): GanConfig {
    return this.#inputs.config;
  }

  get seed(): number {
    return this.#inputs.seed;
  }

  get step(): number {
    return this.#step;
  }

  get provider(): ComputeProvider {
    return this.#steps.provider;
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
    const losses = await this.#steps.take(this.#step, this.#state, this.#spare);
    const bad = lossNames.find(
      (name) => losses[name] !== undefined && !Number.isFinite(losses[name]),
    );
    if (bad !== undefined) throw new TrainingDivergedError(this.#step + 1, bad, losses[bad] ?? NaN);
    [this.#state, this.#spare] = [this.#spare, this.#state];
    this.#step++;
    return losses;
  }

  checkpoint(): Uint8Array {
    if (this.#isRunning) throw new Error('a checkpoint is taken between runs, not during one');
    const { config, seed } = this;
    return writeCheckpoint(
      { config, seed, step: this.#step, state: this.#state },
      this.#fingerprint,
    );
  }

  generatorFile(): Uint8Array {
    const { layouts } = this.#inputs;
    return writeGenerator(
      this.config,
      unflattenParameters(layouts.generator, vectorOf(this.#state, 'average')),
    );
  }

  generator(): Promise<Generator> {
    return openGenerator(this.generatorFile(), this.#inputs.compile);
  }

  discriminate(images: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array> {
    return this.#evaluation.discriminate(this.#state, images, labels);
  }

  generate(z: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array> {
    return this.#evaluation.generate(this.#state, z, labels);
  }

  async dispose(): Promise<void> {
    await this.#steps.dispose();
    await this.#evaluation.dispose();
  }
}

/** @returns a copy that other threads can read and write. */
function sharedCopy(state: State): State {
  return Object.fromEntries(
    Object.entries(state).map(([name, values]) => {
      const shared = sharedArray(values.length);
      shared.set(values);
      return [name, shared];
    }),
  );
}

/**
 * @returns means over a window. The penalty's mean is over steps that had one, where it isn't 0.
 */
function averageLosses(window: readonly Losses[]): Losses {
  return Object.fromEntries(
    lossNames.flatMap((name) => {
      const values = window.flatMap((losses) => losses[name] ?? []);
      if (values.length === 0) return [];
      const counted = name === 'penalty' ? values.filter((value) => value !== 0) : values;
      const total = counted.reduce((sum, value) => sum + value, 0);
      return [[name, total / Math.max(1, counted.length)]];
    }),
  );
}
