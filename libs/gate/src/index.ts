export { countCells, releasableCells, type LabelCell } from './cells.ts';
export { chooseMembers, fewestTrainingImages, mostMembers, type Candidate, type EnsembleChoice } from './ensemble.ts';
export { encodeEvidence, runGate, toVerdict, type GateInput, type GateResult } from './gate.ts';
export { selectImages } from './images.ts';
export { needs } from './input.ts';
export type { PrivacySpent, TrainingRecord } from './memorisation.ts';
export { GateStopped, Pace as GatePace } from './pace.ts';
export { measurePower, poweredChecks, powerSteps, type FalseAlarms, type PowerOptions, type PowerRow } from './power.ts';
export type { ReleasedCohort } from './released.ts';
