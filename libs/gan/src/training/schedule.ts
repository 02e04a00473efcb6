import type { GanConfig } from '../config.ts';
import { adamScalars } from '../steps/adam.ts';
import { classifierAdam } from '../steps/step-graph.ts';

/** Schedules over the steps of a run. */

/** @returns whether the step has a gradient penalty (lazy regularisation). */
export function hasPenalty({ penalty }: GanConfig, step: number): boolean {
  return step % penalty.every === 0;
}

/** Factor of the learning rate at a progress of 0 to 1. */
const learningRateAt: Record<GanConfig['learningRateDecay'], (progress: number) => number> = {
  late: (progress) => 1 - 0.9 * Math.max(0, (progress - 0.6) / 0.4),
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
  none: () => 1,
};

/** The weight of guidance ramps up over so many images: an untrained classifier guides nothing. */
const guidanceRampImages = 12_000;
/** The EMA decay of early steps is (1 + step) / (this + step). */
const emaRampSteps = 10;

/**
 * @returns the scheduled values of a step. Learning rate: by `learningRateDecay`. Gamma: cosine
 * from start to end over the first 70 % of the run. Guidance: linear ramp of its weight; the
 * classifier's learning rate falls linearly to a fifth, from a fifth of the run on. Both are 0
 * without guidance.
 */
export function schedule(
  config: GanConfig,
  step: number,
): Record<'learningRate' | 'gamma' | 'emaDecay' | 'guidance' | 'classifierRate', number> {
  const { weight, learningRate } = config.guidance ?? { weight: 0, learningRate: 0 };
  const progress = step / config.totalSteps;
  const [high, low] = config.penalty.gamma;
  return {
    learningRate: config.learningRate * learningRateAt[config.learningRateDecay](progress),
    gamma: low + (high - low) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress / 0.7))),
    emaDecay: Math.min(config.averageDecay, (1 + step) / (emaRampSteps + step)),
    guidance: weight * Math.min(1, (step * config.batch) / guidanceRampImages),
    classifierRate: learningRate * Math.min(1, 1.2 - progress),
  };
}

/** @returns the scalar inputs of a step's program. */
export function scheduleFeeds(config: GanConfig, step: number): Record<string, Float32Array> {
  const { learningRate, gamma, emaDecay, guidance, classifierRate } = schedule(config, step);
  const { stepSize, secondMomentScale } = adamScalars(step + 1, {
    ...config,
    learningRate,
    eps: 0,
  });
  const classifier = adamScalars(step + 1, { ...classifierAdam, learningRate: classifierRate });
  return {
    stepSize: Float32Array.of(stepSize),
    secondMomentScale: Float32Array.of(secondMomentScale),
    gamma: Float32Array.of(gamma),
    emaDecay: Float32Array.of(emaDecay),
    guidance: Float32Array.of(guidance),
    classifierStepSize: Float32Array.of(classifier.stepSize),
    classifierSecondMomentScale: Float32Array.of(classifier.secondMomentScale),
  };
}
