import { RandomStream } from '@scapis/gan';

/**
 * What the gate draws random numbers for. Each use has its own stream, so that more draws in one
 * place move nothing elsewhere.
 */
const gateDraws = [
  'encoder',
  'random-conv',
  'planted',
  'subsets',
  'classifier-weights',
  'classifier-batches',
  'bootstrap',
  'surrogate',
  'attacks',
  'ensemble',
  'index',
  'subspace',
] as const;
export type GateDraw = (typeof gateDraws)[number];

/** @param index which of several streams of this use, below 1000 */
export function gateStream(seed: number, draw: GateDraw, index = 0): RandomStream {
  return new RandomStream(seed, 'gate', gateDraws.indexOf(draw) * 1000 + index);
}

/** @returns 0..count-1 in random order (Fisher and Yates). */
export function permutation(random: RandomStream, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

export type { RandomStream };
