/**
 * Capital letters of 3 x 5 points, each a row of five octal digits from top to bottom (4 = left
 * point). Enough for captions and the SYNTHETIC mark, and the same on every machine, which a system
 * font is not.
 */
const glyphs: Readonly<Record<string, string>> = {
  ' ': '00000',
  '-': '00700',
  '.': '00002',
  ',': '00024',
  ':': '02020',
  '/': '11244',
  '+': '02720',
  '=': '07070',
  '%': '51245',
  '#': '57575',
  _: '00007',
  '(': '24442',
  ')': '21112',
  '?': '61202',
  '<': '12421',
  '>': '42124',
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71122',
  '8': '75757',
  '9': '75717',
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34553',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '57775',
  O: '25552',
  P: '65644',
  Q: '25563',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  Å: '20257',
  Ä: '50757',
  Ö: '50757',
};
const glyphWidth = 3;
export const textHeight = 5;

export function textWidth(text: string, scale: number): number {
  return Math.max(0, [...text].length * (glyphWidth + 1) - 1) * scale;
}

/**
 * Draws text with its top left corner at (column, row), cut at the image's edges. Letters without a
 * glyph show as '?'.
 */
export function drawText(
  image: { rows: number; columns: number; grey: Uint8Array },
  text: string,
  column: number,
  row: number,
  scale: number,
  shade: number,
): void {
  for (const [place, letter] of [...text.toUpperCase()].entries()) {
    const glyph = glyphs[letter] ?? glyphs['?'] ?? '';
    for (let y = 0; y < textHeight * scale; y += 1) {
      const line = Number(glyph[Math.floor(y / scale)] ?? '0');
      for (let x = 0; x < glyphWidth * scale; x += 1) {
        const isSet = (line & (4 >> Math.floor(x / scale))) !== 0;
        const [toColumn, toRow] = [column + place * (glyphWidth + 1) * scale + x, row + y];
        if (isSet && toColumn >= 0 && toColumn < image.columns && toRow >= 0 && toRow < image.rows)
          image.grey[toRow * image.columns + toColumn] = shade;
      }
    }
  }
}
