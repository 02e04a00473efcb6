import { elementTypes } from './onnx-file.ts';
import {
  broadcast,
  fromTensor,
  mostValues,
  sizeOf,
  type Call,
  type Known,
  type OpRow,
} from './onnx-call.ts';
import { conv, convTranspose, pad, pool, resize } from './onnx-conv-pool.ts';

/**
 * The operations of ai.onnx (opset 13 to 22) that an imported generator may use: pure functions
 * whose result's shape follows from shapes and constants. One row each: the attributes it may
 * carry, and the rule that gives shape, type and, for small whole results, values. A row that is
 * missing is an operation that is refused.
 */

/** The element of a tensor that stretches to `shape`, for the flat index in it. */
function at({ shape, values }: Known, index: number, to: readonly number[]): number {
  let [flat, stride, rest] = [0, 1, index];
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const length = to[axis] ?? 1;
    const own = shape[axis - to.length + shape.length] ?? 1;
    if (own > 1) flat += (rest % length) * stride;
    stride *= own;
    rest = Math.floor(rest / length);
  }
  return values?.[flat] ?? NaN;
}

type Compute = (...values: number[]) => number;

/** Element by element over any number of inputs that stretch; `compute` follows small constants. */
function elementwise(
  attributes: OpRow['attributes'] = {},
  compute?: Compute,
  dataType?: number,
): OpRow {
  return {
    attributes,
    rule: (call) => {
      const { inputs } = call;
      const shape = broadcast(
        call,
        inputs.map((each) => each.shape),
      );
      const isKnown =
        compute !== undefined &&
        sizeOf(shape) <= mostValues &&
        inputs.every((each) => each.values !== null);
      const values = isKnown
        ? Array.from({ length: sizeOf(shape) }, (_, i) =>
            compute(...inputs.map((each) => at(each, i, shape))),
          )
        : null;
      const isWhole = call.input(0).dataType !== elementTypes.float;
      return call.known(
        shape,
        dataType ?? call.input(0).dataType,
        isWhole && call.opType === 'Div' ? (values?.map(Math.trunc) ?? null) : values,
      );
    },
  };
}

/** The shape and type of the first input; the others tune it. */
function alike(attributes: OpRow['attributes'] = {}): OpRow {
  return { attributes, rule: (call) => call.known(call.input(0).shape, call.input(0).dataType) };
}

/** As `alike`, with the values too. */
function same(call: Call, dataType = call.input(0).dataType): Known {
  const { shape, values } = call.input(0);
  return call.known(
    shape,
    dataType,
    dataType === elementTypes.float ? values : (values?.map(Math.trunc) ?? null),
  );
}

const gemm: OpRow = {
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

const matMul: OpRow = {
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

function reduction(): OpRow {
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

/**
 * Statistics over a tensor, then its own shape. `vectors`: how many inputs are vectors of one
 * number per channel (axis 1).
 */
function normalisation(attributes: OpRow['attributes'], vectors: number): OpRow {
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

const layerNormalization: OpRow = {
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

const reshape: OpRow = {
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

const squeeze: OpRow = {
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

const unsqueeze: OpRow = {
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

const concat: OpRow = {
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

const split: OpRow = {
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

const slice: OpRow = {
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

const gather: OpRow = {
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

function blocks(isToSpace: boolean): OpRow {
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

/** A constant's attribute is one of five; text is none of them here. */
const constant: OpRow = {
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

const isTrue = (value: number): number => Number(value);
const { bool, int64 } = elementTypes;

export const importOps: Readonly<Record<string, OpRow>> = {
  Relu: alike(),
  LeakyRelu: alike({ alpha: 'f' }),
  Elu: alike({ alpha: 'f' }),
  Celu: alike({ alpha: 'f' }),
  Selu: alike({ alpha: 'f', gamma: 'f' }),
  Sigmoid: alike(),
  Tanh: alike(),
  Softplus: alike(),
  Softsign: alike(),
  Erf: alike(),
  Exp: alike(),
  Log: alike(),
  Sqrt: alike(),
  Reciprocal: alike(),
  Sign: alike(),
  Floor: alike(),
  Ceil: alike(),
  Round: alike(),
  Sin: alike(),
  Cos: alike(),
  HardSwish: alike(),
  Mish: alike(),
  Not: alike(),
  HardSigmoid: alike({ alpha: 'f', beta: 'f' }),
  Gelu: alike({ approximate: 's' }),
  Softmax: alike({ axis: 'i' }),
  LogSoftmax: alike({ axis: 'i' }),
  LpNormalization: alike({ axis: 'i', p: 'i' }),
  Clip: alike(),
  PRelu: {
    attributes: {},
    rule(call) {
      const { shape, dataType } = call.input(0);
      if (broadcast(call, [shape, call.input(1).shape]).join() !== shape.join())
        call.fail('wrong_shape', 'the slope');
      return call.known(shape, dataType);
    },
  },
  Neg: elementwise({}, (a = 0) => -a),
  Abs: elementwise({}, Math.abs),
  Identity: { attributes: {}, rule: (call) => same(call) },
  Cast: {
    attributes: { to: 'i', saturate: 'i' },
    rule(call) {
      const to = call.int('to', 0);
      return Object.values<number>(elementTypes).includes(to)
        ? same(call, to)
        : call.fail('element_type', `data type ${to}`);
    },
  },
  Dropout: {
    attributes: { seed: 'i' },
    rule(call) {
      if (call.has(2) && call.constants(2)[0] !== 0)
        call.fail('training_mode', 'training_mode is true');
      return [same(call), call.known(call.input(0).shape, bool)].slice(0, call.outputs);
    },
  },
  Add: elementwise({}, (a = 0, b = 0) => a + b),
  Sub: elementwise({}, (a = 0, b = 0) => a - b),
  Mul: elementwise({}, (a = 0, b = 0) => a * b),
  Div: elementwise({}, (a = 0, b = 0) => a / b),
  Mod: elementwise({ fmod: 'i' }, (a = 0, b = 0) => a - b * Math.floor(a / b)),
  Pow: elementwise(),
  Min: elementwise({}, Math.min),
  Max: elementwise({}, Math.max),
  Sum: elementwise({}),
  Mean: elementwise({}),
  And: elementwise({}, undefined, bool),
  Or: elementwise({}, undefined, bool),
  Equal: elementwise({}, (a, b) => isTrue(Number(a === b)), bool),
  Greater: elementwise({}, undefined, bool),
  Less: elementwise({}, undefined, bool),
  GreaterOrEqual: elementwise({}, undefined, bool),
  LessOrEqual: elementwise({}, undefined, bool),
  Where: {
    attributes: {},
    rule(call) {
      const chosen = elementwise({}, (condition = 0, a = 0, b = 0) =>
        condition !== 0 ? a : b,
      ).rule(call) as Known;
      return { ...chosen, dataType: call.input(1).dataType };
    },
  },
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: matMul,
  AveragePool: pool,
  MaxPool: pool,
  GlobalAveragePool: {
    attributes: {},
    rule: (call) =>
      call.known(
        call.input(0).shape.map((length, axis) => (axis < 2 ? length : 1)),
        call.input(0).dataType,
      ),
  },
  BatchNormalization: normalisation({ epsilon: 'f', momentum: 'f', training_mode: 'i' }, 4),
  InstanceNormalization: normalisation({ epsilon: 'f' }, 2),
  LayerNormalization: layerNormalization,
  ReduceMean: reduction(),
  ReduceSum: reduction(),
  ReduceMax: reduction(),
  ReduceMin: reduction(),
  ReduceL1: reduction(),
  ReduceL2: reduction(),
  ReduceSumSquare: reduction(),
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  Pad: pad,
  Resize: resize,
  DepthToSpace: blocks(true),
  SpaceToDepth: blocks(false),
  Constant: constant,
  Flatten: {
    attributes: { axis: 'i' },
    rule(call) {
      const { shape, dataType, values } = call.input(0);
      const axis = call.axis(call.int('axis', 1), shape.length + 1);
      return call.known(
        [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))],
        dataType,
        values,
      );
    },
  },
  Transpose: {
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
  },
  Expand: {
    attributes: {},
    rule: (call) =>
      call.known(broadcast(call, [call.input(0).shape, call.constants(1)]), call.input(0).dataType),
  },
  Tile: {
    attributes: {},
    rule(call) {
      const repeats = call.constants(1);
      if (repeats.length !== call.input(0).shape.length) call.fail('wrong_shape', 'repeats');
      return call.known(
        call.input(0).shape.map((length, axis) => length * (repeats[axis] ?? 1)),
        call.input(0).dataType,
      );
    },
  },
  Shape: {
    attributes: { start: 'i', end: 'i' },
    rule(call) {
      const part = call.input(0).shape.slice(call.int('start', 0), call.attribute('end')?.i);
      return call.known([part.length], int64, part);
    },
  },
  Size: { attributes: {}, rule: (call) => call.known([], int64, [sizeOf(call.input(0).shape)]) },
  ConstantOfShape: {
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
  },
};

/** Operations that are refused by a reason of their own, because what to do about them is known. */
export const refusedOps: Readonly<Record<string, 'control_flow' | 'random_op'>> = {
  If: 'control_flow',
  Loop: 'control_flow',
  Scan: 'control_flow',
  SequenceMap: 'control_flow',
  RandomNormal: 'random_op',
  RandomNormalLike: 'random_op',
  RandomUniform: 'random_op',
  RandomUniformLike: 'random_op',
  Bernoulli: 'random_op',
  Multinomial: 'random_op',
};
