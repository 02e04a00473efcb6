export * from './dataset.ts';
export { DicomWriteError, writePart10 } from './part10.ts';
export { DicomReadError, readDicom, readFaults, walkElements, writeDicom } from './dicom.ts';
export type { ReadFault } from './dicom.ts';
export { tagName } from './dictionary.ts';
export { createDecoderPool } from './decoder-pool.ts';
export type { DecoderPool, DecoderPoolOptions } from './decoder-pool.ts';
export {
  decodeHu,
  isPlausibleHu,
  PixelError,
  pixelFaults,
  readableTransferSyntaxes,
} from './pixels.ts';
export type { HuImage, PixelFault } from './pixels.ts';
export { deidentify, deidentifyActions, DeidentifyError } from './deidentify.ts';
export type { DeidentifyAction, DeidentifyChange, Deidentified } from './deidentify.ts';
export { profileEdition } from './profile.ts';
export { createPseudonymizer } from './pseudonyms.ts';
export type { Pseudonymizer } from './pseudonyms.ts';
export { defaultUploadLimits, openUpload, UploadError } from './archive.ts';
export type { UploadEntry, UploadLimits } from './archive.ts';
export { readGeometry } from './geometry.ts';
export type { SliceGeometry } from './geometry.ts';
export { checkSeries, seriesFindings } from './series.ts';
export type { SeriesCheck, SeriesFindingCode, SeriesSlice } from './series.ts';
export { examineFile, examineHeader } from './verdict.ts';
export type { Examination, ExamineOptions } from './verdict.ts';
export { manifestName, writeBundle } from './bundle.ts';
export type { Bundle, BundleEntry, BundleFile } from './bundle.ts';
export {
  contactSheet,
  lungWindow,
  mediastinumWindow,
  networkWindow,
  toPng,
  wideWindow,
} from './png.ts';
export type { ContactSheetOptions, DisplayWindow, GreyImage } from './png.ts';
export { writeSyntheticCt } from './synthetic-ct.ts';
export type { SyntheticCt, SyntheticCtFile } from './synthetic-ct.ts';
export {
  defaultTrainingFieldOfViewMm,
  defaultTrainingSize,
  fromTrainingView,
  toTrainingView,
  trainingWindow,
} from './training-view.ts';
export type { TrainingViewOptions } from './training-view.ts';
