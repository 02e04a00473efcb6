/**
 * The Agatston score (Agatston, Janowitz et al., JACC 15:827, 1990): calcium is 130 HU or more over
 * at least 1 mm², in slices of 3 mm.
 */
const calciumThresholdHu = 130;
export const smallestLesionMm2 = 1;
export const scoringSliceMm = 3;

/**
 * @returns the weight of a lesion by its densest pixel: 1 from 130 HU, 2 from 200, 3 from 300, 4
 * from 400.
 */
export function densityFactor(peakHu: number): number {
  if (peakHu < calciumThresholdHu) return 0;
  return Math.min(4, Math.max(1, Math.floor(peakHu / 100)));
}

/**
 * Scores one slice.
 *
 * @param slice `hu` row by row, square pixels of `pixelMm`, `columns` in a row.
 * @param isScored says of a pixel whether it may hold coronary calcium (bone must not count).
 * @returns the sum over lesions (connected by edge or corner) of area in mm² times density factor.
 */
export function scoreSlice(
  slice: { hu: ArrayLike<number>; columns: number; pixelMm: number },
  isScored: (column: number, row: number) => boolean,
): number {
  const { hu, columns, pixelMm } = slice;
  const rows = hu.length / columns;
  const open = new Uint8Array(hu.length);
  for (let index = 0; index < hu.length; index++) {
    if (
      (hu[index] ?? 0) >= calciumThresholdHu &&
      isScored(index % columns, Math.floor(index / columns))
    )
      open[index] = 1;
  }
  let score = 0;
  for (let start = 0; start < open.length; start++) {
    if (!open[start]) continue;
    let pixels = 0;
    let peak = 0;
    const stack = [start];
    open[start] = 0;
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      pixels++;
      peak = Math.max(peak, hu[index] ?? 0);
      const [column, row] = [index % columns, Math.floor(index / columns)];
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const neighbour = y * columns + x;
          if (open[neighbour]) {
            open[neighbour] = 0;
            stack.push(neighbour);
          }
        }
      }
    }
    const area = pixels * pixelMm * pixelMm;
    if (area >= smallestLesionMm2) score += area * densityFactor(peak);
  }
  return score;
}
