import { isSameShape, sizeOf } from '@scapis/numerics';
import type { ImageLabels } from '@scapis/contracts';
import { imageShape } from '../config.ts';
import { RandomStream } from '../base/philox.ts';
import type { Generator } from './generator.ts';

/**
 * An ensemble of generators as one (Eilertsen, Tsirikoglou, Lundström & Unger 2021). Each image
 * comes from one member, chosen at random by the seed, so a mode that one member missed can come
 * from another. As with a single generator, image i depends only on the seed, i and its label.
 * @param sharesOf the share of each member in the images of a label, in their order, with any sum
 * above 0; default: equal shares
 * @throws Error when members differ in image size, there are none, or the shares of a label are
 * invalid
 */
export function mixGenerators(
  members: readonly Generator[],
  sharesOf?: (labels: ImageLabels) => readonly number[],
): Generator {
  const [head] = members;
  if (head === undefined) throw new Error('an ensemble needs at least one generator');
  const shape = imageShape(head.config);
  if (members.some(({ config }) => !isSameShape(imageShape(config), shape)))
    throw new Error('all generators of an ensemble must draw images of one size');
  const memberFor = (labels: ImageLabels, random: RandomStream): Generator =>
    members[
      sharesOf === undefined
        ? random.integer(members.length)
        : chooseByShare(sharesOf(labels), members.length, random)
    ] ?? head;
  return {
    config: head.config,
    provider: head.provider,
    async sample({ labels, seed, first = 0 }) {
      const pixels = sizeOf(shape);
      const all = new Float32Array(labels.length * pixels);
      for (const [at, label] of labels.entries()) {
        const index = first + at;
        const member = memberFor(label, new RandomStream(seed, 'ensemble', index));
        all.set(await member.sample({ labels: [label], seed, first: index }), at * pixels);
      }
      return all;
    },
    async dispose() {
      await Promise.all(members.map((member) => member.dispose()));
    },
  };
}

function chooseByShare(shares: readonly number[], members: number, random: RandomStream): number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length !== members || !(total > 0) || shares.some((share) => !(share >= 0)))
    throw new Error(
      `${members} generators need ${members} shares of a sum above 0, got ${shares.join(', ')}`,
    );
  let left = random.uniform(0, total);
  const found = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  // Rounding may leave a small rest after the last share.
  return found >= 0 ? found : shares.findLastIndex((share) => share > 0);
}
