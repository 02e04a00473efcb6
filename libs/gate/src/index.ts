export {
  openQualityProbe,
  type QualityProbeOptions,
  type QualityProbe,
  type QualityMeasures,
} from './selection/quality-probe.ts';
export { countStrata, releasableStrata, type LabelStratum } from './checks/label-strata.ts';
export { contrastiveSpace, type CopySpace } from './copies/copy-space.ts';
export { trainEncoder } from './features/encoder.ts';
export {
  chooseMembers,
  fewestTrainingImages,
  mostMembers,
  type Candidate,
  type EnsembleChoice,
} from './selection/choose-members.ts';
export { encodeEvidence, runGate, type GateInput, type GateResult } from './run/gate.ts';
export { selectImages } from './images/images.ts';
export { needs } from './checks/input.ts';
export type { PrivacySpent, TrainingRecord } from './checks/memorisation.ts';
export { mostSearchedExactly, searchNear } from './features/nearest-index.ts';
export { GateStopped, TaskContext } from './task-context.ts';
export { pixelSpace } from './copies/pixel-space.ts';
export {
  measurePower,
  poweredChecks,
  powerSteps,
  type FalseAlarms,
  type PowerOptions,
  type PowerRow,
} from './power/power.ts';
export type { ReleasedCohort } from './run/released.ts';
export { spectrumSpace } from './copies/spectrum-space.ts';
