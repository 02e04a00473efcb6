import {
  div,
  matmul,
  mul,
  reshape,
  sizeOf,
  sqrt,
  sum,
  transpose,
  type Tensor,
} from '@scapis/numerics';
import type { Weights } from './dcgan.ts';
import { packedVector, type Layout, type Parameters } from '../steps/adam.ts';
import type { RandomStream } from '../base/philox.ts';

/**
 * Spectral normalisation (Miyato et al. 2018): each weight of the discriminator, as a matrix [out,
 * rest], is divided by its largest singular value, which one power iteration a step follows. Its
 * left vectors are state. Biases stay as they are.
 */

const isMatrix = (shape: readonly number[]): boolean => shape.length > 1;

/** @returns a random left vector for each matrix of the network, by its name. */
export function initialVectors(weights: Parameters, random: RandomStream): Parameters {
  return new Map(
    [...weights].flatMap(([name, { shape }]) =>
      isMatrix(shape)
        ? [[name, { shape: [shape[0] ?? 0], data: random.normals(shape[0] ?? 0) }] as const]
        : [],
    ),
  );
}

/**
 * @param vectors the left vectors of the step before, by weight; null: no normalisation, the
 * weights come back as they are
 * @returns the weights divided, the vectors one iteration on (packed as `layout` says), and what a
 * gradient must take as given, as in the paper.
 */
export function spectrallyNormalised(
  layout: Layout,
  weights: Weights,
  vectors: Weights | null,
): { weights: Weights; next: Tensor | null; held: Tensor[] } {
  if (vectors === null) return { weights, next: null, held: [] };
  const held: Tensor[] = [];
  const next: Record<string, Tensor> = {};
  const divided = Object.entries(weights).map(([name, weight]): [string, Tensor] => {
    const vector = vectors[name];
    if (vector === undefined) return [name, weight];
    const [out = 0, ...rest] = weight.shape;
    const matrix = reshape(weight, [out, sizeOf(rest)]);
    const right = unit(matmul(transpose(matrix), reshape(vector, [out, 1])));
    const left = unit(matmul(matrix, right));
    held.push(right, left);
    next[name] = reshape(left, [out]);
    return [name, div(weight, sum(mul(left, matmul(matrix, right))))];
  });
  return { weights: Object.fromEntries(divided), next: packedVector(layout, next), held };
}

const unit = (x: Tensor): Tensor => div(x, sqrt(sum(mul(x, x))));
