import { compile } from '@scapis/gan';
import { constant, input, matmul, maximum } from '@scapis/numerics';
import { onOneThread } from '../statistics/batches.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import type { TaskContext } from '../task-context.ts';

export interface PosedPairs {
  queries: number;
  /** In how many ways (shifts, mirrored) each query is tried. */
  poses: number;
  width: number;
  /** Writes the vector of one query in one pose into `to` at `at`. */
  write: (pose: number, query: number, to: Float32Array, at: number) => void;
  /** [templates, width] */
  templates: Float32Array;
}

/**
 * Queries per product of matrices: large enough to keep the cores busy, small enough for the
 * running maximum to stay in a few megabytes.
 */
const block = 512;
/**
 * Cells of the running maximum at most, 205 MB each of the two that take turns: many templates make
 * smaller blocks.
 */
const mostCells = 512 * 100_000;
/**
 * Poses per call of the program: what a call costs beside its products is to carry the running
 * maximum in and out.
 */
const posesPerCall = 8;

/**
 * Exhaustive search: for each query the greatest inner product with every template over all poses,
 * as products of matrices with a running maximum. `use` gets a view of [templates] that is only
 * valid during the call.
 */
export async function forEachMaxInnerProduct(
  { queries, poses, width, write, templates }: PosedPairs,
  context: TaskContext,
  use: (query: number, max: Float32Array) => void,
): Promise<void> {
  const count = templates.length / width;
  const rows = Math.min(block, queries, Math.max(1, Math.floor(mostCells / count)));
  const together = Math.min(posesPerCall, poses);
  // The templates are a constant, which the runtime lays out once for its products.
  const columns = constant(transposed(templates, width), [width, count]);
  const names = Array.from({ length: together }, (_, slot) => `pose${slot}`);
  const products = names.map((name) => matmul(input(name, [rows, width]), columns));
  const program = await compile(
    { next: products.reduce((a, b) => maximum(a, b), input('best', [rows, count])) },
    onOneThread,
  );
  try {
    const feeds = Object.fromEntries(names.map((name) => [name, new Float32Array(rows * width)]));
    let best = new Float32Array(rows * count);
    let spare = new Float32Array(rows * count);
    for (let start = 0; start < queries; start += rows) {
      const here = Math.min(rows, queries - start);
      best.fill(-Infinity);
      for (let first = 0; first < poses; first += together) {
        for (const [slot, name] of names.entries()) {
          // The last call may have poses to spare: it looks at the last one again, which changes no
          // maximum.
          const pose = Math.min(first + slot, poses - 1);
          for (let q = 0; q < here; q += 1) write(pose, start + q, feeds[name]!, q * width);
        }
        await program.run({ ...feeds, best }, { next: spare });
        [best, spare] = [spare, best];
        await context.yieldIfDue((start + (here * first) / poses) / queries);
      }
      for (let q = 0; q < here; q += 1) {
        use(start + q, best.subarray(q * count, (q + 1) * count));
        await context.yieldIfDue((start + q) / queries);
      }
    }
  } finally {
    await program.dispose();
  }
}

function transposed(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  const columns = new Float32Array(rows.length);
  for (let r = 0; r < count; r += 1)
    for (let c = 0; c < width; c += 1) columns[c * count + r] = rows[r * width + c]!;
  return columns;
}

/**
 * Exact distances of every query to every template as products of matrices: |q - t|² = |q|² + |t|²
 * - 2 q·t. Time grows as queries x templates x width: 3,200 x 2,000 x 112 take some tenths of a
 * second. `use` gets squared distances that are valid only during the call.
 */
export async function forEachSquaredDistance(
  queries: Features,
  templates: Features,
  context: TaskContext,
  use: (query: number, squared: Float32Array) => void,
): Promise<void> {
  const { width } = queries;
  if (width !== templates.width)
    throw new Error(`Feature widths differ: ${width} and ${templates.width}.`);
  if (queries.count === 0 || templates.count === 0)
    throw new Error('Distances need at least one image on either side.');
  const norm = (features: Features, row: number): number => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i += 1) sum += features.data[i]! ** 2;
    return sum;
  };
  // [2 q, -1, -|q|²] · [t, |t|², 1] = -|q - t|²
  const rows = new Float32Array(templates.count * (width + 2));
  for (let t = 0; t < templates.count; t += 1) {
    rows.set(templates.data.subarray(t * width, (t + 1) * width), t * (width + 2));
    rows[t * (width + 2) + width] = norm(templates, t);
    rows[t * (width + 2) + width + 1] = 1;
  }
  const write = (_pose: number, query: number, to: Float32Array, at: number): void => {
    for (let i = 0; i < width; i += 1) to[at + i] = 2 * queries.data[query * width + i]!;
    to[at + width] = -1;
    to[at + width + 1] = -norm(queries, query);
  };
  const squared = new Float32Array(templates.count);
  await forEachMaxInnerProduct(
    { queries: queries.count, poses: 1, width: width + 2, write, templates: rows },
    context,
    (query, products) => {
      for (let t = 0; t < squared.length; t += 1) squared[t] = Math.max(-products[t]!, 0);
      use(query, squared);
    },
  );
}

/** @returns the indices of the least few values, least first. */
export function argsortSmallest(values: Float32Array, count: number): number[] {
  const few: number[] = [];
  let worst = Infinity;
  for (let i = 0; i < values.length; i += 1) {
    if (few.length === count && values[i]! >= worst) continue;
    let at = few.length;
    while (at > 0 && values[few[at - 1]!]! > values[i]!) at -= 1;
    few.splice(at, 0, i);
    few.length = Math.min(few.length, count);
    worst = values[few[few.length - 1]!]!;
  }
  return few;
}
