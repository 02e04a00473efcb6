import { compile, type RandomStream } from '@scapis/gan';
import { constant, input, matmul, transpose, type Tensor } from '@scapis/numerics';
import type { TaskContext } from '../task-context.ts';
import { onOneThread } from './batches.ts';
import type { Features } from './linear-algebra.ts';

/** Iterations over all rows after the first product, and those that put the axes found in order. */
const iterations = 2;
const orderings = 5;

/**
 * The first right singular vectors of the rows of a matrix [n, width], most important first, by
 * orthogonal iteration from a random start (Golub & Van Loan, Matrix Computations, 8.2.4; Halko,
 * Martinsson & Tropp 2011): first for their span, then, on the small matrix of what the rows are
 * within it, for their order. The first k axes are those of an iteration with k alone, so one call
 * serves every number of axes. Axes of nearly equal weight come out mixed, which changes nothing
 * for a span that holds both.
 * @param count of axes, below the number of rows and of columns
 * @returns orthonormal rows [count, width]
 */
export async function leadingAxes(
  { count: n, width, data }: Features,
  count: number,
  random: RandomStream,
  context: TaskContext,
): Promise<Float32Array> {
  const matrix = constant(data, [n, width]);
  const triangle = input('triangle', [count, count]);
  // Each takes rows and the triangle that makes them orthonormal, and gives the next ones.
  const steps = {
    toColumns: matmul(matmul(triangle, input('rows', [count, n])), matrix),
    toRows: transpose(matmul(matrix, transpose(matmul(triangle, input('rows', [count, width]))))),
    stay: matmul(triangle, input('rows', [count, width])),
    order: matmul(
      matmul(triangle, input('rows', [count, count])),
      input('weights', [count, count]),
    ),
    turn: matmul(matmul(triangle, input('rows', [count, count])), input('weights', [count, width])),
  };
  const compiled = async (next: Tensor): ReturnType<typeof compile> =>
    compile({ next, gram: matmul(next, transpose(next)) }, onOneThread);
  const programs: Record<keyof typeof steps, Awaited<ReturnType<typeof compile>>> = {
    toColumns: await compiled(steps.toColumns),
    toRows: await compiled(steps.toRows),
    stay: await compiled(steps.stay),
    order: await compiled(steps.order),
    turn: await compiled(steps.turn),
  };
  interface Rows {
    rows: Float32Array;
    triangle: Float32Array;
  }
  const apply = async (
    name: keyof typeof steps,
    from: Rows,
    weights?: Float32Array,
  ): Promise<Rows & { gram: Float32Array }> => {
    const { rows, triangle } = from;
    const feeds = { rows, triangle };
    const { next, gram } = await programs[name].run(
      weights === undefined ? feeds : { ...feeds, weights },
    );
    if (next === undefined || gram === undefined)
      throw new Error('A product of matrices gave nothing.');
    await context.yieldIfDue(0);
    return { rows: next, gram, triangle: orthonormalising(gram, count) };
  };
  /**
   * A triangle made from float32 products leaves rows askew by the condition of their Gram matrix;
   * twice more, and they are orthonormal (Yamamoto, Nakatsukasa, Yanagisawa & Fukaya 2015).
   */
  const settle = async (from: Rows): Promise<Rows> => apply('stay', await apply('stay', from));
  try {
    let found: Rows = { rows: random.normals(count * n), triangle: identity(count) };
    found = await apply('toColumns', found);
    for (let done = 0; done < iterations; done += 1)
      found = await apply('toColumns', await apply('toRows', found));
    found = await apply('stay', found);
    const { gram } = await apply('toRows', found);
    const { rows: axes } = await apply('stay', found);
    let turned: Rows = { rows: identity(count), triangle: identity(count) };
    for (let done = 0; done < orderings; done += 1) turned = await apply('order', turned, gram);
    return (await settle(await apply('turn', turned, axes))).rows;
  } finally {
    for (const program of Object.values(programs)) await program.dispose();
  }
}

function identity(count: number): Float32Array {
  const data = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) data[i * count + i] = 1;
  return data;
}

/** What is added to a Gram matrix of unit diagonal, so that float32 cannot make it indefinite. */
const shift = 1e-6;

/**
 * @param gram [count, count] of rows M
 * @returns the inverse of its lower Cholesky factor, which times M has orthonormal rows (but for
 * the shift), the first k of which span what the first k of M do. Rows of no length become 0.
 */
function orthonormalising(gram: Float32Array, count: number): Float32Array {
  const scale = Float64Array.from({ length: count }, (_, i) => {
    const squared = gram[i * count + i]!;
    return squared > 0 ? 1 / Math.sqrt(squared) : 0;
  });
  const factor = Array.from({ length: count }, () => new Float64Array(count));
  const inverse = Array.from({ length: count }, () => new Float64Array(count));
  const result = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) {
    const own = factor[i]!;
    for (let j = 0; j <= i; j += 1) {
      const other = factor[j]!;
      let sum = gram[i * count + j]! * scale[i]! * scale[j]! + (i === j ? shift : 0);
      for (let m = 0; m < j; m += 1) sum -= own[m]! * other[m]!;
      own[j] = i === j ? Math.sqrt(Math.max(sum, shift)) : sum / other[j]!;
    }
    // Row i of the inverse: (e_i - sum over m < i of L[i, m] row m) / L[i, i].
    const turned = inverse[i]!;
    turned[i] = 1;
    for (let m = 0; m < i; m += 1) {
      const [weight, row] = [own[m]!, inverse[m]!];
      for (let j = 0; j <= m; j += 1) turned[j]! -= weight * row[j]!;
    }
    for (let j = 0; j <= i; j += 1) {
      turned[j]! /= own[i]!;
      result[i * count + j] = turned[j]! * scale[j]!;
    }
  }
  return result;
}
