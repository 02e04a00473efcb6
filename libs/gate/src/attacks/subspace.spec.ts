import { gateThresholds, type CheckResult } from '@scapis/contracts';
import { RandomStream, type ImageSet } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { blobImages } from '../images/blobs.fixture.ts';
import { leadingAxes } from '../statistics/leading-axes.ts';
import { symmetricEigen, type Features } from '../statistics/linear-algebra.ts';
import { TaskContext } from '../task-context.ts';
import { significanceOfTest } from '../checks/significance.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { judgeAttack, judgeVariant, toPeople, type Variant } from './attack-panel.ts';
import { scoreSubspace } from './subspace.ts';

const context = new TaskContext();
const thresholds = gateThresholds.parse({});
const size = 16;
const area = size * size;
const people = (seed: number, count: number): ImageSet =>
  blobImages({ seed, people: count, imagesPerPerson: 2, size });
const [training, holdout, reference] = [people(1, 120), people(2, 80), people(3, 80)];
const strangers = people(4, 150);

async function variantsOf(synthetic: ImageSet): Promise<Variant[]> {
  const scored = await scoreSubspace({ synthetic, reference }, [training, holdout], 1, context);
  return scored.map(({ axes, scores }) => ({
    name: `axes-${axes}`,
    members: toPeople(scores.subarray(0, training.count), training.subjects, 'mean'),
    nonMembers: toPeople(scores.subarray(training.count), holdout.subjects, 'mean'),
  }));
}

const judge = async (synthetic: ImageSet): Promise<CheckResult> =>
  judgeAttack('attack-subspace', await variantsOf(synthetic), { thresholds, seed: 1 });

/** The mean of T, its first axes, and how far T's images go along each. */
async function axesOfTraining(
  count: number,
): Promise<{ mean: Float64Array; axes: Float32Array[]; deviations: number[] }> {
  const mean = new Float64Array(area);
  for (const [at, x] of training.pixels.entries()) mean[at % area]! += x / training.count;
  const data = training.pixels.map((x, at) => x - mean[at % area]!);
  const found = await leadingAxes(
    { count: training.count, width: area, data },
    count,
    new RandomStream(1, 'gate', 1),
    context,
  );
  const axes = Array.from({ length: count }, (_, a) => found.subarray(a * area, (a + 1) * area));
  const deviations = axes.map((axis) => {
    let sum = 0;
    for (let image = 0; image < training.count; image += 1)
      sum += along(data, image, axis) ** 2 / training.count;
    return Math.sqrt(sum);
  });
  return { mean, axes, deviations };
}

function along(data: Float32Array, image: number, axis: Float32Array): number {
  return axis.reduce((sum, x, at) => sum + x * data[image * area + at]!, 0);
}

function mapImages(draw: (image: number) => Float64Array): ImageSet {
  const pixels = Float32Array.from(
    Array.from({ length: strangers.count }, (_, image) => [...draw(image)]).flat(),
    (x) => Math.min(Math.max(x, -1), 1),
  );
  return { ...strangers, pixels };
}

describe('leading axes', () => {
  it('are orthonormal, and the first k span what the exact ones span', async () => {
    const [count, width, kept] = [90, 20, 8];
    const scale = (at: number): number => 0.7 ** (at % width);
    const data = new RandomStream(2, 'gate').normals(count * width).map((x, at) => x * scale(at));
    const rows: Features = { count, width, data };
    const axes = await leadingAxes(rows, kept, new RandomStream(3, 'gate'), context);
    const gram = new Float64Array(width * width);
    for (let row = 0; row < count; row += 1)
      for (let i = 0; i < width; i += 1)
        for (let j = 0; j < width; j += 1)
          gram[i * width + j]! += data[row * width + i]! * data[row * width + j]!;
    const { values, vectors } = symmetricEigen({ rows: width, columns: width, data: gram });
    const order = [...values.keys()].sort((i, j) => values[j]! - values[i]!);
    const dot = (i: number, of: (at: number) => number): number =>
      Array.from({ length: width }, (_, at) => axes[i * width + at]! * of(at)).reduce(
        (sum, x) => sum + x,
        0,
      );
    for (let i = 0; i < kept; i += 1)
      for (let j = 0; j <= i; j += 1)
        expect(dot(i, (at) => axes[j * width + at]!)).toBeCloseTo(Number(i === j), 5);
    for (const k of [1, 3, kept]) {
      let shared = 0;
      for (let i = 0; i < k; i += 1)
        for (const axis of order.slice(0, k))
          shared += dot(i, (at) => vectors.data[at * width + axis]!) ** 2;
      expect(shared / k).toBeGreaterThan(0.94);
    }
  });

  it('do without directions where rows have fewer than asked for', async () => {
    const data = new Float32Array(40 * 10);
    for (let row = 0; row < 40; row += 1) data[row * 10 + (row % 3)] = 1 + row;
    const axes = await leadingAxes(
      { count: 40, width: 10, data },
      6,
      new RandomStream(3, 'gate'),
      context,
    );
    expect(axes.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < 3; i += 1)
      expect(Math.hypot(...axes.subarray(i * 10, i * 10 + 3))).toBeCloseTo(1, 3);
  });
});

describe('the attack by subspaces', () => {
  it('refuses strangers moved half-way onto the principal subspace of T', async () => {
    const { mean, axes } = await axesOfTraining(120);
    const data = strangers.pixels.map((x, at) => x - mean[at % area]!);
    const cohort = mapImages((image) => {
      const moved = mean.map((x, at) => x + data[image * area + at]! / 2);
      for (const axis of axes) {
        const weight = along(data, image, axis) / 2;
        axis.forEach((x, at) => (moved[at]! += weight * x));
      }
      return moved;
    });
    const { verdict, value } = await judge(cohort);
    expect(verdict).toBe('fail');
    expect(value).toBeGreaterThan(0.8);
  });

  it('refuses Gaussian draws in the first 60 principal axes of T', async () => {
    const { mean, axes, deviations } = await axesOfTraining(60);
    const random = new RandomStream(5, 'gate', 1);
    const cohort = mapImages(() => {
      const drawn = mean.slice();
      const weights = random.normals(axes.length);
      for (const [a, axis] of axes.entries())
        axis.forEach((x, at) => (drawn[at]! += weights[a]! * deviations[a]! * x));
      return drawn;
    });
    const { verdict, value } = await judge(cohort);
    expect(verdict).toBe('fail');
    expect(value).toBeGreaterThan(0.7);
  });

  it('lets other people pass, and people divided anew into T and H', async () => {
    const variants = await variantsOf(strangers);
    expect(variants.map(({ name }) => name)).toEqual(['axes-15', 'axes-60', 'axes-200']);
    expect(judgeAttack('attack-subspace', variants, { thresholds, seed: 1 }).verdict).toBe('pass');
    const significance = significanceOfTest(thresholds);
    let alarms = 0;
    for (let draw = 0; draw < 200; draw += 1) {
      const order = permutation(gateStream(draw, 'attacks'), 200);
      const isAlarm = variants.some(({ name, members, nonMembers }) => {
        const all = [...members, ...nonMembers];
        const pick = (rows: number[]): Float64Array => Float64Array.from(rows, (row) => all[row]!);
        return judgeVariant(
          { name, members: pick(order.slice(0, 120)), nonMembers: pick(order.slice(120)) },
          thresholds,
          significance,
        ).isFailed;
      });
      alarms += Number(isAlarm);
    }
    // Eight tests of some hundredth of a per cent each: 200 cohorts have two in one of 20 runs.
    expect(alarms).toBeLessThanOrEqual(2);
  });
});
