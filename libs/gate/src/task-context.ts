/**
 * Thrown when `shouldStop` answered true: the run was cancelled or revoked; there is no evidence.
 */
export class GateStopped extends Error {
  override name = 'GateStopped';
}

/**
 * Lets long computations report, be cancelled, and leave the event loop free for the worker's lock
 * renewals.
 */
export class TaskContext {
  readonly seconds: Record<string, number> = {};
  readonly #onProgress: ((stage: string, fraction: number) => void) | undefined;
  readonly #shouldStop: (() => boolean) | undefined;
  #watch: () => void = () => undefined;
  #stage = '';
  #lastPause = performance.now();

  constructor(
    options: {
      onProgress?: (stage: string, fraction: number) => void;
      shouldStop?: () => boolean;
    } = {},
  ) {
    this.#onProgress = options.onProgress;
    this.#shouldStop = options.shouldStop;
  }

  /** @param check called at each pause; what it throws ends the work that pauses */
  watch(check: () => void): void {
    this.#watch = check;
  }

  /** Runs one named stage, or a further part of it, and keeps its wall time. */
  async stage<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#stage = name;
    await this.#pause(0);
    const begun = performance.now();
    const result = await work();
    this.seconds[name] = (this.seconds[name] ?? 0) + (performance.now() - begun) / 1000;
    this.#onProgress?.(name, 1);
    return result;
  }

  /**
   * Call at least once per few milliseconds of work; pauses at most every 50 ms, so it costs next
   * to nothing.
   */
  async yieldIfDue(fraction: number): Promise<void> {
    if (performance.now() - this.#lastPause > 50) await this.#pause(fraction);
  }

  async #pause(fraction: number): Promise<void> {
    this.#watch();
    if (this.#shouldStop?.() === true)
      throw new GateStopped(`The release gate was stopped in stage "${this.#stage}".`);
    this.#onProgress?.(this.#stage, Math.min(fraction, 1));
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#lastPause = performance.now();
  }
}
