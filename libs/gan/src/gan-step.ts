import { labelVectorLength } from '@scapis/contracts';
import { add, concat, input, mean, mul, slice, sqrt, sub, sum, type Tensor } from '@scapis/numerics';
import { discriminator, generator } from './architecture.ts';
import { imageShape, type GanConfig } from './config.ts';
import { labelClassifier, shownCrossEntropy } from './guidance.ts';
import { augment, exactPenalty, finiteDifferencePenalty, relativisticLoss, type AugmentationInputs } from './losses.ts';
import type { Weights } from './networks.ts';
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
  classifier: Layout;
}

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
    ...(config.guidance !== null && {
      classifier: layouts.classifier,
      classifierFirst: layouts.classifier,
      classifierSecond: layouts.classifier,
    }),
  };
}

/**
 * Builds the step's graph. Inputs: the state, `z` [N, latent], `labels` [N, 9], `real` [N, 1, s, s] (volumes [N, 1, s, s, s]), augmentation of both
 * (`real.rows` ...), `noise` [2N, 1, s, s] of +-1 in finite-difference penalty steps, and the scalars `rate`, `secondScale`, `averageKeep`, `gamma`;
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
  const discriminate = (weights: Weights, images: Tensor): Tensor => {
    const copies = (images.shape[0] ?? 0) / batch;
    return discriminator(config).forward(weights, images, copies === 1 ? labels : concat(Array<Tensor>(copies).fill(labels), 0));
  };

  const fake = generator(config).forward(gWeights, input('z', [batch, config.latentLength]), labels);
  const [shownReal, shownFake] = [
    augment(input('real', [batch, ...imageShape(config)]), augmentationInputs('real', config)),
    augment(fake, augmentationInputs('fake', config)),
  ];
  const shown = concat([shownReal, shownFake], 0);

  // The discriminator. Its gradient is taken in its own weights only, so generated images count as data here.
  const { logits, penalty } = discriminatorLogits(config, shown, (images) => discriminate(dWeights, images), isPenalised);
  const [realLogits, fakeLogits] = halves(logits);
  const separation = relativisticLoss(realLogits, fakeLogits);
  const discriminatorLoss =
    penalty === null ? separation : add(separation, mul(penalty, mul(input('gamma', []), config.penalty.every / 2)));
  const dGradient = packedGradient(layouts.discriminator, discriminatorLoss, dWeights);
  const dNext = adamUpdate(
    { weights: d, first: state('discriminatorFirst', layouts.discriminator), second: state('discriminatorSecond', layouts.discriminator) },
    dGradient,
    rates,
    { ...config, eps },
  );

  // The generator, against the updated discriminator. How its images moved the discriminator is left out, or this would be an unrolled GAN.
  const dNextWeights = views(layouts.discriminator, dNext.weights);
  const generatorLoss = relativisticLoss(discriminate(dNextWeights, shownFake), discriminate(dNextWeights, shownReal));
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
    ...guided?.next,
  };
  return { ...losses, ...Object.fromEntries(Object.entries(next).map(([name, tensor]) => [`next.${name}`, tensor])) };
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

/** @returns logits [2N] of the shown images, real first, and |grad D|^2 summed over real and generated images (mean over the batch). */
function discriminatorLogits(
  config: GanConfig,
  shown: Tensor,
  discriminate: (images: Tensor) => Tensor,
  isPenalised: boolean,
): { logits: Tensor; penalty: Tensor | null } {
  if (!isPenalised) return { logits: discriminate(shown), penalty: null };
  // R1 + R2 = gamma/2 (mean over real + mean over generated) = gamma/2 * twice the mean over both.
  if (config.penalty.kind === 'exact') return { logits: discriminate(shown), penalty: mul(exactPenalty(discriminate, shown), 2) };
  const moved = add(shown, mul(input('noise', shown.shape), config.penalty.sigma));
  const [logits, movedLogits] = halves(discriminate(concat([shown, moved], 0)));
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
