/** Round steps (1, 2, 5 times a power of ten) that cover [low, high] in about `count` ticks. */
export function niceTicks(low: number, high: number, count = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The powers of ten from 10^low to 10^high: ticks of an axis whose extent is given in decades. */
export function decadeTicks(low: number, high: number): number[] {
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high + 1e-9) - first + 1) }, (_, index) =>
    Number(`1e${first + index}`),
  );
}

/**
 * Smallest and greatest finite value, widened a little where they are equal but for rounding;
 * [0, 1] when there is none.
 */
export function extentOf(values: Iterable<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  if (high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)))
    return [low - Math.max(0.5, Math.abs(low) * 0.1), high + Math.max(0.5, Math.abs(high) * 0.1)];
  return [low, high];
}

/** A linear map from data to screen units. */
export function scaleOf(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): (value: number) => number {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

/**
 * At most `limit` of the points, evenly picked, always with the last: a screen has no room for
 * more.
 */
export function thin<Point>(points: readonly Point[], limit = 500): Point[] {
  if (points.length <= limit) return [...points];
  const step = points.length / limit;
  const picked = Array.from(
    { length: limit },
    (_, index) => points[Math.floor(index * step)],
  ).filter((point) => point !== undefined);
  const last = points.at(-1);
  return last === undefined ? picked : [...picked.slice(0, -1), last];
}
