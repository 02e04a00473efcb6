export * from './dataset.ts';
export { DicomWriteError, writePart10 } from './part10.ts';
