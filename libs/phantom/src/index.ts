export { evenedGradeMix } from './anatomy/calcium.ts';
export { phantomImageSet, phantomVolumeSet } from './images/image-set.ts';
export { phantomCohort, toLabelsCsv, type CohortOptions, type LabelRow } from './series/cohort.ts';
