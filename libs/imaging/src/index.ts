export {
  type DicomDataset,
  transferSyntax,
  setText,
  setNumbers,
  setBytes,
  setSequence,
  getTexts,
  getText,
  getNumbers,
  getNumber,
} from './dicom/dataset.ts';
export { writePart10 } from './dicom/part10.ts';
export { readDicom, writeDicom } from './dicom/dicom.ts';
export { createDecoderPool } from './pixels/decoder-pool.ts';
export { deidentifyActions, deidentifyToFile } from './deidentification/deidentify.ts';
export { createPseudonymizer } from './deidentification/pseudonyms.ts';
export type { Pseudonymizer } from './deidentification/pseudonyms.ts';
export { openUpload, UploadError } from './archive/archive.ts';
export type { UploadEntry, UploadSource } from './archive/archive.ts';
export { readGeometry } from './series/geometry.ts';
export { checkSeries, readPhase, readReconstruction, seriesFindings } from './series/series.ts';
export type { SeriesFindingCode, SeriesSlice } from './series/series.ts';
export { examineFile } from './series/verdict.ts';
export { writeBundle } from './archive/bundle.ts';
export type { BundleEntry } from './archive/bundle.ts';
export { contactSheet, toPng, wideWindow } from './pixels/png.ts';
export type { GreyImage } from './pixels/png.ts';
export { writeSyntheticCt } from './series/synthetic-ct.ts';
export {
  defaultTrainingFieldOfViewMm,
  fromTrainingView,
  toPatientSlice,
  toTrainingView,
  trainingWindow,
} from './pixels/training-view.ts';
