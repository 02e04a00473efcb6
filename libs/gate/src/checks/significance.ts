import { gateChecks, testedChecks, type GateThresholds, type TestedCheck } from '@scapis/contracts';

/**
 * The rule of P2, P3 and P4, one for all. The spec's limits are upper confidence bounds, and with
 * few people no cohort could keep them: with 240 control people the upper bound of a blind attack
 * (AUC 0.5) lies beyond 0.55 for every third clean cohort, and the panel has many attacks. So a
 * test fails a cohort when both hold:
 *
 * 1. the upper 95 % bound of the measure crosses its limit, and
 * 2. members stand out from control people by more than chance: p below `privacySignificance` /
 * number of tests (Bonferroni).
 *
 * A leak that the people at hand can show is refused; a clean cohort is refused by all of these
 * tests together at most in
 * `privacySignificance` of runs, however few people there are. What few people can't show is not claimed: each row tells whether the bound
 * holds by itself (`isConclusive`), how many control people it would take (`peopleNeeded`), and the least leak that would have been seen.
 * With many people the first condition rules, so a difference that is real but too small to matter doesn't refuse.
 */
export type AttackCheck = Extract<TestedCheck, `attack-${string}`> | 'likelihood-gap';

/** @returns the p below which one test counts. */
export function significanceOfTest(thresholds: GateThresholds): number {
  return (
    thresholds.privacySignificance /
    testedChecks.reduce((sum, check) => sum + gateChecks[check].tests, 0)
  );
}
