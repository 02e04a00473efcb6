import type { Tensor } from '@scapis/numerics';
import type { ArchitectureName, GanConfig } from '../config.ts';
import type { Layouts } from '../steps/gan-step.ts';
import { labelClassifier } from './label-classifier.ts';
import * as plain from './dcgan.ts';
import { layoutOf } from '../steps/adam.ts';
import { RandomStream } from '../base/philox.ts';
import * as residual from './r3gan.ts';
import { initialVectors } from './spectral-norm.ts';

/** Which networks a configuration names. */

interface Networks {
  generator(config: GanConfig): plain.GeneratorNetwork;
  discriminator(config: GanConfig): plain.DiscriminatorNetwork;
}

const architectures: Record<ArchitectureName, Networks> = { plain, residual };

/** z [N, codeLength] and labels [N, labelVectorLength] -> images [N, ...imageShape] in (-1, 1). */
export function generator(config: GanConfig): plain.GeneratorNetwork {
  return architectures[config.architecture.name].generator(config);
}

/** `forward`: images [N, ...imageShape] and labels [N, labelVectorLength] -> logits [N]. */
export function discriminator(config: GanConfig): plain.DiscriminatorNetwork & {
  forward(weights: plain.Weights, images: Tensor, labels: Tensor): Tensor;
} {
  const network = architectures[config.architecture.name].discriminator(config);
  return {
    ...network,
    forward: (weights, images, labels) => network.judge(weights, network.see(images), labels),
  };
}

/** @returns where each weight of the networks lies in the vectors of a run. */
export function layoutsOf(config: GanConfig): Layouts {
  const random = new RandomStream(0, 'initialWeights');
  const judge = discriminator(config).initialise(random);
  return {
    generator: layoutOf(generator(config).initialise(random)),
    discriminator: layoutOf(judge),
    spectral: layoutOf(initialVectors(judge, random)),
    classifier: layoutOf(labelClassifier(config).initialise(random)),
  };
}
