import {
  labelVectorLength,
  toLabelVector,
  type ComputeProvider,
  type ImageLabels,
} from '@scapis/contracts';
import { constant, input, isSameShape, sizeOf } from '@scapis/numerics';
import { generator } from '../networks/architecture.ts';
import { latentSize, sampleLatents, ganConfig, imageShape, type GanConfig } from '../config.ts';
import { parameterLayout, type Parameters } from '../base/parameters.ts';
import { RandomStream } from '../base/philox.ts';
import { compile, type CompileOptions, type Program } from '../runtime/runtime.ts';
import { readSafetensors, writeSafetensors } from '../base/safetensors.ts';

/** Sampling of images from a trained generator. */

export interface SampleRequest {
  labels: readonly ImageLabels[];
  /**
   * 0 to 2^53-1. Image i depends only on the seed, i and its label, on nothing else in the request.
   */
  seed: number;
  /** Number of the first image, so that a long request can be divided; default 0. */
  first?: number;
}

export interface Generator {
  /** What callers that sample need to know. */
  readonly config: Pick<GanConfig, 'size' | 'latentLength'> &
    Partial<Pick<GanConfig, 'dimensions'>>;
  /** Where its images are computed. */
  readonly provider: ComputeProvider;
  /**
   * @returns images [labels.length, 1, size, size], or volumes, in (-1, 1). On CPU the same bytes
   * for the same request.
   */
  sample(request: SampleRequest): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A file that is not a generator of this lab. The message says what to do. */
class GeneratorFileError extends Error {
  override name = 'GeneratorFileError';
}

const fileFormat = 'scapis-generator-1';

/**
 * @returns a generator as a safetensors file: its weights and configuration, nothing of the
 * training data or the discriminator.
 */
export function writeGenerator(config: GanConfig, weights: Parameters): Uint8Array {
  return writeSafetensors({
    tensors: weights,
    metadata: { format: fileFormat, config: JSON.stringify(config) },
  });
}

/**
 * Opens a generator file. @throws GeneratorFileError or SafetensorsError when it is damaged or of
 * another kind.
 */
export async function openGenerator(
  bytes: Uint8Array,
  options: CompileOptions = {},
): Promise<Generator> {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata['format'] !== fileFormat)
    throw new GeneratorFileError(
      `this is not a ${fileFormat} file; give one that a training run of this lab wrote`,
    );
  const config = parseConfig(metadata['config']);
  checkWeights(config, tensors);
  // One image at a time, so that no image depends on its neighbours in a batch, not even in the
  // last bit. Batches are less than a tenth faster. Weights are constants, which the runtime lays
  // out for its convolutions once: 1.4 times as fast as fed weights (docs/performance.md).
  const images = generator(config).forward(
    Object.fromEntries(
      [...tensors].map(([name, { shape, data }]) => [
        name,
        name === fedWeight ? input(name, shape) : constant(data, shape),
      ]),
    ),
    input('z', [1, latentSize(config)]),
    input('labels', [1, labelVectorLength]),
  );
  return new SingleGenerator(
    config,
    { [fedWeight]: tensors.get(fedWeight)?.data ?? new Float32Array() },
    await compile({ images }, options),
  );
}

/**
 * The last convolution, to one channel. Its weight is fed, because the runtime's layout of
 * constants pads the outputs to 16 channels and computes them all.
 */
const fedWeight = 'output.weight';

class SingleGenerator implements Generator {
  readonly config: GanConfig;
  readonly #fed: Record<string, Float32Array>;
  readonly #program: Program;

  constructor(config: GanConfig, fed: Record<string, Float32Array>, program: Program) {
    this.config = config;
    this.#fed = fed;
    this.#program = program;
  }

  get provider(): ComputeProvider {
    return this.#program.provider;
  }

  async sample({ labels, seed, first = 0 }: SampleRequest): Promise<Float32Array> {
    const pixels = sizeOf(imageShape(this.config));
    const all = new Float32Array(labels.length * pixels);
    for (const [at, label] of labels.entries()) {
      const z = sampleLatents(new RandomStream(seed, 'sampling', first + at), this.config, 1);
      const image = all.subarray(at * pixels, (at + 1) * pixels);
      await this.#program.run(
        { ...this.#fed, z, labels: Float32Array.from(toLabelVector(label)) },
        { images: image },
      );
    }
    return all;
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

function parseConfig(text: string | undefined): GanConfig {
  try {
    return ganConfig.parse(JSON.parse(text ?? ''));
  } catch (error) {
    throw new GeneratorFileError(
      `the configuration in the file can't be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function checkWeights(config: GanConfig, weights: Parameters): void {
  const expected = parameterLayout(
    generator(config).initialise(new RandomStream(0, 'initialWeights')),
  );
  for (const { name, shape } of expected.entries) {
    const found = weights.get(name);
    if (found === undefined || !isSameShape(found.shape, shape))
      throw new GeneratorFileError(
        `weight ${name} must be [${shape.join()}], the file has [${found?.shape.join() ?? ''}]`,
      );
  }
  if (weights.size !== expected.entries.length)
    throw new GeneratorFileError('the file has weights that the network has not');
}
