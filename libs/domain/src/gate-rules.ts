import {
  gateCheckNames,
  gateChecks,
  gateThresholds,
  isJudged,
  overrideSignaturesNeeded,
  thresholdRows,
  type CheckResult,
  type GateCheck,
  type GateThresholds,
  type GateVerdict,
} from '@scapis/contracts';

/**
 * Each number from the strictest of several versions of a dataset's limits: a cohort of generators
 * that were trained under different ones is judged by none of them more leniently than it would be
 * alone.
 * @throws Error for no version at all: a cohort without limits would pass everything.
 */
export function strictestThresholds(versions: readonly GateThresholds[]): GateThresholds {
  if (versions.length === 0) throw new Error('There are no limits to judge by.');
  const names = Object.keys(thresholdRows) as (keyof GateThresholds)[];
  return gateThresholds.parse(
    Object.fromEntries(
      names.map((name) => {
        const values = versions.map((version) => version[name]);
        return [
          name,
          thresholdRows[name].stricterWhen === 'higher' ? Math.max(...values) : Math.min(...values),
        ];
      }),
    ),
  );
}

/**
 * The verdict rule (docs/gate.md). A check that was not made has failed, so none can be passed by
 * leaving it out. Bad input refuses. A failed privacy check refuses too, whether or not the
 * self-test passed: a copy that an unreliable search found is there all the same. A search that
 * missed canaries and found nothing proves nothing: the verdict is then inconclusive (stored as
 * `void`). Below the floor of use stands a cohort that covers next to nothing, or of which
 * neither a model nor a reader could tell a label: one of the two alone may be the labels' or the
 * classifier's own weakness.
 */
export function toVerdict(checks: readonly CheckResult[]): GateVerdict {
  const failed = failedOf(checks);
  if (failed.includes('input')) return 'refused';
  if (failed.some((name) => gateChecks[name].family === 'privacy')) return 'refused';
  if (failed.includes('self-test')) return 'void';
  const isBelowFloor = (name: GateCheck): boolean =>
    checks.some(({ check, details }) => check === name && details['isBelowFloor'] === true);
  if (isBelowFloor('coverage') || (isBelowFloor('utility') && isBelowFloor('label-consistency')))
    return 'of-no-use';
  return failed.length > 0 ? 'passed-method-development-only' : 'passed';
}

/** Whether a cohort with this verdict may be put to the reviewers without an override. */
export const isReleasable: Record<GateVerdict, boolean> = {
  passed: true,
  'passed-method-development-only': true,
  // With a written reason (`release:submit`).
  'of-no-use': true,
  refused: false,
  void: false,
};

function failedOf(checks: readonly CheckResult[]): GateCheck[] {
  return gateCheckNames.filter(
    (name) => !checks.some((result) => result.check === name && hasPassed(result)),
  );
}

/** What a refusal rests on. */
export interface Refusal {
  /** Privacy checks that were made and failed: two people may override them, all together. */
  overridable: GateCheck[];
  /**
   * What else refused and nobody may override: unsound input, a failed self-test, a privacy check
   * that was not made and so is not known.
   */
  final: GateCheck[];
}

/**
 * Sorts what failed of the checks that refuse; a check that is missing was not made. Fidelity and
 * utility refuse nothing and are in neither list.
 */
export function sortRefusal(checks: readonly CheckResult[]): Refusal {
  const failed = failedOf(checks).filter((name) =>
    ['privacy', 'self-test'].includes(gateChecks[name].family),
  );
  const isOverridable = (name: GateCheck): boolean =>
    gateChecks[name].family === 'privacy' &&
    checks.some((result) => result.check === name && wasMade(result));
  return {
    overridable: failed.filter(isOverridable),
    final: failed.filter((name) => !isOverridable(name)),
  };
}

/** Whether these people, each counted once, are enough to set the failed privacy checks aside. */
export function isOverriddenBy(signedIds: readonly string[]): boolean {
  return new Set(signedIds).size >= overrideSignaturesNeeded;
}

/** A report has no limit to fail: it passes by having been made. */
function hasPassed({ check, verdict }: CheckResult): boolean {
  return verdict === 'pass' || (verdict === 'report' && !isJudged(check));
}

/** A failed check that measured something. */
function wasMade({ verdict, value, details }: CheckResult): boolean {
  return verdict === 'fail' && value !== null && details['made'] !== false;
}
