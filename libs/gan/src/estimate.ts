import { labelVectorLength } from '@scapis/contracts';
import { countMacs, input, peakElements, type Tensor } from '@scapis/numerics';
import { discriminator, generator, layoutsOf } from './architecture.ts';
import { codeLength, imageShape, type GanConfig } from './config.ts';
import { ganStep } from './gan-step.ts';
import { views } from './optimise.ts';

export interface Estimate {
  generatorParameters: number;
  discriminatorParameters: number;
  /** Multiply-accumulates of one forward pass for one image, as the programs compute it. */
  generatorMacs: number;
  discriminatorMacs: number;
  /** Multiply-accumulates of a whole training step per real image, penalty included on average. */
  trainingMacsPerImage: number;
  /**
   * What the two programs of a step (with and without penalty) hold at their peaks: each keeps its memory. The runtime's copies for weight
   * gradients and what its arena leaves unused come on top: residual networks were seen to take 1.6 to 3 times as much.
   */
  memoryBytes: number;
}

/** @returns what a configuration costs, before anything is compiled: counted over the programs that training would run. */
export function estimate(config: GanConfig): Estimate {
  const layouts = layoutsOf(config);
  const labels = input('labels', [1, labelVectorLength]);
  const weights = (of: keyof typeof layouts): Record<string, Tensor> => views(layouts[of], input(of, [layouts[of].size]));
  const images = generator(config).forward(weights('generator'), input('z', [1, codeLength(config)]), labels);
  const logits = discriminator(config).forward(weights('discriminator'), input('images', [1, ...imageShape(config)]), labels);
  const [plain, penalised] = [false, true].map((isPenalised) => Object.values(ganStep(config, layouts, { isPenalised })));
  const share = 1 / config.penalty.every;
  return {
    generatorParameters: layouts.generator.size,
    discriminatorParameters: layouts.discriminator.size,
    generatorMacs: countMacs([images]),
    discriminatorMacs: countMacs([logits]),
    trainingMacsPerImage: ((1 - share) * countMacs(plain ?? []) + share * countMacs(penalised ?? [])) / config.batch,
    memoryBytes: 4 * (peakElements(plain ?? []) + peakElements(penalised ?? [])),
  };
}
