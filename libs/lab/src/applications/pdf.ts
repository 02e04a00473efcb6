import { LabError } from '@scapis/contracts';

export const LARGEST_DOCUMENT = 20 * 2 ** 20;

/**
 * Reads an uploaded document whole, into memory: it is small by rule.
 * @throws LabError ethics_decision_too_large past 20 MB, before the rest is read;
 * ethics_decision_not_pdf when the content
 * is no PDF.
 */
export async function readPdf(upload: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of upload) {
    size += chunk.length;
    if (size > LARGEST_DOCUMENT) throw new LabError('ethics_decision_too_large');
    chunks.push(chunk);
  }
  const document = Buffer.concat(chunks, size);
  if (!isPdf(document)) throw new LabError('ethics_decision_not_pdf');
  return document;
}

/**
 * By content, not by name (ISO 32000-2, 7.5.2 and 7.5.5): the header on the very first byte, which
 * keeps out files that are something else to another reader, and the end-of-file mark with its
 * cross-reference pointer in the last kilobyte, which keeps out what was cut off.
 */
export function isPdf(document: Buffer): boolean {
  const head = document.subarray(0, 8).toString('latin1');
  const tail = document.subarray(-1024).toString('latin1');
  return /^%PDF-[12]\.\d/.test(head) && /startxref\s+\d+\s+%%EOF\s*$/.test(tail);
}
