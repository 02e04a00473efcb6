import { buffer } from 'node:stream/consumers';

const margin = 42;
const footHeight = 20;
const gutter = 8;
const cellPadding = 4;
const black = '#1a1a1f';
export const grey = '#5a5e66';
export const pale = '#e0e6ed';

export interface Script {
  size?: number;
  isBold?: boolean;
  colour?: string;
  align?: 'left' | 'right' | 'center';
  /** Where it is not the paper's. */
  language?: string;
}
export type Line = Script & { text: string };
export interface Column {
  width: number;
  align?: 'left' | 'right';
  /** Missing: a column of drawings that only show what other cells say. */
  head?: string;
}
/**
 * Said to screen readers of a part; pdfkit takes `scope` and `bbox`, which its types do not know
 * yet.
 */
interface PartOptions extends PDFKit.Mixins.StructureElementOptions {
  scope?: 'Column' | 'Row';
  bbox?: [left: number, top: number, right: number, bottom: number];
}

/** Pages that fill from the top; each part is drawn and tagged at once. */
export class Paper {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #root: PDFKit.PDFStructureElement;
  /** Between the margins. */
  readonly width: number;
  readonly left = margin;
  y = margin;

  private constructor(pdf: PDFKit.PDFDocument) {
    this.#pdf = pdf;
    this.width = pdf.page.width - 2 * margin;
    this.#root = pdf.struct('Document');
    pdf.addStructure(this.#root);
  }

  /**
   * Loads pdfkit only now: most processes never write a paper, and it takes 30 MB. @param date when
   * the content was made: the file has no other clock
   */
  static async open(title: string, language: string, date: Date): Promise<Paper> {
    const { default: PDFDocument } = await import('pdfkit');
    return new Paper(
      new PDFDocument({
        size: 'A4',
        margins: { top: margin, left: margin, right: margin, bottom: margin + footHeight },
        bufferPages: true,
        pdfVersion: '1.7',
        tagged: true,
        lang: language,
        displayTitle: true,
        info: { Title: title, Author: 'SCAPIS computer lab', CreationDate: date, ModDate: date },
      }),
    );
  }

  /**
   * Adds a part below `parent` (the document itself without one); `draw` writes its content now.
   */
  #part(
    type: string,
    draw?: () => void,
    { parent = this.#root, ...options }: PartOptions & { parent?: PDFKit.PDFStructureElement } = {},
  ): PDFKit.PDFStructureElement {
    const part = this.#pdf.struct(type, options);
    parent.add(part);
    if (draw !== undefined) part.add(draw).end();
    return part;
  }

  /** Draws what a screen reader shall pass over. */
  artifact(draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
    this.#pdf.markContent('Artifact', { type });
    draw();
    this.#pdf.endMarkedContent();
  }

  /** Opens a page where `height` does not fit on the present one. @returns whether it did */
  need(height: number): boolean {
    if (this.y + height <= this.#pdf.page.maxY()) return false;
    this.#pdf.addPage();
    this.y = margin;
    return true;
  }

  heading(level: 'H1' | 'H2' | 'H3', text: string): void {
    const size = { H1: 16, H2: 12, H3: 9 }[level];
    this.need(size + 90);
    if (level !== 'H1') this.y += size * 0.8;
    if (level === 'H2') this.#pdf.outline.addItem(toWinAnsi(text));
    this.#part(
      level,
      () =>
        (this.y =
          this.#write({ text, size, isBold: true }, margin, this.y, this.width) + size * 0.35),
    );
  }

  text(text: string, script: Script = {}): void {
    this.#part(
      'P',
      () => (this.y = this.#write({ text, ...script }, margin, this.y, this.width) + 4),
    );
  }

  /** @returns the y below what was written; a text longer than the page goes on to the next */
  #write({ text, language, ...script }: Line, x: number, y: number, width: number): number {
    this.#set(script);
    if (language !== undefined) this.#pdf.markContent('Span', { lang: language });
    this.#pdf.text(toWinAnsi(text), x, y, { width, align: script.align ?? 'left' });
    if (language !== undefined) this.#pdf.endMarkedContent();
    return this.#pdf.y;
  }

  /** Writes one line that does not wrap and turns no page. */
  label({ text, ...script }: Line, x: number, y: number): void {
    this.#set(script);
    const width = this.#pdf.widthOfString(toWinAnsi(text));
    const from = x - { left: 0, right: width, center: width / 2 }[script.align ?? 'left'];
    this.#pdf.text(toWinAnsi(text), from, y, { lineBreak: false });
  }

  widthOf({ text, ...script }: Line): number {
    this.#set(script);
    return this.#pdf.widthOfString(toWinAnsi(text));
  }

  #heightOf({ text, ...script }: Line, width: number): number {
    this.#set(script);
    return this.#pdf.heightOfString(toWinAnsi(text), { width });
  }

  #set({ size = 9, isBold = false, colour = black }: Script): void {
    this.#pdf
      .font(isBold ? 'Helvetica-Bold' : 'Helvetica')
      .fontSize(size)
      .fillColor(colour);
  }

  /**
   * @returns writes a row: the lines of each cell, the first of which heads the row; `decorate`
   * draws over it from its upper edge. A page that a table goes on to repeats its head, which a
   * screen reader hears once.
   */
  table(
    columns: readonly Column[],
  ): (cells: readonly (readonly Line[])[], decorate?: (y: number) => void) => void {
    const table = this.#part('Table');
    const lefts = columns.map(
      (_, at) => margin + columns.slice(0, at).reduce((sum, { width }) => sum + width, 0),
    );
    const heightOf = (cells: readonly (readonly Line[])[]): number =>
      2 * cellPadding +
      Math.max(
        ...cells.map((cell, at) =>
          cell.reduce((sum, line) => sum + this.#heightOf(line, columns[at]!.width - gutter), 0),
        ),
      );
    const writeRow = (
      kind: 'head' | 'head again' | 'body',
      cells: readonly (readonly Line[])[],
      decorate?: (y: number) => void,
    ): void => {
      const [top, bottom] = [this.y, this.y + heightOf(cells)];
      const row = kind === 'head again' ? null : this.#part('TR', undefined, { parent: table });
      cells.forEach((cell, at) => {
        const { head, width, align } = columns[at]!;
        if (head === undefined) return;
        const draw = (): void =>
          void cell.reduce(
            (y, line) => this.#write({ align, ...line }, lefts[at]!, y, width - gutter),
            top + cellPadding,
          );
        if (row === null) this.artifact(draw, 'Pagination');
        else if (kind === 'head') this.#part('TH', draw, { parent: row, scope: 'Column' });
        else if (at === 0) this.#part('TH', draw, { parent: row, scope: 'Row' });
        else this.#part('TD', draw, { parent: row });
      });
      this.artifact(() => {
        decorate?.(top);
        this.line(
          [
            [margin, bottom],
            [margin + this.width, bottom],
          ],
          { colour: pale, width: 0.5 },
        );
      });
      this.y = bottom;
    };
    const heads = columns.map(({ head }): Line[] =>
      head === undefined ? [] : [{ text: head, size: 7, colour: grey }],
    );
    this.need(heightOf(heads) + 40);
    writeRow('head', heads);
    return (cells, decorate) => {
      if (this.need(heightOf(cells))) writeRow('head again', heads);
      writeRow('body', cells, decorate);
    };
  }

  line(
    points: readonly (readonly [x: number, y: number])[],
    { colour = black, width = 0.7, dash }: { colour?: string; width?: number; dash?: number } = {},
  ): void {
    points.forEach(([x, y], at) => (at === 0 ? this.#pdf.moveTo(x, y) : this.#pdf.lineTo(x, y)));
    if (dash !== undefined) this.#pdf.dash(4, { space: dash });
    this.#pdf.lineWidth(width).strokeColor(colour).stroke().undash();
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.#pdf.rect(x, y, width, height).fill(colour);
  }

  /**
   * A drawing of `height` points that a screen reader hears as `alt`. `draw` uses `label`, `line`
   * and `box`.
   */
  figure(
    alt: string,
    [left, width, height]: readonly [left: number, width: number, height: number],
    draw: () => void,
  ): void {
    this.#part('Figure', draw, {
      alt: toWinAnsi(alt),
      bbox: [left, this.y, left + width, this.y + height],
    });
  }

  /** @returns the file, each page with `foot` and its number in words */
  finish(foot: string, toPageNumber: (page: number, pages: number) => string): Promise<Uint8Array> {
    this.#root.end();
    const { start, count } = this.#pdf.bufferedPageRange();
    for (let page = start; page < start + count; page++) {
      this.#pdf.switchToPage(page);
      const y = this.#pdf.page.height - 34;
      this.artifact(() => {
        this.label({ text: foot, size: 7, colour: grey }, margin, y);
        this.label(
          { text: toPageNumber(page + 1, count), size: 7, colour: grey, align: 'right' },
          this.#pdf.page.width - margin,
          y,
        );
      }, 'Pagination');
    }
    this.#pdf.end();
    return buffer(this.#pdf);
  }
}

/**
 * The standard fonts hold WinAnsi only: signs that have a twin there are changed to it, any other
 * becomes "?".
 */
function toWinAnsi(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('\u2212', '-')
    .replaceAll('\u202f', '\u00a0')
    .replaceAll(/[^\n -~\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu, '?');
}
