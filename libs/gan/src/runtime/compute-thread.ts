import { Worker } from 'node:worker_threads';

/**
 * A worker thread that computes with ONNX Runtime. The Node binding computes on the thread that
 * calls it.
 * The thread must never be terminated: when the binding returns into an ending thread, it aborts
 * the whole process. So the thread is asked to stop, and an exiting process waits until it no
 * longer computes.
 */
export class ComputeThread<Message> {
  readonly #worker: Worker;
  readonly #signals = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #exited: Promise<void>;
  #failure: Error | null = null;
  #exitCode: number | null = null;

  /**
   * @param data the file's `workerData`, copied except for shared memory. `signals`, for
   * `ThreadSignals`, is added.
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

  /** The error that the thread threw, if any. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Null while the thread runs. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  post(message: object): void {
    this.#worker.postMessage(message);
  }

  /** Asks the thread to stop; resolves when it has ended. */
  async stop(): Promise<void> {
    Atomics.store(this.#signals, places.shouldStop, 1);
    await this.#exited;
  }
}

/** Signals of all threads that have not ended. */
const living = new Set<Int32Array<SharedArrayBuffer>>();

process.on('exit', () => {
  for (const signals of living) Atomics.store(signals, places.shouldStop, 1);
  for (const signals of living) Atomics.wait(signals, places.isIdle, 0, STOP_WITHIN_MS);
});

/** Indices of flags in the shared signals; 0 is false. */
const places = { shouldStop: 0, isIdle: 1 } as const;

/**
 * How long an exiting process waits for a thread. It is longer than any computation between two
 * checks of `shouldStop`.
 */
const STOP_WITHIN_MS = 5_000;

/** The thread's side of the signals. A thread counts as computing from its start. */
export class ThreadSignals {
  readonly #signals: Int32Array<SharedArrayBuffer>;

  /** @param workerData of the thread */
  constructor(workerData: unknown) {
    this.#signals = (workerData as { signals: Int32Array<SharedArrayBuffer> }).signals;
  }

  get shouldStop(): boolean {
    return Atomics.load(this.#signals, places.shouldStop) === 1;
  }

  /** Tells that the thread doesn't compute until it calls `busy`. */
  idle(): void {
    Atomics.store(this.#signals, places.isIdle, 1);
    Atomics.notify(this.#signals, places.isIdle);
  }

  /** Must be called before each computation. @returns false when the thread was asked to stop */
  busy(): boolean {
    // The order matters: an exiting process sets `shouldStop` before it reads `isIdle`.
    Atomics.store(this.#signals, places.isIdle, 0);
    if (!this.shouldStop) return true;
    this.idle();
    return false;
  }
}
