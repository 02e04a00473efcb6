export * from './decide.ts';
export * from './split.ts';
export * from './states.ts';
