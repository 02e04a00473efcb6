import type { ComputeProvider } from '@scapis/contracts';
import { sizeOf, type Tensor } from '@scapis/numerics';
import type { GanConfig } from '../config.ts';
import {
  lossNames,
  partOf,
  shardedStep,
  type Layouts,
  type Losses,
  type State,
  type StateName,
} from './gan-step.ts';
import { ProgramThread } from '../runtime/program-thread.ts';
import { compile, type CompileOptions } from '../runtime/runtime.ts';
import {
  Barrier,
  sharedArray,
  StagedPrograms,
  type StagedRun,
  type StagedThread,
} from '../runtime/staged-programs.ts';

/**
 * A training step by several threads, each of which takes its shards of the batch: gradients of the
 * networks that judge, averaged and applied; then the generator's, averaged and applied. A shard is
 * computed by one thread and sums run in the order of the shards, so how many threads there are
 * changes no bit.
 */

type Arrays = Record<string, Float32Array>;

type Stage = keyof ReturnType<typeof shardedStep>;

/** A part of the batch and of the weights. */
interface Shard {
  thread: StagedThread;
  /** What computes it, by its number on the thread, and the outputs of that. */
  programs: Record<Stage, StagedProgram>;
  /**
   * What its programs write for other shards and for the losses, in memory that all threads see.
   */
  written: Arrays;
}

interface StagedProgram {
  program: number;
  outputs: Record<string, Tensor>;
}

/** The step for one pair of buffers, by its first stage: the number of the list on each thread. */
type Lists = Partial<Record<'judge' | 'judgePenalised', ReadonlyMap<StagedThread, number>>>;

/** What an update takes whole; of everything else it takes its part. */
const isWhole = (name: string): boolean => /^(anchors|realLogit|fakeLogit)\b/.test(name);

export class ShardedSteps {
  readonly provider: ComputeProvider;
  readonly #shards: readonly Shard[];
  readonly #threads: readonly StagedThread[];
  /**
   * What is drawn for a step, and the numbers of its schedules: whole, in memory that all threads
   * see.
   */
  readonly #drawn: Arrays = {};
  readonly #scalars: Arrays = {};
  readonly #lists = new Map<State, Lists>();

  private constructor(
    shards: readonly Shard[],
    threads: readonly StagedThread[],
    provider: ComputeProvider,
  ) {
    [this.#shards, this.#threads, this.provider] = [shards, threads, provider];
  }

  /**
   * Takes as many threads of the CPU as `options.threads` and the shards allow, this one among
   * them.
   */
  static async compile(
    config: GanConfig,
    layouts: Layouts,
    options: CompileOptions,
  ): Promise<ShardedSteps> {
    const { judgeUpdate, drawUpdate, ...ofBatch } = shardedStep(config, layouts);
    // Which of the providers can be used is found out here, where a fall-back can be told.
    const probe = await compile(judgeUpdate[0] ?? {}, options);
    await probe.dispose();
    // A GPU is one device, however many threads call it.
    const count = probe.provider === 'cpu' ? Math.min(options.threads ?? 2, config.shards) : 1;
    // One thread for each program, however many are left: the runtime sums in another order where
    // it shares an operation out.
    const alone = { threads: 1, providers: [probe.provider] };
    const threads: StagedThread[] = [
      new StagedPrograms(),
      ...Array.from({ length: count - 1 }, () => new ProgramThread()),
    ];
    try {
      const compiledOn = async (
        thread: StagedThread,
        outputs: Record<string, Tensor>,
      ): Promise<StagedProgram> => ({ program: await thread.compile(outputs, alone), outputs });
      const shared = await Promise.all(
        threads.map(async (thread) => ({
          judge: await compiledOn(thread, ofBatch.judge),
          judgePenalised: await compiledOn(thread, ofBatch.judgePenalised),
          draw: await compiledOn(thread, ofBatch.draw),
        })),
      );
      const shards = await Promise.all(
        Array.from({ length: config.shards }, async (_, at): Promise<Shard> => {
          const thread = threads[at % count]!;
          const updates = {
            judgeUpdate: await compiledOn(thread, judgeUpdate[at]!),
            drawUpdate: await compiledOn(thread, drawUpdate[at]!),
          };
          const outputs = Object.entries({
            ...ofBatch.judge,
            ...ofBatch.judgePenalised,
            ...ofBatch.draw,
          });
          return {
            thread,
            programs: { ...shared[at % count]!, ...updates },
            written: Object.fromEntries(
              outputs.map(([name, { shape }]) => [name, sharedArray(sizeOf(shape))]),
            ),
          };
        }),
      );
      return new ShardedSteps(shards, threads, probe.provider);
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.close()));
      throw error;
    }
  }

  /**
   * @param state and into: the same two objects in each step, which change roles, of arrays from
   * `sharedArray`; the state after the step is written to `into`
   * @param drawn what is fed for each image of the batch, one after the other
   * @param scalars of the schedule
   */
  async take(
    state: State,
    into: State,
    { drawn, scalars, isPenalised }: { drawn: Arrays; scalars: Arrays; isPenalised: boolean },
  ): Promise<Losses> {
    write(this.#drawn, drawn);
    write(this.#scalars, scalars);
    const first = isPenalised ? 'judgePenalised' : 'judge';
    const lists = this.#lists.get(state) ?? {};
    this.#lists.set(state, lists);
    const list = (lists[first] ??= await this.#prepare(state, into, first));
    const barrier = new Barrier(this.#threads.length);
    await Promise.all(this.#threads.map((thread) => thread.take(list.get(thread) ?? NaN, barrier)));
    return this.#losses(isPenalised);
  }

  /** Prepares the step on each thread for these buffers. */
  async #prepare(
    state: State,
    into: State,
    first: 'judge' | 'judgePenalised',
  ): Promise<ReadonlyMap<StagedThread, number>> {
    const shards = [...this.#shards.keys()];
    const lists = this.#threads.map(async (thread): Promise<[StagedThread, number]> => {
      const own = shards.filter((at) => this.#shards[at]?.thread === thread);
      const stages = ([first, 'judgeUpdate', 'draw', 'drawUpdate'] as const).map((stage) =>
        own.map((at) => this.#runOf(at, stage, state, into)),
      );
      return [thread, await thread.prepare(stages)];
    });
    return new Map(await Promise.all(lists));
  }

  #runOf(at: number, stage: Stage, state: State, into: State): StagedRun {
    const { programs, written } = this.#shards[at]!;
    const { program, outputs } = programs[stage];
    const part = (values: Float32Array): Float32Array =>
      values.subarray(...partOf(values.length, at, this.#shards.length));
    const parts = (arrays: Arrays): Arrays =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, values]) => [
          name,
          isWhole(name) ? values : part(values),
        ]),
      );
    const isUpdate = stage === 'judgeUpdate' || stage === 'drawUpdate';
    const fed = isUpdate
      ? parts({ ...state, ...this.#gathered() })
      : {
          ...state,
          ...(stage === 'draw' && { discriminator: into.discriminator }),
          ...parts(this.#drawn),
        };
    const target = ([name, { shape }]: [string, Tensor]): [string, Float32Array] => {
      const next = name.startsWith('next.')
        ? into[name.slice('next.'.length) as StateName]
        : undefined;
      if (next !== undefined && isUpdate && !isWhole(name.slice('next.'.length)))
        return [name, part(next)];
      // What every shard computes alike, the first one tells.
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

  /** What each shard has written, as updates take it. */
  #gathered(): Arrays {
    return Object.fromEntries(
      this.#shards.flatMap(({ written }, at) =>
        Object.entries(written).map(([name, values]) => [`${name}.${at}`, values]),
      ),
    );
  }

  /**
   * Means over the shards; lengths of gradients from the sums of squares of their parts. What the
   * configuration or the step has not is 0.
   */
  #losses(isPenalised: boolean): Losses {
    const total = (name: string): number =>
      this.#shards.reduce((sum, { written }) => sum + (written[name]?.[0] ?? 0), 0);
    const told: Losses = {
      discriminatorGradient: Math.sqrt(total('discriminatorSquares')),
      generatorGradient: Math.sqrt(total('generatorSquares')),
      ...(!isPenalised && { penalty: 0 }),
    };
    return Object.fromEntries(
      lossNames.map((name) => [name, told[name] ?? total(name) / this.#shards.length]),
    );
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** Writes into shared arrays of the same names, made at the first time. */
function write(shared: Arrays, values: Arrays): void {
  for (const [name, data] of Object.entries(values))
    (shared[name] ??= sharedArray(data.length)).set(data);
}
