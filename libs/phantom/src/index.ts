export { evenedGradeMix } from './anatomy/calcium.ts';
export { phantomImageSet, phantomVolumeSet } from './images/image-set.ts';
export { phantomCohort, toLabelsCsv, type LabelRow } from './series/cohort.ts';
export { phantomUpload } from './series/upload.ts';
