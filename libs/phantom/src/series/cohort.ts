import type { AgeBand, CalciumGrade, Sex } from '@scapis/contracts';
import { fictiveIdentity } from '../subject/identity.ts';
import { writePhantomSeries, type PhantomFile, type SeriesOptions } from './series.ts';
import { phantomSubject, type PhantomSubject, type SubjectOptions } from '../subject/subject.ts';

/**
 * What stands beside the pictures in labels.csv. `patientId` is the PatientID of the DICOM files,
 * an identifier: it goes in, never out.
 */
export interface LabelRow {
  patientId: string;
  calciumGrade: CalciumGrade;
  sex: Sex;
  ageBand: AgeBand;
  agatston: number;
  site: string;
  outcome: 0 | 1;
}

/** Columns of labels.csv, in order. */
const labelColumns = [
  'patientId',
  'calciumGrade',
  'sex',
  'ageBand',
  'agatston',
  'site',
  'outcome',
] as const satisfies readonly (keyof LabelRow)[];

export interface CohortOptions extends SeriesOptions {
  seed: SubjectOptions['seed'];
  subjects: number;
  gradeMix?: SubjectOptions['gradeMix'];
}

export interface PhantomCase {
  subject: PhantomSubject;
  files: PhantomFile[];
  label: LabelRow;
}

/** Yields one person at a time, so that a cohort of any size needs the memory of one. */
export function* phantomCohort({
  seed,
  subjects,
  gradeMix,
  ...series
}: CohortOptions): Generator<PhantomCase> {
  for (let index = 0; index < subjects; index++) {
    const subject = phantomSubject({ seed, index, gradeMix });
    yield { subject, files: writePhantomSeries(subject, series), label: toLabelRow(subject) };
  }
}

function toLabelRow(subject: PhantomSubject): LabelRow {
  const { calciumGrade, sex, ageBand, agatston, site } = subject;
  return {
    patientId: fictiveIdentity(subject).personnummer,
    calciumGrade,
    sex,
    ageBand,
    agatston,
    site,
    outcome: subject.outcome ? 1 : 0,
  };
}

/** @returns labels.csv: UTF-8, one header line, no value holds a comma or a quote. */
export function toLabelsCsv(rows: Iterable<LabelRow>): string {
  const lines = [labelColumns.join(',')];
  for (const row of rows) lines.push(labelColumns.map((column) => row[column]).join(','));
  return `${lines.join('\n')}\n`;
}
