import { Worker } from 'node:worker_threads';

/**
 * A worker thread that computes with ONNX Runtime, whose Node binding computes on the thread that
 * calls it.
 *
 * Such a thread is never torn off: the binding, when it comes back into a thread that is ending,
 * aborts the whole process. So the thread is asked to stop, and a process that exits waits until it
 * computes no more.
 */
export class ComputeThread<Message> {
  readonly #worker: Worker;
  readonly #signals = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #exited: Promise<void>;
  #failure: Error | null = null;
  #exitCode: number | null = null;

  /**
   * @param data what the file finds as `workerData`, by copy but for shared memory; `signals` for
   * its `ThreadSignals` come on top
   */
  constructor(
    file: URL,
    data: object,
    { onMessage, onEnd }: { onMessage: (message: Message) => void; onEnd?: () => void },
  ) {
    this.#worker = new Worker(file, { workerData: { ...data, signals: this.#signals } });
    this.#worker.on('message', onMessage);
    this.#worker.on('error', (error: Error) => {
      this.#failure = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#exitCode = code;
        living.delete(this.#signals);
        onEnd?.();
        resolve();
      });
    });
    living.add(this.#signals);
  }

  /** What it threw. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Null while it lives. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  post(message: object): void {
    this.#worker.postMessage(message);
  }

  /** Asks it to stop; resolves when it has ended. */
  async stop(): Promise<void> {
    Atomics.store(this.#signals, places.shouldStop, 1);
    await this.#exited;
  }
}

/** Signals of the threads that have not ended. */
const living = new Set<Int32Array<SharedArrayBuffer>>();

process.on('exit', () => {
  for (const signals of living) Atomics.store(signals, places.shouldStop, 1);
  for (const signals of living) Atomics.wait(signals, places.isIdle, 0, STOP_WITHIN_MS);
});

/** Places in the shared signals, 0 until they are true. */
const places = { shouldStop: 0, isIdle: 1 } as const;

/**
 * Longer than the longest of a thread's computations between two looks at `shouldStop`; one that
 * has not stopped by then is left to its fate.
 */
const STOP_WITHIN_MS = 5_000;

/** The thread's side. It counts as computing from its start on. */
export class ThreadSignals {
  readonly #signals: Int32Array<SharedArrayBuffer>;

  /** @param workerData of the thread */
  constructor(workerData: unknown) {
    this.#signals = (workerData as { signals: Int32Array<SharedArrayBuffer> }).signals;
  }

  get shouldStop(): boolean {
    return Atomics.load(this.#signals, places.shouldStop) === 1;
  }

  /** Computes no more until `busy`. */
  idle(): void {
    Atomics.store(this.#signals, places.isIdle, 1);
    Atomics.notify(this.#signals, places.isIdle);
  }

  /**
   * To be asked before it computes again. @returns false where it was asked to stop in the meantime
   */
  busy(): boolean {
    // In this order: a process that exits has said so before it looks whether the thread is idle.
    Atomics.store(this.#signals, places.isIdle, 0);
    if (!this.shouldStop) return true;
    this.idle();
    return false;
  }
}
