import { gateChecks, testedChecks, type GateThresholds, type TestedCheck } from '@scapis/contracts';

/**
 * One rule for P2, P3 and P4 (docs/gate.md). The limits are upper confidence bounds, which few
 * people can never keep: with 240 holdout people the bound of a blind attack (AUC 0.5) exceeds 0.55
 * for every third clean cohort, and the panel has many attacks. So a test fails a cohort when both
 * hold:
 *
 * 1. the upper 95 % bound of the measure crosses its limit, and
 * 2. members stand out from non-members by more than chance: p below `privacySignificance` / number
 * of tests (Bonferroni).
 *
 * All of these tests together refuse a clean cohort in at most `privacySignificance` of runs,
 * however few people there are. What few people cannot show is not claimed: each row says whether
 * the bound holds by itself (`isConclusive`), how many people it would take (`peopleNeeded`), and
 * the least leak that would have been seen. With many people the first condition decides, so a real
 * difference that is too small to matter does not refuse.
 */
export type AttackCheck = Extract<TestedCheck, `attack-${string}`> | 'likelihood-gap';

/** @returns the p below which one test counts. */
export function significanceOfTest(thresholds: GateThresholds): number {
  return (
    thresholds.privacySignificance /
    testedChecks.reduce((sum, check) => sum + gateChecks[check].tests, 0)
  );
}
