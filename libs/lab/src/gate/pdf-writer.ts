/**
 * A PDF of text and lines (ISO 32000-2), enough for a report: A4, two standard fonts, no picture, no dependency, no clock: the same pages
 * give the same bytes. Text is Latin-1 and the typographic marks of WinAnsi; other characters become "?".
 */

export const pageWidth = 595;
export const pageHeight = 842;

/** Red, green, blue from 0 to 1. */
export type Colour = readonly [number, number, number];
export const black: Colour = [0.1, 0.1, 0.12];

interface Ink {
  colour?: Colour;
  /** Points. */
  width?: number;
  dash?: readonly number[];
}
interface Script {
  size?: number;
  bold?: boolean;
  colour?: Colour;
  align?: 'left' | 'right' | 'centre';
}

/** One page being drawn on. Coordinates are points from the upper left corner. */
export class PdfPage {
  readonly #parts: string[] = [];

  text(x: number, y: number, text: string, { size = 9, bold = false, colour = black, align = 'left' }: Script = {}): void {
    const from = align === 'left' ? x : x - textWidth(text, size) * (align === 'right' ? 1 : 0.5);
    this.#parts.push(`BT /${bold ? 'B' : 'R'} ${size} Tf ${colour.map(num).join(' ')} rg ${num(from)} ${num(pageHeight - y)} Td (${escapeText(text)}) Tj ET`);
  }

  line(points: readonly (readonly [x: number, y: number])[], { colour = black, width = 0.7, dash = [] }: Ink = {}): void {
    if (points.length < 2) return;
    const path = points.map(([x, y], at) => `${num(x)} ${num(pageHeight - y)} ${at === 0 ? 'm' : 'l'}`).join(' ');
    this.#parts.push(`${colour.map(num).join(' ')} RG ${num(width)} w [${dash.join(' ')}] 0 d ${path} S`);
  }

  box(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.#parts.push(`${colour.map(num).join(' ')} rg ${num(x)} ${num(pageHeight - y - height)} ${num(width)} ${num(height)} re f`);
  }

  get content(): string {
    return this.#parts.join('\n');
  }
}

/** @returns the file. `language` is told to screen readers, e.g. "en". */
export function writePdf(pages: readonly PdfPage[], { title, language }: { title: string; language: string }): Uint8Array {
  const font = (name: string): string => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const pageId = (at: number): number => 6 + 2 * at;
  const bodies = [
    `<< /Type /Catalog /Pages 2 0 R /Lang (${escapeText(language)}) /ViewerPreferences << /DisplayDocTitle true >> >>`,
    `<< /Type /Pages /Kids [${pages.map((_, at) => `${pageId(at)} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title (${escapeText(title)}) /Producer (SCAPIS computer lab) >>`,
    ...pages.flatMap((page, at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] /Resources << /Font << /R 3 0 R /B 4 0 R >> >> /Contents ${pageId(at) + 1} 0 R >>`,
      `<< /Length ${page.content.length} >>\nstream\n${page.content}\nendstream`,
    ]),
  ];
  let file = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';
  const offsets = bodies.map((body, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = bodies.length + 1;
  return Buffer.from(
    `${file}xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
    'latin1',
  );
}

/** Breaks at spaces; a word wider than the line stands alone. */
export function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Helvetica's advance widths of the characters 32 to 126, thousandths of the size (Adobe font metrics); letters with marks count as 556. */
const advances = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584,
  584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611,
  278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500,
  500, 500, 334, 260, 334, 584,
];

export function textWidth(text: string, size: number): number {
  let sum = 0;
  for (const character of text) sum += advances[(character.codePointAt(0) ?? 0) - 32] ?? 556;
  return (sum * size) / 1000;
}

/** Marks that WinAnsi has outside Latin-1, and signs that are said in words of ASCII. */
const substitutes: Record<string, string> = { '–': '\x96', '—': '\x97', '‘': '\x91', '’': '\x92', '“': '\x93', '”': '\x94', '…': '\x85', '−': '-', '≥': '>=', '≤': '<=' };

function escapeText(text: string): string {
  return [...text]
    .map((character) => substitutes[character] ?? (/[\x20-\x7e\xa0-\xff]/.test(character) ? character : '?'))
    .join('')
    .replaceAll(/[\\()]/g, '\\$&');
}

function num(value: number): string {
  return String(Number(value.toFixed(2)));
}
