import {
  add,
  constant,
  div,
  logSumExp,
  matmul,
  mean,
  mul,
  sqrt,
  square,
  sub,
  sum,
  transpose,
  type Tensor,
} from '@scapis/numerics';
import { compileTrainStep, type ImageSet } from '@scapis/gan';
import { blurInPlace, maxShift, NoiseBank, shiftInto } from '../images/augment.ts';
import { gaussianRows } from '../images/band-pass.ts';
import { batchSize, constants, mapBatches, onOneThread } from '../statistics/batches.ts';
import { pixelsOf, rowsByPerson } from '../images/images.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { buildNetwork, initialWeights, learningRateAt, type NetworkShape } from './network.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';

/**
 * The lab's own contrastive encoder (NT-Xent, Chen 2020): two changed views of one image must be
 * closer to each other than to any other image of the batch, so what it keeps is what tells images
 * apart and survives shift, contrast, noise and blur: the changes behind which a copy hides from
 * pixel distances (docs/gate.md, P1). Its first layer is fixed: a band-pass of the middle of the
 * image, scaled to mean 0 and deviation 1, so that gain and offset need no learning. It is trained
 * within each gate run and never leaves it.
 */
export interface Encoder {
  /** @returns unit vectors, one row per image. */
  embed(images: ImageSet, context: TaskContext): Promise<Features>;
}

const channels = [24, 48, 96];
const width = 64;
const temperature = 0.1;
const sigmas = { narrow: 1, wide: 3 };

/** People per step where pairs are of people; fewer where there are fewer. */
const peopleBatch = 64;

/** Steps, not seconds, so that the same seed gives the same encoder on any machine. */
export const encoderSteps = 700;
/**
 * How often each image is seen where so many steps would show it oftener: a small dataset is
 * learned by then.
 */
const viewsOfImage = 80;
const fewestSteps = 250;

/** @returns the steps that so many images take; the whole number from 1,120 images on. */
export function encoderStepsFor(images: number, most: number): number {
  return Math.min(most, Math.max(fewestSteps, Math.ceil((viewsOfImage * images) / batchSize)));
}

function unit(x: Tensor): Tensor {
  return div(x, sqrt(add(sum(mul(x, x), [1], true), 1e-8)));
}

/**
 * Normalised temperature-scaled cross entropy. Rows i and i + n of `views` [2n, width] are the two
 * views of one image.
 * @returns the mean of log sum exp over all others minus the pair's own similarity.
 */
export function ntXent(views: Tensor, tau: number): Tensor {
  const [rows = 0] = views.shape;
  const pairOf = (i: number): number => (i + rows / 2) % rows;
  const similarity = mul(matmul(views, transpose(views)), 1 / tau);
  const table = (value: (row: number, column: number) => number): Tensor =>
    constant(
      Float64Array.from({ length: rows * rows }, (_, at) =>
        value(Math.floor(at / rows), at % rows),
      ),
      [rows, rows],
    );
  const onItself = table((row, column) => (row === column ? 1e4 : 0));
  const onPair = table((row, column) => Number(pairOf(row) === column));
  return mean(sub(logSumExp(sub(similarity, onItself), 1), sum(mul(similarity, onPair), [1])));
}

export interface EncoderOptions {
  seed: number;
  steps?: number;
  /**
   * What must stay together: two views of one image, or of two images of one person where there are
   * two (Packhäuser 2022 re-identifies X-rays by such pairs). Default: views.
   */
  pairs?: 'views' | 'people';
  /** Called with the loss of each step. */
  onLoss?: (loss: number) => void;
}

/**
 * Trains on `images`: T and R for the copy search, which needs at least one batch of them (128); R
 * alone, in pairs of people, for the attacks.
 */
export async function trainEncoder(
  images: ImageSet,
  context: TaskContext,
  options: EncoderOptions,
): Promise<Encoder> {
  const { seed, steps = encoderSteps, pairs = 'views', onLoss } = options;
  const { size } = images;
  const area = size * size;
  // What is drawn without repeats within a batch: images, or people each with all their images.
  const units =
    pairs === 'views' ? images.subjects.map((_, row) => [row]) : rowsByPerson(images.subjects);
  const batch = pairs === 'views' ? batchSize : Math.min(peopleBatch, units.length);
  if (units.length < Math.max(batch, 2))
    throw new Error(`The encoder needs at least ${batchSize} real images, got ${images.count}.`);
  const random = gateStream(seed, 'encoder', Number(pairs === 'people'));
  const noise = new NoiseBank(random, Math.max(1 << 16, 4 * area));
  const shape: NetworkShape = { size: viewGrid(size).length, channels, outputs: width };
  const step = await compileTrainStep({
    parameters: initialWeights(shape, random),
    inputs: { views: [2 * batch, 1, size, size] },
    loss: (weights, { views }) => {
      if (views === undefined) throw new Error('The encoder was not given its views.');
      return ntXent(embedding(shape, weights, views), temperature);
    },
    adam: { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, eps: 1e-8 },
    compile: onOneThread,
  });
  try {
    const views = new Float32Array(2 * batch * area);
    // Either view moves by half of what the search answers for: the search itself tries a few
    // shifts (copy-space.ts).
    const reach = Math.ceil(maxShift(size) / 2);
    const move = (): number => random.integer(2 * reach + 1) - reach;
    const writeView = (row: number, at: number): void => {
      const view = views.subarray(at * area, (at + 1) * area);
      shiftInto(pixelsOf(images, row), view, size, move(), move());
      if (random.integer(4) === 0) blurInPlace(view, size, random.uniform());
      const gain = random.uniform(0.8, 1.2);
      const offset = random.uniform(-0.05, 0.05);
      noise.add(view, random.uniform(0, 0.07), random);
      for (let i = 0; i < area; i += 1)
        view[i] = Math.min(Math.max(gain * view[i]! + offset, -1), 1);
    };
    let order: number[] = [];
    for (let done = 0; done < steps; done += 1) {
      if (order.length < batch) order = permutation(random, units.length);
      for (const [at, index] of order.splice(0, batch).entries()) {
        const rows = units[index] ?? [];
        const first = rows.length < 2 ? 0 : random.integer(rows.length);
        const second =
          rows.length < 2 ? 0 : (first + 1 + random.integer(rows.length - 1)) % rows.length;
        writeView(rows[first] ?? 0, at);
        writeView(rows[second] ?? 0, at + batch);
      }
      const learningRate = learningRateAt(2e-3, done, steps);
      const { loss = NaN } = await step.step({ views }, { learningRate });
      onLoss?.(loss);
      await context.yieldIfDue(done / steps);
    }
    const weights = constants(step.parameters());
    return {
      embed: (queries, queryContext) =>
        mapBatches(queries, (batch) => embedding(shape, weights, batch), width, queryContext),
    };
  } finally {
    await step.dispose();
  }
}

/**
 * Every second pixel of 64 of the middle three quarters: what stays in view when a copy is shifted
 * by 6.
 */
function viewGrid(size: number): number[] {
  const side = 24;
  const stride = Math.max(1, Math.round(size / 32));
  const first = Math.floor((size - stride * (side - 1)) / 2);
  return Array.from({ length: side }, (_, i) =>
    Math.min(Math.max(first + stride * i, 0), size - 1),
  );
}

/** @returns unit vectors [N, width] for images [N, 1, size, size]. */
function embedding(shape: NetworkShape, weights: Record<string, Tensor>, images: Tensor): Tensor {
  const size = images.shape[2] ?? 0;
  const grid = viewGrid(size);
  const blur = (sigma: number): Tensor => {
    const all = gaussianRows(size, (sigma * size) / 64);
    const rows = constant(
      Float64Array.from(grid.flatMap((y) => [...all.subarray(y * size, (y + 1) * size)])),
      [grid.length, size],
    );
    return matmul(matmul(rows, images), transpose(rows));
  };
  const passed = sub(blur(sigmas.narrow), blur(sigmas.wide));
  const centred = sub(passed, mean(passed, [2, 3], true));
  const scaled = div(centred, sqrt(add(mean(square(centred), [2, 3], true), 1e-8)));
  return unit(buildNetwork(shape, weights, scaled).output);
}
