import { compileTrainStep, type ImageSet } from '@scapis/gan';
import { mean, mul, neg, softplus } from '@scapis/numerics';
import { NoiseBank, shiftInto } from '../images/augment.ts';
import { constants, mapBatches, onOneThread } from '../statistics/batches.ts';
import { pixelsOf } from '../images/images.ts';
import {
  buildNetwork,
  initialWeights,
  learningRateAt,
  type NetworkShape,
} from '../features/network.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream } from '../statistics/random.ts';

const channels = [12, 24, 48, 48];
const batch = 64;
export const surrogateSteps = 150;

/**
 * LOGAN's black-box attack (Hayes 2019) with a surrogate: the generator's own discriminator never
 * leaves the lab, so a small one is trained to tell the cohort from the reference people. What it
 * takes for synthetic by more than its look is what the generator remembered.
 *
 * @returns for each query the logit of "synthetic"
 */
export async function scoreSurrogate(
  sets: { synthetic: ImageSet; reference: ImageSet },
  queries: readonly ImageSet[],
  { seed, steps }: { seed: number; steps: number },
  context: TaskContext,
): Promise<Float64Array> {
  const { size } = sets.synthetic;
  const area = size * size;
  const shape: NetworkShape = { size, channels, outputs: 1 };
  const random = gateStream(seed, 'surrogate');
  const noise = new NoiseBank(random, Math.max(1 << 15, 4 * area));
  const step = await compileTrainStep({
    parameters: initialWeights(shape, random),
    inputs: { images: [batch, 1, size, size], signs: [batch, 1] },
    // Logistic loss log(1 + exp(-sign * logit)), sign +1 for synthetic.
    loss: (weights, { images, signs }) => {
      if (images === undefined || signs === undefined)
        throw new Error('The surrogate was not given its batch.');
      return mean(softplus(neg(mul(signs, buildNetwork(shape, weights, images).output))));
    },
    adam: { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.01 },
    compile: onOneThread,
  });
  try {
    const images = new Float32Array(batch * area);
    const signs = Float32Array.from({ length: batch }, (_, at) => (at % 2 === 0 ? 1 : -1));
    const reach = Math.max(1, Math.round(size / 32));
    const move = (): number => random.integer(2 * reach + 1) - reach;
    for (let done = 0; done < steps; done += 1) {
      for (let at = 0; at < batch; at += 1) {
        const from = at % 2 === 0 ? sets.synthetic : sets.reference;
        const view = images.subarray(at * area, (at + 1) * area);
        shiftInto(pixelsOf(from, random.integer(from.count)), view, size, move(), move());
        noise.add(view, 0.03, random);
      }
      const learningRate = learningRateAt(2e-3, done, steps);
      await step.step({ images, signs }, { learningRate });
      await context.yieldIfDue(done / steps);
    }
    const weights = constants(step.parameters());
    const logits: Float32Array[] = [];
    for (const set of queries)
      logits.push(
        (await mapBatches(set, (x) => buildNetwork(shape, weights, x).output, 1, context)).data,
      );
    return Float64Array.from(logits.flatMap((each) => [...each]));
  } finally {
    await step.dispose();
  }
}
