import { labelVectorLength } from '@scapis/contracts';
import { countMacs, input, peakElements, type Tensor } from '@scapis/numerics';
import {
  discriminator,
  generator,
  networkLayouts,
  type NetworkLayouts,
} from '../networks/architecture.ts';
import { latentSize, imageShape, type GanConfig } from '../config.ts';
import { ganStep } from '../steps/gan-step.ts';
import { parameterViews } from '../base/parameters.ts';
import { dataParallelStep } from '../steps/data-parallel-step.ts';

export interface Estimate {
  generatorParameters: number;
  discriminatorParameters: number;
  /** Multiply-accumulates of one forward pass for one image. */
  generatorMacs: number;
  discriminatorMacs: number;
  /**
   * Multiply-accumulates of a training step per real image, averaged over steps with and without
   * penalty.
   */
  trainingMacsPerImage: number;
  /**
   * Peak memory of all programs of a step (with and without penalty, for each micro-batch), because
   * each keeps its memory. Not included are the runtime's copies for weight gradients and unused
   * parts of its arena: residual networks take 1.6 to 3 times as much in all.
   */
  memoryBytes: number;
}

/**
 * @returns the cost of a configuration, counted on the graphs of training without compiling them.
 */
export function estimate(config: GanConfig): Estimate {
  const layouts = networkLayouts(config);
  const labels = input('labels', [1, labelVectorLength]);
  const weights = (of: keyof typeof layouts): Record<string, Tensor> =>
    parameterViews(layouts[of], input(of, [layouts[of].size]));
  const images = generator(config).forward(
    weights('generator'),
    input('z', [1, latentSize(config)]),
    labels,
  );
  const logits = discriminator(config).forward(
    weights('discriminator'),
    input('images', [1, ...imageShape(config)]),
    labels,
  );
  const programs = stepPrograms(config, layouts).map(({ graph, perStep }) => ({
    outputs: Object.values(graph),
    perStep,
  }));
  return {
    generatorParameters: layouts.generator.size,
    discriminatorParameters: layouts.discriminator.size,
    generatorMacs: countMacs([images]),
    discriminatorMacs: countMacs([logits]),
    trainingMacsPerImage:
      (programs.reduce((sum, { outputs, perStep }) => sum + perStep * countMacs(outputs), 0) *
        config.shards) /
      config.batch,
    memoryBytes:
      4 * config.shards * programs.reduce((sum, { outputs }) => sum + peakElements(outputs), 0),
  };
}

/** @returns the programs of one micro-batch, with the mean number of runs of each in a step. */
function stepPrograms(
  config: GanConfig,
  layouts: NetworkLayouts,
): { graph: Record<string, Tensor>; perStep: number }[] {
  const share = 1 / config.penalty.every;
  const perStep = (without: Record<string, Tensor>, withPenalty: Record<string, Tensor>) => [
    { graph: without, perStep: 1 - share },
    { graph: withPenalty, perStep: share },
  ];
  if (config.shards === 1)
    return perStep(
      ganStep(config, layouts, { withPenalty: false }),
      ganStep(config, layouts, { withPenalty: true }),
    );
  const { discriminatorGradients, discriminatorGradientsWithPenalty, generatorGradient } =
    dataParallelStep(config, layouts);
  return [
    ...perStep(discriminatorGradients, discriminatorGradientsWithPenalty),
    { graph: generatorGradient, perStep: 1 },
  ];
}
