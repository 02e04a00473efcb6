import type { OnnxWriter } from './onnx-writer.ts';
import { emitConv, emitConvInputGradient, emitConvWeightGradient } from './onnx-conv.ts';
import {
  convInputGradientKernel,
  convKernel,
  convWeightGradientKernel,
  gatherStrided,
  mapBinary,
  matmulKernel,
  scatterStrided,
  stretch,
  type Values,
} from './kernels.ts';
import {
  broadcastShapes,
  GraphError,
  isSameShape,
  sizeOf,
  stridesOf,
  type ConvAttributes,
  type Dtype,
  type Node,
  type OpAttributes,
  type OpName,
  type Shape,
  type Tensor,
} from './tensor.ts';

/**
 * The definition of each operation. Shape rules throw GraphError; `makeNode` adds the operation's
 * name.
 */
export interface Op<K extends OpName> {
  /** Number of inputs, or the least and the most. */
  arity: number | readonly [number, number];
  dtype?: (attributes: OpAttributes[K], inputs: readonly Tensor[]) => Dtype;
  shape: (inputs: readonly Shape[], attributes: OpAttributes[K]) => Shape;
  /** Float64 reference: the values of the result (true = 1). */
  evaluate: (inputs: readonly Values[], node: Node<K>) => Float64Array;
  /** Multiply-accumulates of the products; omitted = none. */
  macs?: (node: Node<K>) => number;
  /** Adds ONNX nodes (opset 17) and returns the name of the result. */
  emit: (writer: OnnxWriter, inputs: readonly string[], node: Node<K>) => string;
}

export const ops: { [K in OpName]: Op<K> } = {
  input: {
    arity: 0,
    dtype: ({ dtype }) => dtype,
    shape: (_, { shape }) => shape,
    evaluate: (_, { attributes }) => fail(`input ${attributes.name} was not fed`),
    emit: (_, __, { attributes }) => attributes.name,
  },
  constant: {
    arity: 0,
    shape: (_, { data, shape }) =>
      data.length === sizeOf(shape)
        ? shape
        : fail(`${data.length} values don't fill [${shape.join()}]`),
    evaluate: (_, { attributes }) => attributes.data,
    emit: (writer, _, { attributes }) => writer.floats(attributes.data, attributes.shape),
  },
  add: binary('Add', (a, b) => a + b),
  sub: binary('Sub', (a, b) => a - b),
  mul: binary('Mul', (a, b) => a * b),
  div: binary('Div', (a, b) => a / b),
  maximum: binary('Max', Math.max),
  greater: { ...binary('Greater', (a, b) => Number(a > b)), dtype: () => 'bool' },
  where: {
    arity: 3,
    dtype: (_, inputs) =>
      inputs[0]?.dtype === 'bool' ? 'float32' : fail('the condition must be bool'),
    shape: ([condition = [], yes = [], no = []]) =>
      broadcastShapes(condition, broadcastShapes(yes, no)),
    evaluate: ([condition, yes, no], { shape }) => {
      const [c, a, b] = [condition, yes, no].map((operand) => stretch(given(operand), shape));
      return given(c).map((isYes, i) => (isYes ? (a?.[i] ?? NaN) : (b?.[i] ?? NaN)));
    },
    emit: (writer, inputs) => writer.node('Where', inputs),
  },
  neg: unary('Neg', (x) => -x),
  exp: unary('Exp', Math.exp),
  log: unary('Log', Math.log),
  sqrt: unary('Sqrt', Math.sqrt),
  tanh: unary('Tanh', Math.tanh),
  // A row, not max(x,0)+log(1+exp(-|x|)): that composition has the wrong gradient at 0, where two
  // equal logits start a GAN.
  softplus: unary('Softplus', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  // Two rows, not where(x > 0, x, slope x): ONNX Runtime fuses LeakyRelu into the convolution
  // before it.
  leakyRelu: {
    ...unary('LeakyRelu', (x) => x),
    evaluate: ([x], { attributes: { slope } }) =>
      given(x).data.map((value) => (value > 0 ? value : slope * value)),
    emit: (writer, inputs, { attributes: { slope } }) =>
      writer.node('LeakyRelu', inputs, { alpha: { float: slope } }),
  },
  // The derivative of leakyRelu is 1 where x > 0, else `slope`. Clipping 1e38 x to [slope, 1] is
  // three times as fast as Greater and Where. It is exact for every x that isn't subnormal (the
  // smallest normal float32 is 1.2e-38).
  leakySlope: {
    ...unary('Clip', (x) => x),
    shape: ([x = []], { slope }) =>
      slope >= 0 && slope <= 1 ? x : fail(`slope ${slope} is outside 0..1`),
    evaluate: ([x], { attributes: { slope } }) =>
      given(x).data.map((value) => (value > 0 ? 1 : slope)),
    emit: (writer, [x = ''], { attributes: { slope } }) =>
      writer.node('Clip', [
        writer.node('Mul', [x, writer.floats([1e38], [])]),
        writer.floats([slope], []),
        writer.floats([1], []),
      ]),
  },
  matmul: {
    arity: 2,
    shape: ([a = [], b = []]) => {
      const [m, k] = a.slice(-2);
      const [l, n] = b.slice(-2);
      if (a.length < 2 || b.length < 2 || m === undefined || n === undefined || k !== l)
        return fail(`[${a.join()}] and [${b.join()}] don't multiply`);
      return [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), m, n];
    },
    evaluate: ([a, b], { shape }) => matmulKernel(given(a), given(b), shape),
    macs: ({ shape, inputs: [a] }) => sizeOf(shape) * (a?.shape.at(-1) ?? 0),
    emit: (writer, inputs) => writer.node('MatMul', inputs),
  },
  transpose: {
    arity: 1,
    shape: ([x = []], { order }) =>
      isSameShape(
        [...order].sort((a, b) => a - b),
        [...x.keys()],
      )
        ? order.map((axis) => x[axis] ?? 0)
        : fail(`[${order.join()}] doesn't permute [${x.join()}]`),
    evaluate: ([x], { shape, attributes: { order } }) => {
      const strides = stridesOf(given(x).shape);
      return gatherStrided(
        given(x),
        shape,
        order.map((axis) => strides[axis] ?? 0),
      );
    },
    emit: (writer, inputs, { attributes: { order } }) =>
      writer.node('Transpose', inputs, { perm: { ints: order } }),
  },
  reshape: {
    arity: 1,
    shape: ([x = []], { shape }) =>
      sizeOf(x) === sizeOf(shape) ? shape : fail(`[${x.join()}] doesn't fill [${shape.join()}]`),
    evaluate: ([x]) => given(x).data,
    emit: (writer, inputs, { shape }) => writer.node('Reshape', [...inputs, writer.ints(shape)]),
  },
  broadcast: {
    arity: 1,
    shape: ([x = []], { shape }) =>
      isSameShape(broadcastShapes(x, shape), shape)
        ? shape
        : fail(`[${x.join()}] doesn't stretch to [${shape.join()}]`),
    evaluate: ([x], { shape }) => stretch(given(x), shape),
    emit: (writer, inputs, { shape }) => writer.node('Expand', [...inputs, writer.ints(shape)]),
  },
  sum: {
    arity: 1,
    shape: ([x = []], { axes }) => x.map((length, axis) => (axes.includes(axis) ? 1 : length)),
    evaluate: ([x], { shape, attributes: { axes } }) => {
      const strides = stridesOf(shape).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
      return scatterStrided(given(x), shape, strides);
    },
    emit: (writer, inputs, { attributes: { axes } }) =>
      writer.node('ReduceSum', [...inputs, writer.ints(axes)], { keepdims: { int: 1 } }),
  },
  // A row, not log(sum(exp(x))): the runtime subtracts the maximum first, so large logits don't
  // overflow.
  logSumExp: {
    arity: 1,
    shape: ([x = []], { axis }) => x.map((length, at) => (at === axis ? 1 : length)),
    evaluate: ([x], { shape, attributes: { axis } }) => {
      const strides = stridesOf(shape).map((stride, at) => (at === axis ? 0 : stride));
      const top = given(x).data.reduce((highest, value) => Math.max(highest, value), -Infinity);
      const scaled = {
        data: given(x).data.map((value) => Math.exp(value - top)),
        shape: given(x).shape,
      };
      return scatterStrided(scaled, shape, strides).map((total) => top + Math.log(total));
    },
    emit: (writer, inputs, { attributes: { axis } }) =>
      writer.node('ReduceLogSumExp', inputs, { axes: { ints: [axis] }, keepdims: { int: 1 } }),
  },
  slice: {
    arity: 1,
    shape: ([x = []], { starts, ends }) =>
      starts.length === x.length &&
      ends.length === x.length &&
      x.every((length, i) => isRange(starts[i], ends[i], length))
        ? x.map((_, i) => (ends[i] ?? 0) - (starts[i] ?? 0))
        : fail(`[${starts.join()}]..[${ends.join()}] isn't a part of [${x.join()}]`),
    evaluate: ([x], { shape, attributes: { starts } }) => {
      const strides = stridesOf(given(x).shape);
      return gatherStrided(given(x), shape, strides, offsetOf(starts, strides));
    },
    emit: (writer, inputs, { attributes: { starts, ends }, inputs: [x] }) => {
      const axes = starts.flatMap((start, axis) =>
        start !== 0 || ends[axis] !== x?.shape[axis] ? [axis] : [],
      );
      const pick = (values: Shape): string => writer.ints(axes.map((axis) => values[axis] ?? 0));
      return axes.length === 0
        ? (inputs[0] ?? '')
        : writer.node('Slice', [...inputs, pick(starts), pick(ends), writer.ints(axes)]);
    },
  },
  pad: {
    arity: 1,
    shape: ([x = []], { before, after }) =>
      before.length === x.length &&
      after.length === x.length &&
      [...before, ...after].every((count) => Number.isInteger(count) && count >= 0)
        ? x.map((length, i) => length + (before[i] ?? 0) + (after[i] ?? 0))
        : fail(`[${before.join()}] and [${after.join()}] don't pad [${x.join()}]`),
    evaluate: ([x], { shape, attributes: { before } }) => {
      const strides = stridesOf(shape);
      return scatterStrided(given(x), shape, strides, offsetOf(before, strides));
    },
    emit: (writer, inputs, { attributes: { before, after } }) =>
      writer.node('Pad', [...inputs, writer.ints([...before, ...after])]),
  },
  concat: {
    arity: [1, Infinity],
    shape: (inputs, { axis }) => {
      const [first = []] = inputs;
      const isFit = inputs.every(
        (shape) =>
          shape.length === first.length &&
          shape.every((length, i) => i === axis || length === first[i]),
      );
      if (!isFit)
        return fail(
          `${inputs.map((shape) => `[${shape.join()}]`).join(' ')} don't join along axis ${axis}`,
        );
      return first.map((length, i) =>
        i === axis ? inputs.reduce((total, shape) => total + (shape[i] ?? 0), 0) : length,
      );
    },
    evaluate: (inputs, { shape, attributes: { axis } }) => {
      const strides = stridesOf(shape);
      const out = new Float64Array(sizeOf(shape));
      let start = 0;
      for (const part of inputs) {
        scatterStrided(part, shape, strides, start * (strides[axis] ?? 0)).forEach(
          (value, i) => (out[i] = (out[i] ?? 0) + value),
        );
        start += part.shape[axis] ?? 0;
      }
      return out;
    },
    emit: (writer, inputs, { attributes: { axis } }) =>
      writer.node('Concat', inputs, { axis: { int: axis } }),
  },
  // The three convolutions are bilinear, and each is the gradient of the others. The bias is part
  // of the row so that the runtime can fuse it.
  conv: {
    arity: [2, 3],
    shape: ([x = [], w = [], bias], attributes) => {
      const [images = 0, from, ...lengths] = x;
      const [to = 0, part = 0, kernel = 0] = w;
      const { groups = 1 } = attributes;
      if (!isConvolution(x, w) || from !== part * groups)
        return fail(`[${x.join()}] and [${w.join()}] don't convolve${inGroups(groups)}`);
      checkGeometry(kernel, to, attributes);
      const outer = lengths.map((length) => convLength(length, kernel, attributes));
      if (outer.some((length) => length < 1))
        return fail(`kernel [${w.join()}] is larger than the padded image [${x.join()}]`);
      checkBias(bias, to);
      return [images, to, ...outer];
    },
    evaluate: ([x, w, bias], { shape, attributes }) =>
      convKernel(given(x), given(w), bias, {
        x: given(x).shape,
        w: given(w).shape,
        y: shape,
        ...attributes,
      }),
    macs: ({ shape, inputs: [, w] }) => convMacs(shape, w?.shape),
    emit: emitConv,
  },
  convInputGradient: {
    arity: [2, 3],
    shape: ([g = [], w = [], bias], attributes) => {
      const [images = 0, to, ...outer] = g;
      const [expected = 0, part = 0, kernel = 0] = w;
      const { groups = 1, depth, height, width } = attributes;
      const lengths = depth === undefined ? [height, width] : [depth, height, width];
      const isFit = isSameShape(
        lengths.map((length) => convLength(length, kernel, attributes)),
        outer,
      );
      if (!isConvolution(g, w) || to !== expected || !isFit)
        return fail(
          `[${g.join()}] isn't the gradient of a convolution of ${lengths.join('x')} images with [${w.join()}]${inGroups(groups)}`,
        );
      checkGeometry(kernel, to, attributes);
      checkBias(bias, part * groups);
      return [images, part * groups, ...lengths];
    },
    evaluate: ([g, w, bias], { shape, attributes }) =>
      convInputGradientKernel(given(g), given(w), bias, {
        x: shape,
        w: given(w).shape,
        y: given(g).shape,
        ...attributes,
      }),
    macs: ({ inputs: [g, w] }) => convMacs(g?.shape, w?.shape),
    emit: emitConvInputGradient,
  },
  convWeightGradient: {
    arity: 2,
    shape: ([x = [], g = []], attributes) => {
      const [images, from = 0, ...lengths] = x;
      const [sameImages, to = 0, ...outer] = g;
      const { kernel, groups = 1 } = attributes;
      const w = [to, from / groups, ...lengths.map(() => kernel)];
      const isFit = isSameShape(
        lengths.map((length) => convLength(length, kernel, attributes)),
        outer,
      );
      if (!isConvolution(x, w) || images !== sameImages || from % groups !== 0 || !isFit)
        return fail(
          `[${x.join()}] and the gradient [${g.join()}] are of no common convolution with a kernel of ${kernel}${inGroups(groups)}`,
        );
      checkGeometry(kernel, to, attributes);
      return w;
    },
    evaluate: ([x, g], { shape, attributes }) =>
      convWeightGradientKernel(given(x), given(g), {
        x: given(x).shape,
        w: shape,
        y: given(g).shape,
        ...attributes,
      }),
    macs: ({ shape, inputs: [, g] }) => convMacs(g?.shape, shape),
    emit: emitConvWeightGradient,
  },
};

/**
 * @returns a node with its shape and type inferred. @throws GraphError that names the operation.
 */
export function makeNode<K extends OpName>(
  op: K,
  inputs: readonly Tensor[],
  attributes: OpAttributes[K],
): Node<K> {
  const row: Op<K> = ops[op];
  try {
    const [least, most] = typeof row.arity === 'number' ? [row.arity, row.arity] : row.arity;
    if (inputs.length < least || inputs.length > most) fail(`${inputs.length} inputs given`);
    const dtype = row.dtype?.(attributes, inputs) ?? 'float32';
    const shape = row.shape(
      inputs.map((input) => input.shape),
      attributes,
    );
    return { op, inputs, attributes, shape, dtype };
  } catch (error) {
    throw error instanceof GraphError ? new GraphError(`${op}: ${error.message}`) : error;
  }
}

function unary<K extends OpName>(onnx: string, f: (x: number) => number): Op<K> {
  return {
    arity: 1,
    shape: ([x = []]) => x,
    evaluate: ([x]) => given(x).data.map((value) => f(value)),
    emit: (writer, inputs) => writer.node(onnx, inputs),
  };
}

function binary<K extends OpName>(onnx: string, f: (a: number, b: number) => number): Op<K> {
  return {
    arity: 2,
    shape: ([a = [], b = []]) => broadcastShapes(a, b),
    evaluate: ([a, b]) => mapBinary(given(a), given(b), f),
    emit: (writer, inputs) => writer.node(onnx, inputs),
  };
}

/** @returns how many pixels a convolution leaves of `length`. */
function convLength(length: number, kernel: number, { stride, padding }: ConvAttributes): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}

/**
 * @returns the number of multiply-accumulates of a convolution with results y and kernel w. Padding
 * counts as pixels.
 */
function convMacs(y: Shape = [], [, ...weights]: Shape = []): number {
  return sizeOf(y) * sizeOf(weights);
}

/**
 * @returns whether both have the axes of images or both of volumes, and the kernel is as long along
 * each.
 */
function isConvolution(images: Shape, w: Shape): boolean {
  return (
    (images.length === 4 || images.length === 5) &&
    w.length === images.length &&
    w.slice(2).every((length) => length === w[2])
  );
}

function inGroups(groups: number): string {
  return groups === 1 ? '' : ` in ${groups} groups`;
}

function checkGeometry(
  kernel: number,
  to: number,
  { stride, padding, groups = 1 }: ConvAttributes,
): void {
  if (!Number.isInteger(stride) || stride < 1)
    fail(`stride ${stride} is not a whole number from 1`);
  if (!Number.isInteger(padding) || padding < 0 || padding >= kernel)
    fail(`padding ${padding} is outside 0..${kernel - 1}`);
  if (!Number.isInteger(groups) || groups < 1 || to % groups !== 0)
    fail(`${to} channels don't make ${groups} equal groups`);
}

function checkBias(bias: Shape | undefined, channels: number): void {
  if (bias !== undefined && !isSameShape(bias, [channels]))
    fail(`the bias is [${bias.join()}], not [${channels}]`);
}

function isRange(start: number | undefined, end: number | undefined, length: number): boolean {
  return (
    start !== undefined &&
    end !== undefined &&
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    start >= 0 &&
    start < end &&
    end <= length
  );
}

function offsetOf(index: Shape, strides: Shape): number {
  return index.reduce((total, at, axis) => total + at * (strides[axis] ?? 0), 0);
}

/** makeNode has counted the inputs, so an operand is never missing. This tells the compiler so. */
function given<T>(value: T | undefined): T {
  return value ?? fail('an operand is missing');
}

function fail(message: string): never {
  throw new GraphError(message);
}
