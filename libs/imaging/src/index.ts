export * from './dataset.ts';
export { DicomWriteError, writePart10 } from './part10.ts';
export { DicomReadError, readDicom, readFaults, walkElements, writeDicom } from './dicom.ts';
export type { ReadFault } from './dicom.ts';
export { tagName } from './dictionary.ts';
export { createDecoderPool } from './decoder-pool.ts';
export type { DecoderPool, DecoderPoolOptions } from './decoder-pool.ts';
export { decodeHu, isPlausibleHu, PixelError, pixelFaults, readableTransferSyntaxes } from './pixels.ts';
export type { HuImage, PixelFault } from './pixels.ts';
