export { countCells, releasableCells, type LabelCell } from './cells.ts';
export { encodeEvidence, runGate, toVerdict, type GateInput, type GateResult } from './gate.ts';
export { needs } from './input.ts';
export { GateStopped } from './pace.ts';
