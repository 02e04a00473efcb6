import type { Words } from '../../locale.ts';
import type { Measured } from '../check-result.ts';
import type { GateThresholds } from '../thresholds.ts';
import type { Finding } from './finding.ts';

/**
 * What a failure means: a privacy or self-test failure refuses the release, a fidelity or utility
 * failure marks the cohort "method development only" (docs/gate.md).
 */
export const checkFamilies = ['self-test', 'privacy', 'fidelity', 'utility'] as const;
export type CheckFamily = (typeof checkFamilies)[number];

export interface Distribution {
  title: Words;
  axis: Words;
}

interface Row {
  /** Number of its rule in docs/gate.md. */
  id: string;
  family: CheckFamily;
  unit: Measured['unit'];
  /** Thresholds of the dataset that decide it. */
  limits: readonly (keyof GateThresholds)[];
  /** P2 to P4: tests that the significance of all of them is shared out among (Bonferroni). */
  tests?: number;
  /** For a reader without statistics. */
  question: Words;
  name: Words;
  /** What the number says. */
  text: Words;
  finding: Finding;
  /** What the histograms show, where the check has any: no two checks measure the same. */
  distribution?: Distribution;
}

/**
 * One check of the gate. A report is measured for people to read and has no limit that decides; it
 * must still have been made. The other checks can fail, and advise what to do then.
 */
export type CheckRow = Row &
  ({ isReport: true; advice?: never } | { isReport?: never; advice: Words });
