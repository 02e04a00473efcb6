import type { ComputeProvider } from '@scapis/contracts';
import type { ImageSet } from '../base/image-set.ts';
import { RandomStream } from '../base/philox.ts';
import type { GanConfig } from '../config.ts';
import type { NetworkLayouts } from '../networks/architecture.ts';
import { compile, feedsOf, type CompileOptions, type Program } from '../runtime/runtime.ts';
import { adamScalars } from '../steps/adam.ts';
import { DataParallelSteps } from '../steps/data-parallel.ts';
import { DpSgdSteps } from '../steps/dp-sgd.ts';
import { ganStep } from '../steps/gan-step.ts';
import { lossNames, type Losses, type State } from '../steps/state.ts';
import { BatchSampler } from './batch-sampler.ts';
import { hasPenalty, schedule, scheduleFeeds } from './schedule.ts';

/** Takes the steps of a run. Each kind of step has its own: whole, data-parallel, DP-SGD. */
export interface StepRunner {
  /** Where the steps are computed. */
  readonly provider: ComputeProvider;
  /** @param into where the state after the step is written; `state` stays unchanged */
  take(step: number, state: State, into: State): Promise<Losses>;
  dispose(): Promise<void>;
}

/** What the steps of a run depend on. */
export interface RunInputs {
  config: GanConfig;
  images: ImageSet;
  seed: number;
  layouts: NetworkLayouts;
  compile: CompileOptions;
}

export async function compileSteps(inputs: RunInputs): Promise<StepRunner> {
  const { config, images, seed, layouts, compile: options } = inputs;
  if (config.privacy !== null) {
    const steps = await DpSgdSteps.compile(config, config.privacy, { images, layouts, options });
    return new DpSgdRunner(config, seed, steps);
  }
  const sampler = new BatchSampler(config, images, seed);
  if (config.shards > 1)
    return new DataParallelRunner(
      config,
      sampler,
      await DataParallelSteps.compile(config, layouts, options),
    );
  const [withoutPenalty, withPenalty] = await Promise.all(
    [false, true].map((each) => compile(ganStep(config, layouts, { withPenalty: each }), options)),
  );
  if (withoutPenalty === undefined || withPenalty === undefined) throw new Error('no programs');
  return new WholeStepRunner(config, sampler, { withoutPenalty, withPenalty });
}

class WholeStepRunner implements StepRunner {
  readonly #config: GanConfig;
  readonly #sampler: BatchSampler;
  readonly #programs: Record<'withoutPenalty' | 'withPenalty', Program>;

  constructor(
    config: GanConfig,
    sampler: BatchSampler,
    programs: Record<'withoutPenalty' | 'withPenalty', Program>,
  ) {
    [this.#config, this.#sampler, this.#programs] = [config, sampler, programs];
  }

  get provider(): ComputeProvider {
    return this.#programs.withoutPenalty.provider;
  }

  async take(step: number, state: State, into: State): Promise<Losses> {
    const program =
      this.#programs[hasPenalty(this.#config, step) ? 'withPenalty' : 'withoutPenalty'];
    const feeds = {
      ...state,
      ...this.#sampler.sample(step),
      ...scheduleFeeds(this.#config, step),
    };
    const next = Object.fromEntries(
      Object.entries(into).map(([name, values]) => [`next.${name}`, values]),
    );
    const results = await program.run(feedsOf(program, feeds), next);
    return Object.fromEntries(lossNames.map((name) => [name, results[name]?.[0] ?? NaN]));
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.#programs).map((program) => program.dispose()));
  }
}

class DataParallelRunner implements StepRunner {
  readonly #config: GanConfig;
  readonly #sampler: BatchSampler;
  readonly #steps: DataParallelSteps;
  /** The batch of a step to come. */
  #ahead: { step: number; batch: Record<string, Float32Array> } | undefined;

  constructor(config: GanConfig, sampler: BatchSampler, steps: DataParallelSteps) {
    [this.#config, this.#sampler, this.#steps] = [config, sampler, steps];
  }

  get provider(): ComputeProvider {
    return this.#steps.provider;
  }

  take(step: number, state: State, into: State): Promise<Losses> {
    const batch = this.#ahead?.step === step ? this.#ahead.batch : this.#sampler.sample(step);
    const losses = this.#steps.take(state, into, {
      batch,
      scalars: scheduleFeeds(this.#config, step),
      withPenalty: hasPenalty(this.#config, step),
    });
    // The other threads compute already. The next batch is sampled meanwhile.
    this.#ahead = { step: step + 1, batch: this.#sampler.sample(step + 1) };
    return losses;
  }

  dispose(): Promise<void> {
    return this.#steps.dispose();
  }
}

class DpSgdRunner implements StepRunner {
  readonly #config: GanConfig;
  readonly #seed: number;
  readonly #steps: DpSgdSteps;

  constructor(config: GanConfig, seed: number, steps: DpSgdSteps) {
    [this.#config, this.#seed, this.#steps] = [config, seed, steps];
  }

  get provider(): ComputeProvider {
    return this.#steps.provider;
  }

  take(step: number, state: State, into: State): Promise<Losses> {
    const { learningRate, emaDecay } = schedule(this.#config, step);
    return this.#steps.take(state, into, {
      random: new RandomStream(this.#seed, 'trainingStep', step),
      step,
      emaDecay: Float32Array.of(emaDecay),
      adam: (t) => {
        const { stepSize, secondMomentScale } = adamScalars(t, {
          ...this.#config,
          learningRate,
          eps: 0,
        });
        return {
          stepSize: Float32Array.of(stepSize),
          secondMomentScale: Float32Array.of(secondMomentScale),
        };
      },
    });
  }

  dispose(): Promise<void> {
    return this.#steps.dispose();
  }
}
