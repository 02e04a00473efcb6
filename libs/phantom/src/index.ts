export {
  phantomSubject,
  outcomeRisk,
  type PhantomSubject,
  type SubjectOptions,
} from './subject/subject.ts';
export {
  evenedGradeMix,
  scapisGradeMix,
  scoringHeightsMm,
  type Plaque,
} from './anatomy/calcium.ts';
export {
  phantomSlice,
  heartOutline,
  heightRangeMm,
  plaqueShapes,
  type SliceOptions,
} from './images/slice.ts';
export { densityFactor, scoreSlice } from './anatomy/agatston.ts';
export { fictiveIdentity, type FictiveIdentity } from './subject/identity.ts';
export {
  heartHeightsMm,
  phantomImageSet,
  phantomVolumeSet,
  type ImageSetOptions,
  type PhantomImageSet,
  type PhantomVolumeSet,
} from './images/image-set.ts';
export {
  phantomMark,
  plantedIdentifiers,
  writePhantomSeries,
  type PhantomFile,
  type SeriesOptions,
} from './series/series.ts';
export { identifierKinds, type IdentifierKind, type PlantedIdentifier } from './series/planted.ts';
export {
  labelColumns,
  phantomCohort,
  toLabelRow,
  toLabelsCsv,
  type CohortOptions,
  type LabelRow,
  type PhantomCase,
} from './series/cohort.ts';
export { scanners, sites, type Scanner, type Site } from './subject/sites.ts';
export type { Seed } from './random.ts';
export { isInside, type Shape } from './anatomy/shape.ts';
