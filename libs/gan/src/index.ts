export { RandomStream } from './base/philox.ts';
export type { ImageSet } from './base/image-set.ts';
export type { Parameters } from './base/parameters.ts';
export { readSafetensors, SafetensorsError, writeSafetensors } from './base/safetensors.ts';
export {
  latentSize,
  sampleLatents,
  storedGanConfig,
  toGanConfig,
  type GanConfig,
  type GanConfigInput,
} from './config.ts';
export { openGenerator, type Generator } from './generators/generator.ts';
export { mixGenerators } from './generators/mixture.ts';
export {
  checkImportedGenerator,
  openImportedGenerator,
  type ImportedGeneratorFacts,
} from './import/imported-generator.ts';
export {
  GeneratorImportError,
  largestFileBytes as largestImportBytes,
} from './import/onnx-file.ts';
export { ComputeThread, ThreadSignals } from './runtime/compute-thread.ts';
export {
  compile,
  OutOfMemoryError,
  runtimeVersion,
  type CompileOptions,
} from './runtime/runtime.ts';
export { fromSettings } from './settings.ts';
export { compileTrainStep } from './steps/adam.ts';
export { CheckpointError } from './training/checkpoint.ts';
export { estimate } from './training/estimate.ts';
export { measureTraining } from './training/measure.ts';
export {
  alertThreshold,
  canMonitor,
  findAlert,
  MemorisationMonitor,
  minimumSubjects,
  type MemorisationAlert,
  type MemorisationEvaluation,
} from './training/memorisation-monitor.ts';
export {
  createTraining,
  openTraining,
  stepsPerPoint,
  TrainingDivergedError,
  type Training,
  type TrainingPoint,
} from './training/training.ts';
