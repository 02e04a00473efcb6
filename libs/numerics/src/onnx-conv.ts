import type { OnnxWriter } from './onnx.ts';
import { sizeOf, type Node } from './tensor.ts';

/** ONNX has the convolution only; how its two gradients are put is worth a file, because training spends most of its time in them. */

/**
 * Stride 1: a Conv with the kernel turned around, which ONNX Runtime does faster than ConvTranspose (reference/synthesis.md 6.4).
 * Else ConvTranspose: measured faster than a Conv followed by a DepthToSpace.
 */
export function emitConvInputGradient(writer: OnnxWriter, inputs: readonly string[], node: Node<'convInputGradient'>): string {
  const { stride, padding, height, width } = node.attributes;
  const [g, w] = node.inputs;
  const [gName = '', wName = '', ...bias] = inputs;
  const kernel = w?.shape[2] ?? 0;
  if (stride === 1) {
    const swapped = writer.node('Transpose', [wName], { perm: { ints: [1, 0, 2, 3] } });
    const backwards = [writer.ints([-1, -1]), writer.ints([-kernel - 1, -kernel - 1]), writer.ints([2, 3]), writer.ints([-1, -1])];
    const turned = kernel === 1 ? swapped : writer.node('Slice', [swapped, ...backwards]);
    return writer.node('Conv', [gName, turned, ...bias], { pads: { ints: Array(4).fill(kernel - 1 - padding) } });
  }
  // Rows and columns that the stride never reached are at the end.
  const rest = (length: number, reached = 0): number => length - ((reached - 1) * stride + kernel - 2 * padding);
  return writer.node('ConvTranspose', [gName, wName, ...bias], {
    strides: { ints: [stride, stride] },
    pads: { ints: Array(4).fill(padding) },
    output_padding: { ints: [rest(height, g?.shape[2]), rest(width, g?.shape[3])] },
  });
}

/**
 * dW[co, ci, a, b] = sum over n, i, j of g[n, co, i, j] * padded x[n, ci, stride i + a, stride j + b]
 *
 * Stride 1: k*k shifted copies and one MatMul, for 3x3 kernels 2 to 6 times faster than the swapped Conv (reference/synthesis.md 6.4).
 * Else: a Conv where images and channels change places, g is the kernel and the stride its dilation; with the 4x4 kernels of our strided
 * layers its 16 results fill the vector units, and it was as fast as copies, which strides make dear.
 */
export function emitConvWeightGradient(writer: OnnxWriter, inputs: readonly string[], node: Node<'convWeightGradient'>): string {
  return node.attributes.stride === 1 ? emitShifted(writer, inputs, node) : emitSwapped(writer, inputs, node);
}

function emitSwapped(writer: OnnxWriter, [x = '', g = '']: readonly string[], node: Node<'convWeightGradient'>): string {
  const { stride, padding, kernel } = node.attributes;
  const swap = (name: string): string => writer.node('Transpose', [name], { perm: { ints: [1, 0, 2, 3] } });
  const [, , height = 0, width = 0] = node.inputs[0]?.shape ?? [];
  const [, , outHeight = 0, outWidth = 0] = node.inputs[1]?.shape ?? [];
  // At the far border only what the kernel reached takes part: padding may be cut to less, even to a crop.
  const far = (length: number, reached: number): number => (reached - 1) * stride + kernel - padding - length;
  const ends = [far(height, outHeight), far(width, outWidth)];
  const cropped = ends.some((end) => end < 0)
    ? writer.node('Slice', [
        swap(x),
        writer.ints([0, 0]),
        writer.ints([height + Math.min(0, ends[0] ?? 0), width + Math.min(0, ends[1] ?? 0)]),
        writer.ints([2, 3]),
      ])
    : swap(x);
  const product = writer.node('Conv', [cropped, swap(g)], {
    dilations: { ints: [stride, stride] },
    pads: { ints: [padding, padding, ...ends.map((end) => Math.max(0, end))] },
  });
  return swap(product);
}

/** Either side may be the one that is shifted; we shift the one with fewer channels, because the copies cost k*k times its memory. */
function emitShifted(writer: OnnxWriter, inputs: readonly string[], node: Node<'convWeightGradient'>): string {
  const [x, g] = node.inputs;
  const [to = 0, from = 0, kernel = 0] = node.shape;
  const [xName = '', gName = ''] = inputs;
  const { padding } = node.attributes;
  const [images = 0, , height = 0, width = 0] = x?.shape ?? [];
  const [, , outHeight = 0, outWidth = 0] = g?.shape ?? [];
  if (from <= to) {
    const columns = shifted(writer, padSpatial(writer, xName, padding), { kernel, height: outHeight, width: outWidth, isReversed: false });
    const product = contract(writer, {
      left: gName,
      right: columns,
      images,
      rows: to,
      columns: kernel * kernel * from,
      pixels: outHeight * outWidth,
    });
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
    const flatLeft = writer.node('Reshape', [
      writer.node('Transpose', [left], { perm: { ints: [1, 0, 2] } }),
      writer.ints([rows, images * pixels]),
    ]);
    const flatRight = writer.node('Reshape', [
      writer.node('Transpose', [right], { perm: { ints: [0, 2, 1] } }),
      writer.ints([images * pixels, columns]),
    ]);
    return writer.node('MatMul', [flatLeft, flatRight]);
  }
  const products = writer.node('MatMul', [left, writer.node('Transpose', [right], { perm: { ints: [0, 2, 1] } })]);
  return writer.node('ReduceSum', [products, writer.ints([0])], { keepdims: { int: 0 } });
}
