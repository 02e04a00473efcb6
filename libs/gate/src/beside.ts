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
}

/** The parts of the gate that need nothing of the contrastive encoder, in the order in which the rest of the gate asks for them. */
export interface BesideResults {
  'copy-pixel': SearchResult & { planted: PlantedFound[] };
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
 */
export class Beside implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #results: Partial<BesideResults> = {};
  readonly #seconds: Partial<Record<BesidePart, number>> = {};
  #fractions: Partial<Record<BesidePart, number>> = {};
  #failure: Error | null = null;

  constructor(input: BesideInput) {
    this.#worker = new Worker(new URL('./beside-worker.ts', import.meta.url), { workerData: input });
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
    this.#worker.on('exit', (code) => {
      this.#failure ??= new Error(`The gate's second thread ended with code ${code} before it was done.`);
    });
  }

  /** Waits for a part as a stage of `pace`, which keeps the time that the thread took. @throws what the thread has thrown */
  async stage<Part extends BesidePart>(part: Part, pace: Pace): Promise<BesideResults[Part]> {
    const result = await pace.stage(part, async () => {
      for (;;) {
        const found = this.#results[part];
        if (found !== undefined) return found;
        if (this.#failure !== null) throw this.#failure;
        await sleep(60);
        await pace.breathe(this.#fractions[part] ?? 0);
      }
    });
    pace.seconds[part] = this.#seconds[part]!;
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
