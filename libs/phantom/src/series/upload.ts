import type { CalciumGrade } from '@scapis/contracts';
import { type LabelRow, phantomCohort, toLabelsCsv } from './cohort.ts';

/** Phantom people as they are uploaded. */
interface PhantomUpload {
  /** Every path in the zip with its bytes. */
  files: Record<string, Uint8Array>;
  labels: LabelRow[];
}

/** Phantom people as an upload: a folder per person with their DICOM slices, and labels.csv. */
export function phantomUpload(options: {
  subjects: number;
  seed?: number;
  slices?: number;
  matrix?: number;
  gradeMix?: Record<CalciumGrade, number>;
}): PhantomUpload {
  const files: Record<string, Uint8Array> = {};
  const labels: LabelRow[] = [];
  for (const { files: slices, label } of phantomCohort({
    seed: options.seed ?? 7,
    subjects: options.subjects,
    slices: options.slices,
    matrix: options.matrix,
    gradeMix: options.gradeMix,
  })) {
    for (const { fileName, bytes } of slices) files[`P${labels.length}/${fileName}`] = bytes;
    labels.push(label);
  }
  files['labels.csv'] = new TextEncoder().encode(toLabelsCsv(labels));
  return { files, labels };
}
