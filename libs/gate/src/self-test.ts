import { plantedForms, type Evidence, type GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { drawSources, plantCopies } from './augment.ts';
import { judgeCopies, type CopyRule } from './copy-search.ts';
import type { CopySpace, Matches } from './copy-space.ts';
import type { Pace } from './pace.ts';
import { gateStream, permutation } from './random.ts';

/** Share of the planted copies of each form that must be found one by one. */
const neededShare = 0.8;
/** Fewer copies than this tell no share: of two, one missed would be half. */
const fewestPlanted = 5;

export interface SearchedSpace {
  space: CopySpace;
  rule: CopyRule;
  synthetic: Matches;
}

/**
 * Hides copies of training images in the cohort, in each form in turn, and demands that the gate would refuse it *and* finds the copies
 * (P6, synthesis.md 4.2). A search that can't find what it was given proves nothing about what it wasn't.
 */
export async function runSelfTest(
  spaces: { contrastive: SearchedSpace; pixel: SearchedSpace },
  training: ImageSet,
  thresholds: GateThresholds,
  seed: number,
  pace: Pace,
): Promise<{ selfTest: Evidence['selfTest']; distances: Record<'contrastive' | 'pixel', number[]>; refusedForms: number }> {
  const count = spaces.contrastive.synthetic.distance.length;
  const planted = Math.min(Math.max(fewestPlanted, Math.round(thresholds.plantedShare * count)), training.count);
  const needed = Math.ceil(neededShare * planted);
  const distances = { contrastive: new Array<number>(), pixel: new Array<number>() };
  const rows: Evidence['selfTest']['rows'] = [];
  let refusedForms = 0;
  for (const [at, form] of plantedForms.entries()) {
    const random = gateStream(seed, 'planted', at);
    const sources = drawSources(form, training.count, planted, random);
    const places = permutation(random, count).slice(0, planted);
    const copies = plantCopies(training, sources, form, random);
    const inContrastive = await findPlanted(spaces.contrastive, copies, places, pace);
    const inPixel = await findPlanted(spaces.pixel, copies, places, pace);
    distances.contrastive.push(...inContrastive.distances);
    distances.pixel.push(...inPixel.distances);
    const caught = places.filter((place) => inContrastive.found.has(place) || inPixel.found.has(place)).length;
    rows.push({ form, planted, caughtContrastive: inContrastive.found.size, caughtPixel: inPixel.found.size, caught, needed });
    refusedForms += Number(inContrastive.isRefused || inPixel.isRefused);
    await pace.breathe((at + 1) / plantedForms.length);
  }
  return {
    selfTest: { passed: refusedForms === plantedForms.length && rows.every((row) => row.caught >= row.needed), rows },
    distances,
    refusedForms,
  };
}

/** Puts the copies in the given places of the cohort and judges it as a whole. */
async function findPlanted(
  { space, rule, synthetic }: SearchedSpace,
  copies: ImageSet,
  places: number[],
  pace: Pace,
): Promise<{ found: Set<number>; distances: number[]; isRefused: boolean }> {
  const matches = await space.search(copies, pace);
  const cohort = synthetic.distance.slice();
  places.forEach((place, i) => (cohort[place] = matches.distance[i] ?? NaN));
  const judgement = judgeCopies(rule, cohort);
  // Only planted places count, and only as copies one by one: a refusal through other images must not vouch for the search.
  const found = new Set(judgement.copies.filter((place) => places.includes(place)));
  return { found, distances: [...matches.distance], isRefused: found.size > 0 || (judgement.isRefused && judgement.copies.length === 0) };
}
