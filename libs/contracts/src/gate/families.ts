import { checkFamilies, type CheckFamily } from './checks/row.ts';
import { gateChecks } from './checks.ts';
import type { CheckResult } from './evidence.ts';

export type { CheckFamily };

/** What came of the checks of one family: each is in exactly one of the lists. */
export interface FamilyOutcome {
  family: CheckFamily;
  passed: CheckResult[];
  failed: CheckResult[];
  /** Could not be made, which counts as failed. */
  unmade: CheckResult[];
  /** Measured for people to read, with no limit that decides. */
  reported: CheckResult[];
}

/**
 * @returns the families of an evidence file's checks, in the order in which pages and paper tell
 * them
 */
export function sortByFamily(checks: readonly CheckResult[]): FamilyOutcome[] {
  return checkFamilies.map((family) => {
    const own = checks.filter(({ check }) => gateChecks[check].family === family);
    const isUnmade = ({ verdict, details }: CheckResult): boolean =>
      verdict === 'fail' && details['made'] === false;
    return {
      family,
      passed: own.filter(({ verdict }) => verdict === 'pass'),
      failed: own.filter((result) => result.verdict === 'fail' && !isUnmade(result)),
      unmade: own.filter(isUnmade),
      reported: own.filter(({ verdict }) => verdict === 'report'),
    };
  });
}
