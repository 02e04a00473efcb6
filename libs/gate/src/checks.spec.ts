import { gateCheckNames, gateChecks, gateThresholds, type CheckResult, type GateCheck } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { blobImages } from './blobs.ts';
import { checkCells, countCells, releasableCells } from './cells.ts';
import { createCheck, createUnmadeCheck } from './check.ts';
import { toVerdict } from './gate.ts';
import { hashPeople, selectImages, toGateSize } from './images.ts';
import { checkInput, type GateSets } from './input.ts';
import { GateStopped, Pace } from './pace.ts';

const thresholds = gateThresholds.parse({});
const pace = new Pace();

function sets(): GateSets {
  return {
    synthetic: blobImages({ seed: 3, people: 200, size: 16 }),
    training: blobImages({ seed: 1, people: 200, size: 16 }),
    control: blobImages({ seed: 2, people: 100, size: 16 }),
    reference: blobImages({ seed: 4, people: 30, size: 16 }),
  };
}

describe('input check', () => {
  it('passes sound input', async () => {
    expect((await checkInput(sets(), thresholds, pace)).details).toMatchObject({ problems: '' });
    expect((await checkInput(sets(), thresholds, pace)).verdict).toBe('pass');
  });

  const damages: Record<string, (given: GateSets) => void> = {
    notFinite: ({ synthetic }) => (synthetic.pixels[7] = NaN),
    outOfRange: ({ synthetic }) => (synthetic.pixels[7] = -1000),
    constant: ({ synthetic }) => synthetic.pixels.fill(0.5, 0, 256),
    duplicates: ({ synthetic }) => synthetic.pixels.copyWithin(0, 256, 512),
    controlInTraining: ({ control, training }) => control.pixels.set(training.pixels.subarray(0, 256)),
    peopleInTwoSplits: (given) =>
      (given.control = { ...given.control, subjects: given.control.subjects.map((name, i) => (i === 0 ? '1-0' : name)) }),
  };
  it.each(Object.entries(damages))('refuses %s', async (name, damage) => {
    const given = sets();
    damage(given);
    const result = await checkInput(given, thresholds, pace);
    expect(result).toMatchObject({ verdict: 'fail', value: 1, details: { [name]: 1 } });
  });

  it('says how much it needs', async () => {
    const given = sets();
    const few = { ...given, control: selectImages(given.control, [0, 1, 2]), synthetic: selectImages(given.synthetic, [0]) };
    const { verdict, details } = await checkInput(few, thresholds, pace);
    expect(verdict).toBe('fail');
    expect(details.problems).toContain('control images: 3, the gate needs at least 100');
    expect(details.problems).toContain('people in the control split: 3, the gate needs at least 30');
    expect(details.problems).toContain('synthetic images: 1, the gate needs at least 200');
  });

  it('refuses an empty split and sets of different sizes without a crash', async () => {
    const given = { ...sets(), control: blobImages({ seed: 2, people: 100, size: 32 }) };
    expect((await checkInput({ ...given, reference: selectImages(given.reference, []) }, thresholds, pace)).verdict).toBe('fail');
  });
});

describe('cells', () => {
  it('counts people, not images, in every combination', () => {
    const cells = countCells(blobImages({ seed: 1, people: 24, imagesPerPerson: 3, size: 16 }));
    expect(cells).toHaveLength(24);
    expect(cells.reduce((sum, { people }) => sum + people, 0)).toBe(24);
  });

  it('fails when the cohort shows a combination of too few people, and names it without its count', () => {
    const training = blobImages({ seed: 1, people: 121, size: 16 });
    const cohort = blobImages({ seed: 2, people: 200, size: 16 });
    expect(checkCells(training, cohort, 10)).toMatchObject({ verdict: 'pass', value: 10 });
    const result = checkCells(training, cohort, 11);
    expect(result).toMatchObject({ verdict: 'fail', value: 10, details: { combinationsTooSmall: 11 } });
    expect(result.details.tooSmall).toContain('severe, male');
    const kept = releasableCells(training, 11);
    expect(kept.map(({ labels }) => labels)).toEqual([{ calciumGrade: 'none', sex: 'female', ageBand: '50-54' }]);
  });
});

describe('verdict', () => {
  const all = (changed: Partial<Record<GateCheck, CheckResult['verdict']>>): CheckResult[] =>
    gateCheckNames.map((check) => createCheck(check, { verdict: changed[check] ?? 'pass', unit: 'count' }));

  it('follows the family of what failed, for every check of the list', () => {
    expect(toVerdict(all({}))).toBe('passed');
    for (const check of gateCheckNames) {
      const { family } = gateChecks[check];
      const expected =
        check === 'input'
          ? 'refused'
          : check === 'self-test'
            ? 'void'
            : family === 'privacy'
              ? 'refused'
              : 'passed-method-development-only';
      expect(toVerdict(all({ [check]: 'fail' })), check).toBe(expected);
      // A check that is missing has not passed, nor has one that was only reported where its family asks for a verdict.
      expect(toVerdict(all({ [check]: 'report' })), check).toBe('isReport' in gateChecks[check] ? 'passed' : expected);
      expect(toVerdict(all({}).filter((result) => result.check !== check)), check).toBe(expected);
    }
  });

  it('is void when the self-test failed, whatever else did', () => {
    expect(toVerdict(all({ 'self-test': 'fail', 'copy-pixel': 'fail', 'utility': 'fail' }))).toBe('void');
  });

  it('knows a reason for each check that was not made', () => {
    for (const check of gateCheckNames)
      expect(createUnmadeCheck(check, 'why')).toMatchObject({
        check,
        verdict: 'fail',
        value: null,
        details: { made: false, reason: 'why' },
      });
  });
});

describe('images and pace', () => {
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
    const stopped = new Pace({ shouldStop: () => true });
    await expect(stopped.stage('encoder', () => Promise.resolve(1))).rejects.toThrow(GateStopped);
  });
});

describe('a check', () => {
  it('has null in its details where no number stands for the answer', () => {
    expect(createCheck('inference', { verdict: 'pass', unit: 'share', details: { peopleNeeded: Infinity, risk: NaN, attacks: 3, made: true } }).details).toEqual({
      peopleNeeded: null,
      risk: null,
      attacks: 3,
      made: true,
    });
  });
});
