import { mul, sqrt, type Tensor } from '@scapis/numerics';
import type { GanConfig } from '../config.ts';
import type { NetworkLayouts } from '../networks/architecture.ts';
import type { LossName } from './state.ts';
import {
  discriminatorGradients,
  generatorGradient,
  nextOutputs,
  openBatchGraph,
  openStepGraph,
  updateDiscriminatorAndClassifier,
  updateGenerator,
} from './step-graph.ts';

/**
 * One adversarial step as one program: the discriminator's update, then the generator's against the
 * updated discriminator. Both use the same generated images, so the generator runs forward once (as
 * in PyTorch's DCGAN example).
 *
 * Inputs:
 * - the state vectors (state.ts);
 * - `z` [N, latentSize], `labels` [N, 9], `real` [N, 1, s, s] or volumes [N, 1, s, s, s];
 * - augmentation of both sides: `real.shiftY`, `fake.shiftY`, ... (augmentation.ts);
 * - `noise` [2N, preprocessedChannels, s, s] of +-1, with a finite-difference penalty;
 * - scalars `stepSize`, `secondMomentScale`, `emaDecay`, `gamma`; with guidance also `guidance`,
 *   `classifierStepSize`, `classifierSecondMomentScale`.
 * @returns outputs by name: every loss, and `next.<state>`.
 */
export function ganStep(
  config: GanConfig,
  layouts: NetworkLayouts,
  { withPenalty }: { withPenalty: boolean },
): Record<string, Tensor> {
  const graph = openStepGraph(config, layouts);
  const batch = openBatchGraph(graph, config.batch);
  const found = discriminatorGradients(graph, batch, withPenalty);
  const discriminatorUpdate = updateDiscriminatorAndClassifier(graph, found);
  const { gradient, losses: generatorLosses } = generatorGradient(
    graph,
    batch,
    discriminatorUpdate.states.discriminator,
  );
  const generatorUpdate = updateGenerator(graph, gradient);
  const zero = mul(found.losses.discriminatorLoss, 0);
  const losses: Record<LossName, Tensor> = {
    ...found.losses,
    penalty: found.losses.penalty ?? zero,
    classifierLoss: found.losses.classifierLoss ?? zero,
    guidanceLoss: generatorLosses.guidanceLoss ?? zero,
    generatorLoss: generatorLosses.generatorLoss,
    discriminatorGradient: sqrt(discriminatorUpdate.squares),
    generatorGradient: sqrt(generatorUpdate.squares),
  };
  return {
    ...losses,
    ...nextOutputs({
      ...generatorUpdate.states,
      ...discriminatorUpdate.states,
      ...(found.spectral !== null && { spectral: found.spectral }),
    }),
  };
}
