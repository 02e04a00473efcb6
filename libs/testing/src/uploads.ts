import { zipSync } from 'fflate';

// What people send to the lab, as specs send it.

/** @returns a zip without compression. */
export function toZip(files: Record<string, Uint8Array>): Buffer<ArrayBuffer> {
  return Buffer.from(zipSync(files, { level: 0 }));
}

/** The smallest file that is a PDF all the same. */
export const smallPdf = Buffer.from(
  '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 3 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n',
);
