import { compile } from '@scapis/gan';
import { input, matmul, maximum, transpose } from '@scapis/numerics';
import type { Pace } from './pace.ts';

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
 * Queries per product of matrices: large enough to keep the cores busy, small enough for the running maximum to stay in a few
 * megabytes.
 */
const block = 512;

/**
 * Exhaustive search: for each query the greatest inner product with every template over all poses, as products of matrices with a running
 * maximum. `use` gets a view of [templates] that is only valid during the call.
 */
export async function forEachGreatest(
  { queries, poses, width, write, templates }: PosedPairs,
  pace: Pace,
  use: (query: number, greatest: Float32Array) => void,
): Promise<void> {
  const count = templates.length / width;
  const rows = Math.min(block, queries);
  const product = matmul(input('queries', [rows, width]), transpose(input('templates', [count, width])));
  const program = await compile({ next: maximum(input('best', [rows, count]), product) });
  try {
    const vectors = new Float32Array(rows * width);
    let best = new Float32Array(rows * count);
    let spare = new Float32Array(rows * count);
    for (let start = 0; start < queries; start += rows) {
      const here = Math.min(rows, queries - start);
      best.fill(-Infinity);
      for (let pose = 0; pose < poses; pose += 1) {
        for (let q = 0; q < here; q += 1) write(pose, start + q, vectors, q * width);
        await program.run({ queries: vectors, templates, best }, { next: spare });
        [best, spare] = [spare, best];
        await pace.breathe((start + (here * pose) / poses) / queries);
      }
      for (let q = 0; q < here; q += 1) {
        use(start + q, best.subarray(q * count, (q + 1) * count));
        await pace.breathe((start + q) / queries);
      }
    }
  } finally {
    await program.dispose();
  }
}
