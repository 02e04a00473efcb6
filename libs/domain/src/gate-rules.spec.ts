import {
  gateCheckNames,
  gateChecks,
  gateThresholds,
  thresholdRows,
  type CheckResult,
  type GateCheck,
} from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { sortRefusal, strictestThresholds, toVerdict } from './gate-rules.ts';

const defaults = gateThresholds.parse({});
const names = Object.keys(gateThresholds.shape) as (keyof typeof defaults)[];

describe('the strictest of several limits', () => {
  it.each(names)('%s: is taken from whichever version has it, in whatever order', (name) => {
    const step =
      (thresholdRows[name].stricterWhen === 'higher' ? 1 : -1) *
      (name === 'minimumCell' ? 1 : 0.001 * Math.abs(defaults[name]));
    const [stricter, looser] = [
      { ...defaults, [name]: defaults[name] + step },
      { ...defaults, [name]: defaults[name] - step },
    ];
    for (const versions of [
      [stricter, looser, defaults],
      [looser, defaults, stricter],
    ])
      expect(strictestThresholds(versions)).toEqual(stricter);
    expect(strictestThresholds([looser])).toEqual(looser);
  });

  it('is not made of nothing', () => expect(() => strictestThresholds([])).toThrow('no limits'));
});

const result = (check: GateCheck, change: Partial<CheckResult> = {}): CheckResult => ({
  check,
  verdict: 'pass',
  value: 1,
  baseline: null,
  threshold: null,
  passesWhen: null,
  unit: 'count',
  interval: null,
  details: {},
  histograms: [],
  curves: [],
  ...change,
});

describe('verdict', () => {
  const all = (changed: Partial<Record<GateCheck, CheckResult['verdict']>>): CheckResult[] =>
    gateCheckNames.map((check) => result(check, { verdict: changed[check] ?? 'pass' }));

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
      // A check that is missing has not passed, nor has one that was only reported where its family
      // asks for a verdict.
      expect(toVerdict(all({ [check]: 'report' })), check).toBe(
        'isReport' in gateChecks[check] ? 'passed' : expected,
      );
      expect(toVerdict(all({}).filter((result) => result.check !== check)), check).toBe(expected);
    }
  });

  it('is inconclusive when the self-test failed, unless there is something that refuses', () => {
    expect(toVerdict(all({ 'self-test': 'fail', utility: 'fail' }))).toBe('void');
    expect(toVerdict(all({ 'self-test': 'fail', 'copy-pixel': 'fail', utility: 'fail' }))).toBe(
      'refused',
    );
  });
});

describe('the floor of use', () => {
  const below = (...names: GateCheck[]): CheckResult[] =>
    gateCheckNames.map((check) =>
      result(
        check,
        names.includes(check) ? { verdict: 'fail', details: { isBelowFloor: true } } : {},
      ),
    );

  it('takes coverage alone, or model and labels together', () => {
    expect(toVerdict(below('coverage'))).toBe('of-no-use');
    expect(toVerdict(below('utility', 'label-consistency'))).toBe('of-no-use');
    for (const name of ['utility', 'label-consistency'] as const)
      expect(toVerdict(below(name)), name).toBe('passed-method-development-only');
  });

  it('says nothing where privacy or the self-test does', () => {
    const withFailed = (check: GateCheck): CheckResult[] =>
      below('coverage').map((each) => (each.check === check ? { ...each, verdict: 'fail' } : each));
    expect(toVerdict(withFailed('copy-pixel'))).toBe('refused');
    expect(toVerdict(withFailed('self-test'))).toBe('void');
  });

  it('is none for evidence of before, whatever its numbers are', () => {
    const checks = gateCheckNames.map((check) =>
      result(
        check,
        ['coverage', 'utility', 'label-consistency'].includes(check)
          ? { verdict: 'fail', value: 0 }
          : {},
      ),
    );
    expect(toVerdict(checks)).toBe('passed-method-development-only');
  });
});

describe('what a refusal rests on', () => {
  const sortWith = (change: Partial<Record<GateCheck, Partial<CheckResult>>>) =>
    sortRefusal(gateCheckNames.map((name) => result(name, change[name])));

  it('is nothing where all is passed, or only fidelity and utility are not', () => {
    expect(sortWith({})).toEqual({ overridable: [], final: [] });
    const reports = gateCheckNames.filter((name) => 'isReport' in gateChecks[name]);
    expect(
      sortWith(Object.fromEntries(reports.map((name) => [name, { verdict: 'report' as const }]))),
    ).toEqual({ overridable: [], final: [] });
    expect(sortWith({ coverage: { verdict: 'fail' }, utility: { verdict: 'fail' } })).toEqual({
      overridable: [],
      final: [],
    });
  });

  it.each(
    gateCheckNames.filter(
      (name) => gateChecks[name].family === 'privacy' && !('isReport' in gateChecks[name]),
    ),
  )('%s: can be overridden when it was made, and never when it was not', (name) => {
    expect(sortWith({ [name]: { verdict: 'fail' } })).toEqual({ overridable: [name], final: [] });
    const unmade: Partial<CheckResult>[] = [
      { verdict: 'fail', value: null, details: { made: false } },
      { verdict: 'fail', details: { made: false } },
      { verdict: 'fail', value: null },
      { verdict: 'report' },
    ];
    for (const change of unmade)
      expect(sortWith({ [name]: change })).toEqual({ overridable: [], final: [name] });
    expect(
      sortRefusal(gateCheckNames.filter((each) => each !== name).map((each) => result(each))),
    ).toEqual({ overridable: [], final: [name] });
  });

  it.each(['input', 'self-test'] as const)('%s: is never overridden', (name) => {
    expect(sortWith({ [name]: { verdict: 'fail' }, 'copy-pixel': { verdict: 'fail' } })).toEqual({
      overridable: ['copy-pixel'],
      final: [name],
    });
  });
});
