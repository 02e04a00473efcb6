import { add, mul, type Shape, type Tensor } from '@scapis/numerics';
import type { GanConfig } from '../config.ts';
import type { NetworkLayouts } from '../networks/architecture.ts';
import {
  discriminatorGradients,
  generatorGradient,
  nextOutputs,
  openBatchGraph,
  openStepGraph,
  updateDiscriminatorAndClassifier,
  updateGenerator,
} from './step-graph.ts';

/** The stages of a data-parallel step, in order; the first is one of two. */
export type Stage =
  | 'discriminatorGradients'
  | 'discriminatorGradientsWithPenalty'
  | 'discriminatorUpdate'
  | 'generatorGradient'
  | 'generatorUpdate';
export type UpdateStage = 'discriminatorUpdate' | 'generatorUpdate';
export type GradientStage = Exclude<Stage, UpdateStage>;

/** One program for the gradients of any micro-batch; one for the update of each weight range. */
export type DataParallelStep = Record<GradientStage, Record<string, Tensor>> &
  Record<UpdateStage, Record<string, Tensor>[]>;

/**
 * The step of gan-step.ts, data-parallel: in `config.shards` micro-batches whose gradients are
 * averaged. The generator runs forward once more than in the whole step.
 *
 * | stage | runs for | gives |
 * |---|---|---|
 * | discriminatorGradients, or ...WithPenalty | each micro-batch | gradients and losses |
 * | discriminatorUpdate | each weight range | `next.<state>`, `discriminatorSquares` |
 * | generatorGradient | each micro-batch | gradient and losses |
 * | generatorUpdate | each weight range | `next.<state>`, `generatorSquares` |
 *
 * Tensors have the same name in each stage. An update reads what micro-batch i gave as `<name>.i`,
 * and of each state vector its own range (`partitionBounds`).
 */
export function dataParallelStep(config: GanConfig, layouts: NetworkLayouts): DataParallelStep {
  const { shards } = config;
  const graph = openStepGraph(config, layouts);
  const batch = openBatchGraph(graph, config.batch / shards);
  const discriminatorProgram = (withPenalty: boolean): Record<string, Tensor> => {
    const { losses, spectral, ...gradients } = discriminatorGradients(graph, batch, withPenalty);
    return present({ ...losses, ...gradients, 'next.spectral': spectral });
  };
  const { gradient, losses } = generatorGradient(graph, batch, graph.state('discriminator'));
  const updates = Array.from({ length: shards }, (_, at) => updatesOf(config, layouts, at));
  return {
    discriminatorGradients: discriminatorProgram(false),
    discriminatorGradientsWithPenalty: discriminatorProgram(true),
    discriminatorUpdate: updates.map((each) => each.discriminatorUpdate),
    generatorGradient: present({ ...losses, generatorGradient: gradient }),
    generatorUpdate: updates.map((each) => each.generatorUpdate),
  };
}

/** The updates of weight range `at`. */
function updatesOf(
  config: GanConfig,
  layouts: NetworkLayouts,
  at: number,
): Record<UpdateStage, Record<string, Tensor>> {
  const { shards } = config;
  const graph = openStepGraph(config, layouts, (length) => partitionBounds(length, at, shards));
  const averaged = (name: string, shape: Shape): Tensor =>
    mul(
      Array.from({ length: shards }, (_, i) => graph.input(`${name}.${i}`, shape)).reduce(
        (total, each) => add(total, each),
      ),
      1 / shards,
    );
  const discriminator = updateDiscriminatorAndClassifier(graph, {
    discriminatorGradient: averaged('discriminatorGradient', graph.state('discriminator').shape),
    classifierGradient:
      config.guidance === null
        ? null
        : averaged('classifierGradient', graph.state('classifier').shape),
    losses: { realLogit: averaged('realLogit', []), fakeLogit: averaged('fakeLogit', []) },
  });
  const generator = updateGenerator(
    graph,
    averaged('generatorGradient', graph.state('generator').shape),
  );
  return {
    discriminatorUpdate: {
      discriminatorSquares: discriminator.squares,
      ...nextOutputs(discriminator.states),
    },
    generatorUpdate: { generatorSquares: generator.squares, ...nextOutputs(generator.states) },
  };
}

/** @returns the bounds of range `at`, of `count` nearly equal ranges of a vector. */
export function partitionBounds(
  length: number,
  at: number,
  count: number,
): [start: number, end: number] {
  return [Math.floor((at * length) / count), Math.floor(((at + 1) * length) / count)];
}

function present(tensors: Record<string, Tensor | null>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) => (tensor === null ? [] : [[name, tensor]])),
  );
}
