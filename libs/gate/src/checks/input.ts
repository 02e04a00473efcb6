import { createHash } from 'node:crypto';
import type { CheckResult, GateReason, GateThresholds } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { countPeople, pixelsOf, type GateSets } from '../images/images.ts';
import { createCheck, explain } from './check.ts';
import type { TaskContext } from '../task-context.ts';

/** Fewest images and people with which each part of the gate means something. */
export const needs = {
  /** Below this, 0.5 % planted copies are not even one image. */
  syntheticImages: 200,
  trainingImages: 200,
  trainingPeople: 50,
  /**
   * The tail of the control's distances rests on a fifth of its images, and on at least 8 people
   * (extreme-value-threshold.ts).
   */
  controlImages: 100,
  controlPeople: 30,
  referenceImages: 30,
  referencePeople: 10,
} as const;

type Need = keyof typeof needs;
const counted: Record<Need, (sets: GateSets) => number> = {
  syntheticImages: ({ synthetic }) => synthetic.count,
  trainingImages: ({ training }) => training.count,
  trainingPeople: ({ training }) => countPeople(training),
  controlImages: ({ holdout }) => holdout.count,
  controlPeople: ({ holdout }) => countPeople(holdout),
  referenceImages: ({ reference }) => reference.count,
  referencePeople: ({ reference }) => countPeople(reference),
};

/** What the input check counts beside these needs; one of any refuses the cohort. */
export const defectNames = [
  'notFinite',
  'outOfRange',
  'constant',
  'duplicates',
  'controlInTraining',
  'peopleInTwoSplits',
] as const;
export type Defect = (typeof defectNames)[number];

const constantDeviation = 1e-3;

/**
 * P0: is there enough, and is it whole? Finds pixels that are not finite or leave [-1, 1], images
 * without content, images that the cohort holds twice, control images that are also training
 * images, and people in two splits.
 */
export async function checkInput(
  sets: GateSets,
  thresholds: GateThresholds,
  context: TaskContext,
): Promise<CheckResult> {
  const { synthetic, training, holdout, reference } = sets;
  const named: [string, ImageSet][] = [
    ['synthetic', synthetic],
    ['training', training],
    ['control', holdout],
    ['reference', reference],
  ];
  const problems: [GateReason, Record<string, number | string>][] = [];
  for (const name of Object.keys(needs) as Need[]) {
    const [found, needed] = [
      counted[name](sets),
      name === 'syntheticImages'
        ? Math.max(needs[name], Math.ceil(1 / thresholds.plantedShare))
        : needs[name],
    ];
    if (found < needed) problems.push([name, { found, needed }]);
  }
  const setsWhere = (isWrong: (set: ImageSet) => boolean): string =>
    named
      .filter(([, set]) => isWrong(set))
      .map(([name]) => name)
      .join(', ');
  const misfit = setsWhere(
    (set) =>
      set.pixels.length !== set.count * set.size ** 2 ||
      set.labels.length !== set.count ||
      set.subjects.length !== set.count,
  );
  const other = setsWhere((set) => set.size !== synthetic.size);
  if (misfit !== '') problems.push(['partsMisfit', { sets: misfit }]);
  if (other !== '') problems.push(['otherSize', { sets: other, size: synthetic.size }]);
  if (synthetic.size % 16 !== 0) problems.push(['sizeUneven', { size: synthetic.size }]);

  const defects = Object.fromEntries(defectNames.map((name) => [name, 0])) as Record<
    Defect,
    number
  >;
  const hashes = { synthetic: new Set<string>(), training: new Set<string>() };
  for (const [name, set] of named) {
    for (let image = 0; image < set.count; image += 1) {
      const pixels = pixelsOf(set, image);
      const state = stateOf(pixels);
      if (state !== 'sound' && (state !== 'constant' || name === 'synthetic')) defects[state] += 1;
      const hash = createHash('sha1')
        .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
        .digest('base64');
      if (name === 'synthetic') {
        defects.duplicates += Number(hashes.synthetic.has(hash));
        hashes.synthetic.add(hash);
      }
      if (name === 'training') hashes.training.add(hash);
      if (name === 'control') defects.controlInTraining += Number(hashes.training.has(hash));
      await context.yieldIfDue(image / set.count);
    }
  }
  defects.peopleInTwoSplits =
    countShared(training, holdout) +
    countShared(training, reference) +
    countShared(holdout, reference);

  const parts = Object.fromEntries(
    problems.flatMap(([code, facts]) =>
      Object.entries(facts).map(([name, value]) => [`${code}: ${name}`, value]),
    ),
  );
  const { reason, reasonCode } = explain(
    problems.map(([code]) => code),
    parts,
  );
  const found = problems.length + Object.values(defects).reduce((sum, x) => sum + x, 0);
  return createCheck('input', {
    verdict: found === 0 ? 'pass' : 'fail',
    value: found,
    threshold: 0,
    passesWhen: 'equal',
    details: { ...defects, ...parts, problems: reason, reasonCode },
  });
}

function stateOf(
  pixels: Float32Array,
): 'sound' | Extract<Defect, 'notFinite' | 'outOfRange' | 'constant'> {
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
