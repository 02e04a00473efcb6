import { gateThresholds } from '@scapis/contracts';
import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { judgeAttack, judgeVariant, peopleNeeded, toPeople, type Variant } from './attack-panel.ts';
import {
  joinSpaces,
  logDensity,
  measureNearness,
  scoreDomias,
  scoreGanLeaks,
  scoreIdentity,
  scoreLikelihood,
  scoreMonteCarlo,
  type Scores,
} from './attack-scores.ts';
import type { AttackSpace, AttackSpaces } from './attack-space.ts';
import { forEachSquaredDistance } from '../features/max-similarity.ts';
import { takeRows, type Features } from '../statistics/linear-algebra.ts';
import { TaskContext } from '../task-context.ts';
import { significanceOfTest } from '../checks/significance.ts';
import { mannWhitney } from '../statistics/ranking.ts';

const context = new TaskContext();
const thresholds = gateThresholds.parse({});
const width = 6;

function normals(count: number, stream: number): Features {
  return { count, width, data: new RandomStream(7, 'gate', stream).normals(count * width) };
}

/** Four sets of one law; the first `copies` synthetic rows are training rows, slightly moved. */
function spaceWith(
  copies: number,
  name: AttackSpace['name'] = 'identity',
  stream = 0,
): AttackSpace {
  const training = normals(120, stream + 1);
  const synthetic = normals(200, stream + 2);
  const moved = normals(copies, stream + 5);
  for (let at = 0; at < copies * width; at += 1)
    synthetic.data[at] = training.data[at]! + 0.02 * moved.data[at]!;
  return {
    name,
    synthetic,
    training,
    holdout: normals(80, stream + 3),
    reference: normals(80, stream + 4),
  };
}

const aucOf = (scores: Scores): number =>
  mannWhitney(scores.subarray(0, 120), scores.subarray(120)).auc;

async function everyScore(copies: number): Promise<Record<string, Scores>> {
  const space = spaceWith(copies);
  const spaces: AttackSpaces = {
    identity: space,
    random: spaceWith(copies, 'random', 10),
    pixel: spaceWith(copies, 'pixel', 20),
    pixelSide: 2,
  };
  const nearness = [await measureNearness(space, 1, context)];
  return {
    nearest: scoreGanLeaks(nearness, 'one'),
    five: scoreGanLeaks(nearness, 'several'),
    monteCarlo: scoreMonteCarlo(nearness, 'median'),
    domias: await scoreDomias([space], context),
    identity: await scoreIdentity(
      spaces,
      Array.from({ length: 200 }, (_, i) => String(i)),
      context,
    ),
    likelihood: await scoreLikelihood(space, context),
  };
}

describe('distances', () => {
  it('are exact, whatever the number of queries', async () => {
    const queries: Features = { count: 2, width: 2, data: Float32Array.of(0, 0, 3, 4) };
    const templates: Features = { count: 3, width: 2, data: Float32Array.of(0, 0, 3, 4, 1, 0) };
    const rows: number[][] = [];
    await forEachSquaredDistance(queries, templates, context, (_query, squared) =>
      rows.push([...squared]),
    );
    expect(rows).toEqual([
      [0, 25, 1],
      [25, 0, 20],
    ]);
    await expect(
      forEachSquaredDistance(queries, normals(2, 1), context, () => undefined),
    ).rejects.toThrow('widths differ');
    await expect(
      forEachSquaredDistance({ ...queries, count: 0 }, templates, context, () => undefined),
    ).rejects.toThrow('at least one image');
  });
});

describe('attack scores', () => {
  it('are higher for members: the sign of GAN-Leaks and of all others', async () => {
    const [clean, leaking] = [await everyScore(0), await everyScore(100)];
    for (const [name, scores] of Object.entries(leaking)) {
      expect(aucOf(scores), name).toBeGreaterThan(0.6);
      expect(Math.abs(aucOf(clean[name]!) - 0.5), name).toBeLessThan(0.13);
    }
  });

  it('never fall when more is copied', async () => {
    const runs = [await everyScore(10), await everyScore(60), await everyScore(120)];
    for (const name of Object.keys(runs[0]!)) {
      const areas = runs.map((scores) => aucOf(scores[name]!));
      expect(areas, name).toEqual([...areas].sort((a, b) => a - b));
    }
  });

  it('do not depend on the order of the cohort', async () => {
    const space = spaceWith(30);
    const turned = {
      ...space,
      synthetic: takeRows(space.synthetic, [...Array(200).keys()].reverse()),
    };
    const [a, b] = [
      scoreGanLeaks([await measureNearness(space, 1, context)], 'several'),
      scoreGanLeaks([await measureNearness(turned, 1, context)], 'several'),
    ];
    expect(a).toEqual(b);
  });

  it('give the kernel density by hand: one sample of two at distance 0, the other at 2', async () => {
    const sample: Features = { count: 2, width: 1, data: Float32Array.of(0, 2) };
    const bandwidth = 2 ** (-1 / 5);
    const [density] = await logDensity(
      { count: 1, width: 1, data: Float32Array.of(0) },
      sample,
      context,
    );
    expect(density).toBeCloseTo(
      Math.log((1 + Math.exp(-4 / (2 * bandwidth ** 2))) / 2 / bandwidth),
      6,
    );
  });

  it('are joined as ranks and taken by person', () => {
    expect([...joinSpaces([Float64Array.of(1, 2), Float64Array.of(300, 100)])]).toEqual([
      0.75, 0.75,
    ]);
    expect([...toPeople([1, 5, 2], ['a', 'b', 'a'])]).toEqual([2, 5]);
    expect([...toPeople([1, 5, 2], ['a', 'b', 'a'], 'mean')]).toEqual([1.5, 5]);
  });
});

describe('rule of the attacks', () => {
  const variant = (shift: number, members: number, others: number, run = 0): Variant => {
    const random = new RandomStream(11, 'gate', run);
    return {
      name: 'test',
      members: Float64Array.from(random.normals(members), (x) => x + shift),
      nonMembers: Float64Array.from(random.normals(others)),
    };
  };
  const judge = (given: Variant) => judgeAttack('attack-domias', [given], { thresholds, seed: 1 });

  it('lets blind attacks pass at any number of people and refuses a strong one', () => {
    for (const [members, others] of [
      [60, 30],
      [300, 100],
    ] as const) {
      const alarms = Array.from(
        { length: 30 },
        (_, run) => judge(variant(0, members, others, run)).verdict,
      ).filter((verdict) => verdict === 'fail');
      expect(alarms).toEqual([]);
      expect(judge(variant(1.2, members, others)).verdict).toBe('fail');
    }
  });

  it('tells what it could not have seen', () => {
    const { details, curves, interval } = judge(variant(0, 60, 30));
    expect(details).toMatchObject({
      isConclusive: false,
      members: 60,
      nonMembers: 30,
      peopleNeeded: peopleNeeded(2, 0.55),
    });
    expect(Number(details['detectableAuc'])).toBeGreaterThan(0.7);
    expect(curves.map(({ name }) => name)).toEqual(['roc', 'rocControl']);
    expect(interval?.[1]).toBeGreaterThan(0.55);
    // 2 x 1.96 standard errors between 0.5 and 0.55, three members to a control person.
    expect(peopleNeeded(3, 0.55)).toBe(683);
  });

  it('refuses a few clear members though the AUC hides them', () => {
    const given = variant(0, 700, 240);
    given.members.fill(9, 0, 60);
    const { verdict, value, details } = judge(given);
    expect(verdict).toBe('fail');
    expect(value).toBeLessThan(0.6);
    expect(details['truePositives']).toBeGreaterThan(0.08);
  });

  it('lets a true but small difference pass where people are many', () => {
    const { auc, interval, pValue, isFailed } = judgeVariant(
      variant(0.1, 12_000, 4_000),
      thresholds,
      significanceOfTest(thresholds),
    );
    expect(auc).toBeGreaterThan(0.51);
    expect(pValue).toBeLessThan(significanceOfTest(thresholds));
    expect(interval[1]).toBeLessThan(0.55);
    expect(isFailed).toBe(false);
  });

  it('does not pass an attack that was not run', () => {
    expect(judgeAttack('attack-surrogate', [], { thresholds, seed: 1 })).toMatchObject({
      verdict: 'fail',
      details: { made: false },
    });
  });

  it('does not pass without people, and says how many it needs', () => {
    expect(judge(variant(0, 60, 3))).toMatchObject({
      verdict: 'fail',
      value: null,
      details: { made: false, peopleNeeded: 10 },
    });
  });
});
