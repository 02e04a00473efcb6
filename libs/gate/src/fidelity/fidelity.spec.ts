import { describe, expect, it } from 'vitest';
import {
  calciumGrades,
  gateThresholds,
  type CheckResult,
  type GateCheck,
  type ImageLabels,
} from '@scapis/contracts';
import { RandomStream } from '@scapis/gan';
import type { FeatureSets } from '../features/feature-sets.ts';
import { checkFidelity, spaceNames, type SpaceName } from './fidelity.ts';
import { takeRows, type Features } from '../statistics/linear-algebra.ts';
import { TaskContext } from '../task-context.ts';

const thresholds = gateThresholds.parse({});
const width = 10;
const count = 80;

function normals(stream: number, rows = count, columns = width): Features {
  return {
    count: rows,
    width: columns,
    data: new RandomStream(21, 'gate', stream).normals(rows * columns),
  };
}

/** Four spaces in which all sets follow one law. */
function alike(columns = width): Record<SpaceName, FeatureSets> {
  const of = (stream: number): Features => normals(stream, count, columns);
  const space = (at: number): FeatureSets => ({
    synthetic: of(3 * at),
    training: of(3 * at + 1),
    holdout: of(3 * at + 2),
  });
  return { contrastive: space(0), random: space(1), radiomics: space(2), task: space(3) };
}

/** Grades in turn, and in another order in R than in T. */
const labelsOf = (rows = count, first = 0): ImageLabels[] =>
  Array.from({ length: rows }, (_, i) => ({
    calciumGrade: calciumGrades[(i + first) % 4] ?? 'none',
    sex: 'female',
    ageBand: '50-54',
  }));
const labels = {
  synthetic: labelsOf(),
  training: labelsOf(),
  holdout: labelsOf(),
  reference: labelsOf(count, 1),
};

async function judge(
  spaces: Record<SpaceName, FeatureSets | null>,
  given = labels,
): Promise<Map<GateCheck, CheckResult>> {
  return new Map(
    (await checkFidelity(spaces, given, thresholds, 1, new TaskContext())).map((result) => [
      result.check,
      result,
    ]),
  );
}
const valueOf = (found: Map<GateCheck, CheckResult>, check: GateCheck): number =>
  found.get(check)?.value ?? NaN;

const change = (
  features: Features,
  to: (x: number, row: number, column: number) => number,
): Features => ({
  ...features,
  data: features.data.map((x, at) => to(x, Math.floor(at / width), at % width)),
});
/** Each image is one of so many. */
const repeat = (features: Features, kinds: number): Features =>
  takeRows(
    features,
    Array.from({ length: features.count }, (_, row) => row % kinds),
  );

const overall = ['coverage', 'density', 'vendi'] as const;

describe('coverage, density and variety', () => {
  it('pass where all is of one law, with the numbers of each space', async () => {
    const found = await judge(alike());
    for (const check of overall) {
      const { verdict, details } = found.get(check) ?? {};
      expect(verdict, check).toBe('pass');
      expect(spaceNames, check).toContain(details?.['worstSpace']);
      for (const name of spaceNames)
        expect(details, check).toHaveProperty([
          check === 'vendi' ? `${name}: mild: real` : `${name}: real`,
        ]);
    }
    expect(
      [...found.values()].filter(({ verdict }) => verdict === 'fail').map(({ check }) => check),
    ).toEqual([]);
    expect(await judge(alike())).toEqual(found);
  });

  /** A grade's images alone: those of one in four. */
  const inOneGrade = (row: number): boolean => row % 4 === 2;
  const damages = {
    'forgets kinds of people': {
      fails: ['coverage', 'vendi'],
      damage: (own) => repeat(own, 8),
      spaces: spaceNames,
    },
    'lies away from people': {
      fails: ['coverage', 'density'],
      damage: (own) => change(own, (x) => 2.5 * x),
      spaces: spaceNames,
    },
    'crowds round the middle': {
      fails: ['density'],
      damage: (own) => change(own, (x) => 0.5 * x),
      spaces: ['random'],
    },
    'repeats itself in one grade': {
      fails: ['vendi'],
      damage: (own) =>
        takeRows(
          own,
          Array.from({ length: count }, (_, row) => (inOneGrade(row) ? 2 + 4 * (row % 3) : row)),
        ),
      spaces: ['radiomics'],
    },
    'shrinks onto a grade’s mean picture': {
      fails: ['vendi'],
      damage: (own) => change(own, (x, row) => (inOneGrade(row) ? 0.35 * x : x)),
      spaces: ['task'],
    },
  } satisfies Record<
    string,
    {
      fails: (typeof overall)[number][];
      damage: (synthetic: Features) => Features;
      spaces: readonly SpaceName[];
    }
  >;
  it.each(
    Object.entries(damages).flatMap(([what, { fails, damage, spaces }]) =>
      spaces.map((name) => [name, what, fails, damage] as const),
    ),
  )('in the %s space alone, a cohort that %s fails', async (name, what, fails, damage) => {
    const spaces = alike();
    spaces[name] = { ...spaces[name], synthetic: damage(spaces[name].synthetic) };
    const found = await judge(spaces);
    for (const check of fails)
      expect(found.get(check), check).toMatchObject({
        verdict: 'fail',
        details: { worstSpace: name },
      });
    if (what.includes('grade')) expect(found.get('vendi')?.details['worstGrade']).toBe('moderate');
  });

  it('do not pass where a space could not be made, and still tell what the others show', async () => {
    const found = await judge({ ...alike(), task: null });
    for (const check of overall) {
      const result = found.get(check);
      expect(result).toMatchObject({
        verdict: 'fail',
        value: null,
        details: { made: false, reason: found.get('frechet-task')?.details['reason'] },
      });
      expect(
        Object.keys(result?.details ?? {}).filter((key) => key.startsWith('radiomics: ')).length,
        check,
      ).toBeGreaterThan(0);
    }
  });

  it("take R's own labels in the task space, which has R for T", async () => {
    // R is one image per grade over and over, but only if its labels are read: T's, in another
    // order, would mix its grades.
    const spaces = alike();
    const byGrade = (features: Features): Features =>
      takeRows(
        features,
        Array.from({ length: features.count }, (_, row) => row % 4),
      );
    spaces.task = {
      synthetic: spaces.task.synthetic,
      training: byGrade(spaces.task.training),
      holdout: byGrade(spaces.task.holdout),
    };
    const given = { ...labels, holdout: labelsOf(count, 1) };
    const { details } = (await judge(spaces, given)).get('vendi') ?? {};
    for (const grade of calciumGrades) expect(details?.[`task: ${grade}: real`]).toBeLessThan(2.5);
    expect(
      (
        await judge(
          { ...alike(), task: { ...alike().task, training: normals(40, 60) } },
          { ...labels, reference: labelsOf(60) },
        )
      ).get('vendi')?.verdict,
    ).toBe('pass');
  });
});

describe('what has no part in fidelity', () => {
  const names: GateCheck[] = [
    'frechet-random',
    'coverage',
    'density',
    'vendi',
    'kid',
    'precision-recall',
  ];

  it('is the unit of a feature: unscaled, one column of large numbers ruled every distance', async () => {
    const scaled = (features: Features): Features =>
      change(features, (x, _, column) => x * 10 ** (column - 5) + column);
    const spaces = Object.fromEntries(
      Object.entries(alike()).map(([name, { synthetic, training, holdout }]) => [
        name,
        { synthetic: scaled(synthetic), training: scaled(training), holdout: scaled(holdout) },
      ]),
    );
    const [known, found] = [
      await judge(alike()),
      await judge(spaces as Record<SpaceName, FeatureSets>),
    ];
    for (const check of names)
      expect(Math.abs(valueOf(found, check) - valueOf(known, check)), check).toBeLessThan(0.01);
  });

  it('is the order of the images', async () => {
    const spaces = alike();
    const order = Array.from({ length: count }, (_, i) => (i * 37) % count);
    const shuffled = Object.fromEntries(
      Object.entries(spaces).map(([name, sets]) => [
        name,
        { ...sets, synthetic: takeRows(sets.synthetic, order) },
      ]),
    );
    const [known, found] = [
      await judge(spaces),
      await judge(shuffled as Record<SpaceName, FeatureSets>, {
        ...labels,
        synthetic: order.map((row) => labels.synthetic[row]!),
      }),
    ];
    for (const check of names.filter((name) => name !== 'kid' && name !== 'vendi'))
      expect(valueOf(found, check), check).toBeCloseTo(valueOf(known, check), 6);
    // These draw from among more than they take: other images, the same law.
    for (const check of ['kid', 'vendi'] as const)
      expect(Math.abs(valueOf(found, check) - valueOf(known, check)), check).toBeLessThan(0.1);
  });

  it('is whom the axes were chosen for: of many columns, those along which T happens to be wide', async () => {
    const found = await judge(alike(5 * width));
    const ratios = spaceNames.map(
      (name) =>
        Number(found.get('density')?.details[`${name}: synthetic`]) /
        Number(found.get('density')?.details[`${name}: real`]),
    );
    // With axes of T the mean is 3.9.
    expect(
      Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length - 1),
    ).toBeLessThan(0.25);
  });

  it('is how many more images one set has than another', async () => {
    // The distance between 80 and 400 images of one law is three fifths of that between 80 and 80:
    // compared so, the ratio would be 1.67.
    const spaces = alike();
    const more = (at: number, sets: FeatureSets): FeatureSets => ({
      ...sets,
      synthetic: normals(50 + at, 5 * count),
    });
    const larger = {
      contrastive: more(0, spaces.contrastive),
      random: more(1, spaces.random),
      radiomics: more(2, spaces.radiomics),
      task: more(3, spaces.task),
    };
    const found = await judge(larger, { ...labels, synthetic: labelsOf(5 * count) });
    expect(found.get('frechet-random')?.details['images']).toBe(count);
    const frechet = spaceNames.map((name) => valueOf(found, `frechet-${name}`));
    expect(
      Math.abs(frechet.reduce((sum, ratio) => sum + ratio, 0) / frechet.length - 1),
    ).toBeLessThan(0.3);
    for (const check of ['coverage', 'vendi'] as const)
      expect(Math.abs(valueOf(found, check) - 1), check).toBeLessThan(0.3);
  });
});

describe('planted copies', () => {
  it('never make a cohort look better: the more of them are of one image, the lower are coverage and variety', async () => {
    const runs: Map<GateCheck, CheckResult>[] = [];
    for (const share of [0, 0.3, 0.6, 0.9]) {
      const plant = ({ synthetic, training, holdout }: FeatureSets): FeatureSets => ({
        synthetic: change(synthetic, (x, row, column) =>
          row < share * count ? training.data[column]! : x,
        ),
        training,
        holdout,
      });
      const { contrastive, random, radiomics, task } = alike();
      runs.push(
        await judge({
          contrastive: plant(contrastive),
          random: plant(random),
          radiomics: plant(radiomics),
          task: plant(task),
        }),
      );
    }
    for (const check of ['coverage', 'vendi'] as const) {
      const values = runs.map((found) => valueOf(found, check));
      expect(values, check).toEqual([...values].sort((a, b) => b - a));
      expect(values.at(-1), check).toBeLessThan(values[0]! - 0.1);
    }
  });
});
