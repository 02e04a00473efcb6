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
import { flattenTensors, type ParameterLayout, type Parameters } from '../base/parameters.ts';
import type { RandomStream } from '../base/philox.ts';

/**
 * Spectral normalisation (Miyato et al. 2018). Each weight of the discriminator, as a matrix [out,
 * rest], is divided by its largest singular value, estimated by one power iteration per step. The
 * left singular vectors are state of the run. Biases are not normalised.
 */

const isMatrix = (shape: readonly number[]): boolean => shape.length > 1;

/** @returns a random left singular vector for each matrix of the network, by its name. */
export function initialSingularVectors(weights: Parameters, random: RandomStream): Parameters {
  return new Map(
    [...weights].flatMap(([name, { shape }]) =>
      isMatrix(shape)
        ? [[name, { shape: [shape[0] ?? 0], data: random.normals(shape[0] ?? 0) }] as const]
        : [],
    ),
  );
}

/**
 * @param vectors left singular vectors of the step before, by weight; null: no normalisation
 * @returns the normalised weights; the singular vectors after one more iteration, as one vector
 * [layout.size]; and the tensors that gradients treat as constants, as in the paper.
 */
export function spectrallyNormalised(
  layout: ParameterLayout,
  weights: Weights,
  vectors: Weights | null,
): { weights: Weights; next: Tensor | null; detached: Tensor[] } {
  if (vectors === null) return { weights, next: null, detached: [] };
  const detached: Tensor[] = [];
  const next: Record<string, Tensor> = {};
  const normalised = Object.entries(weights).map(([name, weight]): [string, Tensor] => {
    const vector = vectors[name];
    if (vector === undefined) return [name, weight];
    const [out = 0, ...rest] = weight.shape;
    const matrix = reshape(weight, [out, sizeOf(rest)]);
    const right = unit(matmul(transpose(matrix), reshape(vector, [out, 1])));
    const left = unit(matmul(matrix, right));
    detached.push(right, left);
    next[name] = reshape(left, [out]);
    return [name, div(weight, sum(mul(left, matmul(matrix, right))))];
  });
  return { weights: Object.fromEntries(normalised), next: flattenTensors(layout, next), detached };
}

const unit = (x: Tensor): Tensor => div(x, sqrt(sum(mul(x, x))));
