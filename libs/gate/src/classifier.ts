import { calciumGrades, type CalciumGrade } from '@scapis/contracts';
import { compileTrainStep, type ImageSet } from '@scapis/gan';
import { concat, logSumExp, maximum, mean, mul, neg, slice, sub, sum, type Tensor } from '@scapis/numerics';
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

/**
 * The image is shown through the windows that a radiologist would set (HU / 1000): everything, soft tissue, calcium. Small calcifications
 * fill a hundredth of the full range of grey.
 */
const windows = [
  [-1, 1],
  [-0.16, 0.24],
  [0.1, 0.6],
] as const;
/** Share of the image left out at each border: the heart lies in the middle. */
const border = 1 / 8;
/**
 * Small batches and a large rate: on 420 phantom people these take the balanced accuracy on new people from 0.69 (64, 2e-3, 400
 * steps) to 0.9.
 */
const batch = 32;
const greatestRate = 4e-3;
export const classifierSteps = 800;

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
export async function trainClassifier(
  images: ImageSet,
  pace: Pace,
  { seed, run, grades, steps, from, to }: ClassifierOptions,
): Promise<Classifier> {
  const { size } = images;
  const area = size * size;
  const shape: NetworkShape = { size: middleOf(size).length, inputs: windows.length, channels, outputs: grades.length };
  const random = gateStream(seed, 'classifier-batches', run);
  const noise = new NoiseBank(random, Math.max(1 << 15, 4 * area));
  const rowsOf = grades.map((grade) => [...images.labels.keys()].filter((row) => images.labels[row]?.calciumGrade === grade));
  if (rowsOf.some((rows) => rows.length === 0)) throw new Error('A classifier needs at least one image of each grade it is to tell apart.');
  const step = await compileTrainStep({
    parameters: initialWeights(shape, gateStream(seed, 'classifier-weights', run)),
    inputs: { images: [batch, 1, size, size], targets: [batch, grades.length] },
    loss: (weights, { images: views, targets }) => {
      if (views === undefined || targets === undefined) throw new Error('The classifier was not given its batch.');
      const logits = buildNetwork(shape, weights, throughWindows(views)).output;
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
        shiftInto(
          pixelsOf(images, rows[random.integer(rows.length)] ?? 0),
          view,
          size,
          random.integer(2 * reach + 1) - reach,
          random.integer(2 * reach + 1) - reach,
        );
        noise.add(view, random.uniform(0, 0.03), random);
        targets[at * grades.length + grade] = 1;
      }
      const learningRate = greatestRate * Math.min(1, (done + 1) / 20) * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * done) / steps)));
      await step.step({ images: views, targets }, { learningRate });
      await pace.breathe(from + ((to - from) * done) / steps);
    }
    const weights = constants(step.parameters());
    return {
      grades,
      score: async (queries, queryPace) =>
        (await mapBatches(queries, (x) => buildNetwork(shape, weights, throughWindows(x)).output, grades.length, queryPace)).data,
    };
  } finally {
    await step.dispose();
  }
}

/** Pixels along one side that are looked at: whole blocks of 16, for four convolutions of stride 2. */
function middleOf(size: number): { start: number; length: number } {
  const length = Math.max(16, 16 * Math.round((size * (1 - 2 * border)) / 16));
  return { start: Math.floor((size - length) / 2), length };
}

/** @returns [N, windows, m, m]: the middle of the images [N, 1, s, s] with each window's range stretched to [-1, 1] and cut off outside. */
function throughWindows(images: Tensor): Tensor {
  const [count = 0, , size = 0] = images.shape;
  const { start, length } = middleOf(size);
  const middle = slice(images, [0, 0, start, start], [count, 1, start + length, start + length]);
  const clip = (x: Tensor): Tensor => neg(maximum(neg(maximum(x, -1)), -1));
  return concat(
    windows.map(([low, high]) => clip(mul(sub(middle, (low + high) / 2), 2 / (high - low)))),
    1,
  );
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
