import { expect, it } from 'vitest';
import { gateCheckNames, gateChecks } from './checks.ts';
import type { CheckResult } from './evidence.ts';
import { sortByFamily } from './families.ts';

it('puts each check into one list of its own family, by what came of it', () => {
  const outcomes = [
    { verdict: 'pass', details: {} },
    { verdict: 'fail', details: {} },
    { verdict: 'fail', details: { made: false } },
    { verdict: 'report', details: {} },
  ] as const;
  const lists = ['passed', 'failed', 'unmade', 'reported'] as const;
  for (const [at, outcome] of outcomes.entries()) {
    const checks = gateCheckNames.map((check): CheckResult => ({
      check,
      value: 1,
      baseline: null,
      threshold: null,
      passesWhen: null,
      unit: 'count',
      interval: null,
      histograms: [],
      curves: [],
      ...outcome,
    }));
    const families = sortByFamily(checks);
    for (const each of families)
      for (const list of lists)
        expect(each[list].map(({ check }) => check)).toEqual(
          list === lists[at]
            ? gateCheckNames.filter((check) => gateChecks[check].family === each.family)
            : [],
        );
    expect(families.flatMap((each) => lists.flatMap((list) => each[list]))).toHaveLength(
      gateCheckNames.length,
    );
  }
});
