import { describe, expect, it } from 'vitest';
import {
  gateCheckNames,
  gateThresholds,
  unnamedIn,
  type CheckResult,
  type GateCheck,
} from '@scapis/contracts';
import { toVerdict } from '@scapis/domain';
import { hashPeople, selectImages, toGateSize, type GateSets } from '../images/images.ts';
import type { FeatureSets } from '../features/feature-sets.ts';
import { judgeAttack, leastPeople } from '../attacks/attack-panel.ts';
import { blobImages } from '../images/blobs.fixture.ts';
import { checkStrata, countStrata, releasableStrata } from './label-strata.ts';
import { createCheck, createUnmadeCheck } from './check.ts';
import { describeCopyCheck } from '../copies/copy-report.ts';
import { searchCopies } from '../copies/copy-search.ts';
import type { CopySpace } from '../copies/copy-space.ts';
import { checkDataCopying } from '../attacks/data-copying.ts';
import { checkFidelity } from '../fidelity/fidelity.ts';
import { checkInput, defectNames, needs, type Defect } from './input.ts';
import { GateStopped, TaskContext } from '../task-context.ts';
import {
  checkCalibration,
  checkConformal,
  checkSubgroups,
  type Panel,
} from '../utility/downstream.ts';
import type { AttackCheck } from './significance.ts';
import { gateStream } from '../statistics/random.ts';
import { checkRealism } from '../fidelity/realism.ts';
import { checkUtility } from '../utility/utility.ts';

const thresholds = gateThresholds.parse({});
const context = new TaskContext();

function sets(): GateSets {
  return {
    synthetic: blobImages({ seed: 3, people: 200, size: 16 }),
    training: blobImages({ seed: 1, people: 200, size: 16 }),
    holdout: blobImages({ seed: 2, people: 100, size: 16 }),
    reference: blobImages({ seed: 4, people: 30, size: 16 }),
  };
}

describe('input check', () => {
  it('passes sound input', async () => {
    expect((await checkInput(sets(), thresholds, context)).details).toMatchObject({ problems: '' });
    expect((await checkInput(sets(), thresholds, context)).verdict).toBe('pass');
  });

  const damages: Record<Defect, (given: GateSets) => void> = {
    notFinite: ({ synthetic }) => (synthetic.pixels[7] = NaN),
    outOfRange: ({ synthetic }) => (synthetic.pixels[7] = -1000),
    constant: ({ synthetic }) => synthetic.pixels.fill(0.5, 0, 256),
    duplicates: ({ synthetic }) => synthetic.pixels.copyWithin(0, 256, 512),
    controlInTraining: ({ holdout, training }) =>
      holdout.pixels.set(training.pixels.subarray(0, 256)),
    peopleInTwoSplits: (given) =>
      (given.holdout = {
        ...given.holdout,
        subjects: given.holdout.subjects.map((name, i) => (i === 0 ? '1-0' : name)),
      }),
  };
  it.each(defectNames)('refuses %s', async (name) => {
    const given = sets();
    damages[name](given);
    const result = await checkInput(given, thresholds, context);
    expect(result).toMatchObject({ verdict: 'fail', value: 1, details: { [name]: 1 } });
  });

  it('counts a real image without content as no defect: only the cohort must show something', async () => {
    const given = sets();
    given.training.pixels.fill(0.5, 0, 256);
    expect((await checkInput(given, thresholds, context)).verdict).toBe('pass');
  });

  type Need = keyof typeof needs;
  /** Sets with exactly what is needed, but for one thing, of which there is one too little. */
  function justTooFew(need: Need | null): GateSets {
    const least = (name: Need): number => needs[name] - Number(name === need);
    const made = (seed: number, images: Need, people: Need | null): GateSets['training'] => {
      const each = people === null ? 1 : Math.ceil(needs[images] / least(people));
      const all = blobImages({
        seed,
        people: people === null ? least(images) : least(people),
        imagesPerPerson: each,
        size: 16,
      });
      // One image of each person first, so that the number of images can be met without losing a
      // person.
      const rows = [...all.subjects.keys()].sort((a, b) => (a % each) - (b % each) || a - b);
      return selectImages(all, rows.slice(0, least(images)));
    };
    return {
      synthetic: made(3, 'syntheticImages', null),
      training: made(1, 'trainingImages', 'trainingPeople'),
      holdout: made(2, 'controlImages', 'controlPeople'),
      reference: made(4, 'referenceImages', 'referencePeople'),
    };
  }

  it('passes exactly as much as it needs', async () => {
    expect(await checkInput(justTooFew(null), thresholds, context)).toMatchObject({
      verdict: 'pass',
      details: { problems: '' },
    });
  });

  it.each(Object.keys(needs) as Need[])(
    'refuses too few %s, and says how many it needs',
    async (need) => {
      const result = await checkInput(justTooFew(need), thresholds, context);
      expect(result).toMatchObject({ verdict: 'fail', value: 1 });
      expect(result.details.problems).toMatch(
        new RegExp(`^[A-Z][a-z ]+: ${needs[need] - 1}, at least ${needs[need]} are needed\\.$`),
      );
      expect(result.details).toMatchObject({
        reasonCode: need,
        [`${need}: found`]: needs[need] - 1,
        [`${need}: needed`]: needs[need],
      });
      expect(unnamedIn({ checks: [result] })).toEqual([]);
      expect(toVerdict([result])).toBe('refused');
    },
  );

  it('needs a cohort of which the planted share is at least one image', async () => {
    const { details } = await checkInput(
      justTooFew(null),
      { ...thresholds, plantedShare: 0.004 },
      context,
    );
    expect(details.problems).toBe('Synthetic images: 200, at least 250 are needed.');
  });

  it('refuses an empty split and sets of different sizes without a crash', async () => {
    const given = { ...sets(), holdout: blobImages({ seed: 2, people: 100, size: 32 }) };
    expect(
      (
        await checkInput(
          { ...given, reference: selectImages(given.reference, []) },
          thresholds,
          context,
        )
      ).verdict,
    ).toBe('fail');
  });
});

describe('a check with too few images', () => {
  const few = blobImages({ seed: 1, people: 9, size: 16 });
  const ofFew = { synthetic: few, training: few, holdout: few, reference: few };
  const noGrade = {
    ...few,
    labels: few.labels.map((labels) => ({ ...labels, calciumGrade: 'none' as const })),
  };
  const features = {
    count: few.count,
    width: 4,
    data: gateStream(1, 'bootstrap').normals(4 * few.count),
  };
  const cloud: FeatureSets = { synthetic: features, training: features, holdout: features };
  const panel: Panel = {
    test: few,
    truth: new Int32Array(few.count),
    holdoutCount: 4,
    grades: ['none', 'mild'],
    scores: { synthetic: [], real: [] },
    right: { synthetic: [], real: [] },
  };
  const attack = (check: AttackCheck, people: number): CheckResult =>
    judgeAttack(
      check,
      [{ name: 'any', members: new Float64Array(people), nonMembers: new Float64Array(people) }],
      { thresholds, seed: 1, least: people + 1 },
    );
  const usual = (check: AttackCheck): CheckResult => attack(check, leastPeople - 1);
  const copy = async (check: Extract<GateCheck, `copy-${string}`>): Promise<CheckResult> => {
    const matches = {
      distance: Float64Array.from(few.subjects, (_, i) => 0.5 + i / 100),
      nearest: new Int32Array(few.count),
    };
    const space: CopySpace = { name: 'pixel', search: () => Promise.resolve(matches) };
    const nullSample = { ...matches, people: few.subjects.map(() => 'one person') };
    return describeCopyCheck(
      check,
      await searchCopies(space, nullSample, few, thresholds, context),
      [],
      few.count,
    );
  };
  const utility = async (check: GateCheck): Promise<CheckResult | undefined> =>
    (await checkUtility({ ...ofFew, synthetic: noGrade }, thresholds, 1, 1, context)).checks.find(
      (result) => result.check === check,
    );
  const fidelity = async (check: GateCheck): Promise<CheckResult | undefined> => {
    const spaces = { contrastive: cloud, random: cloud, radiomics: cloud, task: null };
    const labels = {
      synthetic: few.labels,
      training: few.labels,
      holdout: few.labels,
      reference: few.labels,
    };
    return (await checkFidelity(spaces, labels, thresholds, 1, context)).find(
      (result) => result.check === check,
    );
  };

  /**
   * What it says it needs, and how it is asked; null: with what the input check demands it can be
   * made.
   */
  const lacking: Record<
    GateCheck,
    { says: string; ask: () => Promise<CheckResult | undefined> | CheckResult } | null
  > = {
    input: null,
    'self-test': null,
    'copy-contrastive': { says: 'at least 8', ask: () => copy('copy-contrastive') },
    'copy-pixel': { says: 'at least 8', ask: () => copy('copy-pixel') },
    'copy-spectrum': { says: 'at least 8', ask: () => copy('copy-spectrum') },
    'attack-gan-leaks': { says: 'at least 10', ask: () => usual('attack-gan-leaks') },
    'attack-monte-carlo': { says: 'at least 10', ask: () => usual('attack-monte-carlo') },
    'attack-domias': { says: 'at least 10', ask: () => usual('attack-domias') },
    'attack-surrogate': { says: 'at least 10', ask: () => usual('attack-surrogate') },
    'attack-identity': { says: 'at least 10', ask: () => usual('attack-identity') },
    'attack-subspace': { says: 'at least 10', ask: () => usual('attack-subspace') },
    'attack-vulnerable': { says: 'at least 1', ask: () => attack('attack-vulnerable', 0) },
    'likelihood-gap': { says: 'at least 10', ask: () => usual('likelihood-gap') },
    'data-copying': {
      says: 'at least 20 synthetic images',
      ask: () => checkDataCopying(cloud, few.subjects, thresholds, 1, context),
    },
    identifiability: null,
    authenticity: null,
    'singling-out': null,
    linkability: null,
    inference: null,
    memorisation: null,
    cells: null,
    'frechet-contrastive': null,
    'frechet-random': null,
    coverage: { says: 'two calcium grades', ask: () => fidelity('coverage') },
    density: { says: 'two calcium grades', ask: () => fidelity('density') },
    'frechet-radiomics': null,
    'frechet-task': { says: 'two calcium grades', ask: () => fidelity('frechet-task') },
    kid: null,
    'precision-recall': null,
    vendi: { says: 'at least 20 images', ask: () => fidelity('vendi') },
    'hu-realism': null,
    'noise-texture': null,
    'calcium-score': {
      says: 'at least 20 images',
      ask: async () =>
        (await checkRealism(ofFew, thresholds, 1, context)).find(
          ({ check }) => check === 'calcium-score',
        ),
    },
    utility: { says: 'two calcium grades', ask: () => utility('utility') },
    'label-consistency': { says: 'two calcium grades', ask: () => utility('label-consistency') },
    'subgroup-gap': {
      says: 'at least 20 held-out people',
      ask: () => checkSubgroups(panel, thresholds, 1, context),
    },
    ranking: { says: 'two calcium grades', ask: () => utility('ranking') },
    calibration: { says: 'at least 100 images', ask: () => checkCalibration(panel, context) },
    conformal: { says: 'at least 100 images', ask: () => checkConformal(panel, 1, context) },
  };
  it.each(gateCheckNames.filter((name) => lacking[name] !== null))(
    '%s does not pass and says how many it needs',
    async (name) => {
      const result = await lacking[name]?.ask();
      expect(result).toMatchObject({
        check: name,
        verdict: 'fail',
        value: null,
        details: { made: false },
      });
      expect(result?.details['reason']).toContain(lacking[name]?.says);
      expect(result?.details['reason']).not.toContain('–');
      expect(unnamedIn({ checks: result === undefined ? [] : [result] })).toEqual([]);
    },
  );
});

describe('cells', () => {
  it('counts people, not images, in every combination', () => {
    const cells = countStrata(blobImages({ seed: 1, people: 24, imagesPerPerson: 3, size: 16 }));
    expect(cells).toHaveLength(24);
    expect(cells.reduce((sum, { people }) => sum + people, 0)).toBe(24);
  });

  it('fails when the cohort shows a combination of too few people, and names it without its count', () => {
    const training = blobImages({ seed: 1, people: 121, size: 16 });
    const cohort = blobImages({ seed: 2, people: 200, size: 16 });
    expect(checkStrata(training, cohort, 10)).toMatchObject({ verdict: 'pass', value: 10 });
    const result = checkStrata(training, cohort, 11);
    expect(result).toMatchObject({
      verdict: 'fail',
      value: 10,
      details: { combinationsTooSmall: 11 },
    });
    expect(result.details.tooSmall).toContain('severe, male');
    const kept = releasableStrata(training, 11);
    expect(kept.map(({ labels }) => labels)).toEqual([
      { calciumGrade: 'none', sex: 'female', ageBand: '50-54' },
    ]);
  });
});

describe('a check that was not made', () => {
  it('has a reason, whichever it is', () => {
    for (const check of gateCheckNames)
      expect(createUnmadeCheck(check, 'noLabels', {})).toMatchObject({
        check,
        verdict: 'fail',
        value: null,
        details: {
          made: false,
          reason: 'The check needs images with labels.',
          reasonCode: 'noLabels',
        },
      });
  });
});

describe('images and context', () => {
  it('averages large images down to 64', () => {
    const pixels = new Float32Array(128 * 128).map((_, i) => (i % 2 === 0 ? 1 : 0));
    const small = toGateSize({ size: 128, count: 1, pixels, labels: [], subjects: [] });
    expect(small.size).toBe(64);
    expect(small.pixels.every((x) => x === 0.5)).toBe(true);
  });

  it('hashes people without regard to order or repeats', () => {
    expect(hashPeople(['b', 'a', 'b'])).toBe(hashPeople(['a', 'b']));
    expect(hashPeople(['a'])).not.toBe(hashPeople(['b']));
  });

  it('stops when asked to', async () => {
    const stopped = new TaskContext({ shouldStop: () => true });
    await expect(stopped.stage('encoder', () => Promise.resolve(1))).rejects.toThrow(GateStopped);
  });
});

describe('a check', () => {
  it('has null in its details where no number stands for the answer', () => {
    expect(
      createCheck('inference', {
        verdict: 'pass',
        details: { peopleNeeded: Infinity, upperLimit: NaN, attacks: 3, made: true },
      }).details,
    ).toEqual({
      peopleNeeded: null,
      upperLimit: null,
      attacks: 3,
      made: true,
    });
  });
});
