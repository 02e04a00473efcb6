import { ops, type Op } from './ops.ts';
import { sizeOf, topologicalOrder, type Node, type OpName, type Tensor } from './tensor.ts';

/** What a program costs, known from its shapes alone. */

/**
 * @returns the multiply-accumulates of all matrix products and convolutions that the outputs depend
 * on. Padding counts as pixels.
 */
export function countMacs(outputs: readonly Tensor[]): number {
  return topologicalOrder(outputs).reduce((total, node) => total + macsOf(node), 0);
}

function macsOf<K extends OpName>(node: Node<K>): number {
  const row: Op<K> = ops[node.op];
  return row.macs?.(node) ?? 0;
}

/**
 * @returns the largest number of elements alive at once, when nodes are computed one after the
 * other and each result is freed after its last use. Inputs and outputs stay alive. A reshape takes
 * no memory of its own.
 */
export function peakElements(outputs: readonly Tensor[]): number {
  const order = topologicalOrder(outputs);
  const ownerOf = new Map<Tensor, Tensor>();
  const owner = (node: Tensor): Tensor => ownerOf.get(node) ?? node;
  const lastUse = new Map<Tensor, number>();
  for (const [at, node] of order.entries()) {
    const [first] = node.inputs;
    if (node.op === 'reshape' && first !== undefined) ownerOf.set(node, owner(first));
    for (const used of [node, ...node.inputs]) lastUse.set(owner(used), at);
  }
  for (const node of [...outputs, ...order.filter(({ op }) => op === 'input')])
    lastUse.set(owner(node), Infinity);
  const leaving = new Map<number, number>();
  for (const [node, at] of lastUse) leaving.set(at, (leaving.get(at) ?? 0) + sizeOf(node.shape));
  let [alive, peak] = [0, 0];
  for (const [at, node] of order.entries()) {
    if (owner(node) === node) alive += sizeOf(node.shape);
    peak = Math.max(peak, alive);
    alive -= leaving.get(at) ?? 0;
  }
  return peak;
}
