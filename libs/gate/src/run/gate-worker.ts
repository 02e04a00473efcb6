import { setTimeout as sleep } from 'node:timers/promises';
import type { GateThresholds } from '@scapis/contracts';
import { ComputeThread } from '@scapis/gan';
import type { GateSets } from '../images/images.ts';
import type { AttackSpaces } from '../attacks/attack-space.ts';
import type { SearchResult } from '../copies/copy-search.ts';
import type { TaskContext } from '../task-context.ts';
import type { CanariesFound } from '../copies/self-test.ts';
import type { Utility } from '../utility/utility.ts';

/** What the second thread is given, by copy. */
export interface GateWorkerInput {
  sets: GateSets;
  /** The same sets with all that was released before among the synthetic images. */
  out: GateSets;
  thresholds: GateThresholds;
  seed: number;
  identitySteps: number;
  classifierSteps: number;
}

/**
 * The parts of the gate that need nothing of the contrastive encoder, in the order in which the
 * rest of the gate asks for them.
 */
export interface GateWorkerResults {
  'copy-pixel': SearchResult & { planted: CanariesFound[] };
  'copy-spectrum': SearchResult & { planted: CanariesFound[] };
  'attack-spaces': AttackSpaces;
  utility: Utility;
}
export type GateWorkerPart = keyof GateWorkerResults;

export type GateWorkerMessage =
  | { part: GateWorkerPart; fraction: number }
  | { part: GateWorkerPart; result: GateWorkerResults[GateWorkerPart]; seconds: number };

/**
 * Computes half of the gate on a thread of its own, as ONNX Runtime's Node binding computes on the
 * thread that calls it. Each part comes from its seed alone, so the evidence doesn't depend on
 * which thread was faster. Disposing of it ends the thread, done or not.
 */
export class GateWorker implements AsyncDisposable {
  readonly #thread: ComputeThread<GateWorkerMessage>;
  readonly #context: TaskContext;
  readonly #results: Partial<GateWorkerResults> = {};
  readonly #seconds: Partial<Record<GateWorkerPart, number>> = {};
  #fractions: Partial<Record<GateWorkerPart, number>> = {};

  /** @param context of the rest of the gate: an error of the thread ends it at its next pause */
  constructor(input: GateWorkerInput, context: TaskContext) {
    this.#context = context;
    this.#thread = new ComputeThread(new URL('./gate-worker.thread.ts', import.meta.url), input, {
      onMessage: (message) => {
        if ('fraction' in message) this.#fractions = { [message.part]: message.fraction };
        else {
          Object.assign(this.#results, { [message.part]: message.result });
          this.#seconds[message.part] = message.seconds;
        }
      },
    });
    context.watch(() => {
      if (this.#thread.failure !== null) throw this.#thread.failure;
    });
  }

  /** Waits for a part as a stage of the gate, with the time that the thread took. */
  async stage<Part extends GateWorkerPart>(part: Part): Promise<GateWorkerResults[Part]> {
    const result = await this.#context.stage(part, async () => {
      for (;;) {
        const found = this.#results[part];
        if (found !== undefined) return found;
        if (this.#thread.exitCode !== null)
          throw new Error(
            `The gate's second thread ended with code ${this.#thread.exitCode} before it was done.`,
          );
        await sleep(60);
        await this.#context.yieldIfDue(this.#fractions[part] ?? 0);
      }
    });
    this.#context.seconds[part] = this.#seconds[part]!;
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.stop();
  }
}
