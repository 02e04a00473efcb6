import type { Shape, Tensor } from '@scapis/numerics';
import type { ComputeProvider } from '@scapis/contracts';
import { ComputeThread } from './compute-thread.ts';
import { encodeOnnx, OutOfMemoryError, shapesOf, type CompileOptions } from './runtime.ts';
import type { Barrier, StagedRun, StagedThread } from './staged-programs.ts';

type Question =
  | {
      kind: 'compile';
      model: Uint8Array;
      outputs: Record<string, Shape>;
      threads: number | undefined;
      providers: readonly ComputeProvider[] | undefined;
    }
  | { kind: 'prepare'; stages: readonly (readonly StagedRun[])[] }
  | { kind: 'take'; list: number; parties: number; signals: Int32Array<SharedArrayBuffer> }
  | { kind: 'close' };

/** A request to the thread, and its answer with the same id. */
export type ProgramRequest = Question & { id: number };
export type ProgramAnswer =
  { id: number; answer: number } | { id: number; error: string; isMemory: boolean };

/** Staged programs on a worker thread. */
export class ProgramThread implements StagedThread {
  readonly #thread: ComputeThread<ProgramAnswer>;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: number) => void; reject: (error: Error) => void }
  >();
  #asked = 0;

  constructor() {
    this.#thread = new ComputeThread<ProgramAnswer>(
      new URL('./program-thread.thread.ts', import.meta.url),
      {},
      {
        onMessage: (answer) => {
          const waiting = this.#waiting.get(answer.id);
          this.#waiting.delete(answer.id);
          if ('error' in answer)
            waiting?.reject(
              answer.isMemory ? new OutOfMemoryError(answer.error) : new Error(answer.error),
            );
          else waiting?.resolve(answer.answer);
        },
        onEnd: () => {
          const error = this.#thread.failure ?? ended();
          for (const { reject } of this.#waiting.values()) reject(error);
          this.#waiting.clear();
        },
      },
    );
  }

  compile(
    outputs: Record<string, Tensor>,
    { threads, providers }: CompileOptions,
  ): Promise<number> {
    return this.#ask({
      kind: 'compile',
      model: encodeOnnx('program', outputs),
      outputs: shapesOf(outputs),
      threads,
      providers,
    });
  }

  prepare(stages: readonly (readonly StagedRun[])[]): Promise<number> {
    return this.#ask({ kind: 'prepare', stages });
  }

  async take(list: number, { parties, signals }: Barrier): Promise<void> {
    await this.#ask({ kind: 'take', list, parties, signals });
  }

  async close(): Promise<void> {
    if (this.#thread.exitCode === null) await this.#ask({ kind: 'close' });
    await this.#thread.stop();
  }

  #ask(question: Question): Promise<number> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      if (this.#thread.exitCode !== null) return reject(ended());
      this.#waiting.set(id, { resolve, reject });
      this.#thread.post({ id, ...question });
    });
  }
}

function ended(): Error {
  return new Error('the compute thread has ended');
}
