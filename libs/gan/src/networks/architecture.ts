import type { Tensor } from '@scapis/numerics';
import type { ArchitectureName, GanConfig } from '../config.ts';
import { labelClassifier } from './label-classifier.ts';
import * as plain from './dcgan.ts';
import { parameterLayout, type ParameterLayout } from '../base/parameters.ts';
import { RandomStream } from '../base/philox.ts';
import * as residual from './r3gan.ts';
import { initialSingularVectors } from './spectral-norm.ts';

/** The networks that a configuration names. */

interface Networks {
  generator(config: GanConfig): plain.GeneratorNetwork;
  discriminator(config: GanConfig): plain.DiscriminatorNetwork;
}

const architectures: Record<ArchitectureName, Networks> = { plain, residual };

/** Latents z [N, latentSize] and labels [N, 9] -> images [N, ...imageShape] in (-1, 1). */
export function generator(config: GanConfig): plain.GeneratorNetwork {
  return architectures[config.architecture.name].generator(config);
}

/** `forward`: images [N, ...imageShape] and labels [N, 9] -> logits [N]. */
export function discriminator(config: GanConfig): plain.DiscriminatorNetwork & {
  forward(weights: plain.Weights, images: Tensor, labels: Tensor): Tensor;
} {
  const network = architectures[config.architecture.name].discriminator(config);
  return {
    ...network,
    forward: (weights, images, labels) =>
      network.discriminate(weights, network.preprocess(images), labels),
  };
}

/** Where each weight lies in the flat vector of its network. */
export interface NetworkLayouts {
  generator: ParameterLayout;
  discriminator: ParameterLayout;
  /** Left singular vectors of the discriminator's weights. */
  spectral: ParameterLayout;
  classifier: ParameterLayout;
}

export function networkLayouts(config: GanConfig): NetworkLayouts {
  const random = new RandomStream(0, 'initialWeights');
  const weights = discriminator(config).initialise(random);
  return {
    generator: parameterLayout(generator(config).initialise(random)),
    discriminator: parameterLayout(weights),
    spectral: parameterLayout(initialSingularVectors(weights, random)),
    classifier: parameterLayout(labelClassifier(config).initialise(random)),
  };
}
