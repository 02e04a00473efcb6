import type { OnnxAttribute, OnnxWriter } from './onnx-writer.ts';
import { sizeOf, type Node, type Shape } from './tensor.ts';

/**
 * ONNX has an operator for the convolution but none for its two gradients. Training spends most of
 * its time in these, so how they are emitted decides its speed. All speeds below are of ONNX
 * Runtime on CPU.
 */

export function emitConv(
  writer: OnnxWriter,
  inputs: readonly string[],
  node: Node<'conv'>,
): string {
  const { stride, padding, groups } = node.attributes;
  const axes = node.shape.length - 2;
  return writer.node('Conv', inputs, {
    strides: every(axes, stride),
    pads: every(2 * axes, padding),
    ...inGroups(groups),
  });
}

/**
 * Stride 1: a Conv with the flipped kernel, which is faster than ConvTranspose. Larger strides:
 * ConvTranspose, which is faster than a Conv followed by a DepthToSpace.
 */
export function emitConvInputGradient(
  writer: OnnxWriter,
  inputs: readonly string[],
  node: Node<'convInputGradient'>,
): string {
  const { stride, padding, groups } = node.attributes;
  const [g, w] = node.inputs;
  const [gName = '', wName = '', ...bias] = inputs;
  const kernel = w?.shape[2] ?? 0;
  const axes = node.shape.length - 2;
  if (stride === 1) {
    const swapped = swapKernel(writer, wName, w?.shape ?? [], groups);
    const all = (value: number): string => writer.ints(Array<number>(axes).fill(value));
    const backwards = [all(-1), all(-kernel - 1), writer.ints(spatialAxes(axes)), all(-1)];
    const turned = kernel === 1 ? swapped : writer.node('Slice', [swapped, ...backwards]);
    return writer.node('Conv', [gName, turned, ...bias], {
      pads: every(2 * axes, kernel - 1 - padding),
      ...inGroups(groups),
    });
  }
  // Rows and columns that no stride reached lie at the end.
  const rest = node.shape
    .slice(2)
    .map(
      (length, axis) => length - (((g?.shape[axis + 2] ?? 0) - 1) * stride + kernel - 2 * padding),
    );
  return writer.node('ConvTranspose', [gName, wName, ...bias], {
    strides: every(axes, stride),
    pads: every(2 * axes, padding),
    output_padding: { ints: rest },
    ...inGroups(groups),
  });
}

/**
 * @returns the kernel [Co, Ci / groups, ...] as [Ci, Co / groups, ...]: input and output channels
 * swapped within each group.
 */
function swapKernel(writer: OnnxWriter, name: string, shape: Shape, groups = 1): string {
  if (groups === 1) return swapChannels(writer, name, shape.length);
  const [to = 0, part = 0, ...kernel] = shape;
  const apart = writer.node('Reshape', [name, writer.ints([groups, to / groups, part, ...kernel])]);
  const swapped = writer.node('Transpose', [apart], {
    perm: { ints: [0, 2, 1, ...[...kernel.keys()].map((axis) => axis + 3)] },
  });
  return writer.node('Reshape', [swapped, writer.ints([groups * part, to / groups, ...kernel])]);
}

/**
 * dW[co, ci, a, b] = sum over n, i, j of g[n, co, i, j] * padded x[n, ci, stride i + a, stride j +
 * b]
 * Stride 1: k*k shifted copies and one MatMul. For 3x3 kernels that is 2 to 6 times as fast as the
 * swapped Conv. Larger strides: a Conv with images and channels swapped, g as the kernel and the
 * stride as its dilation. It is as fast as shifted copies for the 4x4 kernels of the strided
 * layers, and needs no copies.
 */
export function emitConvWeightGradient(
  writer: OnnxWriter,
  inputs: readonly string[],
  node: Node<'convWeightGradient'>,
): string {
  return node.attributes.stride === 1
    ? emitShifted(writer, inputs, node)
    : emitSwapped(writer, inputs, node);
}

function emitSwapped(
  writer: OnnxWriter,
  [x = '', g = '']: readonly string[],
  node: Node<'convWeightGradient'>,
): string {
  const { stride, padding, kernel, groups = 1 } = node.attributes;
  const [images = 0, from = 0, ...lengths] = node.inputs[0]?.shape ?? [];
  const axes = lengths.length;
  const swap = (name: string): string => swapChannels(writer, name, axes + 2);
  // At the far border only pixels that the kernel reached take part. Padding may shrink there, even
  // to a crop.
  const far = (length: number, reached: number): number =>
    (reached - 1) * stride + kernel - padding - length;
  const ends = lengths.map((length, axis) => far(length, node.inputs[1]?.shape[axis + 2] ?? 0));
  const swapped =
    groups === 1 ? swap(x) : swapGroups(writer, x, [images, groups, from / groups, ...lengths]);
  const cropped = ends.some((end) => end < 0)
    ? writer.node('Slice', [
        swapped,
        writer.ints(Array<number>(axes).fill(0)),
        writer.ints(lengths.map((length, axis) => length + Math.min(0, ends[axis] ?? 0))),
        writer.ints(spatialAxes(axes)),
      ])
    : swapped;
  const product = writer.node('Conv', [cropped, swap(g)], {
    dilations: every(axes, stride),
    pads: { ints: [...Array<number>(axes).fill(padding), ...ends.map((end) => Math.max(0, end))] },
    ...inGroups(groups),
  });
  return swap(product);
}

/**
 * @returns images of shape [N, G, Ci / G, ...] as [Ci / G, G * N, ...], so that a Conv in G groups
 * sums over N.
 */
function swapGroups(writer: OnnxWriter, name: string, shape: Shape): string {
  const [images = 0, groups = 0, part = 0, ...lengths] = shape;
  const apart = writer.node('Reshape', [name, writer.ints(shape)]);
  const swapped = writer.node('Transpose', [apart], {
    perm: { ints: [2, 1, 0, ...[...lengths.keys()].map((axis) => axis + 3)] },
  });
  return writer.node('Reshape', [swapped, writer.ints([part, groups * images, ...lengths])]);
}

/**
 * Along each axis either x is shifted, or g in the opposite direction: dW[co, ci, a, b] is also the
 * sum over r, s of padded g[n, co, r - a, s - b] * padded x[n, ci, r, s]. Copies cost memory, so
 * the operand with fewer channels is shifted. With equal channels, and for volumes, g is shifted
 * along the first axis and x along the others. That makes k and k (volumes: k and k*k) copies in
 * place of k*k (k*k*k), and is 1.5 to 2 times as fast.
 */
function emitShifted(
  writer: OnnxWriter,
  inputs: readonly string[],
  node: Node<'convWeightGradient'>,
): string {
  const { padding, kernel, groups = 1 } = node.attributes;
  const [count = 0, channels = 0, ...lengths] = node.inputs[0]?.shape ?? [];
  const [, allTo = 0, ...outer] = node.inputs[1]?.shape ?? [];
  // Groups are contiguous in memory, so each becomes an image of its own with fewer channels.
  const [images, from, to] = [count * groups, channels / groups, allTo / groups];
  const apart = (name: string, shape: Shape): string =>
    groups === 1 ? name : writer.node('Reshape', [name, writer.ints(shape)]);
  const axes = [...lengths.keys()];
  const isOnX = (axis: number): boolean =>
    from === to || axes.length === 3 ? axis > 0 : from < to;
  const [gAxes, xAxes] = [axes.filter((axis) => !isOnX(axis)), axes.filter(isOnX)];
  const domain = lengths.map((length, axis) =>
    isOnX(axis) ? (outer[axis] ?? 0) : length + 2 * padding,
  );
  const offsets = [...Array(kernel).keys()];

  const left = shifted(writer, apart(inputs[1] ?? '', [images, to, ...outer]), {
    axes: gAxes,
    offsets: offsets.toReversed(),
    padding: kernel - 1,
    lengths: outer,
    domain,
  });
  const right = shifted(writer, apart(inputs[0] ?? '', [images, from, ...lengths]), {
    axes: xAxes,
    offsets,
    padding,
    lengths,
    domain,
  });
  const rows = [...gAxes.map(() => kernel), to];
  const columns = [...xAxes.map(() => kernel), from];
  const product = contract(writer, {
    left,
    right,
    images,
    groups,
    rows: sizeOf(rows),
    columns: sizeOf(columns),
    pixels: sizeOf(domain),
  });
  const kernelOrder = axes.map((axis) =>
    isOnX(axis) ? rows.length + xAxes.indexOf(axis) : gAxes.indexOf(axis),
  );
  const order = [rows.length - 1, rows.length + columns.length - 1, ...kernelOrder];
  const inFront = groups === 1 ? [] : [groups];
  const split = writer.node('Reshape', [product, writer.ints([...inFront, ...rows, ...columns])]);
  const perm = [...inFront.keys(), ...order.map((axis) => axis + inFront.length)];
  return apart(writer.node('Transpose', [split], { perm: { ints: perm } }), node.shape);
}

/**
 * @returns [N, copies * C, ...domain] of a zero-padded tensor [N, C, ...lengths]: one copy for each
 * combination of offsets along the given axes, the first axis slowest. Each copy is one Pad, which
 * crops where it is negative. That is a tenth faster than one Pad and many Slices.
 */
function shifted(
  writer: OnnxWriter,
  name: string,
  {
    axes,
    offsets,
    padding,
    lengths,
    domain,
  }: {
    axes: readonly number[];
    offsets: readonly number[];
    padding: number;
    lengths: Shape;
    domain: Shape;
  },
): string {
  const shifts = axes.reduce<number[][]>(
    (sofar) => sofar.flatMap((shift) => offsets.map((at) => [...shift, at])),
    [[]],
  );
  const copies = shifts.map((shift) => {
    const grown = lengths.map((length, axis) => (domain[axis] ?? 0) - length);
    const before = grown.map((total, axis) =>
      axes.includes(axis) ? padding - (shift[axes.indexOf(axis)] ?? 0) : total / 2,
    );
    const after = grown.map((total, axis) => total - (before[axis] ?? 0));
    return [...before, ...after].every((count) => count === 0)
      ? name
      : writer.node('Pad', [name, writer.ints([0, 0, ...before, 0, 0, ...after])]);
  });
  const [only = name] = copies;
  return copies.length === 1 ? only : writer.node('Concat', copies, { axis: { int: 1 } });
}

/**
 * @returns [rows, columns] = sum over images and pixels of left [N, rows, pixels] times right [N,
 * columns, pixels]; in groups, image n of group n mod groups, [groups, rows, columns].
 */
function contract(
  writer: OnnxWriter,
  size: {
    left: string;
    right: string;
    images: number;
    groups: number;
    rows: number;
    columns: number;
    pixels: number;
  },
): string {
  const { images, groups, rows, columns, pixels } = size;
  const left = writer.node('Reshape', [size.left, writer.ints([images, rows, pixels])]);
  const right = writer.node('Reshape', [size.right, writer.ints([images, columns, pixels])]);
  // Small images with many channels (late layers) take one large product over all pixels, because
  // one product per image would be too small to be fast.
  if (groups === 1 && sizeOf([rows, columns]) > pixels * (rows + columns)) {
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
  const products = writer.node('MatMul', [
    left,
    writer.node('Transpose', [right], { perm: { ints: [0, 2, 1] } }),
  ]);
  const apart =
    groups === 1
      ? products
      : writer.node('Reshape', [products, writer.ints([images / groups, groups, rows, columns])]);
  return writer.node('ReduceSum', [apart, writer.ints([0])], { keepdims: { int: 0 } });
}

/** @returns the tensor with its first two axes changed over. */
function swapChannels(writer: OnnxWriter, name: string, rank: number): string {
  return writer.node('Transpose', [name], {
    perm: { ints: [1, 0, ...[...Array(rank).keys()].slice(2)] },
  });
}

function spatialAxes(count: number): number[] {
  return [...Array(count).keys()].map((axis) => axis + 2);
}

function every(count: number, value: number): OnnxAttribute {
  return { ints: Array<number>(count).fill(value) };
}

function inGroups(groups = 1): Record<string, OnnxAttribute> {
  return groups === 1 ? {} : { group: { int: groups } };
}
