import { concat, mean, sqrt, sub, add, square, type Tensor } from '@scapis/numerics';
import type { ImageSet } from '@scapis/gan';
import { constants, mapBatches } from '../statistics/batches.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { buildNetwork, initialWeights, type NetworkShape } from './network.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream } from '../statistics/random.ts';

/**
 * The seed is part of the method, not of the run: these features are then the same in every lab and
 * every year. Change = new method.
 */
const fixedSeed = 20261123;
const channels = [8, 16, 32];

/**
 * Features of a convolutional network with random weights (Lee, Kim, Lee 2022): mean and deviation
 * over the image of each channel of each layer: 112 numbers, few enough for a covariance of some
 * hundred images. No training data, so they can't have learned what to overlook.
 */
export async function randomConvFeatures(
  images: ImageSet,
  context: TaskContext,
): Promise<Features> {
  const shape: NetworkShape = { size: images.size, channels, outputs: 1 };
  const weights = constants(initialWeights(shape, gateStream(fixedSeed, 'random-conv')));
  const pool = (x: Tensor): Tensor => {
    const { maps } = buildNetwork(shape, weights, x);
    return concat(maps.flatMap(meanAndDeviation), 1);
  };
  return mapBatches(images, pool, 2 * channels.reduce((sum, c) => sum + c, 0), context);
}

function meanAndDeviation(map: Tensor): Tensor[] {
  const average = mean(map, [2, 3]);
  const centred = sub(map, mean(map, [2, 3], true));
  return [average, sqrt(add(mean(square(centred), [2, 3]), 1e-8))];
}
