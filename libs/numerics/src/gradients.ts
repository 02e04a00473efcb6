import {
  broadcast,
  conv,
  convInputGradient,
  convWeightGradient,
  div,
  exp,
  greater,
  leakySlope,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  sigmoid,
  slice,
  sub,
  sum,
  transpose,
  where,
} from './build.ts';
import {
  GraphError,
  toGeometry,
  type ConvAttributes,
  type Extent,
  type Node,
  type OpName,
  type Tensor,
} from './tensor.ts';

/**
 * One rule per operation: given the gradient g of the loss in the node y, the gradient in each
 * input, as graph nodes (so it can be differentiated again). A rule may return the broadcast shape;
 * backward.ts sums it down. null = no gradient by definition.
 */
export type GradientRule<K extends OpName> = (g: Tensor, y: Node<K>) => readonly (Tensor | null)[];

export const gradientRules: { [K in OpName]: GradientRule<K> } = {
  input: () => [],
  constant: () => [],
  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  // d(ab) = b da + a db
  mul: (g, y) => [mul(g, of(y, 1)), mul(g, of(y, 0))],
  // d(a/b) = da/b - (a/b) db/b
  div: (g, y) => {
    const share = div(g, of(y, 1));
    return [share, neg(mul(share, y))];
  },
  maximum: (g, y) => {
    const isFirst = greater(of(y, 0), of(y, 1));
    return [where(isFirst, g, 0), where(isFirst, 0, g)];
  },
  greater: () => [null, null],
  where: (g, y) => [null, where(of(y, 0), g, 0), where(of(y, 0), 0, g)],
  neg: (g) => [neg(g)],
  // d exp(x) = exp(x) dx
  exp: (g, y) => [mul(g, y)],
  log: (g, y) => [div(g, of(y, 0))],
  // d sqrt(x) = dx / (2 sqrt(x))
  sqrt: (g, y) => [div(mul(g, 0.5), y)],
  // d tanh(x) = (1 - tanh(x)^2) dx
  tanh: (g, y) => [mul(g, sub(1, mul(y, y)))],
  softplus: (g, y) => [mul(g, sigmoid(of(y, 0)))],
  // The slope is taken from the result, not from the input. Both have the same sign, and a fused
  // convolution never has to write its input out.
  leakyRelu: (g, y) => [mul(g, leakySlope(y, y.attributes.slope))],
  leakySlope: () => [null],
  // d(AB) = dA B + A dB
  matmul: (g, y) => [matmul(g, transpose(of(y, 1))), matmul(transpose(of(y, 0)), g)],
  transpose: (g, { attributes: { order } }) => [
    transpose(
      g,
      [...order.keys()].map((axis) => order.indexOf(axis)),
    ),
  ],
  reshape: (g, y) => [reshape(g, of(y, 0).shape)],
  broadcast: (g) => [g],
  sum: (g, y) => [broadcast(g, of(y, 0).shape)],
  // d log(sum exp(x)) = softmax(x) dx
  logSumExp: (g, y) => [mul(g, exp(sub(of(y, 0), y)))],
  slice: (g, y) => [
    pad(
      g,
      y.attributes.starts,
      of(y, 0).shape.map((length, axis) => length - (y.attributes.ends[axis] ?? 0)),
    ),
  ],
  pad: (g, y) => [
    slice(
      g,
      y.attributes.before,
      of(y, 0).shape.map((length, axis) => length + (y.attributes.before[axis] ?? 0)),
    ),
  ],
  concat: (g, y) => {
    const { axis } = y.attributes;
    let end = 0;
    return y.inputs.map(({ shape }) => {
      const start = end;
      end += shape[axis] ?? 0;
      return slice(
        g,
        shape.map((_, at) => (at === axis ? start : 0)),
        shape.map((length, at) => (at === axis ? end : length)),
      );
    });
  },
  // y = conv(x, w), u = convInputGradient(g, w) and v = convWeightGradient(x, g) all come from the
  // sum over triples x g w, each with one factor left out. So each is the gradient of the others in
  // the factor that it leaves out.
  conv: (g, y) => [
    convInputGradient(g, of(y, 1), likeImage(of(y, 0), y)),
    convWeightGradient(of(y, 0), g, likeKernel(of(y, 1), y)),
    biasGradient(g, y),
  ],
  convInputGradient: (x, y) => [
    conv(x, of(y, 1), y.attributes),
    convWeightGradient(x, of(y, 0), likeKernel(of(y, 1), y)),
    biasGradient(x, y),
  ],
  convWeightGradient: (w, y) => [
    convInputGradient(of(y, 1), w, likeImage(of(y, 0), y)),
    conv(of(y, 0), w, y.attributes),
  ],
};

interface Convolution {
  attributes: ConvAttributes;
}

function likeImage({ shape }: Tensor, { attributes }: Convolution): ConvAttributes & Extent {
  const [height = 0, width = 0] = shape.slice(-2);
  return {
    ...toGeometry(attributes),
    ...(shape.length === 5 && { depth: shape[2] }),
    height,
    width,
  };
}

function likeKernel(
  { shape }: Tensor,
  { attributes }: Convolution,
): ConvAttributes & { kernel: number } {
  return { ...toGeometry(attributes), kernel: shape[2] ?? 0 };
}

/**
 * The bias is an optional third input: added to each pixel, so its gradient is the sum over them.
 */
function biasGradient(g: Tensor, { inputs }: Tensor): Tensor | null {
  return inputs.length < 3 ? null : sum(g, [0, ...[...g.shape.keys()].slice(2)]);
}

function of(node: Tensor, at: number): Tensor {
  const found = node.inputs[at];
  if (found === undefined) throw new GraphError(`${node.op} has no input ${at}`);
  return found;
}
