import {
  canaryTransformationNames,
  type Evidence,
  type GateThresholds,
  type CanaryTransformation,
} from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { drawSources, plantCanaries } from '../images/augment.ts';
import { judgeCopies, type SearchResult } from './copy-search.ts';
import type { CopySpace } from './copy-space.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';

/** Share of the planted copies of each form that must be found one by one. */
const neededShare = 0.8;
/** Fewer copies than this tell no share: of two, one missed would be half. */
const fewestCanaries = 5;

/** What one space sees of the copies planted in one form. */
export interface CanariesFound {
  form: CanaryTransformation;
  /** Images of the cohort that the copies take the places of, and those of them that were found. */
  places: number[];
  found: number[];
  distances: number[];
  /** Whether the gate would refuse the cohort for the copies. */
  isRefused: boolean;
}

/**
 * Hides copies of training images in the cohort, in each form in turn, and searches for them in one
 * space. They and their places depend on the seed alone: each space is given the same.
 */
export async function searchCanaries(
  space: CopySpace,
  { rule, synthetic }: Pick<SearchResult, 'rule' | 'synthetic'>,
  training: ImageSet,
  thresholds: GateThresholds,
  seed: number,
  context: TaskContext,
): Promise<CanariesFound[]> {
  const count = synthetic.distance.length;
  const planted = Math.min(
    Math.max(fewestCanaries, Math.round(thresholds.plantedShare * count)),
    training.count,
  );
  const all: CanariesFound[] = [];
  for (const [at, form] of canaryTransformationNames.entries()) {
    const random = gateStream(seed, 'planted', at);
    const sources = drawSources(form, training.count, planted, random);
    const places = permutation(random, count).slice(0, planted);
    const { distance } = await space.search(
      plantCanaries(training, sources, form, random),
      context,
    );
    const cohort = synthetic.distance.slice();
    places.forEach((place, i) => (cohort[place] = distance[i] ?? NaN));
    const judgement = judgeCopies(rule, cohort);
    // Only planted places count, and only as copies one by one: a refusal through other images must
    // not vouch for the search.
    const found = places.filter((place) => judgement.copies.includes(place));
    all.push({
      form,
      places,
      found,
      distances: [...distance],
      isRefused: found.length > 0 || (judgement.isRefused && judgement.copies.length === 0),
    });
    await context.yieldIfDue((at + 1) / canaryTransformationNames.length);
  }
  return all;
}

export interface SelfTest {
  evidence: Evidence['selfTest'];
  /** Forms for which the gate would refuse the cohort. */
  refusedForms: number;
}

/**
 * Demands that the gate would refuse the cohort for the copies of each form *and* finds the copies
 * (P6, docs/gate.md). A search that can't find what it was given proves nothing about what it
 * wasn't.
 */
export function judgeSelfTest({
  contrastive,
  pixel,
  spectrum,
}: Record<CopySpace['name'], readonly CanariesFound[]>): SelfTest {
  const forms = contrastive.map((own, at) => [own, pixel[at]!, spectrum[at]!] as const);
  const rows = forms.map(([byContent, byPixel, bySpectrum]) => ({
    form: byContent.form,
    planted: byContent.places.length,
    caughtContrastive: byContent.found.length,
    caughtPixel: byPixel.found.length,
    caughtSpectrum: bySpectrum.found.length,
    caught: new Set([...byContent.found, ...byPixel.found, ...bySpectrum.found]).size,
    needed: Math.ceil(neededShare * byContent.places.length),
  }));
  const refusedForms = forms.filter((spaces) => spaces.some(({ isRefused }) => isRefused)).length;
  return {
    evidence: {
      passed: refusedForms === forms.length && rows.every(({ caught, needed }) => caught >= needed),
      rows,
    },
    refusedForms,
  };
}
