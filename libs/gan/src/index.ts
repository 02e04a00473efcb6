export {
  codeLength,
  drawCodes,
  ganConfig,
  imageShape,
  toGanConfig,
  type ArchitectureName,
  type GanConfig,
  type GanConfigInput,
} from './config.ts';
export { ComputeThread, ThreadSignals } from './runtime/compute-thread.ts';
export { estimate, type Estimate } from './training/estimate.ts';
export {
  checkImportedGenerator,
  openImportedGenerator,
  type ImportedGenerator,
  type ImportedGeneratorFacts,
} from './import/imported-generator.ts';
export { lossNames, type LossName } from './steps/gan-step.ts';
export {
  GeneratorImportError,
  largestFileBytes as largestImportBytes,
} from './import/onnx-file.ts';
export {
  compileTrainStep,
  type AdamOptions,
  type Parameters,
  type TrainStep,
  type TrainStepOptions,
} from './steps/adam.ts';
export { RandomStream } from './base/philox.ts';
export { fromSettings } from './settings.ts';
export {
  compile,
  encodeOnnx,
  OutOfMemoryError,
  runtimeVersion,
  type CompileOptions,
  type Program,
  type ProgramFeeds,
  type ProgramResults,
  ProviderError,
} from './runtime/runtime.ts';
export {
  readSafetensors,
  SafetensorsError,
  writeSafetensors,
  type Safetensors,
} from './base/safetensors.ts';
export { mixGenerators } from './generators/mixture.ts';
export {
  GeneratorFileError,
  openGenerator,
  type Generator,
  type SampleRequest,
} from './generators/generator.ts';
export {
  alarmAt,
  canWatch,
  fewestWatched,
  findAlert,
  openMonitor,
  type Look,
  type MemorisationAlert,
  type Monitor,
} from './training/memorisation-monitor.ts';
export {
  CheckpointError,
  createTraining,
  openTraining,
  stepsPerPoint,
  TrainingDivergedError,
  type ImageSet,
  type RunOptions,
  type Training,
  type TrainingPoint,
} from './training/training.ts';
export { measureTraining, type TrainingSpeed } from './training/measure.ts';
