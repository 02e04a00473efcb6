export * from './dicom/dataset.ts';
export { DicomWriteError, writePart10 } from './dicom/part10.ts';
export { DicomReadError, readDicom, readFaults, walkElements, writeDicom } from './dicom/dicom.ts';
export type { ReadFault } from './dicom/dicom.ts';
export { tagName } from './dicom/dictionary.ts';
export { createDecoderPool } from './pixels/decoder-pool.ts';
export type { DecoderPool, DecoderPoolOptions } from './pixels/decoder-pool.ts';
export {
  decodeHu,
  isPlausibleHu,
  PixelError,
  pixelFaults,
  readableTransferSyntaxes,
} from './pixels/pixels.ts';
export type { HuImage, PixelFault } from './pixels/pixels.ts';
export { deidentify, deidentifyActions, DeidentifyError } from './deidentification/deidentify.ts';
export type {
  DeidentifyAction,
  DeidentifyChange,
  Deidentified,
} from './deidentification/deidentify.ts';
export { profileEdition } from './deidentification/profile.ts';
export { createPseudonymizer } from './deidentification/pseudonyms.ts';
export type { Pseudonymizer } from './deidentification/pseudonyms.ts';
export { defaultUploadLimits, openUpload, UploadError } from './archive/archive.ts';
export type { UploadEntry, UploadLimits } from './archive/archive.ts';
export { readGeometry } from './series/geometry.ts';
export type { SliceGeometry } from './series/geometry.ts';
export { checkSeries, seriesFindings } from './series/series.ts';
export type { SeriesCheck, SeriesFindingCode, SeriesSlice } from './series/series.ts';
export { examineFile, examineHeader } from './series/verdict.ts';
export type { Examination, ExamineOptions } from './series/verdict.ts';
export { manifestName, writeBundle } from './archive/bundle.ts';
export type { Bundle, BundleEntry, BundleFile } from './archive/bundle.ts';
export {
  contactSheet,
  lungWindow,
  mediastinumWindow,
  networkWindow,
  toPng,
  wideWindow,
} from './pixels/png.ts';
export type { ContactSheetOptions, DisplayWindow, GreyImage } from './pixels/png.ts';
export { writeSyntheticCt } from './series/synthetic-ct.ts';
export type { SyntheticCt, SyntheticCtFile } from './series/synthetic-ct.ts';
export {
  defaultTrainingFieldOfViewMm,
  defaultTrainingSize,
  fromTrainingView,
  toTrainingView,
  trainingWindow,
} from './pixels/training-view.ts';
export type { TrainingViewOptions } from './pixels/training-view.ts';
