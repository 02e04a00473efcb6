export {
  add,
  averagePool,
  concat,
  constant,
  conv,
  conv2d,
  div,
  downsampleBilinear,
  greater,
  input,
  leakyRelu,
  linear,
  log,
  logSumExp,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  reshape,
  scalar,
  sigmoid,
  slice,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  transpose,
  upsampleBilinear,
  upsampleConv,
  where,
} from './build.ts';
export { gradients } from './backward.ts';
export { countMacs, peakElements } from './cost.ts';
export { evaluate } from './evaluate.ts';
export { printGraph, toOnnx } from './onnx.ts';
export { perSampleGradients } from './per-sample.ts';
export { isSameShape, sizeOf, type Shape, type Tensor } from './tensor.ts';
