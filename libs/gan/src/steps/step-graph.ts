import { labelVectorLength } from '@scapis/contracts';
import {
  add,
  concat,
  input,
  mean,
  mul,
  reshape,
  slice,
  sub,
  sum,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import { parameterViews } from '../base/parameters.ts';
import { imageShape, latentSize, type GanConfig } from '../config.ts';
import { discriminator, generator, type NetworkLayouts } from '../networks/architecture.ts';
import { labelClassifier, shownCrossEntropy } from '../networks/label-classifier.ts';
import type { Weights } from '../networks/dcgan.ts';
import { spectrallyNormalised } from '../networks/spectral-norm.ts';
import { adamUpdate, flatGradient, type AdamScalars, type AdamState } from './adam.ts';
import { augment, augmentationInputs } from './augmentation.ts';
import {
  exactPenalty,
  finiteDifferencePenalty,
  hingeLoss,
  leCamPenalty,
  relativisticLoss,
} from './losses.ts';
import { stateLayouts, type StateName } from './state.ts';

/**
 * The parts that the graphs of training steps are made of: gradients of the discriminator (with the
 * classifier) and of the generator, and their updates by Adam. gan-step.ts joins them to one
 * program, data-parallel-step.ts to one for each micro-batch.
 */

const eps = 1e-8;
/** The classifier learns faster with momentum than without. */
export const classifierAdam = { beta1: 0.9, beta2: 0.99, eps };

/** Of LeCam's running means, per step. */
const anchorDecay = 0.99;

/** The graph of one step while it is built. Each input name is one tensor. */
export interface StepGraph {
  config: GanConfig;
  layouts: NetworkLayouts;
  input: (name: string, shape: Shape) => Tensor;
  state: (name: StateName) => Tensor;
}

/** @param range of each state vector that the graph covers; default the whole vector */
export function openStepGraph(
  config: GanConfig,
  layouts: NetworkLayouts,
  range: (length: number) => [start: number, end: number] = (length) => [0, length],
): StepGraph {
  const inputs = new Map<string, Tensor>();
  const named: StepGraph['input'] = (name, shape) => {
    const known = inputs.get(name) ?? input(name, shape);
    inputs.set(name, known);
    return known;
  };
  const known = stateLayouts(config, layouts);
  const state: StepGraph['state'] = (name) => {
    const { size = 0 } = known[name] ?? {};
    // The anchors are two numbers, which every range includes.
    const [start, end] = name === 'anchors' ? [0, size] : range(size);
    return named(name, [end - start]);
  };
  return { config, layouts, input: named, state };
}

/** One batch of real and generated images, augmented, with the weights that generated it. */
export interface BatchGraph {
  count: number;
  labels: Tensor;
  generatorWeights: Weights;
  shownReal: Tensor;
  shownFake: Tensor;
  /** Singular vectors of spectral normalisation. */
  singularVectors: Weights | null;
}

/** Inputs: see `ganStep`. */
export function openBatchGraph(graph: StepGraph, count: number): BatchGraph {
  const { config, layouts } = graph;
  const generatorWeights = parameterViews(layouts.generator, graph.state('generator'));
  const labels = graph.input('labels', [count, labelVectorLength]);
  const fake = generator(config).forward(
    generatorWeights,
    graph.input('z', [count, latentSize(config)]),
    labels,
  );
  return {
    count,
    labels,
    generatorWeights,
    shownReal: augment(
      graph.input('real', [count, ...imageShape(config)]),
      augmentationInputs(config, 'real', count, graph.input),
    ),
    shownFake: augment(fake, augmentationInputs(config, 'fake', count, graph.input)),
    singularVectors: config.spectralNorm
      ? parameterViews(layouts.spectral, graph.state('spectral'))
      : null,
  };
}

/** Of the discriminator and the classifier, on one batch. */
export interface DiscriminatorGradients {
  losses: {
    discriminatorLoss: Tensor;
    realLogit: Tensor;
    fakeLogit: Tensor;
    penalty: Tensor | null;
    classifierLoss: Tensor | null;
  };
  discriminatorGradient: Tensor;
  classifierGradient: Tensor | null;
  /** The singular vectors after one more power iteration. */
  spectral: Tensor | null;
}

/**
 * Gradients of the discriminator and of the classifier in their own weights. Generated images count
 * as data here.
 */
export function discriminatorGradients(
  graph: StepGraph,
  batch: BatchGraph,
  withPenalty: boolean,
): DiscriminatorGradients {
  const { config, layouts } = graph;
  const weights = parameterViews(layouts.discriminator, graph.state('discriminator'));
  const normalised = spectrallyNormalised(layouts.spectral, weights, batch.singularVectors);
  const network = discriminator(config);
  const images = network.preprocess(concat([batch.shownReal, batch.shownFake], 0));
  const { logits, penalty } = discriminatorLogits(
    graph,
    images,
    (each) => network.discriminate(normalised.weights, each, labelsFor(batch, each)),
    withPenalty,
  );
  const [realLogits, fakeLogits] = halves(logits);
  const adversarialLoss = adversarial[config.adversarial].discriminator(realLogits, fakeLogits);
  const loss = [
    adversarialLoss,
    ...(penalty === null
      ? []
      : [mul(penalty, mul(graph.input('gamma', []), config.penalty.every / 2))]),
    ...(config.leCam > 0
      ? [mul(leCamPenalty(realLogits, fakeLogits, graph.state('anchors')), config.leCam)]
      : []),
  ].reduce((total, each) => add(total, each));
  const classifier = config.guidance === null ? null : classifierWeights(graph);
  const classifierLoss =
    classifier === null
      ? null
      : shownCrossEntropy(
          labelClassifier(config).forward(classifier, batch.shownReal),
          batch.labels,
        );
  return {
    losses: {
      discriminatorLoss: adversarialLoss,
      realLogit: mean(realLogits),
      fakeLogit: mean(fakeLogits),
      penalty,
      classifierLoss,
    },
    discriminatorGradient: flatGradient(layouts.discriminator, loss, weights, normalised.detached),
    classifierGradient:
      classifier === null || classifierLoss === null
        ? null
        : flatGradient(layouts.classifier, classifierLoss, classifier),
    spectral: normalised.next,
  };
}

/**
 * The generator's gradient against the updated discriminator. That discriminator is detached:
 * differentiating its update too would be an unrolled GAN. The classifier is the one from before
 * its update.
 * @param discriminatorNext the updated weights, as one vector
 */
export function generatorGradient(
  graph: StepGraph,
  batch: BatchGraph,
  discriminatorNext: Tensor,
): { gradient: Tensor; losses: { generatorLoss: Tensor; guidanceLoss: Tensor | null } } {
  const { config, layouts } = graph;
  const { weights } = spectrallyNormalised(
    layouts.spectral,
    parameterViews(layouts.discriminator, discriminatorNext),
    batch.singularVectors,
  );
  const network = discriminator(config);
  const logitsOf = (images: Tensor): Tensor =>
    network.discriminate(weights, network.preprocess(images), batch.labels);
  const generatorLoss = adversarial[config.adversarial].generator(
    logitsOf(batch.shownFake),
    logitsOf(batch.shownReal),
  );
  const guidanceLoss =
    config.guidance === null
      ? null
      : shownCrossEntropy(
          labelClassifier(config).forward(classifierWeights(graph), batch.shownFake),
          batch.labels,
        );
  const loss =
    guidanceLoss === null
      ? generatorLoss
      : add(generatorLoss, mul(guidanceLoss, graph.input('guidance', [])));
  return {
    gradient: flatGradient(layouts.generator, loss, batch.generatorWeights, [discriminatorNext]),
    losses: { generatorLoss, guidanceLoss },
  };
}

/** The states after an update by Adam. */
export interface Update<Name extends StateName> {
  /** Sum of squares of the gradient. */
  squares: Tensor;
  states: Partial<Record<StateName, Tensor>> & Record<Name, Tensor>;
}

export function updateDiscriminator(graph: StepGraph, gradient: Tensor): Update<'discriminator'> {
  const { config } = graph;
  const next = adamUpdate(adamState(graph, 'discriminator'), gradient, scalars(graph), {
    ...config,
    eps,
  });
  return {
    squares: sum(mul(gradient, gradient)),
    states: {
      discriminator: next.weights,
      ...(config.beta1 > 0 && { discriminatorFirst: next.firstMoment }),
      discriminatorSecond: next.secondMoment,
    },
  };
}

/** Updates the discriminator, LeCam's running means and the classifier. */
export function updateDiscriminatorAndClassifier(
  graph: StepGraph,
  {
    discriminatorGradient,
    classifierGradient,
    losses,
  }: Pick<DiscriminatorGradients, 'discriminatorGradient' | 'classifierGradient'> & {
    losses: Pick<DiscriminatorGradients['losses'], 'realLogit' | 'fakeLogit'>;
  },
): Update<'discriminator'> {
  const { squares, states } = updateDiscriminator(graph, discriminatorGradient);
  const anchors = graph.config.leCam > 0 ? graph.state('anchors') : null;
  const ofClassifier = {
    stepSize: graph.input('classifierStepSize', []),
    secondMomentScale: graph.input('classifierSecondMomentScale', []),
  };
  const classifier =
    classifierGradient === null
      ? null
      : adamUpdate(
          adamState(graph, 'classifier'),
          classifierGradient,
          ofClassifier,
          classifierAdam,
        );
  return {
    squares,
    states: {
      ...states,
      ...(anchors !== null && { anchors: updateAnchors(anchors, losses) }),
      ...(classifier !== null && {
        classifier: classifier.weights,
        classifierFirst: classifier.firstMoment,
        classifierSecond: classifier.secondMoment,
      }),
    },
  };
}

/** Updates the generator and its EMA. */
export function updateGenerator(graph: StepGraph, gradient: Tensor): Update<'generator'> {
  const { config } = graph;
  const next = adamUpdate(adamState(graph, 'generator'), gradient, scalars(graph), {
    ...config,
    eps,
  });
  const ema = graph.state('average');
  return {
    squares: sum(mul(gradient, gradient)),
    states: {
      generator: next.weights,
      ...(config.beta1 > 0 && { generatorFirst: next.firstMoment }),
      generatorSecond: next.secondMoment,
      average: add(next.weights, mul(sub(ema, next.weights), graph.input('emaDecay', []))),
    },
  };
}

/** @returns the states as outputs of a program: `next.<state>` */
export function nextOutputs(states: Partial<Record<StateName, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(states).map(([name, tensor]) => [`next.${name}`, tensor]),
  );
}

function scalars(graph: StepGraph): Omit<AdamScalars<Tensor>, 'decay'> {
  return {
    stepSize: graph.input('stepSize', []),
    secondMomentScale: graph.input('secondMomentScale', []),
  };
}

function adamState(
  { state }: StepGraph,
  name: 'generator' | 'discriminator' | 'classifier',
): AdamState {
  return {
    weights: state(name),
    firstMoment: state(`${name}First`),
    secondMoment: state(`${name}Second`),
  };
}

function classifierWeights({ layouts, state }: StepGraph): Weights {
  return parameterViews(layouts.classifier, state('classifier'));
}

/** @returns the labels of the batch, repeated for each copy of the batch in `images`. */
function labelsFor({ labels, count }: BatchGraph, images: Tensor): Tensor {
  const copies = (images.shape[0] ?? 0) / count;
  return copies === 1 ? labels : concat(Array<Tensor>(copies).fill(labels), 0);
}

/** Losses on logits [N] of both networks. */
const adversarial: Record<
  GanConfig['adversarial'],
  Record<'discriminator', (real: Tensor, fake: Tensor) => Tensor> &
    Record<'generator', (fake: Tensor, real: Tensor) => Tensor>
> = {
  relativistic: { discriminator: relativisticLoss, generator: relativisticLoss },
  hinge: { discriminator: hingeLoss, generator: (fake) => mul(mean(fake), -1) },
};

function updateAnchors(
  anchors: Tensor,
  { realLogit, fakeLogit }: Pick<DiscriminatorGradients['losses'], 'realLogit' | 'fakeLogit'>,
): Tensor {
  const now = concat(
    [realLogit, fakeLogit].map((logit) => reshape(logit, [1])),
    0,
  );
  return add(mul(anchors, anchorDecay), mul(now, 1 - anchorDecay));
}

/**
 * The gradient is penalised after preprocessing, window by window. In the image itself, the stretch
 * of a window would count squared: where 400 HU fill the range, the discriminator could react only
 * a twenty-fifth as strongly, and it overlooked grids of 50 HU in the heart (docs/training.md).
 * @param images [2N, channels, ...], preprocessed, real first
 * @returns logits [2N], and the penalty: the mean of |grad D|^2 over real images plus that over
 * generated ones.
 */
function discriminatorLogits(
  { config, input: named }: StepGraph,
  images: Tensor,
  logitsOf: (images: Tensor) => Tensor,
  withPenalty: boolean,
): { logits: Tensor; penalty: Tensor | null } {
  if (!withPenalty) return { logits: logitsOf(images), penalty: null };
  // R1 + R2 = gamma/2 (mean over real + mean over generated) = gamma/2 * twice the mean over both.
  if (config.penalty.kind === 'exact')
    return { logits: logitsOf(images), penalty: mul(exactPenalty(logitsOf, images), 2) };
  const moved = add(images, mul(named('noise', images.shape), config.penalty.sigma));
  const [logits, movedLogits] = halves(logitsOf(concat([images, moved], 0)));
  return {
    logits,
    penalty: mul(finiteDifferencePenalty(logits, movedLogits, config.penalty.sigma), 2),
  };
}

function halves(x: Tensor): [Tensor, Tensor] {
  const [count = 0, ...rest] = x.shape;
  const zeros = rest.map(() => 0);
  return [
    slice(x, [0, ...zeros], [count / 2, ...rest]),
    slice(x, [count / 2, ...zeros], [count, ...rest]),
  ];
}
