/**
 * A seeded stream of random numbers: the same keys give the same numbers on every machine. No
 * clock, no global generator.
 */
export interface Random {
  /** @returns a number in [0, 1). */
  next: () => number;
  /** @returns a number in [low, high). */
  between: (low: number, high: number) => number;
  /**
   * @returns a normal variate, cut off at three standard deviations so that no anatomy becomes
   * impossible.
   */
  normal: (mean: number, deviation: number) => number;
  chance: (probability: number) => boolean;
  pick: <Item>(items: readonly Item[]) => Item;
}

/** Names one phantom cohort. */
export type Seed = number | string;

/**
 * Small fast counting generator (sfc32; C. Doty-Humphrey, PractRand), its state filled by FNV-1a
 * over the keys.
 *
 * @param keys what the stream is for, such as seed, person, 'anatomy': streams of different keys
 * are unrelated, so that drawing more numbers in one place moves nothing elsewhere.
 */
export function createRandom(...keys: Seed[]): Random {
  const text = keys.join('\u0000');
  let [a, b, c] = [fnv1a(text, 0x811c9dc5), fnv1a(text, 0x9e3779b9), fnv1a(text, 0x7f4a7c15)];
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let round = 0; round < 15; round++) next();
  const normal = (mean: number, deviation: number): number => {
    for (;;) {
      const [value] = normalPair(next);
      if (Math.abs(value) <= 3) return mean + deviation * value;
    }
  };
  return {
    next,
    normal,
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('Nothing to pick from: the list is empty.');
      return item;
    },
  };
}

/** Fills `field` with independent standard normal numbers (Box and Muller 1958). */
export function fillNormal(random: Random, field: Float32Array): void {
  for (let index = 0; index < field.length; index += 2) {
    const [first, second] = normalPair(random.next);
    field[index] = first;
    if (index + 1 < field.length) field[index + 1] = second;
  }
}

function normalPair(next: () => number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  const angle = 2 * Math.PI * next();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
