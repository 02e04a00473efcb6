import type { ImageSet } from '@scapis/gan';
import type { GateSets } from '../images/images.ts';
import { maxShift } from '../images/augment.ts';
import { bandPass, windowShape, windowsOf, type WindowShape } from '../images/band-pass.ts';
import { trainEncoder } from '../features/encoder.ts';
import { randomConvFeatures } from '../features/random-conv.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { standardiser } from '../features/metrics.ts';
import type { TaskContext } from '../task-context.ts';

/**
 * One way to see all four sets. None of these has seen T or H, so under "no leak" a person of T and
 * one of H are exchangeable and every comparison of the two is a fair test. The copy search's
 * encoder, trained on T, would favour T by itself: a leak of the test, not of the cohort
 * (docs/gate.md).
 */
export interface AttackSpace {
  name: 'identity' | 'random' | 'pixel';
  synthetic: Features;
  training: Features;
  holdout: Features;
  reference: Features;
}

export interface AttackSpaces {
  /**
   * Encoder trained on R alone, pairs of images of one person: what makes a person a person. Unit
   * vectors [n, 64].
   */
  identity: AttackSpace;
  /** Random convolutions, standardised by R: [n, 112]. */
  random: AttackSpace;
  /** Band-passed pixels of the middle, unit vectors: [n, side²]. */
  pixel: AttackSpace;
  /** Side of the window whose pixels make up `pixel`. */
  pixelSide: number;
}

/** Steps of the encoder on R: few people, few steps. */
export const identitySteps = 200;

/** The features of one set of images in each space. */
export type Seen = Record<AttackSpace['name'], Features>;

/** @returns what sees images in the three spaces, made from the reference people alone. */
export async function trainAttackEyes(
  reference: ImageSet,
  seed: number,
  steps: number,
  context: TaskContext,
): Promise<(images: ImageSet) => Promise<Seen>> {
  const encoder = await trainEncoder(reference, context, { seed, steps, pairs: 'people' });
  const scale = standardiser(await randomConvFeatures(reference, context));
  const shape = attackWindow(reference.size);
  return async (images) => {
    const passed = await bandPass(images, { narrow: 2, wide: 4 }, context);
    return {
      identity: await encoder.embed(images, context),
      random: scale.apply(await randomConvFeatures(images, context)),
      pixel: {
        count: images.count,
        width: shape.area,
        data: windowsOf(passed, images.count, shape),
      },
    };
  };
}

export function toAttackSpaces(seen: Record<keyof GateSets, Seen>, size: number): AttackSpaces {
  const of = (name: AttackSpace['name']): AttackSpace => ({
    name,
    synthetic: seen.synthetic[name],
    training: seen.training[name],
    holdout: seen.holdout[name],
    reference: seen.reference[name],
  });
  return {
    identity: of('identity'),
    random: of('random'),
    pixel: of('pixel'),
    pixelSide: attackWindow(size).side,
  };
}

export async function buildAttackSpaces(
  sets: GateSets,
  seed: number,
  steps: number,
  context: TaskContext,
): Promise<AttackSpaces> {
  const see = await trainAttackEyes(sets.reference, seed, steps, context);
  return toAttackSpaces(
    {
      synthetic: await see(sets.synthetic),
      training: await see(sets.training),
      holdout: await see(sets.holdout),
      reference: await see(sets.reference),
    },
    sets.training.size,
  );
}

function attackWindow(size: number): WindowShape {
  return windowShape(size, Math.max(2, Math.round(size / 16)), 2 * maxShift(size));
}
