import { labelVectorLength } from '@scapis/contracts';
import {
  add,
  concat,
  input,
  mean,
  mul,
  reshape,
  slice,
  sqrt,
  sub,
  sum,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import { discriminator, generator } from '../networks/architecture.ts';
import { codeLength, imageShape, type GanConfig } from '../config.ts';
import { labelClassifier, shownCrossEntropy } from '../networks/label-classifier.ts';
import {
  augment,
  exactPenalty,
  finiteDifferencePenalty,
  hingeLoss,
  leCamPenalty,
  relativisticLoss,
  type AugmentationInputs,
} from './losses.ts';
import type { Weights } from '../networks/dcgan.ts';
import { spectrallyNormalised } from '../networks/spectral-norm.ts';
import {
  adamUpdate,
  packedGradient,
  views,
  type AdamRates,
  type AdamState,
  type Layout,
} from './adam.ts';

/**
 * One adversarial step as a program: the discriminator's update, then the generator's against the
 * updated discriminator, on the same generated images (as in the DCGAN example of PyTorch), so the
 * generator runs forward once.
 */

/** The vectors that a run carries from step to step. First moments exist only where beta1 > 0. */
export const stateNames = [
  'generator',
  'generatorFirst',
  'generatorSecond',
  'average',
  'discriminator',
  'discriminatorFirst',
  'discriminatorSecond',
  'spectral',
  'anchors',
  'classifier',
  'classifierFirst',
  'classifierSecond',
] as const;
export type StateName = (typeof stateNames)[number];

/**
 * Reported by every step, each a scalar, before the update. `penalty` is 0 in steps without one;
 * the last two are 0 in runs without guidance.
 * `generatorLoss` is the adversarial part.
 */
export const lossNames = [
  'discriminatorLoss',
  'generatorLoss',
  'penalty',
  'realLogit',
  'fakeLogit',
  'discriminatorGradient',
  'generatorGradient',
  'classifierLoss',
  'guidanceLoss',
] as const;
export type LossName = (typeof lossNames)[number];

/** The vectors that a run has. */
export type State = Partial<Record<StateName, Float32Array>>;
export type Losses = Partial<Record<LossName, number>>;

export interface Layouts {
  generator: Layout;
  discriminator: Layout;
  /** Left singular vectors of the discriminator's weights. */
  spectral: Layout;
  classifier: Layout;
}

/** Running means of the logits: real, generated. */
const anchorLayout: Layout = { size: 2, entries: [{ name: 'logits', shape: [2], start: 0 }] };
const anchorDecay = 0.99;

/** @returns which state a configuration has, with the layout that each vector follows. */
export function stateLayouts(
  config: GanConfig,
  layouts: Layouts,
): Partial<Record<StateName, Layout>> {
  const moments = config.beta1 > 0;
  return {
    generator: layouts.generator,
    ...(moments && { generatorFirst: layouts.generator }),
    generatorSecond: layouts.generator,
    average: layouts.generator,
    discriminator: layouts.discriminator,
    ...(moments && { discriminatorFirst: layouts.discriminator }),
    discriminatorSecond: layouts.discriminator,
    ...(config.spectralNorm && { spectral: layouts.spectral }),
    ...(config.leCam > 0 && { anchors: anchorLayout }),
    ...(config.guidance !== null && {
      classifier: layouts.classifier,
      classifierFirst: layouts.classifier,
      classifierSecond: layouts.classifier,
    }),
  };
}

/**
 * Builds the step's graph. Inputs: the state, `z` [N, codeLength], `labels` [N, 9], `real` [N, 1,
 * s, s] (volumes [N, 1, s, s, s]), augmentation of both (`real.rows` ...), `noise` [2N,
 * seenChannels, s, s] of +-1 in finite-difference penalty steps, and the scalars `rate`,
 * `secondScale`, `averageKeep`, `gamma`; with guidance also `guidance`, `classifierRate`,
 * `classifierSecondScale`.
 * @returns outputs by name: every loss, and `next.<state>`.
 */
export function ganStep(
  config: GanConfig,
  layouts: Layouts,
  { isPenalised }: { isPenalised: boolean },
): Record<string, Tensor> {
  const step = openStep(config, layouts);
  const batch = openBatch(step, config.batch);
  const judged = judge(step, batch, isPenalised);
  const judgeNext = updateJudges(step, judged);
  const drawn = draw(step, batch, judgeNext.states.discriminator);
  const drawNext = updateGenerator(step, drawn.generatorGradient);
  const zero = mul(judged.losses.discriminatorLoss, 0);
  const losses: Record<LossName, Tensor> = {
    ...judged.losses,
    penalty: judged.losses.penalty ?? zero,
    classifierLoss: judged.losses.classifierLoss ?? zero,
    guidanceLoss: drawn.losses.guidanceLoss ?? zero,
    generatorLoss: drawn.losses.generatorLoss,
    discriminatorGradient: sqrt(judgeNext.squares),
    generatorGradient: sqrt(drawNext.squares),
  };
  return {
    ...losses,
    ...prefixedNext({
      ...drawNext.states,
      ...judgeNext.states,
      ...(judged.spectral !== null && { spectral: judged.spectral }),
    }),
  };
}

/**
 * The same step in `config.shards` equal parts of the batch, whose gradients are averaged (data
 * parallelism), one after the other: `judge`, or `judgePenalised`, for each part of the batch,
 * `judgeUpdate` for each part of the weights, `draw` and `drawUpdate` likewise. What one gives and
 * the next takes has one name; what part i of the batch gives, `judgeUpdate` and `drawUpdate` take
 * as `<name>.i`, and of all state vectors their own `partOf`. `draw` runs the generator forward
 * once more, which is what being apart costs.
 */
export function shardedStep(config: GanConfig, layouts: Layouts): ShardedStep {
  const { shards } = config;
  const batchStep = openStep(config, layouts);
  const batch = openBatch(batchStep, config.batch / shards);
  const judgeProgram = (isPenalised: boolean): Record<string, Tensor> => {
    const { losses, spectral, ...gradients } = judge(batchStep, batch, isPenalised);
    return present({ ...losses, ...gradients, 'next.spectral': spectral });
  };
  const drawn = draw(batchStep, batch, batchStep.state('discriminator'));
  const updates = Array.from({ length: shards }, (_, at) => {
    const step = openStep(config, layouts, (length) => partOf(length, at, shards));
    const averaged = (name: string, shape: Shape): Tensor =>
      mul(
        Array.from({ length: shards }, (__, part) => step.input(`${name}.${part}`, shape)).reduce(
          (total, each) => add(total, each),
        ),
        1 / shards,
      );
    const judgeNext = updateJudges(step, {
      discriminatorGradient: averaged('discriminatorGradient', step.state('discriminator').shape),
      classifierGradient:
        config.guidance === null
          ? null
          : averaged('classifierGradient', step.state('classifier').shape),
      losses: { realLogit: averaged('realLogit', []), fakeLogit: averaged('fakeLogit', []) },
    });
    const drawNext = updateGenerator(
      step,
      averaged('generatorGradient', step.state('generator').shape),
    );
    return {
      judgeUpdate: { discriminatorSquares: judgeNext.squares, ...prefixedNext(judgeNext.states) },
      drawUpdate: { generatorSquares: drawNext.squares, ...prefixedNext(drawNext.states) },
    };
  });
  return {
    judge: judgeProgram(false),
    judgePenalised: judgeProgram(true),
    judgeUpdate: updates.map(({ judgeUpdate }) => judgeUpdate),
    draw: present({ ...drawn.losses, generatorGradient: drawn.generatorGradient }),
    drawUpdate: updates.map(({ drawUpdate }) => drawUpdate),
  };
}

export type ShardedStep = Record<'judge' | 'judgePenalised' | 'draw', Record<string, Tensor>> &
  Record<'judgeUpdate' | 'drawUpdate', Record<string, Tensor>[]>;

/** @returns where part `at` of `count` begins and ends in a vector. */
export function partOf(length: number, at: number, count: number): [start: number, end: number] {
  return [Math.floor((at * length) / count), Math.floor(((at + 1) * length) / count)];
}

/**
 * One step's graph as it is built. An input of the same name is the same tensor wherever it is
 * asked for.
 */
export interface Step {
  config: GanConfig;
  layouts: Layouts;
  input: (name: string, shape: Shape) => Tensor;
  state: (name: StateName) => Tensor;
}

/** @param part of each state vector that the graph is of; default the whole */
export function openStep(
  config: GanConfig,
  layouts: Layouts,
  part: (length: number) => [start: number, end: number] = (length) => [0, length],
): Step {
  const inputs = new Map<string, Tensor>();
  const named: Step['input'] = (name, shape) => {
    const known = inputs.get(name) ?? input(name, shape);
    inputs.set(name, known);
    return known;
  };
  const known = stateLayouts(config, layouts);
  const state: Step['state'] = (name) => {
    const { size = 0 } = known[name] ?? {};
    // The anchors are two numbers, which every part follows.
    const [start, end] = name === 'anchors' ? [0, size] : part(size);
    return named(name, [end - start]);
  };
  return { config, layouts, input: named, state };
}

/** What both networks are shown of `count` images, and with which weights. */
interface Batch {
  count: number;
  labels: Tensor;
  generatorWeights: Weights;
  shownReal: Tensor;
  shownFake: Tensor;
  /** Of spectral normalisation. */
  vectors: Weights | null;
}

export function openBatch(step: Step, count: number): Batch {
  const { config, layouts } = step;
  const generatorWeights = views(layouts.generator, step.state('generator'));
  const labels = step.input('labels', [count, labelVectorLength]);
  const fake = generator(config).forward(
    generatorWeights,
    step.input('z', [count, codeLength(config)]),
    labels,
  );
  return {
    count,
    labels,
    generatorWeights,
    shownReal: augment(
      step.input('real', [count, ...imageShape(config)]),
      augmentationInputs(step, 'real', count),
    ),
    shownFake: augment(fake, augmentationInputs(step, 'fake', count)),
    vectors: config.spectralNorm ? views(layouts.spectral, step.state('spectral')) : null,
  };
}

interface Judged {
  losses: {
    discriminatorLoss: Tensor;
    realLogit: Tensor;
    fakeLogit: Tensor;
    penalty: Tensor | null;
    classifierLoss: Tensor | null;
  };
  discriminatorGradient: Tensor;
  classifierGradient: Tensor | null;
  /** The singular vectors, one iteration on. */
  spectral: Tensor | null;
}

/**
 * Gradients of the networks that judge. The discriminator's is taken in its own weights only, so
 * generated images count as data here.
 */
function judge(step: Step, batch: Batch, isPenalised: boolean): Judged {
  const { config, layouts } = step;
  const weights = views(layouts.discriminator, step.state('discriminator'));
  const divided = spectrallyNormalised(layouts.spectral, weights, batch.vectors);
  const network = discriminator(config);
  const seen = network.see(concat([batch.shownReal, batch.shownFake], 0));
  const { logits, penalty } = discriminatorLogits(
    step,
    seen,
    (each) => network.judge(divided.weights, each, labelsFor(batch, each)),
    isPenalised,
  );
  const [realLogits, fakeLogits] = halves(logits);
  const separation = adversarial[config.adversarial].separate(realLogits, fakeLogits);
  const loss = [
    separation,
    ...(penalty === null
      ? []
      : [mul(penalty, mul(step.input('gamma', []), config.penalty.every / 2))]),
    ...(config.leCam > 0
      ? [mul(leCamPenalty(realLogits, fakeLogits, step.state('anchors')), config.leCam)]
      : []),
  ].reduce((total, each) => add(total, each));
  const classifier = config.guidance === null ? null : classifierWeights(step);
  const classifierLoss =
    classifier === null
      ? null
      : shownCrossEntropy(
          labelClassifier(config).forward(classifier, batch.shownReal),
          batch.labels,
        );
  return {
    losses: {
      discriminatorLoss: separation,
      realLogit: mean(realLogits),
      fakeLogit: mean(fakeLogits),
      penalty,
      classifierLoss,
    },
    discriminatorGradient: packedGradient(layouts.discriminator, loss, weights, divided.held),
    classifierGradient:
      classifier === null || classifierLoss === null
        ? null
        : packedGradient(layouts.classifier, classifierLoss, classifier),
    spectral: divided.next,
  };
}

/**
 * The generator's gradient against the updated discriminator `judgeNext` (packed). How its images
 * moved the discriminator is left out, or this would be an unrolled GAN; the classifier is asked as
 * it was before its update.
 */
function draw(
  step: Step,
  batch: Batch,
  judgeNext: Tensor,
): { generatorGradient: Tensor; losses: { generatorLoss: Tensor; guidanceLoss: Tensor | null } } {
  const { config, layouts } = step;
  const { weights } = spectrallyNormalised(
    layouts.spectral,
    views(layouts.discriminator, judgeNext),
    batch.vectors,
  );
  const network = discriminator(config);
  const logitsOf = (images: Tensor): Tensor =>
    network.judge(weights, network.see(images), batch.labels);
  const generatorLoss = adversarial[config.adversarial].fool(
    logitsOf(batch.shownFake),
    logitsOf(batch.shownReal),
  );
  const guidanceLoss =
    config.guidance === null
      ? null
      : shownCrossEntropy(
          labelClassifier(config).forward(classifierWeights(step), batch.shownFake),
          batch.labels,
        );
  const whole =
    guidanceLoss === null
      ? generatorLoss
      : add(generatorLoss, mul(guidanceLoss, step.input('guidance', [])));
  return {
    generatorGradient: packedGradient(layouts.generator, whole, batch.generatorWeights, [
      judgeNext,
    ]),
    losses: { generatorLoss, guidanceLoss },
  };
}

/** Adam on gradients, wherever they come from. */
interface Updated<Name extends StateName> {
  /** Of the gradient, summed. */
  squares: Tensor;
  states: Partial<Record<StateName, Tensor>> & Record<Name, Tensor>;
}

/** The discriminator alone. */
export function updateDiscriminator(step: Step, gradient: Tensor): Updated<'discriminator'> {
  const { config } = step;
  const next = adamUpdate(adamState(step, 'discriminator'), gradient, adamInputs(step), {
    ...config,
    eps,
  });
  return {
    squares: sum(mul(gradient, gradient)),
    states: {
      discriminator: next.weights,
      ...(config.beta1 > 0 && { discriminatorFirst: next.first }),
      discriminatorSecond: next.second,
    },
  };
}

/** All that judges: the discriminator with its anchors, and the classifier. */
function updateJudges(
  step: Step,
  {
    discriminatorGradient,
    classifierGradient,
    losses,
  }: Pick<Judged, 'discriminatorGradient' | 'classifierGradient'> & {
    losses: Pick<Judged['losses'], 'realLogit' | 'fakeLogit'>;
  },
): Updated<'discriminator'> {
  const { squares, states } = updateDiscriminator(step, discriminatorGradient);
  const anchors = step.config.leCam > 0 ? step.state('anchors') : null;
  const rates = {
    rate: step.input('classifierRate', []),
    secondScale: step.input('classifierSecondScale', []),
  };
  const classifier =
    classifierGradient === null
      ? null
      : adamUpdate(adamState(step, 'classifier'), classifierGradient, rates, classifierAdam);
  return {
    squares,
    states: {
      ...states,
      ...(anchors !== null && { anchors: follow(anchors, losses) }),
      ...(classifier !== null && {
        classifier: classifier.weights,
        classifierFirst: classifier.first,
        classifierSecond: classifier.second,
      }),
    },
  };
}

/** The generator and its average. */
export function updateGenerator(step: Step, gradient: Tensor): Updated<'generator'> {
  const { config } = step;
  const next = adamUpdate(adamState(step, 'generator'), gradient, adamInputs(step), {
    ...config,
    eps,
  });
  const average = step.state('average');
  return {
    squares: sum(mul(gradient, gradient)),
    states: {
      generator: next.weights,
      ...(config.beta1 > 0 && { generatorFirst: next.first }),
      generatorSecond: next.second,
      average: add(next.weights, mul(sub(average, next.weights), step.input('averageKeep', []))),
    },
  };
}

function adamInputs(step: Step): AdamRates {
  return { rate: step.input('rate', []), secondScale: step.input('secondScale', []) };
}

function adamState({ state }: Step, name: 'generator' | 'discriminator' | 'classifier'): AdamState {
  return { weights: state(name), first: state(`${name}First`), second: state(`${name}Second`) };
}

function classifierWeights({ layouts, state }: Step): Weights {
  return views(layouts.classifier, state('classifier'));
}

/** The batch's labels, once for each copy of it in `seen`. */
function labelsFor({ labels, count }: Batch, seen: Tensor): Tensor {
  const copies = (seen.shape[0] ?? 0) / count;
  return copies === 1 ? labels : concat(Array<Tensor>(copies).fill(labels), 0);
}

/** @returns the states as outputs of a program: `next.<state>` */
export function prefixedNext(states: Partial<Record<StateName, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(states).map(([name, tensor]) => [`next.${name}`, tensor]),
  );
}

function present(tensors: Record<string, Tensor | null>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) => (tensor === null ? [] : [[name, tensor]])),
  );
}

/** Losses on logits [N]. Both see them in the order that is wanted of them first. */
const adversarial: Record<
  GanConfig['adversarial'],
  { separate: (real: Tensor, fake: Tensor) => Tensor; fool: (fake: Tensor, real: Tensor) => Tensor }
> = {
  relativistic: { separate: relativisticLoss, fool: relativisticLoss },
  hinge: { separate: hingeLoss, fool: (fake) => mul(mean(fake), -1) },
};

function follow(
  anchors: Tensor,
  { realLogit, fakeLogit }: Pick<Judged['losses'], 'realLogit' | 'fakeLogit'>,
): Tensor {
  const now = concat(
    [realLogit, fakeLogit].map((logit) => reshape(logit, [1])),
    0,
  );
  return add(mul(anchors, anchorDecay), mul(now, 1 - anchorDecay));
}

/**
 * The discriminator alone. Inputs: the vectors `discriminator` and, with spectral normalisation,
 * `spectral`; `images` [N, 1, s, s] (volumes [N, 1, s, s, s]), `labels` [N, 9]. Output: `result`
 * [N].
 */
export function discriminatorProgram(
  config: GanConfig,
  { discriminator: layout, spectral }: Layouts,
): Record<string, Tensor> {
  const { batch } = config;
  const vectors = config.spectralNorm ? views(spectral, input('spectral', [spectral.size])) : null;
  const { weights } = spectrallyNormalised(
    spectral,
    views(layout, input('discriminator', [layout.size])),
    vectors,
  );
  const labels = input('labels', [batch, labelVectorLength]);
  return {
    result: discriminator(config).forward(
      weights,
      input('images', [batch, ...imageShape(config)]),
      labels,
    ),
  };
}

/**
 * The averaged generator alone. Inputs: the vector `average`, `z` [N, codeLength], `labels` [N, 9].
 * Output: `result` [N, 1, s, s].
 */
export function generatorProgram(
  config: GanConfig,
  { generator: layout }: Layouts,
): Record<string, Tensor> {
  const weights = views(layout, input('average', [layout.size]));
  const [z, labels] = [
    input('z', [config.batch, codeLength(config)]),
    input('labels', [config.batch, labelVectorLength]),
  ];
  return { result: generator(config).forward(weights, z, labels) };
}

const eps = 1e-8;
/** A classifier learns best with momentum. */
export const classifierAdam = { beta1: 0.9, beta2: 0.99, eps };

/**
 * The gradient is penalised in what the discriminator sees, window by window. Taken in the image
 * itself a window's stretch would count squared: where 400 HU fill the range, the discriminator
 * might react a twenty-fifth as strongly, and overlooked grids of 50 HU in the heart
 * (docs/training.md).
 * @param seen [2N, channels, ...] of the shown images, real first
 * @returns logits [2N], and |grad D|^2 summed over real and generated images (mean over the batch)
 */
function discriminatorLogits(
  { config, input: named }: Step,
  seen: Tensor,
  logitsOf: (seen: Tensor) => Tensor,
  isPenalised: boolean,
): { logits: Tensor; penalty: Tensor | null } {
  if (!isPenalised) return { logits: logitsOf(seen), penalty: null };
  // R1 + R2 = gamma/2 (mean over real + mean over generated) = gamma/2 * twice the mean over both.
  if (config.penalty.kind === 'exact')
    return { logits: logitsOf(seen), penalty: mul(exactPenalty(logitsOf, seen), 2) };
  const moved = add(seen, mul(named('noise', seen.shape), config.penalty.sigma));
  const [logits, movedLogits] = halves(logitsOf(concat([seen, moved], 0)));
  return {
    logits,
    penalty: mul(finiteDifferencePenalty(logits, movedLogits, config.penalty.sigma), 2),
  };
}

function augmentationInputs(
  { config: { size, dimensions }, input: named }: Step,
  name: 'real' | 'fake',
  count: number,
): AugmentationInputs {
  return {
    ...(dimensions === 3 && { slabs: named(`${name}.slabs`, [count, size, size]) }),
    rows: named(`${name}.rows`, [count, size, size]),
    columns: named(`${name}.columns`, [count, size, size]),
    contrast: named(`${name}.contrast`, [count, 1]),
    brightness: named(`${name}.brightness`, [count, 1]),
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
