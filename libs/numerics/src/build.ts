import { makeNode } from './ops.ts';
import {
  broadcastShapes,
  GraphError,
  isSameShape,
  sizeOf,
  toAxis,
  toGeometry,
  type ConvAttributes,
  type Dtype,
  type Extent,
  type Shape,
  type Tensor,
} from './tensor.ts';

/**
 * Builds programs: one function per operation, then compositions. A number stands for a scalar
 * constant.
 */
export type Operand = Tensor | number;

/** A value fed at run time. Names are unique within a program. */
export function input(name: string, shape: Shape, dtype: Dtype = 'float32'): Tensor {
  return makeNode('input', [], { name, shape, dtype });
}

export function constant(data: ArrayLike<number>, shape: Shape): Tensor {
  return makeNode('constant', [], { data: Float64Array.from(data), shape });
}

export function scalar(value: number): Tensor {
  return constant([value], []);
}

function toTensor(value: Operand): Tensor {
  return typeof value === 'number' ? scalar(value) : value;
}

const pair = (a: Operand, b: Operand): [Tensor, Tensor] => [toTensor(a), toTensor(b)];

export const add = (a: Operand, b: Operand): Tensor => makeNode('add', pair(a, b), {});
export const sub = (a: Operand, b: Operand): Tensor => makeNode('sub', pair(a, b), {});
export const mul = (a: Operand, b: Operand): Tensor => makeNode('mul', pair(a, b), {});
export const div = (a: Operand, b: Operand): Tensor => makeNode('div', pair(a, b), {});
/** Where both are equal the gradient goes to `b`. */
export const maximum = (a: Operand, b: Operand): Tensor => makeNode('maximum', pair(a, b), {});
/** a > b, as bool; no gradient. */
export const greater = (a: Operand, b: Operand): Tensor => makeNode('greater', pair(a, b), {});
export const where = (condition: Tensor, yes: Operand, no: Operand): Tensor =>
  makeNode('where', [condition, ...pair(yes, no)], {});
export const neg = (x: Tensor): Tensor => makeNode('neg', [x], {});
export const exp = (x: Tensor): Tensor => makeNode('exp', [x], {});
export const log = (x: Tensor): Tensor => makeNode('log', [x], {});
export const sqrt = (x: Tensor): Tensor => makeNode('sqrt', [x], {});
export const tanh = (x: Tensor): Tensor => makeNode('tanh', [x], {});
/** log(1 + exp(x)), safe for large |x|. */
export const softplus = (x: Tensor): Tensor => makeNode('softplus', [x], {});
/** x where x > 0, else slope * x. Slope 0 is ReLU. */
export const leakyRelu = (x: Tensor, slope = 0.2): Tensor => makeNode('leakyRelu', [x], { slope });
/** The derivative of leakyRelu at x: 1 or `slope`; itself without gradient. */
export const leakySlope = (x: Tensor, slope: number): Tensor =>
  makeNode('leakySlope', [x], { slope });
/** [..., M, K] times [..., K, N]; batch axes broadcast. */
export const matmul = (a: Tensor, b: Tensor): Tensor => makeNode('matmul', [a, b], {});

/** Permutes axes; without `order`, swaps the last two. */
export function transpose(x: Tensor, order?: Shape): Tensor {
  const rank = x.shape.length;
  return makeNode('transpose', [x], {
    order: order ?? [...[...Array(rank).keys()].slice(0, -2), rank - 1, rank - 2],
  });
}

export function reshape(x: Tensor, shape: Shape): Tensor {
  return isSameShape(x.shape, shape) ? x : makeNode('reshape', [x], { shape });
}

export function broadcast(x: Tensor, shape: Shape): Tensor {
  return isSameShape(x.shape, shape) ? x : makeNode('broadcast', [x], { shape });
}

/** Sums over axes (all of them by default); `keep` leaves them with length 1. */
export function sum(x: Tensor, axes?: Shape, keep = false): Tensor {
  const over = (axes ?? [...x.shape.keys()]).map((axis) => toAxis(axis, x.shape.length));
  const total = over.length === 0 ? x : makeNode('sum', [x], { axes: over });
  return keep
    ? total
    : reshape(
        total,
        x.shape.filter((_, axis) => !over.includes(axis)),
      );
}

/** The mean over axes (all of them by default). */
export function mean(x: Tensor, axes?: Shape, keep = false): Tensor {
  const total = sum(x, axes, keep);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

/** log(sum(exp(x))) along one axis, safe for large values; `keep` leaves the axis with length 1. */
export function logSumExp(x: Tensor, axis = -1, keep = false): Tensor {
  const over = toAxis(axis, x.shape.length);
  const total = makeNode('logSumExp', [x], { axis: over });
  return keep
    ? total
    : reshape(
        total,
        x.shape.filter((_, at) => at !== over),
      );
}

/** Elements starts[i] <= index < ends[i] of each axis. */
export const slice = (x: Tensor, starts: Shape, ends: Shape): Tensor =>
  makeNode('slice', [x], { starts, ends });
/** Zeros before and after each axis. */
export const pad = (x: Tensor, before: Shape, after: Shape): Tensor =>
  makeNode('pad', [x], { before, after });
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  makeNode('concat', parts, { axis: toAxis(axis, parts[0]?.shape.length ?? 0) });
/**
 * Cross-correlation of x [N, Ci, H, W] with w [Co, Ci / groups, k, k], zeros around (fewer than k):
 * [N, Co, Ho, Wo]; of volumes [N, Ci, D, H, W] with w [Co, Ci / groups, k, k, k]. `bias` is [Co].
 */
export const conv = (x: Tensor, w: Tensor, options: ConvAttributes, bias?: Tensor): Tensor =>
  makeNode('conv', bias === undefined ? [x, w] : [x, w, bias], toGeometry(options));
/**
 * The gradient of conv in its images [depth, height, width], given the gradient g [N, Co, Ho, Wo]
 * of its result. `bias` is [Ci].
 */
export const convInputGradient = (
  g: Tensor,
  w: Tensor,
  options: ConvAttributes & Extent,
  bias?: Tensor,
): Tensor => makeNode('convInputGradient', bias === undefined ? [g, w] : [g, w, bias], options);
/**
 * The gradient of conv in its weight [Co, Ci / groups, kernel, kernel], given its images and the
 * gradient g of its result.
 */
export const convWeightGradient = (
  x: Tensor,
  g: Tensor,
  options: ConvAttributes & { kernel: number },
): Tensor => makeNode('convWeightGradient', [x, g], options);

// Compositions.

export const square = (x: Tensor): Tensor => mul(x, x);
/** 1 / (1 + exp(-x)), written with tanh so that no large exponential appears. */
export const sigmoid = (x: Tensor): Tensor => add(mul(tanh(mul(x, 0.5)), 0.5), 0.5);

/** x [N, in] times the transposed weight [out, in], plus bias [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, transpose(weight));
  return bias === undefined ? product : add(product, bias);
}

/** The mean of each `factor` x `factor` block. */
export function averagePool(x: Tensor, factor = 2): Tensor {
  const [n, c, h, w] = imageShape(x);
  return mean(reshape(x, [n, c, h / factor, factor, w / factor, factor]), [3, 5]);
}

/**
 * Convolution of x [N, Ci, H, W] with weight [Co, Ci, k, k] and bias [Co]; stride 1 and padding 0
 * unless said.
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  options: { stride?: number; padding?: number; bias?: Tensor } = {},
): Tensor {
  const { stride = 1, padding = 0, bias } = options;
  return conv(x, weight, { stride, padding }, bias);
}

/**
 * Nearest-neighbour upsampling by 2, then a 3x3 convolution with padding 1, as one transposed 4x4
 * convolution of stride 2. It never builds the large image, and 16 products do the work of 36. x
 * [N, Ci, H, W], weight [Co, Ci, 3, 3], bias [Co] -> [N, Co, 2H, 2W].
 */
export function upsampleConv(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [, , height, width] = imageShape(x);
  const [to, from] = imageShape(weight);
  const spread = reshape(
    matmul(
      reshape(transpose(weight, [1, 0, 2, 3]), [from * to, 9]),
      constant(spreadKernel, [9, 16]),
    ),
    [from, to, 4, 4],
  );
  return convInputGradient(
    x,
    spread,
    { stride: 2, padding: 1, height: 2 * height, width: 2 * width },
    bias,
  );
}

/**
 * Along one axis, a pixel of the small image meets kernel rows 2 | 1, 2 | 0, 1 | 0 of the four
 * large rows it reaches.
 */
const spreadRows = [[2], [1, 2], [0, 1], [0]];
/** The [9, 16] map from a 3x3 kernel to the 4x4 kernel of upsampleConv. */
const spreadKernel = Float64Array.from({ length: 9 * 16 }, (_, flat) => {
  const [from, to] = [Math.floor(flat / 16), flat % 16];
  const meets = (large: number, at: number): number =>
    Number(spreadRows[large]?.includes(at) ?? false);
  return meets(Math.floor(to / 4), Math.floor(from / 3)) * meets(to % 4, from % 3);
});

/**
 * Twice the size by linear interpolation along each axis: nearest neighbour, then a [1, 2, 1] blur
 * with zero padding. x is [N, C, H, W] or [N, C, D, H, W]. Images use one depthwise transposed
 * convolution. From 64 pixels on it is up to 4 times as fast as MatMuls, whose work grows with the
 * side. Volumes use a MatMul along each axis, because ONNX Runtime takes 40 times as long for a
 * ConvTranspose of volumes.
 */
export function upsampleBilinear(x: Tensor): Tensor {
  const [n = 0, c = 0, ...lengths] = x.shape;
  const [depth = 0, height = 0, width = 0] = [...(lengths.length === 2 ? [1] : []), ...lengths];
  const enlarged = { height: 2 * height, width: 2 * width };
  if (lengths.length === 2)
    return convInputGradient(x, blurKernel(c, 0.25), { ...halving, groups: c, ...enlarged });
  const flat = matmul(spreadMatrix(height), matmul(x, transpose(spreadMatrix(width))));
  const deep = matmul(spreadMatrix(depth), reshape(flat, [n, c, depth, 4 * height * width]));
  return reshape(deep, [n, c, 2 * depth, 2 * height, 2 * width]);
}

/**
 * Half the size: a [1, 2, 1] blur along each axis, then the mean of each block. The transpose of
 * upsampleBilinear, over 2 for each axis.
 */
export function downsampleBilinear(x: Tensor): Tensor {
  const [n = 0, c = 0, ...lengths] = x.shape;
  if (lengths.length === 2) return conv(x, blurKernel(c, 0.125), { ...halving, groups: c });
  const [depth = 0, height = 0, width = 0] = lengths.map((length) => length / 2);
  const pick = (length: number): Tensor => mul(transpose(spreadMatrix(length)), 0.5);
  const flat = reshape(matmul(pick(depth), reshape(x, [n, c, 2 * depth, 4 * height * width])), [
    n,
    c,
    depth,
    2 * height,
    2 * width,
  ]);
  return matmul(matmul(pick(height), flat), transpose(pick(width)));
}

const halving = { stride: 2, padding: 1 };
/** Along one axis, what the four large pixels around a small one take of it, times 4. */
const blur = [1, 3, 3, 1];

/** @returns [channels, 1, 4, 4]: the same two-dimensional blur for each channel. */
function blurKernel(channels: number, scale: number): Tensor {
  const kernel = blur.flatMap((a) => blur.map((b) => a * b * scale * scale));
  return constant(Array<number[]>(channels).fill(kernel).flat(), [channels, 1, 4, 4]);
}

/** @returns [2 length, length]: upsampleBilinear along one axis. */
function spreadMatrix(length: number): Tensor {
  const shareOf = (large: number, small: number): number => (blur[large - 2 * small + 1] ?? 0) / 4;
  const values = Array.from({ length: 2 * length * length }, (_, flat) =>
    shareOf(Math.floor(flat / length), flat % length),
  );
  return constant(values, [2 * length, length]);
}

function imageShape(x: Tensor): [number, number, number, number] {
  const [n, c, h, w] = x.shape;
  if (
    x.shape.length !== 4 ||
    n === undefined ||
    c === undefined ||
    h === undefined ||
    w === undefined
  )
    throw new GraphError(`${x.op}: [${x.shape.join()}] is not of the form [N, C, H, W]`);
  return [n, c, h, w];
}

/**
 * @returns x summed down to `shape`, which must broadcast to it: what a gradient needs after
 * broadcasting.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (isSameShape(x.shape, shape)) return x;
  if (!isSameShape(broadcastShapes(shape, x.shape), x.shape))
    throw new GraphError(`[${x.shape.join()}] doesn't sum to [${shape.join()}]`);
  const offset = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter(
    (axis) => axis < offset || (shape[axis - offset] === 1 && x.shape[axis] !== 1),
  );
  return reshape(sum(x, axes, true), shape);
}
