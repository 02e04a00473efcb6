import {
  alertThreshold,
  canMonitor,
  findAlert,
  MemorisationMonitor,
  type CompileOptions,
  type ImageSet,
  type MemorisationAlert,
  type MemorisationEvaluation,
  type Training,
} from '@scapis/gan';

/** What a look tells a chart: everything but its step. */
export type LookMetrics = Omit<MemorisationEvaluation, 'step'>;

/** A generator as it stood at a look. */
export interface CalmGenerator {
  step: number;
  file: Uint8Array;
}

/**
 * The looks for memorisation of one run (libs/gan/src/training/memorisation-monitor.ts). Looks come
 * at fixed steps, so a run that was killed and resumed has the same ones; those of earlier slices
 * are handed in.
 */
export class Watch {
  readonly #monitor: MemorisationMonitor;
  readonly #every: number;
  readonly #lastStep: number;
  readonly #looks: { step: number; memorisationGap: number }[];
  #calm: CalmGenerator | null = null;

  private constructor(
    monitor: MemorisationMonitor,
    options: {
      every: number;
      lastStep: number;
      looks: { step: number; memorisationGap: number }[];
    },
  ) {
    this.#monitor = monitor;
    this.#every = options.every;
    this.#lastStep = options.lastStep;
    this.#looks = [...options.looks];
  }

  /** @returns null when T or R has too few people to tell memorisation from chance. */
  static async open(options: {
    training: ImageSet;
    reference: ImageSet;
    every: number;
    lastStep: number;
    looks: { step: number; memorisationGap: number }[];
    compile: CompileOptions;
  }): Promise<Watch | null> {
    if (!canMonitor(options.training, options.reference)) return null;
    return new Watch(await MemorisationMonitor.open(options), options);
  }

  isDue(step: number): boolean {
    return step % this.#every === 0 || step === this.#lastStep;
  }

  stepsToNext(step: number): number {
    return this.#every - (step % this.#every);
  }

  async look(training: Training): Promise<LookMetrics> {
    const { step, ...metrics } = await this.#monitor.evaluate(training);
    this.#looks.push({ step, memorisationGap: metrics.memorisationGap });
    if (this.alert === null && metrics.memorisationGap <= alertThreshold)
      this.#calm = { step, file: training.generatorFile() };
    return metrics;
  }

  get alert(): MemorisationAlert | null {
    return findAlert(this.#looks);
  }

  /**
   * @returns the generator of the newest look before any alert that showed nothing, once: the
   * caller stores it.
   */
  takeCalm(): CalmGenerator | null {
    const calm = this.#calm;
    this.#calm = null;
    return calm;
  }

  dispose(): Promise<void> {
    return this.#monitor.dispose();
  }
}
