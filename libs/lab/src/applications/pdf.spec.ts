import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { isPdf, LARGEST_DOCUMENT, readPdf } from './pdf.ts';

const pdf = Buffer.from(
  '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n',
);
const pieces = (bytes: Buffer, size: number): AsyncIterable<Uint8Array> =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
  );

test('a PDF is read whole, however it arrives', async () => {
  expect(await readPdf(pieces(pdf, 5))).toEqual(pdf);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  [
    'a page that calls itself PDF',
    Buffer.from('<html><script>alert(1)</script>\n%PDF-1.7\nstartxref\n9\n%%EOF'),
  ],
  ['a PDF cut short', pdf.subarray(0, pdf.length - 10)],
  ['a PDF with a zip behind it', Buffer.concat([pdf, Buffer.from('PK\x03\x04')])],
  ['a header alone', Buffer.from('%PDF-1.7')],
])('%s is refused', async (_what, bytes) => {
  expect(isPdf(bytes)).toBe(false);
  await expect(readPdf(pieces(bytes, 4096))).rejects.toMatchObject({
    code: 'ethics_decision_not_pdf',
  });
});

test('a document past the limit is refused before the rest is read', async () => {
  let served = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      served += 2 ** 20;
      yield Buffer.alloc(2 ** 20);
    }
  }
  await expect(readPdf(Readable.from(endless(), { highWaterMark: 1 }))).rejects.toMatchObject({
    code: 'ethics_decision_too_large',
  });
  expect(served).toBeLessThanOrEqual(LARGEST_DOCUMENT + 2 * 2 ** 20);
});
