import type { ComputeProvider } from '@scapis/contracts';
import { sizeOf, type Tensor } from '@scapis/numerics';
import type { GanConfig } from '../config.ts';
import type { NetworkLayouts } from '../networks/architecture.ts';
import { ProgramThread } from '../runtime/program-thread.ts';
import { compile, type CompileOptions } from '../runtime/runtime.ts';
import {
  Barrier,
  sharedArray,
  StagedPrograms,
  type StagedRun,
  type StagedThread,
} from '../runtime/staged-programs.ts';
import {
  dataParallelStep,
  partitionBounds,
  type DataParallelStep,
  type GradientStage,
  type Stage,
  type UpdateStage,
} from './data-parallel-step.ts';
import { lossNames, type Losses, type State, type StateName } from './state.ts';

/**
 * Data-parallel training on several threads, each with its micro-batches. A micro-batch is computed
 * by one thread, and sums run in the order of the micro-batches. So the number of threads changes
 * no bit of the result.
 */

type Arrays = Record<string, Float32Array>;

/** One micro-batch, and the weight range of the same number. */
interface MicroBatch {
  thread: StagedThread;
  programs: Record<Stage, StagedProgram>;
  /** Outputs that other micro-batches or the losses need, in memory that all threads share. */
  written: Arrays;
}

interface StagedProgram {
  /** Its number on the thread. */
  program: number;
  outputs: Record<string, Tensor>;
}

type FirstStage = 'discriminatorGradients' | 'discriminatorGradientsWithPenalty';

/** The step for one pair of buffers, by its first stage: the number of the list on each thread. */
type Lists = Partial<Record<FirstStage, ReadonlyMap<StagedThread, number>>>;

/** State vectors and losses that an update reads whole. Of all others it reads its range. */
const isWhole = (name: string): boolean => /^(anchors|realLogit|fakeLogit)\b/.test(name);

export class DataParallelSteps {
  readonly provider: ComputeProvider;
  readonly #microBatches: readonly MicroBatch[];
  readonly #threads: readonly StagedThread[];
  /** The batch and the scalars of the current step, in memory that all threads share. */
  readonly #batch: Arrays = {};
  readonly #scalars: Arrays = {};
  readonly #lists = new Map<State, Lists>();

  private constructor(
    microBatches: readonly MicroBatch[],
    threads: readonly StagedThread[],
    provider: ComputeProvider,
  ) {
    [this.#microBatches, this.#threads, this.provider] = [microBatches, threads, provider];
  }

  /**
   * Compiles the step for this thread and for as many more as `options.threads` and the number of
   * micro-batches allow.
   */
  static async compile(
    config: GanConfig,
    layouts: NetworkLayouts,
    options: CompileOptions,
  ): Promise<DataParallelSteps> {
    const graphs = dataParallelStep(config, layouts);
    // Finds the provider here, on the thread that can report a fall-back.
    const probe = await compile(graphs.discriminatorUpdate[0] ?? {}, options);
    await probe.dispose();
    // A GPU is one device, however many threads call it.
    const count = probe.provider === 'cpu' ? Math.min(options.threads ?? 2, config.shards) : 1;
    const threads: StagedThread[] = [
      new StagedPrograms(),
      ...Array.from({ length: count - 1 }, () => new ProgramThread()),
    ];
    try {
      const microBatches = await compileMicroBatches(graphs, threads, {
        count: config.shards,
        // Each program runs on one thread, however many are free: the runtime sums in another order
        // where it divides an operation.
        options: { threads: 1, providers: [probe.provider] },
      });
      return new DataParallelSteps(microBatches, threads, probe.provider);
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.close()));
      throw error;
    }
  }

  /**
   * Takes one step.
   * @param state arrays from `sharedArray`; @param into where the state after the step is written.
   * Both are the same two objects in each step, which change roles.
   * @param batch feeds with one entry for each image of the batch
   * @param scalars of the schedule
   */
  async take(
    state: State,
    into: State,
    { batch, scalars, withPenalty }: { batch: Arrays; scalars: Arrays; withPenalty: boolean },
  ): Promise<Losses> {
    write(this.#batch, batch);
    write(this.#scalars, scalars);
    const first = withPenalty ? 'discriminatorGradientsWithPenalty' : 'discriminatorGradients';
    const lists = this.#lists.get(state) ?? {};
    this.#lists.set(state, lists);
    const list = (lists[first] ??= await this.#prepare(state, into, first));
    const barrier = new Barrier(this.#threads.length);
    await Promise.all(this.#threads.map((thread) => thread.take(list.get(thread) ?? NaN, barrier)));
    return this.#losses(withPenalty);
  }

  /** Prepares the step on each thread for these buffers. */
  async #prepare(
    state: State,
    into: State,
    first: FirstStage,
  ): Promise<ReadonlyMap<StagedThread, number>> {
    const order = [first, 'discriminatorUpdate', 'generatorGradient', 'generatorUpdate'] as const;
    const microBatches = [...this.#microBatches.keys()];
    const lists = this.#threads.map(async (thread): Promise<[StagedThread, number]> => {
      const own = microBatches.filter((at) => this.#microBatches[at]?.thread === thread);
      const stages = order.map((stage) => own.map((at) => this.#runOf(at, stage, state, into)));
      return [thread, await thread.prepare(stages)];
    });
    return new Map(await Promise.all(lists));
  }

  #runOf(at: number, stage: Stage, state: State, into: State): StagedRun {
    const { programs, written } = this.#microBatches[at]!;
    const { program, outputs } = programs[stage];
    const part = (values: Float32Array): Float32Array =>
      values.subarray(...partitionBounds(values.length, at, this.#microBatches.length));
    const parts = (arrays: Arrays): Arrays =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, values]) => [
          name,
          isWhole(name) ? values : part(values),
        ]),
      );
    const isUpdate = stage === 'discriminatorUpdate' || stage === 'generatorUpdate';
    const fed = isUpdate
      ? parts({ ...state, ...this.#gathered() })
      : {
          ...state,
          ...(stage === 'generatorGradient' && { discriminator: into.discriminator }),
          ...parts(this.#batch),
        };
    const target = ([name, { shape }]: [string, Tensor]): [string, Float32Array] => {
      const next = name.startsWith('next.')
        ? into[name.slice('next.'.length) as StateName]
        : undefined;
      if (next !== undefined && isUpdate && !isWhole(name.slice('next.'.length)))
        return [name, part(next)];
      // All micro-batches compute the same value here; the first one writes the state.
      return [
        name,
        next !== undefined && at === 0 ? next : (written[name] ??= sharedArray(sizeOf(shape))),
      ];
    };
    return {
      program,
      feeds: { ...fed, ...this.#scalars },
      into: Object.fromEntries(Object.entries(outputs).map(target)),
    };
  }

  /** What each micro-batch has written, under the names that updates read. */
  #gathered(): Arrays {
    return Object.fromEntries(
      this.#microBatches.flatMap(({ written }, at) =>
        Object.entries(written).map(([name, values]) => [`${name}.${at}`, values]),
      ),
    );
  }

  /**
   * Means over the micro-batches. Gradient norms come from the sums of squares of the ranges.
   * Losses that the configuration or the step doesn't have are 0.
   */
  #losses(withPenalty: boolean): Losses {
    const total = (name: string): number =>
      this.#microBatches.reduce((sum, { written }) => sum + (written[name]?.[0] ?? 0), 0);
    const others: Losses = {
      discriminatorGradient: Math.sqrt(total('discriminatorSquares')),
      generatorGradient: Math.sqrt(total('generatorSquares')),
      ...(!withPenalty && { penalty: 0 }),
    };
    return Object.fromEntries(
      lossNames.map((name) => [name, others[name] ?? total(name) / this.#microBatches.length]),
    );
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** Compiles the gradients once for each thread, the updates once for each weight range. */
async function compileMicroBatches(
  { discriminatorUpdate, generatorUpdate, ...gradients }: DataParallelStep,
  threads: readonly StagedThread[],
  { count, options }: { count: number; options: CompileOptions },
): Promise<MicroBatch[]> {
  const compileOn = async (
    thread: StagedThread,
    outputs: Record<string, Tensor>,
  ): Promise<StagedProgram> => ({ program: await thread.compile(outputs, options), outputs });
  const ofThreads = await Promise.all(
    threads.map(async (thread): Promise<Record<GradientStage, StagedProgram>> => ({
      discriminatorGradients: await compileOn(thread, gradients.discriminatorGradients),
      discriminatorGradientsWithPenalty: await compileOn(
        thread,
        gradients.discriminatorGradientsWithPenalty,
      ),
      generatorGradient: await compileOn(thread, gradients.generatorGradient),
    })),
  );
  const outputs = Object.entries({
    ...gradients.discriminatorGradients,
    ...gradients.discriminatorGradientsWithPenalty,
    ...gradients.generatorGradient,
  });
  return Promise.all(
    Array.from({ length: count }, async (_, at): Promise<MicroBatch> => {
      const thread = threads[at % threads.length]!;
      const updates: Record<UpdateStage, StagedProgram> = {
        discriminatorUpdate: await compileOn(thread, discriminatorUpdate[at]!),
        generatorUpdate: await compileOn(thread, generatorUpdate[at]!),
      };
      return {
        thread,
        programs: { ...ofThreads[at % threads.length]!, ...updates },
        written: Object.fromEntries(
          outputs.map(([name, { shape }]) => [name, sharedArray(sizeOf(shape))]),
        ),
      };
    }),
  );
}

/** Writes into shared arrays of the same names, which the first call allocates. */
function write(shared: Arrays, values: Arrays): void {
  for (const [name, data] of Object.entries(values))
    (shared[name] ??= sharedArray(data.length)).set(data);
}
