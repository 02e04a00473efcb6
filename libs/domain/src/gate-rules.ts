import {
  gateCheckNames,
  gateChecks,
  gateThresholds,
  overrideSignaturesNeeded,
  thresholdRows,
  type CheckResult,
  type GateCheck,
  type GateThresholds,
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
  const failed = gateCheckNames.filter((name) => {
    const { family } = gateChecks[name];
    return (
      (family === 'privacy' || family === 'self-test') &&
      !checks.some((result) => result.check === name && hasPassed(result))
    );
  });
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

/**
 * As the verdict's rule has it (`toVerdict` in libs/gate): what is only reported has no limit to
 * fail.
 */
function hasPassed({ check, verdict }: CheckResult): boolean {
  return verdict === 'pass' || (verdict === 'report' && 'isReport' in gateChecks[check]);
}

/** A failed check that measured something. */
function wasMade({ verdict, value, details }: CheckResult): boolean {
  return verdict === 'fail' && value !== null && details['made'] !== false;
}
