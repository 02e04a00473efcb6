export * from './decide.ts';
export * from './gate-rules.ts';
export {
  noiseBounds,
  noiseFor,
  prvEpsilon,
  rdpEpsilon,
  type NoisySteps,
} from './privacy-accountant.ts';
export * from './split.ts';
export * from './states.ts';
