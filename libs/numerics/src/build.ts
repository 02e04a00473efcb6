import { makeNode } from './ops.ts';
import { broadcastShapes, GraphError, isSameShape, sizeOf, stridesOf, toAxis, type Dtype, type Shape, type Tensor } from './tensor.ts';

/** The words that programs are written in: one function per operation, then compositions. A number stands for a scalar constant. */
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

export function toTensor(value: Operand): Tensor {
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
export const where = (condition: Tensor, yes: Operand, no: Operand): Tensor => makeNode('where', [condition, ...pair(yes, no)], {});
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
export const leakySlope = (x: Tensor, slope: number): Tensor => makeNode('leakySlope', [x], { slope });
/** [..., M, K] times [..., K, N]; batch axes broadcast. */
export const matmul = (a: Tensor, b: Tensor): Tensor => makeNode('matmul', [a, b], {});

/** Permutes axes; without `order`, swaps the last two. */
export function transpose(x: Tensor, order?: Shape): Tensor {
  const rank = x.shape.length;
  return makeNode('transpose', [x], { order: order ?? [...[...Array(rank).keys()].slice(0, -2), rank - 1, rank - 2] });
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
  return keep ? total : reshape(total, x.shape.filter((_, axis) => !over.includes(axis)));
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
  return keep ? total : reshape(total, x.shape.filter((_, at) => at !== over));
}

/** Elements starts[i] <= index < ends[i] of each axis. */
export const slice = (x: Tensor, starts: Shape, ends: Shape): Tensor => makeNode('slice', [x], { starts, ends });
/** Zeros before and after each axis. */
export const pad = (x: Tensor, before: Shape, after: Shape): Tensor => makeNode('pad', [x], { before, after });
export const concat = (parts: readonly Tensor[], axis: number): Tensor => makeNode('concat', parts, { axis: toAxis(axis, parts[0]?.shape.length ?? 0) });
/** Turns the order along the axes around. */
export const reverse = (x: Tensor, axes: Shape): Tensor => makeNode('reverse', [x], { axes: axes.map((axis) => toAxis(axis, x.shape.length)) });
/** Stride-1 convolution (cross-correlation) of x [N, Ci, H, W] with w [Co, Ci, k, k], zeros around; 0 <= padding < k. */
export const conv = (x: Tensor, w: Tensor, padding: number): Tensor => makeNode('conv', [x, w], { padding });
/** The gradient of conv(x, w, padding) in w: x [N, Ci, H, W], g of the convolution's output shape -> [Co, Ci, k, k]. */
export const convWeightGradient = (x: Tensor, g: Tensor, padding: number): Tensor => makeNode('convWeightGradient', [x, g], { padding });

// Compositions.

/** |x|; its gradient at 0 is -1 here. */
export const abs = (x: Tensor): Tensor => maximum(x, neg(x));
export const square = (x: Tensor): Tensor => mul(x, x);
/** 1 / (1 + exp(-x)), written with tanh so that no large exponential appears. */
export const sigmoid = (x: Tensor): Tensor => add(mul(tanh(mul(x, 0.5)), 0.5), 0.5);

/** x [N, in] times the transposed weight [out, in], plus bias [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, transpose(weight));
  return bias === undefined ? product : add(product, bias);
}

/** Adds one number per channel: x [N, C, H, W], bias [C]. */
export const addChannels = (x: Tensor, bias: Tensor): Tensor => add(x, reshape(bias, [1, sizeOf(bias.shape), 1, 1]));

/** Cuts each axis-2/3 block of `block` x `block` pixels into channels: [N, C, H, W] -> [N, C*block*block, H/block, W/block]. */
export function spaceToDepth(x: Tensor, block: number): Tensor {
  const [n, c, h, w] = imageShape(x);
  const split = reshape(x, [n, c, h / block, block, w / block, block]);
  return reshape(transpose(split, [0, 1, 3, 5, 2, 4]), [n, c * block * block, h / block, w / block]);
}

/** The inverse of spaceToDepth. */
export function depthToSpace(x: Tensor, block: number): Tensor {
  const [n, c, h, w] = imageShape(x);
  const split = reshape(x, [n, c / (block * block), block, block, h, w]);
  return reshape(transpose(split, [0, 1, 4, 2, 5, 3]), [n, c / (block * block), h * block, w * block]);
}

/** Repeats each pixel `factor` times in both directions. Its gradient is `factor`^2 times averagePool, and the other way round. */
export function upsampleNearest(x: Tensor, factor = 2): Tensor {
  const [n, c, h, w] = imageShape(x);
  return reshape(broadcast(reshape(x, [n, c, h, 1, w, 1]), [n, c, h, factor, w, factor]), [n, c, h * factor, w * factor]);
}

/** The mean of each `factor` x `factor` block. */
export function averagePool(x: Tensor, factor = 2): Tensor {
  const [n, c, h, w] = imageShape(x);
  return mean(reshape(x, [n, c, h / factor, factor, w / factor, factor]), [3, 5]);
}

/**
 * Convolution of x [N, Ci, H, W] with weight [Co, Ci, k, k] and bias [Co].
 * A stride is a rearrangement: blocks of pixels become channels, and the kernel, filled up with zeros, becomes a smaller one over them. So
 * one stride-1 convolution and its two gradients are all that has to be differentiated and made fast.
 */
export function conv2d(x: Tensor, weight: Tensor, options: { stride?: number; padding?: number; bias?: Tensor } = {}): Tensor {
  const { stride = 1, padding = 0, bias } = options;
  const result = stride === 1 ? conv(x, weight, padding) : stridedConv(x, weight, stride, padding);
  return bias === undefined ? result : addChannels(result, bias);
}

function stridedConv(x: Tensor, weight: Tensor, stride: number, padding: number): Tensor {
  const [, , height, width] = imageShape(x);
  const [to, from, kernel] = imageShape(weight);
  const taps = Math.ceil(kernel / stride);
  const needed = (length: number): number => (Math.floor((length + 2 * padding - kernel) / stride) + taps) * stride - padding;
  const [h, w] = [needed(height), needed(width)];
  if (h <= 0 || w <= 0) throw new GraphError(`conv2d: kernel [${weight.shape}] is larger than the padded image [${x.shape}]`);
  const seen = h < height || w < width ? slice(x, [0, 0, 0, 0], [...x.shape.slice(0, 2), Math.min(h, height), Math.min(w, width)]) : x;
  const padded = pad(seen, [0, 0, padding, padding], [0, 0, Math.max(0, h - height), Math.max(0, w - width)]);
  const filled = pad(weight, [0, 0, 0, 0], [0, 0, taps * stride - kernel, taps * stride - kernel]);
  const blocks = transpose(reshape(filled, [to, from, taps, stride, taps, stride]), [0, 1, 3, 5, 2, 4]);
  return conv(spaceToDepth(padded, stride), reshape(blocks, [to, from * stride * stride, taps, taps]), 0);
}

/**
 * upsampleNearest(x, 2) followed by a 3x3 convolution with padding 1, without ever making the large image: on each of the four phases of
 * the result a 3x3 kernel over repeated pixels is a 2x2 kernel over the small image, so 16 products do the work of 36.
 * x [N, Ci, H, W], weight [Co, Ci, 3, 3] -> [N, Co, 2H, 2W].
 */
export function upsampleConv(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [n, , height, width] = imageShape(x);
  const [to, from] = imageShape(weight);
  const kernels = matmul(reshape(weight, [to, from, 9]), phaseKernels());
  const phases = reshape(transpose(reshape(kernels, [to, from, 4, 2, 2]), [0, 2, 1, 3, 4]), [to * 4, from, 2, 2]);
  // Phases are numbered so that the rearranged result, one pixel larger on each side, only needs cropping.
  const large = depthToSpace(conv(x, phases, 1), 2);
  const cropped = slice(large, [0, 0, 1, 1], [n, to, 2 * height + 1, 2 * width + 1]);
  return bias === undefined ? cropped : addChannels(cropped, bias);
}

/** @returns the [9, 16] map from a 3x3 kernel to the four 2x2 kernels (phase row, phase column, tap row, tap column). */
function phaseKernels(): Tensor {
  // taps[phase][tap] = which of the three kernel rows meet that pixel; phase 0 is the odd rows (large row 2i+1 of the result before cropping).
  const taps = [
    [[0, 1], [2]],
    [[0], [1, 2]],
  ];
  const meets = (phase: number, tap: number, at: number): number => Number(taps[phase]?.[tap]?.includes(at) ?? false);
  const [strideRow = 0, strideColumn = 0, strideTap = 0] = stridesOf([2, 2, 2, 2]);
  const data = Float64Array.from({ length: 9 * 16 }, (_, flat) => {
    const [row, column] = [Math.floor(flat / 48), Math.floor(flat / 16) % 3];
    const [phaseRow, phaseColumn] = [Math.floor((flat % 16) / strideRow), Math.floor((flat % strideRow) / strideColumn)];
    const [tapRow, tapColumn] = [Math.floor((flat % strideColumn) / strideTap), flat % strideTap];
    return meets(phaseRow, tapRow, row) * meets(phaseColumn, tapColumn, column);
  });
  return constant(data, [9, 16]);
}

function imageShape(x: Tensor): [number, number, number, number] {
  const [n, c, h, w] = x.shape;
  if (x.shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined)
    throw new GraphError(`${x.op}: [${x.shape}] is not of the form [N, C, H, W]`);
  return [n, c, h, w];
}

/** @returns x summed down to `shape`, which must broadcast to it: what a gradient needs after broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (isSameShape(x.shape, shape)) return x;
  if (!isSameShape(broadcastShapes(shape, x.shape), x.shape)) throw new GraphError(`[${x.shape}] doesn't sum to [${shape}]`);
  const offset = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter((axis) => axis < offset || (shape[axis - offset] === 1 && x.shape[axis] !== 1));
  return reshape(sum(x, axes, true), shape);
}
