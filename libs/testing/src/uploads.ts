import type { CalciumGrade } from '@scapis/contracts';
import { type LabelRow, phantomCohort, toLabelsCsv } from '@scapis/phantom';
import { zipSync } from 'fflate';

/** What people send to the lab, as specs send it: images with their labels, and a document. */
export interface PhantomUpload {
  /** Every path in the zip with its bytes. */
  files: Record<string, Uint8Array>;
  labels: LabelRow[];
}

/** Phantom people as an upload: a folder per person with their DICOM slices, and labels.csv. */
export function phantomUpload(options: {
  subjects: number;
  seed?: number;
  slices?: number;
  gradeMix?: Record<CalciumGrade, number>;
}): PhantomUpload {
  const files: Record<string, Uint8Array> = {};
  const labels: LabelRow[] = [];
  for (const { files: slices, label } of phantomCohort({
    seed: options.seed ?? 7,
    subjects: options.subjects,
    slices: options.slices,
    gradeMix: options.gradeMix,
  })) {
    for (const { fileName, bytes } of slices) files[`P${labels.length}/${fileName}`] = bytes;
    labels.push(label);
  }
  files['labels.csv'] = new TextEncoder().encode(toLabelsCsv(labels));
  return { files, labels };
}

/** @returns a zip without compression. */
export function toZip(files: Record<string, Uint8Array>): Buffer<ArrayBuffer> {
  return Buffer.from(zipSync(files, { level: 0 }));
}

/** The smallest file that is a PDF all the same. */
export const smallPdf = Buffer.from(
  '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 3 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n',
);
