import { calciumGrades, type CalciumGrade } from '@scapis/contracts';
import { compileTrainStep, type ImageSet } from '@scapis/gan';
import { logSumExp, mean, mul, sub, sum } from '@scapis/numerics';
import { NoiseBank, shiftInto } from './augment.ts';
import { constants, mapBatches } from './batches.ts';
import { pixelsOf } from './images.ts';
import { buildNetwork, initialWeights, type NetworkShape } from './network.ts';
import type { Pace } from './pace.ts';
import { gateStream } from './random.ts';

/** A small network that reads the calcium grade off an image: what a pilot team would train, in miniature. */
export interface Classifier {
  /** @returns for each image the scores [grades] of `grades`, in their order, row after row. */
  score(images: ImageSet, pace: Pace): Promise<Float32Array>;
  grades: readonly CalciumGrade[];
}

const channels = [16, 32, 64, 64];
const batch = 64;
export const classifierSteps = 400;

export interface ClassifierOptions {
  seed: number;
  /** Which of several runs under this seed. */
  run: number;
  grades: readonly CalciumGrade[];
  steps: number;
  from: number;
  to: number;
}

/**
 * Trains on images of the given grades, each grade drawn equally often, by a fixed number of steps: nothing is chosen by looking at a test
 * set. `from` and `to` are this training's part of the stage's progress.
 */
export async function trainClassifier(images: ImageSet, pace: Pace, { seed, run, grades, steps, from, to }: ClassifierOptions): Promise<Classifier> {
  const { size } = images;
  const area = size * size;
  const shape: NetworkShape = { size, channels, outputs: grades.length };
  const random = gateStream(seed, 'classifier-batches', run);
  const noise = new NoiseBank(random, Math.max(1 << 15, 4 * area));
  const rowsOf = grades.map((grade) => [...images.labels.keys()].filter((row) => images.labels[row]?.calciumGrade === grade));
  if (rowsOf.some((rows) => rows.length === 0)) throw new Error('A classifier needs at least one image of each grade it is to tell apart.');
  const step = await compileTrainStep({
    parameters: initialWeights(shape, gateStream(seed, 'classifier-weights', run)),
    inputs: { images: [batch, 1, size, size], targets: [batch, grades.length] },
    loss: (weights, { images: views, targets }) => {
      if (views === undefined || targets === undefined) throw new Error('The classifier was not given its batch.');
      const logits = buildNetwork(shape, weights, views).output;
      return mean(sub(logSumExp(logits, 1), sum(mul(logits, targets), [1])));
    },
    adam: { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.01 },
  });
  try {
    const views = new Float32Array(batch * area);
    const targets = new Float32Array(batch * grades.length);
    const reach = Math.max(1, Math.round(size / 32));
    for (let done = 0; done < steps; done += 1) {
      targets.fill(0);
      for (let at = 0; at < batch; at += 1) {
        const grade = at % grades.length;
        const rows = rowsOf[grade] ?? [];
        const view = views.subarray(at * area, (at + 1) * area);
        shiftInto(pixelsOf(images, rows[random.integer(rows.length)] ?? 0), view, size, random.integer(2 * reach + 1) - reach, random.integer(2 * reach + 1) - reach);
        noise.add(view, random.uniform(0, 0.03), random);
        targets[at * grades.length + grade] = 1;
      }
      const learningRate = 2e-3 * Math.min(1, (done + 1) / 20) * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * done) / steps)));
      await step.step({ images: views, targets }, { learningRate });
      await pace.breathe(from + ((to - from) * done) / steps);
    }
    const weights = constants(step.parameters());
    return {
      grades,
      score: async (queries, queryPace) => (await mapBatches(queries, (x) => buildNetwork(shape, weights, x).output, grades.length, queryPace)).data,
    };
  } finally {
    await step.dispose();
  }
}

/** @returns the index of the greatest score of each row. */
export function predict(scores: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

/** Grades that occur in every one of the sets. */
export function commonGrades(...sets: ImageSet[]): CalciumGrade[] {
  return calciumGrades.filter((grade) => sets.every((set) => set.labels.some((labels) => labels.calciumGrade === grade)));
}
