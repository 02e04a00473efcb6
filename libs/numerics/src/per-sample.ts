import {
  add,
  broadcast,
  concat,
  matmul,
  pad,
  reshape,
  scalar,
  slice,
  sum,
  sumTo,
  transpose,
} from './build.ts';
import { gradientRules, type GradientRule } from './gradients.ts';
import {
  GraphError,
  topologicalOrder,
  type ConvAttributes,
  type Node,
  type OpName,
  type Shape,
  type Tensor,
} from './tensor.ts';

/**
 * Per-sample gradients as graph nodes, which DP-SGD clips (Abadi et al. 2016). They are exact and
 * take one pass for the whole batch. Through batched tensors the pass is the ordinary gradient,
 * because samples don't mix there. At each weight, the final sum over samples of the ordinary
 * gradient is left out.
 * @param output [N], row n of which depends on row n of the batched tensors only (no batch norm)
 * @param cotangent [N], the derivative of the loss in each output
 * @param wrt the weights, without batch axis
 * @param batched input tensors [N, ...] that hold the batch
 * @returns for each weight its gradients [N, ...shape]; zeros where the output doesn't depend on
 * it.
 * @throws GraphError for an operation that mixes samples, or one that takes weights and has no rule
 * for it (named).
 */
export function perSampleGradients(
  output: Tensor,
  cotangent: Tensor,
  wrt: readonly Tensor[],
  batched: readonly Tensor[],
): Tensor[] {
  const [samples = 0] = output.shape;
  const order = topologicalOrder([output]);
  const [isBatched, isOnPath] = [new Set<Tensor>(batched), new Set<Tensor>(wrt)];
  for (const node of order) {
    if (node.inputs.some((input) => isBatched.has(input))) isBatched.add(node);
    if (node.inputs.some((input) => isOnPath.has(input))) isOnPath.add(node);
  }
  /**
   * For batched tensors [N, ...], a gradient of the same shape. For weights and tensors computed
   * from weights alone, [N, ...shape].
   */
  const totals = new Map<Tensor, Tensor>([[output, cotangent]]);
  for (const node of order.toReversed()) {
    const g = totals.get(node);
    if (g === undefined || !isOnPath.has(node)) continue;
    if (isBatched.has(node) && node.shape[0] !== samples)
      throw new GraphError(
        `${node.op}: [${node.shape.join()}] mixes the ${samples} samples, which then have no gradients of their own`,
      );
    for (const [at, input] of node.inputs.entries()) {
      if (!isOnPath.has(input)) continue;
      const part = isBatched.has(input)
        ? sumTo(ordinary(node, g, at), input.shape)
        : forWeight(node, g, at, { samples, isLifted: !isBatched.has(node) });
      const total = totals.get(input);
      totals.set(input, total === undefined ? part : add(total, part));
    }
  }
  return wrt.map(
    (weight) => totals.get(weight) ?? broadcast(scalar(0), [samples, ...weight.shape]),
  );
}

/** The gradient rule's answer for one input, not yet summed down. */
function ordinary<K extends OpName>(node: Node<K>, g: Tensor, at: number): Tensor {
  const rule: GradientRule<K> = gradientRules[node.op];
  return rule(g, node)[at] ?? refuse(node);
}

function forWeight(
  node: Tensor,
  g: Tensor,
  at: number,
  { samples, isLifted }: { samples: number; isLifted: boolean },
): Tensor {
  const input = node.inputs[at] ?? refuse(node);
  const rules: Rules = isLifted ? liftedRules : splitRules;
  const rule = rules[node.op] ?? refuse(node);
  return keepSamples(
    rule === 'pointwise' ? ordinary(node, g, at) : rule(g, node, at),
    samples,
    input.shape,
  );
}

/** Sums a gradient [N, ...] of any broadcast shape down to [N, ...shape]. */
function keepSamples(part: Tensor, samples: number, shape: Shape): Tensor {
  const ones = Array<number>(Math.max(0, part.shape.length - 1 - shape.length)).fill(1);
  // A weight of the node's own rank has a 1 where the samples are.
  const inner = part.shape.length === shape.length ? shape.slice(1) : shape;
  return reshape(sumTo(part, [samples, ...ones, ...inner]), [samples, ...shape]);
}

/**
 * `pointwise`: the ordinary rule holds unchanged. Its result has the broadcast shape, which
 * includes the sample axis.
 */
type Rules = Partial<
  Record<OpName, 'pointwise' | ((g: Tensor, node: Tensor, at: number) => Tensor)>
>;

const pointwise: Rules = {
  add: 'pointwise',
  sub: 'pointwise',
  mul: 'pointwise',
  div: 'pointwise',
  maximum: 'pointwise',
  where: 'pointwise',
};

/** Where a weight meets the batch: g has the shape of the node, [N, ...]. */
const splitRules: Rules = {
  ...pointwise,
  // x [N, K] times w [K, M]: an outer product for each sample. With more axes the ordinary rule
  // keeps the sample axis.
  matmul: (g, node, at) => {
    const [x = refuse(node)] = node.inputs;
    if (at === 0 || x.shape.length > 2) return ordinary(node, g, at);
    return matmul(reshape(x, [...x.shape, 1]), reshape(g, [g.shape[0] ?? 0, 1, g.shape[1] ?? 0]));
  },
  conv: (g, node, at) => {
    const [x = refuse(node), w] = node.inputs;
    const { stride, padding } = (node as Node<'conv'>).attributes;
    return at === 2
      ? sum(g, [2, 3])
      : convWeightGradients(x, g, { stride, padding, kernel: w?.shape[2] ?? 0 });
  },
};

/** Where a weight was made into another: g is [N, ...shape of the node]. */
const liftedRules: Rules = {
  ...pointwise,
  neg: 'pointwise',
  exp: 'pointwise',
  log: 'pointwise',
  sqrt: 'pointwise',
  matmul: (g, node, at) => ordinary(node, g, at),
  reshape: (g, { inputs: [x] }) => reshape(g, [g.shape[0] ?? 0, ...(x?.shape ?? [])]),
  transpose: (g, node) => {
    const { order } = (node as Node<'transpose'>).attributes;
    return transpose(g, [0, ...[...order.keys()].map((axis) => 1 + order.indexOf(axis))]);
  },
  broadcast: (g) => g,
  sum: (g, { inputs: [x] }) => broadcast(g, [g.shape[0] ?? 0, ...(x?.shape ?? [])]),
};

/**
 * convWeightGradient before its sum over images: x [N, Ci, H, W] and g [N, Co, Ho, Wo] -> [N, Co,
 * Ci, k, k]. One product per image of g with k*k shifted copies of x. A stride is removed first by
 * sorting pixels by their remainder.
 */
function convWeightGradients(
  x: Tensor,
  g: Tensor,
  { stride, padding, kernel }: ConvAttributes & { kernel: number },
): Tensor {
  const [images = 0, from = 0, height = 0, width = 0] = x.shape;
  const [, to = 0, outHeight = 0, outWidth = 0] = g.shape;
  const pixels = outHeight * outWidth;
  const rest = (length: number): number =>
    padding + ((stride - ((length + 2 * padding) % stride)) % stride);
  const [before, after] = [
    [0, 0, padding, padding],
    [0, 0, rest(height), rest(width)],
  ];
  const padded = [...before, ...after].some((count) => count > 0) ? pad(x, before, after) : x;
  const [, , fullHeight = 0, fullWidth = 0] = padded.shape;
  const [rows, columns] = [fullHeight / stride, fullWidth / stride];
  const sorted = transpose(
    reshape(padded, [images, from, rows, stride, columns, stride]),
    [0, 1, 3, 5, 2, 4],
  );
  const at = [...Array(kernel).keys()].map(
    (offset) => [offset % stride, Math.floor(offset / stride)] as const,
  );
  const copies = at.flatMap(([rowRest, row]) =>
    at.map(([columnRest, column]) =>
      reshape(
        slice(
          sorted,
          [0, 0, rowRest, columnRest, row, column],
          [images, from, rowRest + 1, columnRest + 1, row + outHeight, column + outWidth],
        ),
        [images, from, 1, pixels],
      ),
    ),
  );
  const columnsOfX = reshape(concat(copies, 2), [images, from * kernel * kernel, pixels]);
  return reshape(matmul(reshape(g, [images, to, pixels]), transpose(columnsOfX)), [
    images,
    to,
    from,
    kernel,
    kernel,
  ]);
}

function refuse(node: Tensor): never {
  throw new GraphError(
    `${node.op} takes a weight and has no rule for the gradients of single samples`,
  );
}
