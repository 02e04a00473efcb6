export {
  phantomSubject,
  outcomeRisk,
  type PhantomSubject,
  type SubjectOptions,
} from './subject.ts';
export { evenedGradeMix, scapisGradeMix, scoringHeightsMm, type Plaque } from './calcium.ts';
export {
  phantomSlice,
  heartOutline,
  heightRangeMm,
  plaqueShapes,
  type SliceOptions,
} from './slice.ts';
export { densityFactor, scoreSlice } from './agatston.ts';
export { fictiveIdentity, type FictiveIdentity } from './identity.ts';
export {
  heartHeightsMm,
  phantomImageSet,
  phantomVolumeSet,
  type ImageSetOptions,
  type PhantomImageSet,
  type PhantomVolumeSet,
} from './image-set.ts';
export {
  phantomMark,
  plantedIdentifiers,
  writePhantomSeries,
  type PhantomFile,
  type SeriesOptions,
} from './series.ts';
export { identifierKinds, type IdentifierKind, type PlantedIdentifier } from './planted.ts';
export {
  labelColumns,
  phantomCohort,
  toLabelRow,
  toLabelsCsv,
  type CohortOptions,
  type LabelRow,
  type PhantomCase,
} from './cohort.ts';
export { scanners, sites, type Scanner, type Site } from './sites.ts';
export type { Seed } from './random.ts';
export { isInside, type Shape } from './shape.ts';
