import type { Shape, Tensor } from '@scapis/numerics';
import {
  encodeOnnx,
  feedsOf,
  openProgram,
  shapesOf,
  type CompileOptions,
  type Program,
  type ProgramFeeds,
} from './runtime.ts';

/**
 * Programs that several threads run in lockstep. A list of stages is prepared once on each thread,
 * with the arrays that it reads and writes. All threads then take their lists at the same time, as
 * often as wanted. Every thread ends a stage before any begins the next. The arrays are
 * `sharedArray`s, so no data is sent between threads.
 */

/** One run of a program. Feeds that the program has no input for are ignored. */
export interface StagedRun {
  program: number;
  feeds: ProgramFeeds;
  /** For every output. */
  into: ProgramFeeds;
}

/**
 * A thread that runs staged programs: the current thread, or another one that is sent messages
 * (program-thread.ts).
 */
export interface StagedThread {
  /** @returns the number of the program on this thread */
  compile(outputs: Record<string, Tensor>, options: CompileOptions): Promise<number>;
  /** @returns the number of the list on this thread */
  prepare(stages: readonly (readonly StagedRun[])[]): Promise<number>;
  /**
   * Runs a list. As many threads as the barrier has parties must run theirs at the same time.
   * @throws the error of a failed program; the other threads then skip their remaining stages and
   * resolve
   */
  take(list: number, barrier: Barrier): Promise<void>;
  close(): Promise<void>;
}

type Guard = <T>(compute: () => Promise<T>) => Promise<T>;

export class StagedPrograms implements StagedThread {
  readonly #programs: Program[] = [];
  readonly #lists: (readonly (readonly StagedRun[])[])[] = [];
  readonly #guard: Guard;

  /** @param guard called around every call of the runtime */
  constructor(guard: Guard = (compute) => compute()) {
    this.#guard = guard;
  }

  compile(outputs: Record<string, Tensor>, options: CompileOptions): Promise<number> {
    return this.open(encodeOnnx('program', outputs), shapesOf(outputs), options);
  }

  async open(
    model: Uint8Array,
    outputs: Record<string, Shape>,
    options: CompileOptions,
  ): Promise<number> {
    return this.#programs.push(await this.#guard(() => openProgram(model, outputs, options))) - 1;
  }

  prepare(stages: readonly (readonly StagedRun[])[]): Promise<number> {
    return Promise.resolve(this.#lists.push(stages) - 1);
  }

  async take(list: number, barrier: Barrier): Promise<void> {
    const stages = this.#lists[list];
    if (stages === undefined) throw new Error(`there is no list ${list} on this thread`);
    let fault: Error | null = null;
    for (const [at, runs] of stages.entries()) {
      for (const { program, feeds, into } of barrier.hasFailed ? [] : runs) {
        try {
          const compiled = this.#programs[program];
          if (compiled === undefined)
            throw new Error(`there is no program ${program} on this thread`);
          await this.#guard(() => compiled.run(feedsOf(compiled, feeds), into));
        } catch (error) {
          fault ??= error instanceof Error ? error : new Error(String(error));
          barrier.fail();
        }
      }
      // A thread that has failed still arrives at every barrier, or the others would wait forever.
      if (at < stages.length - 1) await barrier.arrive();
    }
    if (fault !== null) throw fault;
  }

  async close(): Promise<void> {
    for (const program of this.#programs.splice(0)) await this.#guard(() => program.dispose());
  }
}

const places = { arrived: 0, passed: 1, hasFailed: 2 } as const;

/**
 * Where threads wait for each other. Each take of a list has a new one. `signals` may be sent to
 * other threads.
 */
export class Barrier {
  readonly parties: number;
  readonly signals: Int32Array<SharedArrayBuffer>;

  constructor(
    parties: number,
    signals = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)),
  ) {
    [this.parties, this.signals] = [parties, signals];
  }

  /** Resolves when all parties have arrived. */
  async arrive(): Promise<void> {
    const passed = Atomics.load(this.signals, places.passed);
    if (Atomics.add(this.signals, places.arrived, 1) + 1 < this.parties)
      await Atomics.waitAsync(this.signals, places.passed, passed).value;
    else {
      Atomics.store(this.signals, places.arrived, 0);
      Atomics.add(this.signals, places.passed, 1);
      Atomics.notify(this.signals, places.passed);
    }
  }

  fail(): void {
    Atomics.store(this.signals, places.hasFailed, 1);
  }

  get hasFailed(): boolean {
    return Atomics.load(this.signals, places.hasFailed) === 1;
  }
}

/** @returns a zeroed array in memory that all threads share. */
export function sharedArray(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
