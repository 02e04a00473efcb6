import { broadcastShapes, sizeOf, stridesOf, type Shape } from './tensor.ts';

/**
 * Loops of the reference evaluator, in float64. They are written to be checked by reading, not to
 * be fast. ONNX Runtime's results are tested against them.
 */

/** One operand of a kernel. */
export interface Values {
  readonly data: Float64Array;
  readonly shape: Shape;
}

/**
 * Calls `visit(out, in)` with the flat index of each element of `shape` and of the operand element
 * that broadcasting puts there.
 */
function eachBroadcast(
  shape: Shape,
  operand: Shape,
  visit: (out: number, from: number) => void,
): void {
  const offset = shape.length - operand.length;
  const own = stridesOf(operand);
  const strides = shape.map((_, axis) =>
    (operand[axis - offset] ?? 1) === 1 ? 0 : (own[axis - offset] ?? 0),
  );
  eachIndex(shape, strides, visit);
}

/** Calls `visit(flat, sum of index*stride)` for each element of `shape`, in row-major order. */
function eachIndex(
  shape: Shape,
  strides: Shape,
  visit: (flat: number, offset: number) => void,
): void {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  let offset = 0;
  for (let flat = 0; flat < size; flat++) {
    visit(flat, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      offset += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      offset -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
}

function at(data: Float64Array, index: number): number {
  return data[index] ?? NaN;
}

/** @returns `x` stretched to `shape`. */
export function stretch(x: Values, shape: Shape): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  eachBroadcast(shape, x.shape, (to, from) => (out[to] = at(x.data, from)));
  return out;
}

export function mapBinary(a: Values, b: Values, f: (a: number, b: number) => number): Float64Array {
  const shape = broadcastShapes(a.shape, b.shape);
  const right = stretch(b, shape);
  return stretch(a, shape).map((value, i) => f(value, at(right, i)));
}

/**
 * @returns the elements of `x` in the order of `shape`, where a step along axis i of the result is
 * `strides[i]` in `x`, from `start`.
 */
export function gatherStrided(x: Values, shape: Shape, strides: Shape, start = 0): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  eachIndex(shape, strides, (to, from) => (out[to] = at(x.data, start + from)));
  return out;
}

/**
 * Adds `x` into a zeroed array of `outShape`, where a step along axis i of `x` is `strides[i]` in
 * the result, from `start`.
 */
export function scatterStrided(
  x: Values,
  outShape: Shape,
  strides: Shape,
  start = 0,
): Float64Array {
  const out = new Float64Array(sizeOf(outShape));
  eachIndex(
    x.shape,
    strides,
    (from, to) => (out[start + to] = at(out, start + to) + at(x.data, from)),
  );
  return out;
}

/** a [..., M, K] times b [..., K, N], batch axes broadcast. */
export function matmulKernel(a: Values, b: Values, shape: Shape): Float64Array {
  const [m = 0, n = 0] = shape.slice(-2);
  const k = a.shape.at(-1) ?? 0;
  const batch = shape.slice(0, -2);
  const left = stretch(a, [...batch, m, k]);
  const right = stretch(b, [...batch, k, n]);
  const out = new Float64Array(sizeOf(shape));
  for (let p = 0; p < sizeOf(batch); p++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let total = 0;
        for (let l = 0; l < k; l++)
          total += at(left, (p * m + i) * k + l) * at(right, (p * k + l) * n + j);
        out[(p * m + i) * n + j] = total;
      }
  return out;
}

/**
 * Sizes of x [N, Ci, H, W], w [Co, Ci/groups, k, k] and y [N, Co, Ho, Wo] of one convolution, or of
 * volumes with an axis more.
 */
export interface ConvShapes {
  x: Shape;
  w: Shape;
  y: Shape;
  stride: number;
  padding: number;
  groups?: number;
}

/**
 * Calls `visit(y, x, w)` with the flat indices of every triple that a convolution multiplies. This
 * is the only place that knows the geometry of a convolution.
 */
function eachConvTriple(
  { x, w, y, stride, padding, groups = 1 }: ConvShapes,
  visit: (y: number, x: number, w: number) => void,
): void {
  const [images = 0, from = 0] = x;
  const [, to = 0] = y;
  const [[depth, height, width], [outDepth, outHeight, outWidth], [kernelDepth, kernel]] = [
    toVolume(x),
    toVolume(y),
    toVolume(w),
  ];
  const depthPadding = x.length === 5 ? padding : 0;
  const part = from / groups;
  for (let n = 0; n < images; n++)
    for (let co = 0; co < to; co++)
      for (let c = 0; c < part; c++) {
        const ci = Math.floor((co * groups) / to) * part + c;
        for (let h = 0; h < outDepth; h++)
          for (let i = 0; i < outHeight; i++)
            for (let j = 0; j < outWidth; j++)
              for (let e = 0; e < kernelDepth; e++)
                for (let a = 0; a < kernel; a++)
                  for (let b = 0; b < kernel; b++) {
                    const slab = h * stride + e - depthPadding;
                    const row = i * stride + a - padding;
                    const column = j * stride + b - padding;
                    if (
                      slab < 0 ||
                      slab >= depth ||
                      row < 0 ||
                      row >= height ||
                      column < 0 ||
                      column >= width
                    )
                      continue;
                    visit(
                      (((n * to + co) * outDepth + h) * outHeight + i) * outWidth + j,
                      (((n * from + ci) * depth + slab) * height + row) * width + column,
                      (((co * part + c) * kernelDepth + e) * kernel + a) * kernel + b,
                    );
                  }
      }
}

/** @returns the last three axes; an image is a volume one slab deep. */
function toVolume(shape: Shape): [number, number, number] {
  const [depth = 1, height = 0, width = 0] =
    shape.length === 5 ? shape.slice(2) : [1, ...shape.slice(2)];
  return [depth, height, width];
}

/** y = x * w, plus one number per channel. */
export function convKernel(
  x: Values,
  w: Values,
  bias: Values | undefined,
  shapes: ConvShapes,
): Float64Array {
  const out = stretchChannels(bias, shapes.y);
  eachConvTriple(shapes, (i, j, k) => (out[i] = at(out, i) + at(x.data, j) * at(w.data, k)));
  return out;
}

/** The gradient in x of a convolution, given the gradient g in y; plus one number per channel. */
export function convInputGradientKernel(
  g: Values,
  w: Values,
  bias: Values | undefined,
  shapes: ConvShapes,
): Float64Array {
  const out = stretchChannels(bias, shapes.x);
  eachConvTriple(shapes, (i, j, k) => (out[j] = at(out, j) + at(g.data, i) * at(w.data, k)));
  return out;
}

/** The gradient in w of a convolution, given the gradient g in y. */
export function convWeightGradientKernel(x: Values, g: Values, shapes: ConvShapes): Float64Array {
  const out = new Float64Array(sizeOf(shapes.w));
  eachConvTriple(shapes, (i, j, k) => (out[k] = at(out, k) + at(g.data, i) * at(x.data, j)));
  return out;
}

function stretchChannels(bias: Values | undefined, shape: Shape): Float64Array {
  if (bias === undefined) return new Float64Array(sizeOf(shape));
  return stretch(
    { data: bias.data, shape: [sizeOf(bias.shape), ...shape.slice(2).map(() => 1)] },
    shape,
  );
}
