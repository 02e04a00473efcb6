import type { OnnxWriter } from './onnx.ts';
import { sizeOf, type Node } from './tensor.ts';

/**
 * The weight gradient of a stride-1 convolution as k*k shifted copies and one MatMul: 2 to 6 times faster in ONNX Runtime than a Conv with
 * swapped axes (reference/synthesis.md 6.4).
 *
 *   dW[co, ci, a, b] = sum over n, i, j of g[n, co, i, j] * padded x[n, ci, i + a, j + b]
 *
 * Either side may be the one that is shifted; we shift the one with fewer channels, because the copies cost k*k times its memory.
 */
export function emitConvWeightGradient(writer: OnnxWriter, inputs: readonly string[], node: Node<'convWeightGradient'>): string {
  const [x, g] = node.inputs;
  const [to = 0, from = 0, kernel = 0] = node.shape;
  const [xName = '', gName = ''] = inputs;
  const { padding } = node.attributes;
  const [images = 0, , height = 0, width = 0] = x?.shape ?? [];
  const [, , outHeight = 0, outWidth = 0] = g?.shape ?? [];
  if (from <= to) {
    const columns = shifted(writer, padSpatial(writer, xName, padding), { kernel, height: outHeight, width: outWidth, isReversed: false });
    // [Co, k*k*Ci]
    const product = contract(writer, { left: gName, right: columns, images, rows: to, columns: kernel * kernel * from, pixels: outHeight * outWidth });
    const split = writer.node('Reshape', [product, writer.ints([to, kernel, kernel, from])]);
    return writer.node('Transpose', [split], { perm: { ints: [0, 3, 1, 2] } });
  }
  // Shifting g the other way: dW[co, ci, a, b] = sum over r, s of padded g[n, co, r - a, s - b] * padded x[n, ci, r, s].
  const [fullHeight, fullWidth] = [height + 2 * padding, width + 2 * padding];
  const copies = shifted(writer, padSpatial(writer, gName, kernel - 1), { kernel, height: fullHeight, width: fullWidth, isReversed: true });
  const product = contract(writer, {
    left: copies,
    right: padSpatial(writer, xName, padding),
    images,
    rows: kernel * kernel * to,
    columns: from,
    pixels: fullHeight * fullWidth,
  });
  const split = writer.node('Reshape', [product, writer.ints([kernel, kernel, to, from])]);
  return writer.node('Transpose', [split], { perm: { ints: [2, 3, 0, 1] } });
}

function padSpatial(writer: OnnxWriter, name: string, padding: number): string {
  return padding === 0 ? name : writer.node('Pad', [name, writer.ints([0, 0, padding, padding, 0, 0, padding, padding])]);
}

/** @returns [N, k*k*C, height, width]: the copies side by side, shift (a, b) major; reversed: from shift (k-1, k-1) down. */
function shifted(
  writer: OnnxWriter,
  name: string,
  { kernel, height, width, isReversed }: { kernel: number; height: number; width: number; isReversed: boolean },
): string {
  if (kernel === 1) return name;
  const offsets = [...Array(kernel).keys()].map((at) => (isReversed ? kernel - 1 - at : at));
  const copies = offsets.flatMap((a) =>
    offsets.map((b) => writer.node('Slice', [name, writer.ints([a, b]), writer.ints([a + height, b + width]), writer.ints([2, 3])])),
  );
  return writer.node('Concat', copies, { axis: { int: 1 } });
}

/** @returns [rows, columns] = sum over images and pixels of left [N, rows, pixels] times right [N, columns, pixels]. */
function contract(
  writer: OnnxWriter,
  size: { left: string; right: string; images: number; rows: number; columns: number; pixels: number },
): string {
  const { images, rows, columns, pixels } = size;
  const left = writer.node('Reshape', [size.left, writer.ints([images, rows, pixels])]);
  const right = writer.node('Reshape', [size.right, writer.ints([images, columns, pixels])]);
  // One product per image is wasteful where images are small and channels many (late layers): then one large product over all pixels.
  if (sizeOf([rows, columns]) > pixels * (rows + columns)) {
    const flatLeft = writer.node('Reshape', [writer.node('Transpose', [left], { perm: { ints: [1, 0, 2] } }), writer.ints([rows, images * pixels])]);
    const flatRight = writer.node('Reshape', [writer.node('Transpose', [right], { perm: { ints: [0, 2, 1] } }), writer.ints([images * pixels, columns])]);
    return writer.node('MatMul', [flatLeft, flatRight]);
  }
  const products = writer.node('MatMul', [left, writer.node('Transpose', [right], { perm: { ints: [0, 2, 1] } })]);
  return writer.node('ReduceSum', [products, writer.ints([0])], { keepdims: { int: 0 } });
}
