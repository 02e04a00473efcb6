import { add, constant, input, mul, sum } from './build.ts';
import { gradients } from './backward.ts';
import { evaluate } from './evaluate.ts';
import { sizeOf, type Shape, type Tensor } from './tensor.ts';

/** A point at which to check: the values of one argument of `f`. */
export interface Argument {
  shape: Shape;
  data: readonly number[];
}

/**
 * Compares the gradients of f with central differences, in float64 by the reference evaluator, in
 * every argument and element. f may return any shape: its elements are weighted by fixed, unequal
 * numbers so that no error cancels. With order 2 the gradient itself is checked in the same way.
 * @returns the largest |difference| / (1 + |expected|) found. Below 1e-6 passes, for f that is
 * smooth near the inputs.
 */
export function checkGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Argument[],
  { order = 1, step = 1e-5 } = {},
): number {
  const names = inputs.map((_, i) => `x${i}`);
  const tensors = inputs.map(({ shape }, i) => input(names[i] ?? '', shape));
  const first = weighted([f(...tensors)], 0.5);
  const loss = order === 1 ? first : weighted(gradients(first, tensors), 0.9);
  const analytic = gradients(loss, tensors);
  const feeds = Object.fromEntries(inputs.map(({ data }, i) => [names[i] ?? '', [...data]]));
  const exact = evaluate(analytic, feeds);
  let worst = 0;
  inputs.forEach(({ shape, data }, i) => {
    for (let at = 0; at < sizeOf(shape); at++) {
      const moved = (by: number): number => {
        const values = [...data];
        values[at] = (values[at] ?? NaN) + by;
        return evaluate([loss], { ...feeds, [names[i] ?? '']: values })[0]?.[0] ?? NaN;
      };
      const expected = (moved(step) - moved(-step)) / (2 * step);
      const error = Math.abs((exact[i]?.[at] ?? NaN) - expected) / (1 + Math.abs(expected));
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
    }
  });
  return worst;
}

function weighted(tensors: readonly Tensor[], phase: number): Tensor {
  const parts = tensors.map((tensor, at) => {
    const weights = Float64Array.from({ length: sizeOf(tensor.shape) }, (_, i) =>
      Math.cos(phase + at + 1.7 * i),
    );
    return sum(mul(tensor, constant(weights, tensor.shape)));
  });
  return parts.reduce((total, part) => add(total, part));
}
