import {
  add,
  concat,
  constant,
  conv,
  convInputGradient,
  convWeightGradient,
  div,
  exp,
  greater,
  broadcast,
  leakyRelu,
  leakySlope,
  log,
  logSumExp,
  matmul,
  maximum,
  mul,
  neg,
  pad,
  reshape,
  slice,
  softplus,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from './build.ts';
import type { OpName, Shape, Tensor } from './tensor.ts';

/**
 * At least one small program per operation, with the shapes of its inputs. Two tests walk this
 * table: gradients against central differences (here), and ONNX Runtime against the reference
 * evaluator (libs/gan). The compiler refuses an operation without a case.
 */
export interface OpCase {
  name: string;
  shapes: readonly Shape[];
  /** Added to the test values, which lie in 0.3..1.7. */
  center?: number;
  build: (...inputs: Tensor[]) => Tensor;
}

type Binary = (a: Tensor, b: Tensor) => Tensor;
const withBroadcasting = (build: Binary): [OpCase, ...OpCase[]] => [
  {
    name: 'equal shapes',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (a, b) => build(a, b),
  },
  { name: 'a scalar', shapes: [[2, 3], []], build: (a, b) => build(a, b) },
  { name: 'both sides stretch', shapes: [[2, 1], [3]], build: (a, b) => build(a, b) },
];
const one = (build: (x: Tensor) => Tensor, shape: Shape = [2, 3], center = 0): [OpCase] => [
  { name: `[${shape.join()}]`, shapes: [shape], center, build: (x) => build(x) },
];

export const opCases: Record<OpName, readonly [OpCase, ...OpCase[]]> = {
  input: one((x) => mul(x, x)),
  constant: one((x) => mul(x, constant([1, 2, 3], [3]))),
  add: withBroadcasting(add),
  sub: withBroadcasting(sub),
  mul: withBroadcasting(mul),
  div: withBroadcasting(div),
  maximum: withBroadcasting((a, b) => maximum(mul(a, a), b)),
  greater: withBroadcasting((a, b) => where(greater(a, b), mul(a, b), a)),
  where: [
    ...withBroadcasting((a, b) => where(greater(a, 1), mul(a, a), mul(b, b))),
    {
      name: 'the condition stretches',
      shapes: [[3], [2, 3], [2, 3]],
      build: (c, a, b) => where(greater(c, 1), mul(a, a), b),
    },
  ],
  neg: one(neg),
  exp: one(exp),
  log: one(log),
  sqrt: one(sqrt),
  tanh: one(tanh),
  softplus: [
    ...one(softplus),
    ...one((x) => softplus(mul(x, 3)), [4], -1),
    { name: 'at 0', shapes: [[1]], build: (x) => softplus(sub(x, x)) },
  ],
  leakyRelu: [
    ...one((x) => leakyRelu(mul(x, x)), [5]),
    ...one((x) => leakyRelu(x, 0.1), [5], -1),
    ...one((x) => leakyRelu(x, 0), [5], -1),
  ],
  leakySlope: one((x) => mul(leakySlope(x, 0.2), x), [5], -1),
  matmul: [
    {
      name: 'plain',
      shapes: [
        [2, 3],
        [3, 4],
      ],
      build: (a, b) => matmul(a, b),
    },
    {
      name: 'batched',
      shapes: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      build: (a, b) => matmul(a, b),
    },
    {
      name: 'one matrix for the batch',
      shapes: [
        [2, 2, 3],
        [3, 2],
      ],
      build: (a, b) => matmul(a, b),
    },
  ],
  transpose: [...one((x) => transpose(x)), ...one((x) => transpose(x, [2, 0, 1]), [2, 3, 2])],
  reshape: one((x) => reshape(x, [3, 2])),
  broadcast: [
    ...one((x) => broadcast(x, [2, 3, 4]), [3, 1]),
    ...one((x) => broadcast(mul(x, x), [2, 3]), []),
  ],
  sum: [
    ...one((x) => sum(x)),
    ...one((x) => sum(x, [0, -1], true), [2, 2, 3]),
    ...one((x) => sum(x, [1])),
  ],
  logSumExp: [...one((x) => logSumExp(x)), ...one((x) => logSumExp(x, 0, true))],
  slice: [
    ...one((x) => slice(x, [0, 1], [2, 3])),
    ...one((x) => slice(x, [1, 0, 2], [2, 2, 3]), [2, 2, 4]),
  ],
  pad: one((x) => pad(x, [1, 0], [0, 2])),
  concat: [
    {
      name: 'axis 1',
      shapes: [
        [2, 3],
        [2, 1],
      ],
      build: (a, b) => concat([a, b], 1),
    },
    { name: 'one input twice', shapes: [[2, 3]], build: (a) => concat([a, mul(a, a), a], 0) },
  ],
  conv: [
    {
      name: '3x3, padding 1',
      shapes: [
        [2, 2, 4, 3],
        [3, 2, 3, 3],
      ],
      build: (x, w) => conv(x, w, { stride: 1, padding: 1 }),
    },
    {
      name: '4x4, stride 2, bias',
      shapes: [[1, 2, 6, 4], [2, 2, 4, 4], [2]],
      build: (x, w, bias) => conv(x, w, { stride: 2, padding: 1 }, bias),
    },
    {
      name: '3x3, stride 2, a row not reached',
      shapes: [
        [2, 1, 6, 5],
        [2, 1, 3, 3],
      ],
      build: (x, w) => conv(x, w, { stride: 2, padding: 1 }),
    },
    {
      name: '2x2, stride 3, a row cropped',
      shapes: [
        [1, 1, 7, 7],
        [2, 1, 2, 2],
      ],
      build: (x, w) => conv(x, w, { stride: 3, padding: 0 }),
    },
    {
      name: '1x1',
      shapes: [
        [1, 2, 2, 2],
        [3, 2, 1, 1],
      ],
      build: (x, w) => conv(x, w, { stride: 1, padding: 0 }),
    },
    {
      name: 'in 2 groups, bias',
      shapes: [[2, 4, 3, 2], [2, 2, 3, 3], [2]],
      build: (x, w, bias) => conv(x, w, { stride: 1, padding: 1, groups: 2 }, bias),
    },
    {
      name: 'in 2 groups, stride 2',
      shapes: [
        [1, 2, 4, 5],
        [4, 1, 2, 2],
      ],
      build: (x, w) => conv(x, w, { stride: 2, padding: 0, groups: 2 }),
    },
    {
      name: 'volumes, bias',
      shapes: [[1, 2, 3, 2, 2], [1, 2, 3, 3, 3], [1]],
      build: (x, w, bias) => conv(x, w, { stride: 1, padding: 1 }, bias),
    },
    {
      name: 'volumes in 2 groups, stride 2, a slab cropped',
      shapes: [
        [2, 2, 3, 2, 2],
        [2, 1, 2, 2, 2],
      ],
      build: (x, w) => conv(x, w, { stride: 2, padding: 0, groups: 2 }),
    },
  ],
  convInputGradient: [
    {
      name: '3x3',
      shapes: [
        [2, 2, 4, 4],
        [2, 1, 3, 3],
      ],
      build: (g, w) => convInputGradient(g, w, { stride: 1, padding: 1, height: 4, width: 4 }),
    },
    {
      name: '4x4, stride 2, bias',
      shapes: [[1, 2, 3, 2], [2, 1, 4, 4], [1]],
      build: (g, w, bias) =>
        convInputGradient(g, w, { stride: 2, padding: 1, height: 6, width: 4 }, bias),
    },
    {
      name: '3x3, stride 2, a row not reached',
      shapes: [
        [1, 1, 3, 3],
        [1, 2, 3, 3],
      ],
      build: (g, w) => convInputGradient(g, w, { stride: 2, padding: 1, height: 6, width: 5 }),
    },
    {
      name: 'in 2 groups, bias',
      shapes: [[1, 2, 3, 3], [2, 2, 3, 3], [4]],
      build: (g, w, bias) =>
        convInputGradient(g, w, { stride: 1, padding: 1, height: 3, width: 3, groups: 2 }, bias),
    },
    {
      name: 'in 2 groups, stride 2',
      shapes: [
        [2, 4, 2, 2],
        [4, 1, 2, 2],
      ],
      build: (g, w) =>
        convInputGradient(g, w, { stride: 2, padding: 0, height: 4, width: 5, groups: 2 }),
    },
    {
      name: 'volumes in 2 groups',
      shapes: [
        [1, 2, 2, 3, 2],
        [2, 1, 3, 3, 3],
      ],
      build: (g, w) =>
        convInputGradient(g, w, {
          stride: 1,
          padding: 1,
          depth: 2,
          height: 3,
          width: 2,
          groups: 2,
        }),
    },
    {
      name: 'volumes, stride 2',
      shapes: [
        [1, 2, 2, 1, 1],
        [2, 1, 2, 2, 2],
      ],
      build: (g, w) =>
        convInputGradient(g, w, { stride: 2, padding: 0, depth: 4, height: 3, width: 2 }),
    },
  ],
  convWeightGradient: [
    {
      name: 'fewer input channels',
      shapes: [
        [2, 1, 4, 4],
        [2, 2, 4, 4],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 1, kernel: 3 }),
    },
    {
      name: 'fewer output channels',
      shapes: [
        [2, 3, 4, 4],
        [2, 1, 2, 2],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 0, kernel: 3 }),
    },
    {
      name: 'many channels, few pixels',
      shapes: [
        [2, 5, 2, 2],
        [2, 5, 3, 3],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 1, kernel: 2 }),
    },
    {
      name: 'stride 2',
      shapes: [
        [2, 2, 6, 6],
        [2, 3, 3, 3],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 2, padding: 1, kernel: 4 }),
    },
    {
      name: 'stride 2, a row not reached',
      shapes: [
        [1, 2, 6, 5],
        [1, 1, 3, 3],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 2, padding: 1, kernel: 3 }),
    },
    {
      name: '1x1',
      shapes: [
        [1, 2, 3, 2],
        [1, 2, 3, 2],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 0, kernel: 1 }),
    },
    {
      name: 'as many channels on both sides',
      shapes: [
        [2, 2, 3, 4],
        [2, 2, 2, 3],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 0, kernel: 2 }),
    },
    {
      name: 'in 2 groups, fewer input channels',
      shapes: [
        [2, 2, 3, 3],
        [2, 4, 3, 3],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 1, kernel: 3, groups: 2 }),
    },
    {
      name: 'in 2 groups, fewer output channels',
      shapes: [
        [2, 4, 3, 2],
        [2, 2, 3, 2],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 1, kernel: 3, groups: 2 }),
    },
    {
      name: 'in 2 groups, stride 2',
      shapes: [
        [2, 4, 5, 4],
        [2, 2, 2, 2],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 2, padding: 0, kernel: 2, groups: 2 }),
    },
    {
      name: 'volumes, fewer output channels',
      shapes: [
        [1, 2, 2, 2, 3],
        [1, 1, 2, 2, 3],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 1, kernel: 3 }),
    },
    {
      name: 'volumes in 2 groups',
      shapes: [
        [2, 2, 2, 2, 2],
        [2, 2, 2, 2, 2],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 1, padding: 1, kernel: 3, groups: 2 }),
    },
    {
      name: 'volumes, stride 2',
      shapes: [
        [2, 1, 4, 3, 2],
        [2, 2, 2, 1, 1],
      ],
      build: (x, g) => convWeightGradient(x, g, { stride: 2, padding: 0, kernel: 2 }),
    },
  ],
};
