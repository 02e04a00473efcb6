import type { Values } from './kernels.ts';
import { ops, type Op } from './ops.ts';
import { sizeOf, topologicalOrder, type Node, type OpName, type Tensor } from './tensor.ts';

/** Values for the inputs of a program, by input name, row-major. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/**
 * The reference evaluator: runs a program in float64 with plain loops. For tests and tiny sizes;
 * ONNX Runtime runs the real ones.
 * @returns the values of each output, in the order asked.
 * @throws Error when an input is missing or has the wrong number of values.
 */
export function evaluate(outputs: readonly Tensor[], feeds: Feeds): Float64Array[] {
  const values = new Map<Tensor, Values>();
  for (const node of topologicalOrder(outputs))
    values.set(node, { data: compute(node, values, feeds), shape: node.shape });
  return outputs.map((output) => valuesOf(output, values).data);
}

function compute<K extends OpName>(
  node: Node<K>,
  values: ReadonlyMap<Tensor, Values>,
  feeds: Feeds,
): Float64Array {
  if (node.op === 'input' && 'name' in node.attributes)
    return fed(String(node.attributes.name), node, feeds);
  const row: Op<K> = ops[node.op];
  return row.evaluate(
    node.inputs.map((input) => valuesOf(input, values)),
    node,
  );
}

function fed(name: string, node: Tensor, feeds: Feeds): Float64Array {
  const values = feeds[name];
  if (values === undefined) throw new Error(`input ${name} was not fed`);
  if (values.length !== sizeOf(node.shape))
    throw new Error(`input ${name} takes ${sizeOf(node.shape)} values, ${values.length} were fed`);
  return Float64Array.from(values);
}

function valuesOf(node: Tensor, values: ReadonlyMap<Tensor, Values>): Values {
  const found = values.get(node);
  if (found === undefined) throw new Error(`${node.op} was used before it was computed`);
  return found;
}
