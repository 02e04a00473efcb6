export { codeLength, drawCodes, ganConfig, imageShape, toGanConfig, type ArchitectureName, type GanConfig, type GanConfigInput } from './config.ts';
export { ComputeThread, ThreadSignals } from './compute-thread.ts';
export { estimate, type Estimate } from './estimate.ts';
export {
  checkImportedGenerator,
  openImportedGenerator,
  type ImportedGenerator,
  type ImportedGeneratorFacts,
} from './imported-generator.ts';
export { lossNames, type LossName } from './gan-step.ts';
export { GeneratorImportError, largestFileBytes as largestImportBytes } from './onnx-file.ts';
export { compileTrainStep, type AdamOptions, type Parameters, type TrainStep, type TrainStepOptions } from './optimise.ts';
export { RandomStream } from './random.ts';
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
} from './runtime.ts';
export { readSafetensors, SafetensorsError, writeSafetensors, type Safetensors } from './safetensors.ts';
export { mixGenerators } from './ensemble.ts';
export { GeneratorFileError, openGenerator, type Generator, type SampleRequest } from './sample.ts';
export { alarmAt, canWatch, fewestWatched, findAlert, openMonitor, type Look, type MemorisationAlert, type Monitor } from './monitor.ts';
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
} from './train.ts';
export { measureTraining, type TrainingSpeed } from './measure.ts';
