import { broadcast, type Known, type OpRow } from './onnx-call.ts';
import { conv, convTranspose, pad, pool, resize } from './onnx-conv-pool.ts';
import { alike, elementwise, same } from './onnx-elementwise.ts';
import { elementTypes } from './onnx-file.ts';
import { gemm, layerNormalization, matMul, normalisation, reduction } from './onnx-products.ts';
import {
  blocks,
  concat,
  constant,
  constantOfShape,
  expand,
  flatten,
  gather,
  reshape,
  shapeOf,
  sizeOfTensor,
  slice,
  split,
  squeeze,
  tile,
  transpose,
  unsqueeze,
} from './onnx-shapes.ts';

/**
 * The operations of ai.onnx (opsets 13 to 22) that an imported generator may use. They are pure
 * functions, and the shape of their result follows from shapes and constants. One row each: the
 * attributes that the operation may have, and the rule that gives shape, type and, for small
 * results of constants, values. An operation without a row is refused.
 */

const isTrue = (value: number): number => Number(value);
const { bool } = elementTypes;

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
  Flatten: flatten,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Shape: shapeOf,
  Size: sizeOfTensor,
  ConstantOfShape: constantOfShape,
};

/** Operations that are refused with a reason of their own, which tells what to change. */
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
