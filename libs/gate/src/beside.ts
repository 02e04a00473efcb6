import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { GateThresholds } from '@scapis/contracts';
import type { AttackSpaces } from './attack-space.ts';
import type { SearchResult } from './copy-search.ts';
import type { GateSets } from './input.ts';
import type { Pace } from './pace.ts';
import type { PlantedFound } from './self-test.ts';
import type { Utility } from './utility.ts';

/** What the second thread is given, by copy. */
export interface BesideInput {
  sets: GateSets;
  /** The same sets with all that was released before among the synthetic images. */
  out: GateSets;
  thresholds: GateThresholds;
  seed: number;
  identitySteps: number;
  classifierSteps: number;
  /** Both threads see the same memory; its places are `shared`. */
  signals: Int32Array<SharedArrayBuffer>;
}

/** Places in `signals`, 0 until they are true: the thread is to stop at its next pause; it computes no more. */
export const shared = { shouldStop: 0, hasStopped: 1 } as const;

/** A thread pauses every 200 ms; one that has not by then is left to its fate. */
const STOP_WITHIN_MS = 5_000;

/** The parts of the gate that need nothing of the contrastive encoder, in the order in which the rest of the gate asks for them. */
export interface BesideResults {
  'copy-pixel': SearchResult & { planted: PlantedFound[] };
  'copy-spectrum': SearchResult & { planted: PlantedFound[] };
  'attack-spaces': AttackSpaces;
  'utility': Utility;
}
export type BesidePart = keyof BesideResults;

export type BesideMessage =
  | { part: BesidePart; fraction: number }
  | { part: BesidePart; result: BesideResults[BesidePart]; seconds: number };

/**
 * Computes half of the gate on a thread of its own, as ONNX Runtime's Node binding computes on the thread that calls it. Each part comes
 * from its seed alone, so the evidence doesn't depend on which thread was faster. Disposing of it ends the thread, done or not.
 *
 * The thread is never torn off: ONNX Runtime's binding, when it comes back into a thread that is ending, aborts the whole process. So the thread is
 * asked to stop at its next pause, and a process that exits waits for that.
 */
export class Beside implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #pace: Pace;
  readonly #exited: Promise<void>;
  readonly #signals = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #results: Partial<BesideResults> = {};
  readonly #seconds: Partial<Record<BesidePart, number>> = {};
  #fractions: Partial<Record<BesidePart, number>> = {};
  #failure: Error | null = null;
  #ended: Error | null = null;

  /** @param pace of the rest of the gate, which what the thread throws ends at its next pause */
  constructor(input: Omit<BesideInput, 'signals'>, pace: Pace) {
    this.#pace = pace;
    const workerData: BesideInput = { ...input, signals: this.#signals };
    this.#worker = new Worker(new URL('./beside-worker.ts', import.meta.url), { workerData });
    this.#worker.on('message', (message: BesideMessage) => {
      if ('fraction' in message) this.#fractions = { [message.part]: message.fraction };
      else {
        Object.assign(this.#results, { [message.part]: message.result });
        this.#seconds[message.part] = message.seconds;
      }
    });
    this.#worker.on('error', (error: Error) => {
      this.#failure = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#ended = new Error(`The gate's second thread ended with code ${code} before it was done.`);
        process.off('exit', this.#stopBeforeExit);
        resolve();
      });
    });
    process.on('exit', this.#stopBeforeExit);
    pace.watch(() => {
      if (this.#failure !== null) throw this.#failure;
    });
  }

  /** Waits for a part as a stage of the gate, with the time that the thread took. */
  async stage<Part extends BesidePart>(part: Part): Promise<BesideResults[Part]> {
    const result = await this.#pace.stage(part, async () => {
      for (;;) {
        const found = this.#results[part];
        if (found !== undefined) return found;
        if (this.#ended !== null) throw this.#ended;
        await sleep(60);
        await this.#pace.breathe(this.#fractions[part] ?? 0);
      }
    });
    this.#pace.seconds[part] = this.#seconds[part]!;
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Atomics.store(this.#signals, shared.shouldStop, 1);
    await this.#exited;
  }

  readonly #stopBeforeExit = (): void => {
    Atomics.store(this.#signals, shared.shouldStop, 1);
    Atomics.wait(this.#signals, shared.hasStopped, 0, STOP_WITHIN_MS);
  };
}
