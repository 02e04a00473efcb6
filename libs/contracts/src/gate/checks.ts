import { attackChecks } from './checks/attacks.ts';
import { copyChecks } from './checks/copies.ts';
import { distanceChecks } from './checks/distances.ts';
import { fidelityChecks } from './checks/fidelity.ts';
import { linkageChecks } from './checks/linkage.ts';
import { realismChecks } from './checks/realism.ts';
import type { CheckRow } from './checks/row.ts';
import { selfTestChecks } from './checks/self-test.ts';
import { trainingChecks } from './checks/training.ts';
import { utilityChecks } from './checks/utility.ts';

/**
 * The release gate's checks, one row each, in the order of the evidence file. A row says all that
 * is particular to a check and holds its words in every language; the measure itself stands in
 * libs/gate, and docs/gate.md says why it is what it is.
 */
export const gateChecks = {
  ...selfTestChecks,
  ...copyChecks,
  ...attackChecks,
  ...distanceChecks,
  ...linkageChecks,
  ...trainingChecks,
  ...fidelityChecks,
  ...realismChecks,
  ...utilityChecks,
} satisfies Record<string, CheckRow>;
type Rows = typeof gateChecks;

export type GateCheck = keyof Rows;
export const gateCheckNames = Object.keys(gateChecks) as [GateCheck, ...GateCheck[]];

/** The checks that can fail by what they find; the others are told for information. */
export type JudgedCheck = {
  [Check in GateCheck]: Rows[Check] extends { isReport: true } ? never : Check;
}[GateCheck];
export const isJudged = (check: GateCheck): check is JudgedCheck =>
  !('isReport' in gateChecks[check]);

/** The checks that share out one significance among their tests (P2 to P4). */
export type TestedCheck = {
  [Check in GateCheck]: Rows[Check] extends { tests: number } ? Check : never;
}[GateCheck];

export const testedChecks = gateCheckNames.filter(
  (check): check is TestedCheck => 'tests' in gateChecks[check],
);
