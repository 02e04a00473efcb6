import { broadcast, fromTensor, mostValues, sizeOf, type OpRow } from './onnx-call.ts';
import { elementTypes } from './onnx-file.ts';

/** Rows of operations that rearrange tensors, make constants, or return shapes. */

export const reshape: OpRow = {
  attributes: { allowzero: 'i' },
  rule(call) {
    const { shape, dataType, values } = call.input(0);
    const wanted = call
      .constants(1)
      .map((length, axis) =>
        length === 0 && call.int('allowzero', 0) === 0 ? (shape[axis] ?? 0) : length,
      );
    const rest = sizeOf(wanted.filter((length) => length !== -1));
    const to = wanted.map((length) => (length === -1 ? sizeOf(shape) / Math.max(1, rest) : length));
    if (wanted.filter((length) => length === -1).length > 1 || sizeOf(to) !== sizeOf(shape))
      call.fail('wrong_shape', `[${shape.join()}] as [${wanted.slice(0, 8).join()}]`);
    return call.known(to, dataType, values);
  },
};

export const squeeze: OpRow = {
  attributes: {},
  rule(call) {
    const { shape, dataType, values } = call.input(0);
    const axes = call.has(1)
      ? call.constants(1).map((axis) => call.axis(axis, shape.length))
      : [...shape.keys()].filter((axis) => shape[axis] === 1);
    if (axes.some((axis) => shape[axis] !== 1))
      call.fail('wrong_shape', `axes ${axes.join()} of [${shape.join()}]`);
    return call.known(
      shape.filter((_, axis) => !axes.includes(axis)),
      dataType,
      values,
    );
  },
};

export const unsqueeze: OpRow = {
  attributes: {},
  rule(call) {
    const { shape, dataType, values } = call.input(0);
    const given = call.constants(1);
    const rank = shape.length + given.length;
    if (rank > 8) call.fail('wrong_shape', `${rank} axes`);
    const axes = new Set(given.map((axis) => call.axis(axis, rank)));
    const rest = [...shape];
    return call.known(
      Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (rest.shift() ?? 1))),
      dataType,
      values,
    );
  },
};

export const concat: OpRow = {
  attributes: { axis: 'i' },
  rule(call) {
    const { inputs } = call;
    const { shape, dataType } = call.input(0);
    const axis = call.axis(call.int('axis', 0), shape.length);
    const isAlike = inputs.every(
      (each) =>
        each.shape.length === shape.length &&
        each.shape.every((length, i) => i === axis || length === shape[i]),
    );
    if (!isAlike)
      call.fail(
        'wrong_shape',
        inputs
          .map((each) => `[${each.shape.join()}]`)
          .slice(0, 4)
          .join(' and '),
      );
    const to = shape.map((length, i) =>
      i === axis ? inputs.reduce((total, each) => total + (each.shape[axis] ?? 0), 0) : length,
    );
    const isKnown = shape.length === 1 && inputs.every((each) => each.values !== null);
    return call.known(
      to,
      dataType,
      isKnown ? inputs.flatMap((each) => [...(each.values ?? [])]) : null,
    );
  },
};

export const split: OpRow = {
  attributes: { axis: 'i', num_outputs: 'i' },
  rule(call) {
    const { shape, dataType } = call.input(0);
    const axis = call.axis(call.int('axis', 0), shape.length);
    const length = shape[axis] ?? 0;
    const part = Math.ceil(length / call.outputs);
    const parts = call.has(1)
      ? call.constants(1)
      : Array.from({ length: call.outputs }, (_, i) =>
          Math.max(0, Math.min(part, length - i * part)),
        );
    if (parts.length !== call.outputs || parts.reduce((a, b) => a + b, 0) !== length)
      call.fail('wrong_shape', `${length} into ${parts.slice(0, 8).join()}`);
    return parts.map((each) =>
      call.known(
        shape.map((own, i) => (i === axis ? each : own)),
        dataType,
      ),
    );
  },
};

export const slice: OpRow = {
  attributes: {},
  rule(call) {
    const { shape, dataType, values } = call.input(0);
    const [starts, ends] = [call.constants(1), call.constants(2)];
    const axes = call.has(3) ? call.constants(3) : [...starts.keys()];
    const steps = call.has(4) ? call.constants(4) : starts.map(() => 1);
    const to = [...shape];
    let taken: readonly number[] | null = values;
    if (
      starts.length !== ends.length ||
      starts.length !== axes.length ||
      starts.length !== steps.length
    )
      call.fail('wrong_shape', 'starts, ends, axes and steps');
    for (const [i, given] of axes.entries()) {
      const axis = call.axis(given, shape.length);
      const [length, step] = [to[axis] ?? 0, steps[i] ?? 0];
      if (step === 0) call.fail('wrong_shape', 'a step of 0');
      const place = (value = 0, low = 0, high = length): number =>
        Math.min(high, Math.max(low, value < 0 ? value + length : value));
      const [from, until] =
        step > 0
          ? [place(starts[i]), place(ends[i])]
          : [place(starts[i], 0, length - 1), place(ends[i], -1, length - 1)];
      to[axis] = Math.max(0, Math.ceil((until - from) / step));
      taken =
        shape.length === 1 && taken !== null
          ? Array.from({ length: to[axis] ?? 0 }, (_, at) => values?.[from + at * step] ?? NaN)
          : null;
    }
    return call.known(to, dataType, axes.length === 0 ? values : taken);
  },
};

export const gather: OpRow = {
  attributes: { axis: 'i' },
  rule(call) {
    const [{ shape, dataType, values }, index] = [call.input(0), call.input(1)];
    const axis = call.axis(call.int('axis', 0), shape.length);
    const length = shape[axis] ?? 0;
    if (index.values?.some((each) => each < -length || each >= length) === true)
      call.fail('wrong_shape', `an index beyond ${length}`);
    const taken =
      shape.length === 1 && values !== null
        ? (index.values?.map((each) => values[each < 0 ? each + length : each] ?? NaN) ?? null)
        : null;
    return call.known(
      [...shape.slice(0, axis), ...index.shape, ...shape.slice(axis + 1)],
      dataType,
      taken,
    );
  },
};

export function blocks(isToSpace: boolean): OpRow {
  return {
    attributes: isToSpace ? { blocksize: 'i', mode: 's' } : { blocksize: 'i' },
    rule(call) {
      const [images = 0, channels = 0, height = 0, width = 0] = call.input(0).shape;
      const block = call.int('blocksize', 0);
      if (call.input(0).shape.length !== 4 || block < 1 || block > 64)
        call.fail('wrong_shape', `blocksize ${block}`);
      const to = isToSpace
        ? [images, channels / block ** 2, height * block, width * block]
        : [images, channels * block ** 2, height / block, width / block];
      return call.known(to, call.input(0).dataType);
    },
  };
}

/** Its value is one of five attributes here; strings are refused. */
export const constant: OpRow = {
  attributes: {
    value: 't',
    value_float: 'f',
    value_floats: 'floats',
    value_int: 'i',
    value_ints: 'ints',
  },
  rule(call) {
    const tensor = call.attribute('value')?.t;
    if (tensor !== undefined) return fromTensor(tensor);
    const floats = call.attribute('value_floats')?.floats ?? null;
    const ints = call.ints('value_ints');
    if (floats !== null) return call.known([floats.length], elementTypes.float, floats);
    if (ints !== null) return call.known([ints.length], elementTypes.int64, ints);
    const [float, int] = [call.attribute('value_float')?.f, call.attribute('value_int')?.i];
    if (float !== undefined) return call.known([], elementTypes.float, [float]);
    return int === undefined
      ? call.fail('unknown_op', 'no value')
      : call.known([], elementTypes.int64, [int]);
  },
};

export const flatten: OpRow = {
  attributes: { axis: 'i' },
  rule(call) {
    const { shape, dataType, values } = call.input(0);
    const axis = call.axis(call.int('axis', 1), shape.length + 1);
    return call.known([sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))], dataType, values);
  },
};

export const transpose: OpRow = {
  attributes: { perm: 'ints' },
  rule(call) {
    const { shape, dataType } = call.input(0);
    const order = call.ints('perm') ?? [...shape.keys()].reverse();
    if (order.length !== shape.length || new Set(order).size !== order.length)
      call.fail('wrong_shape', `perm ${order.slice(0, 8).join()}`);
    return call.known(
      order.map((axis) => shape[call.axis(axis, shape.length)] ?? 0),
      dataType,
    );
  },
};

export const expand: OpRow = {
  attributes: {},
  rule: (call) =>
    call.known(broadcast(call, [call.input(0).shape, call.constants(1)]), call.input(0).dataType),
};

export const tile: OpRow = {
  attributes: {},
  rule(call) {
    const repeats = call.constants(1);
    if (repeats.length !== call.input(0).shape.length) call.fail('wrong_shape', 'repeats');
    return call.known(
      call.input(0).shape.map((length, axis) => length * (repeats[axis] ?? 1)),
      call.input(0).dataType,
    );
  },
};

export const shapeOf: OpRow = {
  attributes: { start: 'i', end: 'i' },
  rule(call) {
    const part = call.input(0).shape.slice(call.int('start', 0), call.attribute('end')?.i);
    return call.known([part.length], elementTypes.int64, part);
  },
};

export const sizeOfTensor: OpRow = {
  attributes: {},
  rule: (call) => call.known([], elementTypes.int64, [sizeOf(call.input(0).shape)]),
};

export const constantOfShape: OpRow = {
  attributes: { value: 't' },
  rule(call) {
    const shape = call.constants(0);
    const tensor = call.attribute('value')?.t;
    const fill =
      tensor === undefined
        ? { dataType: elementTypes.float as number, values: [0] }
        : fromTensor(tensor);
    const known = call.known(shape, fill.dataType);
    return sizeOf(shape) > mostValues
      ? known
      : { ...known, values: Array<number>(sizeOf(shape)).fill(fill.values?.[0] ?? 0) };
  },
};
