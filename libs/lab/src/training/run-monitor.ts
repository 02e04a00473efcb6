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

/** What an evaluation tells a chart: everything but its step. */
export type EvaluationMetrics = Omit<MemorisationEvaluation, 'step'>;

/** The generator of a step at which nothing was memorised. */
export interface CleanGenerator {
  step: number;
  file: Uint8Array;
}

/**
 * Monitors one run for memorisation (libs/gan/src/training/memorisation-monitor.ts). Evaluations
 * come at fixed steps, so a run that was killed and resumed has the same ones. Those of earlier
 * segments are handed in.
 */
export class RunMonitor {
  readonly #monitor: MemorisationMonitor;
  readonly #every: number;
  readonly #lastStep: number;
  readonly #evaluations: { step: number; memorisationGap: number }[];
  #clean: CleanGenerator | null = null;

  private constructor(
    monitor: MemorisationMonitor,
    options: {
      every: number;
      lastStep: number;
      evaluations: { step: number; memorisationGap: number }[];
    },
  ) {
    this.#monitor = monitor;
    this.#every = options.every;
    this.#lastStep = options.lastStep;
    this.#evaluations = [...options.evaluations];
  }

  /** @returns null when T or R has too few people to tell memorisation from chance. */
  static async open(options: {
    training: ImageSet;
    reference: ImageSet;
    every: number;
    lastStep: number;
    evaluations: { step: number; memorisationGap: number }[];
    compile: CompileOptions;
  }): Promise<RunMonitor | null> {
    if (!canMonitor(options.training, options.reference)) return null;
    return new RunMonitor(await MemorisationMonitor.open(options), options);
  }

  isDue(step: number): boolean {
    return step % this.#every === 0 || step === this.#lastStep;
  }

  stepsToNext(step: number): number {
    return this.#every - (step % this.#every);
  }

  async evaluate(training: Training): Promise<EvaluationMetrics> {
    const { step, ...metrics } = await this.#monitor.evaluate(training);
    this.#evaluations.push({ step, memorisationGap: metrics.memorisationGap });
    if (this.alert === null && metrics.memorisationGap <= alertThreshold)
      this.#clean = { step, file: training.generatorFile() };
    return metrics;
  }

  get alert(): MemorisationAlert | null {
    return findAlert(this.#evaluations);
  }

  /**
   * @returns the generator of the newest clean evaluation before any alert, once: the
   * caller stores it.
   */
  takeClean(): CleanGenerator | null {
    const clean = this.#clean;
    this.#clean = null;
    return clean;
  }

  dispose(): Promise<void> {
    return this.#monitor.dispose();
  }
}
