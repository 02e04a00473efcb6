export * from './audit.ts';
export * from './errors.ts';
export * from './jobs.ts';
export * from './labels.ts';
export * from './roles.ts';
export * from './states.ts';
