import { labelVectorLength } from '@scapis/contracts';
import { add, concat, input, mean, mul, reshape, slice, sqrt, sub, sum, type Tensor } from '@scapis/numerics';
import { discriminator, generator } from './architecture.ts';
import { codeLength, imageShape, type GanConfig } from './config.ts';
import { labelClassifier, shownCrossEntropy } from './guidance.ts';
import { augment, exactPenalty, finiteDifferencePenalty, hingeLoss, leCamPenalty, relativisticLoss, type AugmentationInputs } from './losses.ts';
import type { Weights } from './networks.ts';
import { spectrallyNormalised } from './spectral.ts';
import { adamUpdate, packedGradient, views, type Layout } from './optimise.ts';

/**
 * One adversarial step as a program: the discriminator's update, then the generator's against the updated discriminator, on the same
 * generated images (as in the DCGAN example of PyTorch), so the generator runs forward once.
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
 * Reported by every step, each a scalar, before the update. `penalty` is 0 in steps without one; the last two are 0 in runs without guidance.
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
export function stateLayouts(config: GanConfig, layouts: Layouts): Partial<Record<StateName, Layout>> {
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
 * Builds the step's graph. Inputs: the state, `z` [N, codeLength], `labels` [N, 9], `real` [N, 1, s, s] (volumes [N, 1, s, s, s]), augmentation of both
 * (`real.rows` ...), `noise` [2N, seenChannels, s, s] of +-1 in finite-difference penalty steps, and the scalars `rate`, `secondScale`, `averageKeep`, `gamma`;
 * with guidance also `guidance`, `classifierRate`, `classifierSecondScale`.
 * @returns outputs by name: every loss, and `next.<state>`.
 */
export function ganStep(config: GanConfig, layouts: Layouts, { isPenalised }: { isPenalised: boolean }): Record<string, Tensor> {
  const { batch } = config;
  const state = (name: StateName, layout: Layout): Tensor => input(name, [layout.size]);
  const [g, d] = [state('generator', layouts.generator), state('discriminator', layouts.discriminator)];
  const average = state('average', layouts.generator);
  const [gWeights, dWeights] = [views(layouts.generator, g), views(layouts.discriminator, d)];
  const labels = input('labels', [batch, labelVectorLength]);
  const rates = { rate: input('rate', []), secondScale: input('secondScale', []) };
  const vectors = config.spectralNorm ? views(layouts.spectral, state('spectral', layouts.spectral)) : null;
  const divided = spectrallyNormalised(layouts.spectral, dWeights, vectors);
  const network = discriminator(config);
  const judge = (weights: Weights, seen: Tensor): Tensor => {
    const copies = (seen.shape[0] ?? 0) / batch;
    return network.judge(weights, seen, copies === 1 ? labels : concat(Array<Tensor>(copies).fill(labels), 0));
  };
  const discriminate = (weights: Weights, images: Tensor): Tensor => judge(weights, network.see(images));

  const fake = generator(config).forward(gWeights, input('z', [batch, codeLength(config)]), labels);
  const [shownReal, shownFake] = [
    augment(input('real', [batch, ...imageShape(config)]), augmentationInputs('real', config)),
    augment(fake, augmentationInputs('fake', config)),
  ];
  const shown = concat([shownReal, shownFake], 0);

  // The discriminator. Its gradient is taken in its own weights only, so generated images count as data here.
  const { logits, penalty } = discriminatorLogits(config, network.see(shown), (seen) => judge(divided.weights, seen), isPenalised);
  const [realLogits, fakeLogits] = halves(logits);
  const { separate, fool } = adversarial[config.adversarial];
  const separation = separate(realLogits, fakeLogits);
  const anchors = config.leCam > 0 ? state('anchors', anchorLayout) : null;
  const discriminatorLoss = [
    separation,
    ...(penalty === null ? [] : [mul(penalty, mul(input('gamma', []), config.penalty.every / 2))]),
    ...(anchors === null ? [] : [mul(leCamPenalty(realLogits, fakeLogits, anchors), config.leCam)]),
  ].reduce((total, part) => add(total, part));
  const dGradient = packedGradient(layouts.discriminator, discriminatorLoss, dWeights, divided.held);
  const dNext = adamUpdate(
    { weights: d, first: state('discriminatorFirst', layouts.discriminator), second: state('discriminatorSecond', layouts.discriminator) },
    dGradient,
    rates,
    { ...config, eps },
  );

  // The generator, against the updated discriminator. How its images moved the discriminator is left out, or this would be an unrolled GAN.
  const dNextWeights = spectrallyNormalised(layouts.spectral, views(layouts.discriminator, dNext.weights), vectors).weights;
  const generatorLoss = fool(discriminate(dNextWeights, shownFake), discriminate(dNextWeights, shownReal));
  const guided = config.guidance === null ? null : guidance(config, layouts, { labels, shownReal, shownFake });
  const wholeLoss = guided === null ? generatorLoss : add(generatorLoss, mul(guided.loss, input('guidance', [])));
  const gGradient = packedGradient(layouts.generator, wholeLoss, gWeights, [dNext.weights]);
  const gNext = adamUpdate(
    { weights: g, first: state('generatorFirst', layouts.generator), second: state('generatorSecond', layouts.generator) },
    gGradient,
    rates,
    { ...config, eps },
  );

  const losses: Record<LossName, Tensor> = {
    discriminatorLoss: separation,
    generatorLoss,
    penalty: penalty ?? mul(separation, 0),
    realLogit: mean(realLogits),
    fakeLogit: mean(fakeLogits),
    discriminatorGradient: norm(dGradient),
    generatorGradient: norm(gGradient),
    classifierLoss: guided?.classifierLoss ?? mul(separation, 0),
    guidanceLoss: guided?.loss ?? mul(separation, 0),
  };
  const next: Partial<Record<StateName, Tensor>> = {
    generator: gNext.weights,
    ...(config.beta1 > 0 && { generatorFirst: gNext.first, discriminatorFirst: dNext.first }),
    generatorSecond: gNext.second,
    average: add(gNext.weights, mul(sub(average, gNext.weights), input('averageKeep', []))),
    discriminator: dNext.weights,
    discriminatorSecond: dNext.second,
    ...(divided.next !== null && { spectral: divided.next }),
    ...(anchors !== null && { anchors: follow(anchors, realLogits, fakeLogits) }),
    ...guided?.next,
  };
  return { ...losses, ...Object.fromEntries(Object.entries(next).map(([name, tensor]) => [`next.${name}`, tensor])) };
}

/** Losses on logits [N]. Both see them in the order that is wanted of them first. */
const adversarial: Record<GanConfig['adversarial'], { separate: (real: Tensor, fake: Tensor) => Tensor; fool: (fake: Tensor, real: Tensor) => Tensor }> = {
  relativistic: { separate: relativisticLoss, fool: relativisticLoss },
  hinge: { separate: hingeLoss, fool: (fake) => mul(mean(fake), -1) },
};

function follow(anchors: Tensor, realLogits: Tensor, fakeLogits: Tensor): Tensor {
  const now = concat([realLogits, fakeLogits].map((logits) => reshape(mean(logits), [1])), 0);
  return add(mul(anchors, anchorDecay), mul(now, 1 - anchorDecay));
}

/** The discriminator alone. Inputs: the vectors `discriminator` and, with spectral normalisation, `spectral`; `images` [N, 1, s, s] (volumes [N, 1, s, s, s]), `labels` [N, 9]. Output: `result` [N]. */
export function discriminatorProgram(config: GanConfig, { discriminator: layout, spectral }: Layouts): Record<string, Tensor> {
  const { batch } = config;
  const vectors = config.spectralNorm ? views(spectral, input('spectral', [spectral.size])) : null;
  const { weights } = spectrallyNormalised(spectral, views(layout, input('discriminator', [layout.size])), vectors);
  const labels = input('labels', [batch, labelVectorLength]);
  return { result: discriminator(config).forward(weights, input('images', [batch, ...imageShape(config)]), labels) };
}

/** The averaged generator alone. Inputs: the vector `average`, `z` [N, codeLength], `labels` [N, 9]. Output: `result` [N, 1, s, s]. */
export function generatorProgram(config: GanConfig, { generator: layout }: Layouts): Record<string, Tensor> {
  const weights = views(layout, input('average', [layout.size]));
  const [z, labels] = [input('z', [config.batch, codeLength(config)]), input('labels', [config.batch, labelVectorLength])];
  return { result: generator(config).forward(weights, z, labels) };
}

const eps = 1e-8;
/** A classifier learns best with momentum. */
export const classifierAdam = { beta1: 0.9, beta2: 0.99, eps };

/** The classifier's update on the real images, and what it says, before it, of the generated ones. Both see what the discriminator is shown. */
function guidance(
  config: GanConfig,
  layouts: Layouts,
  { labels, shownReal, shownFake }: { labels: Tensor; shownReal: Tensor; shownFake: Tensor },
): { loss: Tensor; classifierLoss: Tensor; next: Partial<Record<StateName, Tensor>> } {
  const vector = (name: StateName): Tensor => input(name, [layouts.classifier.size]);
  const state = { weights: vector('classifier'), first: vector('classifierFirst'), second: vector('classifierSecond') };
  const weights = views(layouts.classifier, state.weights);
  const crossEntropyOn = (images: Tensor): Tensor => shownCrossEntropy(labelClassifier(config).forward(weights, images), labels);
  const classifierLoss = crossEntropyOn(shownReal);
  const gradient = packedGradient(layouts.classifier, classifierLoss, weights);
  const rates = { rate: input('classifierRate', []), secondScale: input('classifierSecondScale', []) };
  const { weights: classifier, first: classifierFirst, second: classifierSecond } = adamUpdate(state, gradient, rates, classifierAdam);
  return { loss: crossEntropyOn(shownFake), classifierLoss, next: { classifier, classifierFirst, classifierSecond } };
}

/**
 * The gradient is penalised in what the discriminator sees, window by window. Taken in the image itself a window's stretch would count squared: where
 * 400 HU fill the range, the discriminator might react a twenty-fifth as strongly, and overlooked grids of 50 HU in the heart (docs/training.md).
 * @param seen [2N, channels, ...] of the shown images, real first
 * @returns logits [2N], and |grad D|^2 summed over real and generated images (mean over the batch)
 */
function discriminatorLogits(
  config: GanConfig,
  seen: Tensor,
  judge: (seen: Tensor) => Tensor,
  isPenalised: boolean,
): { logits: Tensor; penalty: Tensor | null } {
  if (!isPenalised) return { logits: judge(seen), penalty: null };
  // R1 + R2 = gamma/2 (mean over real + mean over generated) = gamma/2 * twice the mean over both.
  if (config.penalty.kind === 'exact') return { logits: judge(seen), penalty: mul(exactPenalty(judge, seen), 2) };
  const moved = add(seen, mul(input('noise', seen.shape), config.penalty.sigma));
  const [logits, movedLogits] = halves(judge(concat([seen, moved], 0)));
  return { logits, penalty: mul(finiteDifferencePenalty(logits, movedLogits, config.penalty.sigma), 2) };
}

function augmentationInputs(name: string, { batch, size, dimensions }: GanConfig): AugmentationInputs {
  return {
    ...(dimensions === 3 && { slabs: input(`${name}.slabs`, [batch, size, size]) }),
    rows: input(`${name}.rows`, [batch, size, size]),
    columns: input(`${name}.columns`, [batch, size, size]),
    contrast: input(`${name}.contrast`, [batch, 1]),
    brightness: input(`${name}.brightness`, [batch, 1]),
  };
}

function halves(x: Tensor): [Tensor, Tensor] {
  const [count = 0, ...rest] = x.shape;
  const zeros = rest.map(() => 0);
  return [slice(x, [0, ...zeros], [count / 2, ...rest]), slice(x, [count / 2, ...zeros], [count, ...rest])];
}

function norm(x: Tensor): Tensor {
  return sqrt(sum(mul(x, x)));
}
