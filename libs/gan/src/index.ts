export * from './optimise.ts';
export * from './runtime.ts';
