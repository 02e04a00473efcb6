import {
  add,
  concat,
  constant,
  conv2d,
  input,
  leakyRelu,
  matmul,
  mean,
  reshape,
  sizeOf,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@scapis/numerics';
import { RandomStream } from '../base/philox.ts';
import { compile, type CompileOptions, type Program } from '../runtime/runtime.ts';

/**
 * The feature space of the memorisation monitor: fixed random convolutions. It has few dimensions,
 * so that a likelihood in it does not depend on single images.
 */

export const featureLength = 24;
const batch = 32;
const channels = [8, 16, 24] as const;

/** Computes the features of images of one size. */
export class MonitorFeatures {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async compile(size: number, options?: CompileOptions): Promise<MonitorFeatures> {
    return new MonitorFeatures(await compile({ features: features(size) }, options));
  }

  /** @returns `count` rows of `featureLength`, of images [count, 1, size, size]. */
  async of(pixels: Float32Array, count: number): Promise<Float32Array[]> {
    const length = pixels.length / count;
    const rows: Float32Array[] = [];
    for (let first = 0; first < count; first += batch) {
      const images = new Float32Array(batch * length);
      images.set(pixels.subarray(first * length, Math.min(count, first + batch) * length));
      const { features: found = new Float32Array() } = await this.#program.run({ images });
      for (let i = 0; i < Math.min(batch, count - first); i++)
        rows.push(found.slice(i * featureLength, (i + 1) * featureLength));
    }
    return rows;
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

/**
 * [batch, 1, size, size] -> [batch, featureLength]: three 4x4 convolutions of stride 2 with random
 * weights. Mean and deviation of each map and the quarters of the last map are projected at random.
 */
function features(size: number): Tensor {
  const random = new RandomStream(20_261, 'monitor', 1);
  const weights = (shape: number[], fanIn: number): Tensor =>
    constant(
      random.normals(sizeOf(shape)).map((value) => value * Math.sqrt(2 / fanIn)),
      shape,
    );
  let x: Tensor = input('images', [batch, 1, size, size]);
  const pooled: Tensor[] = [];
  channels.forEach((to, layer) => {
    const from = channels[layer - 1] ?? 1;
    x = leakyRelu(conv2d(x, weights([to, from, 4, 4], from * 16), { stride: 2, padding: 1 }), 0.2);
    const level = mean(x, [2, 3], true);
    pooled.push(reshape(level, [batch, to]), sqrt(add(mean(square(sub(x, level)), [2, 3]), 1e-8)));
  });
  const half = size / 2 ** (channels.length + 1);
  const last = channels[channels.length - 1] ?? 0;
  const quarters = mean(reshape(x, [batch, last, 2, half, 2, half]), [3, 5]);
  const all = concat([...pooled, reshape(quarters, [batch, last * 4])], 1);
  return matmul(all, weights([all.shape[1] ?? 0, featureLength], all.shape[1] ?? 1));
}
