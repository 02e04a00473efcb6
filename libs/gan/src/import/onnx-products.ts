import { broadcast, sizeOf, type OpRow } from './onnx-call.ts';
import { same } from './onnx-elementwise.ts';

/** Rows of matrix products, reductions and normalisations. */

export const gemm: OpRow = {
  attributes: { alpha: 'f', beta: 'f', transA: 'i', transB: 'i' },
  rule(call) {
    const oriented = (index: number, name: string): number[] =>
      call.int(name, 0) === 0
        ? [...call.input(index).shape]
        : [...call.input(index).shape].reverse();
    const [[rows = 0, inner = 0], [depth = 0, columns = 0]] = [
      oriented(0, 'transA'),
      oriented(1, 'transB'),
    ];
    if (call.input(0).shape.length !== 2 || call.input(1).shape.length !== 2 || inner !== depth)
      call.fail(
        'wrong_shape',
        `[${call.input(0).shape.join()}] by [${call.input(1).shape.join()}]`,
      );
    if (
      call.has(2) &&
      broadcast(call, [call.input(2).shape, [rows, columns]]).join() !== `${rows},${columns}`
    )
      call.fail('wrong_shape', 'the addend');
    call.macs = rows * inner * columns;
    return call.known([rows, columns], call.input(0).dataType);
  },
};

export const matMul: OpRow = {
  attributes: {},
  rule(call) {
    const [a, b] = [call.input(0).shape, call.input(1).shape];
    const [inner = 0, depth = 0] = [a.at(-1), b.at(-2)];
    if (a.length < 2 || b.length < 2 || inner !== depth)
      call.fail('wrong_shape', `[${a.join()}] by [${b.join()}]`);
    const shape = [
      ...broadcast(call, [a.slice(0, -2), b.slice(0, -2)]),
      a.at(-2) ?? 0,
      b.at(-1) ?? 0,
    ];
    call.macs = sizeOf(shape) * inner;
    return call.known(shape, call.input(0).dataType);
  },
};

export function reduction(): OpRow {
  return {
    attributes: { axes: 'ints', keepdims: 'i', noop_with_empty_axes: 'i' },
    rule(call) {
      const { shape, dataType } = call.input(0);
      const given = call.given('axes', 1) ?? [];
      if (given.length === 0 && call.int('noop_with_empty_axes', 0) !== 0) return same(call);
      const axes = new Set(
        given.length === 0 ? shape.keys() : given.map((axis) => call.axis(axis, shape.length)),
      );
      const isKept = call.int('keepdims', 1) !== 0;
      call.macs = sizeOf(shape);
      return call.known(
        shape.flatMap((length, axis) => (!axes.has(axis) ? [length] : isKept ? [1] : [])),
        dataType,
      );
    },
  };
}

/** @param vectors the number of inputs after the first, each a vector over channels (axis 1) */
export function normalisation(attributes: OpRow['attributes'], vectors: number): OpRow {
  return {
    attributes,
    rule(call) {
      if (call.int('training_mode', 0) !== 0) call.fail('training_mode', 'training_mode is 1');
      if (call.outputs > 1) call.fail('training_mode', 'statistics as output');
      const { shape, dataType } = call.input(0);
      for (let i = 1; i <= vectors; i++)
        call.vector(
          i,
          call.has(i) ? (shape[1] ?? 0) : call.fail('wrong_shape', `input ${i} is missing`),
        );
      call.macs = 4 * sizeOf(shape);
      return call.known(shape, dataType);
    },
  };
}

export const layerNormalization: OpRow = {
  attributes: { axis: 'i', epsilon: 'f', stash_type: 'i' },
  rule(call) {
    const { shape, dataType } = call.input(0);
    const tail = shape.slice(call.axis(call.int('axis', -1), shape.length));
    for (const index of call.has(2) ? [1, 2] : [1])
      if (call.input(index).shape.join() !== tail.join())
        call.fail('wrong_shape', `input ${index} is not [${tail.join()}]`);
    if (call.outputs > 1) call.fail('training_mode', 'statistics as output');
    call.macs = 4 * sizeOf(shape);
    return call.known(shape, dataType);
  },
};
