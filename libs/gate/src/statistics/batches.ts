import { compile, type CompileOptions, type ImageSet, type Parameters } from '@scapis/gan';
import { constant, input, type Tensor } from '@scapis/numerics';
import type { Features } from './linear-algebra.ts';
import type { TaskContext } from '../task-context.ts';

/** Images per call of a program. */
export const batchSize = 128;

/**
 * The gate computes on two threads of its own (gate-worker.ts). A second one within a program
 * gained a tenth and took a quarter more CPU time.
 */
export const onOneThread: CompileOptions = { threads: 1 };

/**
 * @returns the weights as constants of a program: ONNX Runtime then lays them out once instead of
 * at each run.
 */
export function constants(parameters: Parameters): Record<string, Tensor> {
  return Object.fromEntries(
    [...parameters].map(([name, { shape, data }]) => [name, constant(data, shape)]),
  );
}

/** Runs a function of images [128, 1, s, s] -> [128, outputs] over a whole set. */
export async function mapBatches(
  images: Pick<ImageSet, 'size' | 'count' | 'pixels'>,
  build: (batch: Tensor) => Tensor,
  outputs: number,
  context: TaskContext,
): Promise<Features> {
  const { size, count } = images;
  const area = size * size;
  const data = new Float32Array(count * outputs);
  const program = await compile(
    { out: build(input('images', [batchSize, 1, size, size])) },
    onOneThread,
  );
  try {
    const feed = new Float32Array(batchSize * area);
    for (let start = 0; start < count; start += batchSize) {
      const here = Math.min(batchSize, count - start);
      feed.set(images.pixels.subarray(start * area, (start + here) * area));
      const { out } = await program.run({ images: feed });
      if (out === undefined) throw new Error('The network gave no output.');
      data.set(out.subarray(0, here * outputs), start * outputs);
      await context.yieldIfDue(start / count);
    }
  } finally {
    await program.dispose();
  }
  return { count, width: outputs, data };
}
