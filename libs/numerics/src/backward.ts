import { add, broadcast, scalar, sumTo } from './build.ts';
import { gradientRules, type GradientRule } from './gradients.ts';
import { GraphError, topologicalOrder, type Node, type OpName, type Tensor } from './tensor.ts';

/**
 * Reverse-mode differentiation, as more graph: the result can be evaluated, emitted or
 * differentiated again.
 * @param loss a scalar (shape []), float32
 * @param detached tensors treated as constants (stop-gradient), even where they depend on `wrt`
 * @returns the gradient of the loss in each of `wrt`, of the same shape; zeros where the loss
 * doesn't depend on it.
 * @throws GraphError when the loss isn't a scalar, or a rule returns something that doesn't fit
 * (named by its operation).
 */
export function gradients(
  loss: Tensor,
  wrt: readonly Tensor[],
  detached: readonly Tensor[] = [],
): Tensor[] {
  if (loss.shape.length !== 0 || loss.dtype !== 'float32')
    throw new GraphError(
      `only a float32 scalar has gradients, not ${loss.dtype} [${loss.shape.join()}]`,
    );
  const order = topologicalOrder([loss]);
  const isOnPath = new Set<Tensor>(wrt);
  for (const node of order)
    if (!detached.includes(node) && node.inputs.some((input) => isOnPath.has(input)))
      isOnPath.add(node);
  const totals = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  for (const node of order.toReversed()) {
    const g = totals.get(node);
    if (g === undefined || !isOnPath.has(node)) continue;
    for (const [input, part] of inputGradients(node, g)) {
      if (!isOnPath.has(input)) continue;
      const total = totals.get(input);
      totals.set(input, total === undefined ? part : add(total, part));
    }
  }
  return wrt.map((tensor) => totals.get(tensor) ?? broadcast(scalar(0), tensor.shape));
}

function inputGradients<K extends OpName>(node: Node<K>, g: Tensor): [Tensor, Tensor][] {
  const rule: GradientRule<K> = gradientRules[node.op];
  const parts = rule(g, node);
  if (parts.length < node.inputs.length)
    throw new GraphError(
      `the gradient rule of ${node.op} answers for ${parts.length} of ${node.inputs.length} inputs`,
    );
  return node.inputs.flatMap((input, at): [Tensor, Tensor][] => {
    const part = parts[at];
    if (part === null || part === undefined) return [];
    if (part.dtype !== 'float32')
      throw new GraphError(`the gradient rule of ${node.op} returned ${part.dtype}`);
    return [[input, sumTo(part, input.shape)]];
  });
}
