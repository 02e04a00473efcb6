import {
  gateChecks,
  reasonsOf,
  type CheckResult,
  type DetailName,
  type GateCheck,
  type GateReason,
  type ReasonParts,
} from '@scapis/contracts';

type Detail = CheckResult['details'][string];
/** By names that have words (contracts, gate/details.ts). */
export type Details = { [Name in DetailName]?: Detail } & {
  [parts: `${string}: ${string}`]: Detail;
};
type Measured = Pick<CheckResult, 'verdict'> &
  Partial<Omit<CheckResult, 'check' | 'unit' | 'details'>> & { details?: Details };

/** A check's row with nothing measured yet: each check states only what it measured. */
export function createCheck(check: GateCheck, result: Measured): CheckResult {
  return {
    value: null,
    baseline: null,
    threshold: null,
    passesWhen: null,
    interval: null,
    histograms: [],
    curves: [],
    ...result,
    details: Object.fromEntries(
      Object.entries(result.details ?? {}).map(([name, value]) => [
        name,
        isNoNumber(value) ? null : value,
      ]),
    ),
    check,
    unit: gateChecks[check].unit,
  };
}

/**
 * Infinitely many people that a sure answer would take, say, where the control is always right: the
 * evidence file has no number for it.
 */
function isNoNumber(value: Detail): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** @returns an interval that the evidence file can hold: null where its ends are no numbers. */
export function toInterval(
  interval: readonly [number, number] | undefined,
): CheckResult['interval'] {
  return interval?.every(Number.isFinite) ? [interval[0], interval[1]] : null;
}

/**
 * A check that could not be made. It never passes: what wasn't looked at is not known to be safe.
 */
export function createUnmadeCheck<Reason extends GateReason>(
  check: GateCheck,
  reason: Reason,
  details: ReasonParts<Reason> & Details,
): CheckResult {
  return createCheck(check, {
    verdict: 'fail',
    details: { made: false, ...explain([reason], details), ...details },
  });
}

/**
 * @returns reasons as codes, which the pages word, and in English for whoever reads the file alone
 */
export function explain(
  codes: readonly GateReason[],
  details: Details,
): { reason: string; reasonCode: string } {
  const reasonCode = codes.join(', ');
  return { reason: reasonsOf({ ...details, reasonCode }, 'en').join(' '), reasonCode };
}

/** A check that passes at or above its threshold; a value that is no number fails. */
export function createAtLeastCheck(
  check: GateCheck,
  value: number,
  threshold: number,
  rest: Partial<Measured> = {},
): CheckResult {
  const isNumber = Number.isFinite(value);
  return createCheck(check, {
    verdict: isNumber && value >= threshold ? 'pass' : 'fail',
    value: isNumber ? value : null,
    threshold,
    passesWhen: 'at-least',
    ...rest,
  });
}

/**
 * @param value null where nothing can be said: that is not below
 * @returns the details by which `toVerdict` sees that a cohort is below the floor of use
 */
export function floorDetails(
  value: number | null,
  floor: number,
): Pick<Details, 'floor' | 'overFloor' | 'isBelowFloor'> {
  return { floor, overFloor: value, isBelowFloor: value !== null && value < floor };
}
