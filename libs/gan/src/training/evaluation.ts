import { labelVectorLength, toLabelVector, type ImageLabels } from '@scapis/contracts';
import { input, type Tensor } from '@scapis/numerics';
import { parameterViews } from '../base/parameters.ts';
import { imageShape, latentSize, type GanConfig } from '../config.ts';
import { discriminator, generator, type NetworkLayouts } from '../networks/architecture.ts';
import { spectrallyNormalised } from '../networks/spectral-norm.ts';
import { compile, feedsOf, type CompileOptions, type Program } from '../runtime/runtime.ts';
import type { State } from '../steps/state.ts';

/** Forward passes of a run's networks, to evaluate the run. Each is compiled at its first use. */
export class Evaluation {
  readonly #config: GanConfig;
  readonly #layouts: NetworkLayouts;
  readonly #compile: CompileOptions;
  #discriminator: Promise<Program> | undefined;
  #generator: Promise<Program> | undefined;

  constructor(config: GanConfig, layouts: NetworkLayouts, options: CompileOptions) {
    [this.#config, this.#layouts, this.#compile] = [config, layouts, options];
  }

  /** @returns the logit of each image [labels.length, 1, size, size], without augmentation. */
  discriminate(
    state: State,
    images: Float32Array,
    labels: readonly ImageLabels[],
  ): Promise<Float32Array> {
    this.#discriminator ??= compile(
      discriminatorProgram(this.#config, this.#layouts),
      this.#compile,
    );
    return this.#inBatches(this.#discriminator, state, { images }, labels);
  }

  /** @returns the EMA generator's images [labels.length, 1, size, size] of latents `z`. */
  generate(state: State, z: Float32Array, labels: readonly ImageLabels[]): Promise<Float32Array> {
    this.#generator ??= compile(generatorProgram(this.#config, this.#layouts), this.#compile);
    return this.#inBatches(this.#generator, state, { z }, labels);
  }

  async #inBatches(
    compiled: Promise<Program>,
    state: State,
    fed: Record<string, Float32Array>,
    labels: readonly ImageLabels[],
  ): Promise<Float32Array> {
    const program = await compiled;
    const { batch } = this.#config;
    let all = new Float32Array();
    for (let first = 0; first < labels.length; first += batch) {
      const count = Math.min(batch, labels.length - first);
      // The last batch is padded with zeros, whose results are dropped.
      const padded = (values: Float32Array): Float32Array => {
        const each = values.length / labels.length;
        const out = new Float32Array(batch * each);
        out.set(values.subarray(first * each, (first + count) * each));
        return out;
      };
      const vectors = new Float32Array(batch * labelVectorLength);
      vectors.set(labels.slice(first, first + count).flatMap(toLabelVector));
      const feeds = {
        ...state,
        ...Object.fromEntries(Object.entries(fed).map(([name, values]) => [name, padded(values)])),
        labels: vectors,
      };
      const { result = new Float32Array() } = await program.run(feedsOf(program, feeds));
      const each = result.length / batch;
      if (first === 0) all = new Float32Array(each * labels.length);
      all.set(result.subarray(0, each * count), each * first);
    }
    return all;
  }

  async dispose(): Promise<void> {
    for (const program of [await this.#discriminator, await this.#generator])
      await program?.dispose();
  }
}

/**
 * Graph of the discriminator. Inputs: the vectors `discriminator` and, with spectral normalisation,
 * `spectral`; `images` [N, ...imageShape], `labels` [N, 9]. Output: `result` [N], the logits.
 */
function discriminatorProgram(
  config: GanConfig,
  { discriminator: layout, spectral }: NetworkLayouts,
): Record<string, Tensor> {
  const { batch } = config;
  const singularVectors = config.spectralNorm
    ? parameterViews(spectral, input('spectral', [spectral.size]))
    : null;
  const { weights } = spectrallyNormalised(
    spectral,
    parameterViews(layout, input('discriminator', [layout.size])),
    singularVectors,
  );
  return {
    result: discriminator(config).forward(
      weights,
      input('images', [batch, ...imageShape(config)]),
      input('labels', [batch, labelVectorLength]),
    ),
  };
}

/**
 * Graph of the EMA generator. Inputs: the vector `average`, `z` [N, latentSize], `labels` [N, 9].
 * Output: `result` [N, ...imageShape].
 */
function generatorProgram(
  config: GanConfig,
  { generator: layout }: NetworkLayouts,
): Record<string, Tensor> {
  const weights = parameterViews(layout, input('average', [layout.size]));
  const [z, labels] = [
    input('z', [config.batch, latentSize(config)]),
    input('labels', [config.batch, labelVectorLength]),
  ];
  return { result: generator(config).forward(weights, z, labels) };
}
