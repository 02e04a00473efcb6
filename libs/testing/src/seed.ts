/**
 * Seed of everything that a test leaves to chance: TEST_SEED, or another one in each run. `npm
 * test` prints it, and so does a test file that is run alone.
 */
export const testSeed = readSeed();

function readSeed(): number {
  const given = process.env['TEST_SEED'];
  if (given !== undefined && !/^\d{1,15}$/.test(given))
    throw new Error(`TEST_SEED must be a whole number, not ${given}.`);
  return given === undefined ? Date.now() % 1_000_000_007 : Number(given);
}

/**
 * Numbers in [0, 1) that follow from the seed and a name (mulberry32); each name has a sequence of
 * its own. Says on stderr which seed it is, for a test that fails.
 */
export function chance(name: string): () => number {
  process.stderr.write(`${name}: TEST_SEED=${testSeed}\n`);
  let state = [...`${testSeed} ${name}`].reduce(
    (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0,
    0x811c9dc5,
  );
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
