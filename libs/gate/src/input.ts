import { createHash } from 'node:crypto';
import type { CheckResult, GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { createCheck } from './check.ts';
import { countPeople, pixelsOf } from './images.ts';
import type { Pace } from './pace.ts';

/** The four sets of a gate run: the cohort, and the real images by split. */
export interface GateSets {
  synthetic: ImageSet;
  training: ImageSet;
  control: ImageSet;
  reference: ImageSet;
}

/** Fewest images and people with which each part of the gate means something. */
export const needs = {
  /** Below this, 0.5 % planted copies are not even one image. */
  syntheticImages: 200,
  trainingImages: 200,
  trainingPeople: 50,
  /** The tail of the control's distances rests on a fifth of its images, and on at least 8 people (tail.ts). */
  controlImages: 100,
  controlPeople: 30,
  referenceImages: 30,
  referencePeople: 10,
} as const;

const counted: Record<keyof typeof needs, { what: string; count: (sets: GateSets) => number }> = {
  syntheticImages: { what: 'synthetic images', count: ({ synthetic }) => synthetic.count },
  trainingImages: { what: 'training images', count: ({ training }) => training.count },
  trainingPeople: { what: 'people in the training split', count: ({ training }) => countPeople(training) },
  controlImages: { what: 'control images', count: ({ control }) => control.count },
  controlPeople: { what: 'people in the control split', count: ({ control }) => countPeople(control) },
  referenceImages: { what: 'reference images', count: ({ reference }) => reference.count },
  referencePeople: { what: 'people in the reference split', count: ({ reference }) => countPeople(reference) },
};

/** What the input check counts beside these needs; one of any refuses the cohort. */
export const defectNames = ['notFinite', 'outOfRange', 'constant', 'duplicates', 'controlInTraining', 'peopleInTwoSplits'] as const;
export type Defect = (typeof defectNames)[number];

const constantDeviation = 1e-3;

/**
 * P0: is there enough, and is it whole? Finds pixels that are not finite or leave [-1, 1], images without content, images that the cohort
 * holds twice, control images that are also training images, and people in two splits.
 */
export async function checkInput(sets: GateSets, thresholds: GateThresholds, pace: Pace): Promise<CheckResult> {
  const problems: string[] = [];
  const { synthetic, training, control, reference } = sets;
  const named: [string, ImageSet][] = [['synthetic', synthetic], ['training', training], ['control', control], ['reference', reference]];
  for (const [name, { what, count }] of Object.entries(counted) as [keyof typeof needs, (typeof counted)[keyof typeof needs]][]) {
    const least = name === 'syntheticImages' ? Math.max(needs[name], Math.ceil(1 / thresholds.plantedShare)) : needs[name];
    if (count(sets) < least) problems.push(`${what}: ${count(sets)}, the gate needs at least ${least}`);
  }
  for (const [name, set] of named) {
    if (set.pixels.length !== set.count * set.size ** 2 || set.labels.length !== set.count || set.subjects.length !== set.count) {
      problems.push(`${name} images: pixels, labels and subjects don't fit ${set.count} images of ${set.size} pixels a side`);
    }
    if (set.size !== synthetic.size) problems.push(`${name} images have ${set.size} pixels a side, the cohort's have ${synthetic.size}`);
  }
  if (synthetic.size % 16 !== 0) problems.push(`the images have ${synthetic.size} pixels a side, the gate needs a multiple of 16`);

  const defects = Object.fromEntries(defectNames.map((name) => [name, 0])) as Record<Defect, number>;
  const hashes = { synthetic: new Set<string>(), training: new Set<string>() };
  for (const [name, set] of named) {
    for (let image = 0; image < set.count; image += 1) {
      const pixels = pixelsOf(set, image);
      const state = stateOf(pixels);
      if (state !== 'sound' && (state !== 'constant' || name === 'synthetic')) defects[state] += 1;
      const hash = createHash('sha1').update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)).digest('base64');
      if (name === 'synthetic') {
        defects.duplicates += Number(hashes.synthetic.has(hash));
        hashes.synthetic.add(hash);
      }
      if (name === 'training') hashes.training.add(hash);
      if (name === 'control') defects.controlInTraining += Number(hashes.training.has(hash));
      await pace.breathe(image / set.count);
    }
  }
  defects.peopleInTwoSplits = countShared(training, control) + countShared(training, reference) + countShared(control, reference);

  const found = problems.length + Object.values(defects).reduce((sum, x) => sum + x, 0);
  return createCheck('input', {
    verdict: found === 0 ? 'pass' : 'fail', unit: 'count', value: found, threshold: 0, passesWhen: 'equal',
    details: { ...defects, problems: problems.join('; ') },
  });
}

function stateOf(pixels: Float32Array): 'sound' | Extract<Defect, 'notFinite' | 'outOfRange' | 'constant'> {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < pixels.length; i += 1) {
    const x = pixels[i]!;
    if (!Number.isFinite(x)) return 'notFinite';
    if (x < low) low = x;
    if (x > high) high = x;
  }
  // Room for rounding where 16-bit grey values were mapped back.
  if (low < -1.001 || high > 1.001) return 'outOfRange';
  return high - low < constantDeviation ? 'constant' : 'sound';
}

function countShared(a: ImageSet, b: ImageSet): number {
  const people = new Set(a.subjects);
  return [...new Set(b.subjects)].filter((person) => people.has(person)).length;
}
