import { gateThresholds, unnamedIn } from '@scapis/contracts';
import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import type { AttackSpace } from './attack-space.ts';
import { blobImages } from '../images/blobs.fixture.ts';
import {
  checkDataCopying,
  checkNeighbours,
  dataCopying,
  entropyWeights,
  isAuthentic,
  isIdentifiable,
  nearestOther,
  weigh,
} from './data-copying.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { checkInference, checkLinkability, checkSinglingOut } from './linkage.ts';
import { describeMemorisation } from '../checks/memorisation.ts';
import { TaskContext } from '../task-context.ts';
import { joinReleased } from '../run/released.ts';
import { selectImages } from '../images/images.ts';

const context = new TaskContext();
const thresholds = gateThresholds.parse({});
const line = (...values: number[]): Features => ({
  count: values.length,
  width: 1,
  data: Float32Array.from(values),
});

describe('neighbours', () => {
  it('takes authenticity from the distance of the nearest training image, not of the sample’s row', async () => {
    // T at 0, 1, 10. Own distances 1, 1, 9. Sample 0 at 9 is nearest to T2: 1 < 9, so no image of
    // its own.
    const training = line(0, 1, 10);
    const people = Int32Array.of(0, 1, 2);
    const own = await nearestOther(
      training,
      training,
      { queries: people, templates: people },
      context,
    );
    expect([...own.distance]).toEqual([1, 1, 9]);
    const sample = await nearestOther(line(9, 3), training, null, context);
    expect([...sample.nearest]).toEqual([2, 1]);
    // 1 < 9, the own distance of T2; 2 > 1, that of T1.
    expect([...isAuthentic(sample, own.distance)]).toEqual([0, 1]);
    // One sample whose row and whose nearest image disagree: the own distance of T2 is 1, that of
    // row 0 is 0.5.
    expect([...isAuthentic({ distance: [0.8], nearest: [2] }, [0.5, 1, 1])]).toEqual([0]);
  });

  it('never takes another image of the same person for a neighbour', async () => {
    const people = Int32Array.of(0, 0, 1);
    const { distance } = await nearestOther(
      line(0, 0.1, 5),
      line(0, 0.1, 5),
      { queries: people, templates: people },
      context,
    );
    expect([...distance].map((d) => +d.toFixed(3))).toEqual([5, 4.9, 4.9]);
  });

  it('keeps the entropy weights of identifiability: without them another answer comes out', async () => {
    // Column 0 is even over the reference (high entropy), column 1 nearly constant (low): a
    // difference in column 1 weighs more.
    const data = Array.from({ length: 40 }, (_, i) => [i, i === 0 ? 1 : 0]).flat();
    const weights = entropyWeights({ count: 40, width: 2, data: Float32Array.from(data) });
    expect(weights[1]! / weights[0]!).toBeGreaterThan(10);
    const person: Features = { count: 1, width: 2, data: Float32Array.of(0, 0) };
    const synthetic: Features = { count: 1, width: 2, data: Float32Array.of(3, 0) };
    const other: Features = { count: 1, width: 2, data: Float32Array.of(0, 1) };
    const answer = async (by: Float64Array): Promise<number | undefined> =>
      isIdentifiable(
        (await nearestOther(weigh(person, by), weigh(synthetic, by), null, context)).distance,
        (await nearestOther(weigh(person, by), weigh(other, by), null, context)).distance,
      )[0];
    expect(await answer(weights)).toBe(1);
    expect(await answer(Float64Array.of(1, 1))).toBe(0);
  });
});

describe('data copying', () => {
  it('weights the cells by their share of the control', () => {
    const synthetic = { distances: [1, 2, 9, 9], assigned: [0, 0, 1, 1] };
    const holdout = { distances: [3, 4, 1, 2, 3, 4], assigned: [0, 0, 1, 1, 1, 1] };
    const found = dataCopying(synthetic, holdout, 2);
    // Cell 0: U = 0 of 4, z = -2 / sqrt(4 x 5 / 12). Cell 1: U = 8 of 8, z = 4 / sqrt(8 x 7 / 12),
    // one tie of two.
    const zs = [-2 / Math.sqrt(20 / 12), 4 / Math.sqrt((8 / 12) * (7 - 6 / 30))];
    expect(found?.cells.map(({ z }) => z)).toEqual(zs.map((z): unknown => expect.closeTo(z, 10)));
    expect(found?.z).toBeCloseTo((2 * zs[0]! + 4 * zs[1]!) / 6, 10);
    expect(dataCopying(synthetic, holdout, 3)).toBeNull();
  });
});

/** Normal features of four sets; the first `copies` synthetic rows are rows of T. */
function spaceOf(copies: number, width = 8, people = 150): AttackSpace {
  const normals = (count: number, stream: number): Features => ({
    count,
    width,
    data: new RandomStream(5, 'gate', stream).normals(count * width),
  });
  const training = normals(people, 1);
  const synthetic = normals(300, 2);
  synthetic.data.set(training.data.subarray(0, copies * width));
  return {
    name: 'identity',
    synthetic,
    training,
    holdout: normals(100, 3),
    reference: normals(100, 4),
  };
}
const named = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, i) => prefix + i);
const people = { training: named(150, 't'), holdout: named(100, 'h') };

async function verdictsOf(copies: number) {
  const space = spaceOf(copies, 16);
  const labels = blobImages({ seed: 1, people: 300, size: 16 }).labels;
  const secret = {
    synthetic: [...labels.slice(0, copies), ...labels.slice(copies)],
    training: labels.slice(0, 150),
    holdout: labels.slice(150, 250),
  };
  const sets = { synthetic: space.synthetic, training: space.training, holdout: space.holdout };
  return [
    await checkDataCopying(sets, people.holdout, thresholds, 1, context),
    ...(await checkNeighbours(space, people, thresholds, context)),
    await checkSinglingOut(space, people, thresholds, 1, context),
    await checkLinkability(space, 4, people, thresholds, context),
    await checkInference(space, secret, people, thresholds, context),
  ];
}

describe('distance tests and risks', () => {
  it('let a clean cohort pass, and each of them refuses one of copies', async () => {
    const clean = await verdictsOf(0);
    expect(clean.filter(({ verdict }) => verdict !== 'pass').map(({ check }) => check)).toEqual([]);
    const leaking = await verdictsOf(150);
    expect(leaking.filter(({ verdict }) => verdict !== 'fail').map(({ check }) => check)).toEqual(
      [],
    );
    for (const [at, { check, value }] of leaking.entries()) {
      const before = clean[at]?.value ?? NaN;
      if (check === 'data-copying') expect(value, check).toBeLessThan(before);
      else expect(value, check).toBeGreaterThan(before);
    }
  }, 30_000);

  it('never look better with more copies in the cohort', async () => {
    const runs = [];
    for (const copies of [0, 20, 50, 100, 150]) runs.push(await verdictsOf(copies));
    for (const [at, { check }] of runs[0]!.entries()) {
      const values = runs.map(
        (results) => (results[at]?.value ?? NaN) * (check === 'data-copying' ? -1 : 1),
      );
      expect(values, check).toEqual([...values].sort((a, b) => a - b));
    }
  }, 30_000);

  it('looks at the whole space where no cell holds enough people, and says how many it needs', async () => {
    const withControl = (copies: number, count: number) => {
      const space = spaceOf(copies);
      const holdout = {
        ...space.holdout,
        count,
        data: space.holdout.data.slice(0, count * space.holdout.width),
      };
      return checkDataCopying({ ...space, holdout }, named(count, 'h'), thresholds, 1, context);
    };
    expect(await withControl(0, 25)).toMatchObject({
      verdict: 'pass',
      details: { cells: 1, imagesLeftOut: 0 },
    });
    expect(await withControl(150, 25)).toMatchObject({
      verdict: 'fail',
      details: { cells: 1, imagesLeftOut: 0 },
    });
    expect(await withControl(0, 5)).toMatchObject({
      verdict: 'fail',
      value: null,
      details: { made: false, peopleNeeded: 20 },
    });
  });
});

describe('cohorts released before', () => {
  it('join the new one, each image once, at its size', () => {
    const cohort = blobImages({ seed: 1, people: 4, size: 16 });
    const earlier = blobImages({ seed: 2, people: 3, size: 32 });
    const again = selectImages(cohort, [1, 2]);
    const union = joinReleased(cohort, [
      { cohortVersionId: 'a', images: again },
      { cohortVersionId: 'b', images: earlier },
    ]);
    expect(union).toMatchObject({ size: 16, count: 7 });
    expect(union.pixels.subarray(0, cohort.pixels.length)).toEqual(cohort.pixels);
    // Halving is the mean of four pixels.
    const [a, b, c, d] = [0, 1, 32, 33].map((at) => earlier.pixels[at] ?? NaN) as [
      number,
      number,
      number,
      number,
    ];
    expect(union.pixels[4 * 256]).toBeCloseTo((a + b + c + d) / 4, 6);
    expect(joinReleased(cohort, []).count).toBe(4);
  });
});

describe('what training recorded', () => {
  it('is reported, with the budget only where every run had one', () => {
    const run = (metrics: Record<string, number>) => ({
      points: [
        { step: 1, metrics: {} },
        { step: 2, metrics },
      ],
    });
    expect(describeMemorisation([], null)).toMatchObject({
      verdict: 'report',
      value: null,
      details: { isRecorded: false, epsilon: null },
    });
    const runs = [run({ memorisationGap: 1 }), run({ memorisationGap: 3 })];
    const spent = {
      epsilon: 8,
      delta: 1e-5,
      bySteps: [
        { step: 1, epsilon: 5 },
        { step: 2, epsilon: 8 },
      ],
    };
    const both = describeMemorisation(runs, spent);
    expect(both).toMatchObject({
      value: 3,
      details: { runs: 2, epsilon: 8, delta: 1e-5, privacyUnit: 'patient' },
    });
    expect(both.curves.map(({ name }) => name)).toEqual([
      'memorisationGap 1',
      'memorisationGap 2',
      'privacySpent',
    ]);
    expect(unnamedIn({ checks: [both] })).toEqual([]);
    expect(describeMemorisation([run({})], spent)).toMatchObject({
      value: null,
      details: { isRecorded: true, epsilon: 8 },
      curves: [{ name: 'privacySpent', x: { values: [1, 2] }, y: { values: [5, 8] } }],
    });
    expect(describeMemorisation(runs, null).details['epsilon']).toBeNull();
  });
});
