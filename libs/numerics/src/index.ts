export * from './build.ts';
export { gradients } from './backward.ts';
export { checkGradients, type Argument } from './check-gradients.ts';
export { countMacs, peakElements } from './cost.ts';
export { evaluate, type Feeds } from './evaluate.ts';
export { gradientRules } from './gradients.ts';
export { printGraph, toOnnx, type OnnxModel } from './onnx.ts';
export { ops } from './ops.ts';
export { perSampleGradients } from './per-sample.ts';
export {
  GraphError,
  isSameShape,
  sizeOf,
  type Dtype,
  type OpName,
  type Shape,
  type Tensor,
} from './tensor.ts';
export { opCases, type OpCase } from './op-cases.ts';
