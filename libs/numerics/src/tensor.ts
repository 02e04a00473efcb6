/**
 * A tensor is a node of an immutable graph: nothing is computed while it is built. The same graph
 * is differentiated (backward.ts), run by the float64 reference evaluator (evaluate.ts) and emitted
 * as ONNX (onnx.ts).
 */

/** Programs run in float32. Comparisons give `bool`, which `where` takes as its condition. */
export type Dtype = 'float32' | 'bool';
export type Shape = readonly number[];

type None = Record<never, never>;

/** A convolution over two axes (images) or three (volumes), the same along each. */
export interface ConvAttributes {
  stride: number;
  padding: number;
  /** Channels in so many parts that don't meet; omitted = 1. */
  groups?: number;
}

/** Pixels along the axes of an image; with `depth`, which comes first, of a volume. */
export interface Extent {
  depth?: number;
  height: number;
  width: number;
}

/** @returns what a convolution and both its gradients share. */
export function toGeometry({ stride, padding, groups = 1 }: ConvAttributes): ConvAttributes {
  return { stride, padding, ...(groups !== 1 && { groups }) };
}

/**
 * The closed list of operations, each with its attributes. ops.ts and gradients.ts must have a row
 * for every name.
 */
export interface OpAttributes {
  input: { name: string; shape: Shape; dtype: Dtype };
  constant: { data: Float64Array; shape: Shape };
  add: None;
  sub: None;
  mul: None;
  div: None;
  maximum: None;
  greater: None;
  where: None;
  neg: None;
  exp: None;
  log: None;
  sqrt: None;
  tanh: None;
  softplus: None;
  leakyRelu: { slope: number };
  leakySlope: { slope: number };
  matmul: None;
  transpose: { order: Shape };
  reshape: { shape: Shape };
  broadcast: { shape: Shape };
  sum: { axes: Shape };
  logSumExp: { axis: number };
  slice: { starts: Shape; ends: Shape };
  pad: { before: Shape; after: Shape };
  concat: { axis: number };
  conv: ConvAttributes;
  convInputGradient: ConvAttributes & Extent;
  convWeightGradient: ConvAttributes & { kernel: number };
}
export type OpName = keyof OpAttributes;

export interface Node<K extends OpName> {
  readonly op: K;
  readonly inputs: readonly Tensor[];
  readonly attributes: OpAttributes[K];
  readonly shape: Shape;
  readonly dtype: Dtype;
}
export type Tensor = Node<OpName>;

/**
 * A graph that can't be built or differentiated. The message names the operation and the shapes.
 */
export class GraphError extends Error {
  override name = 'GraphError';
}

/** @returns how many elements a tensor of this shape holds (1 for a scalar). */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** @returns row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/** @returns the axis as 0..rank-1; a negative axis counts from the end. */
export function toAxis(axis: number, rank: number): number {
  const wrapped = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || wrapped < 0 || wrapped >= rank)
    throw new GraphError(`axis ${axis} is outside a tensor of rank ${rank}`);
  return wrapped;
}

/**
 * @returns the common shape of two operands by the usual rule: align at the last axis, a length of
 * 1 stretches.
 */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new GraphError(`shapes [${a.join()}] and [${b.join()}] don't broadcast`);
    return left === 1 ? right : left;
  });
}

export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/**
 * @returns each node that the outputs depend on, once, inputs before users. A loop, not recursion:
 * backward graphs are deep.
 */
export function topologicalOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const isDone = new Set<Tensor>();
  const stack = [...outputs].reverse();
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const waiting = isDone.has(node) ? [] : node.inputs.filter((input) => !isDone.has(input));
    if (waiting.length > 0) {
      stack.push(...waiting.reverse());
      continue;
    }
    stack.pop();
    if (!isDone.has(node)) {
      isDone.add(node);
      order.push(node);
    }
  }
  return order;
}
