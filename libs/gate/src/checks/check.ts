import {
  reasonsOf,
  type CheckResult,
  type DetailName,
  type GateCheck,
  type GateReason,
  type ReasonParts,
} from '@scapis/contracts';

type Detail = CheckResult['details'][string];
/** By names that have words (contracts, gate-names.ts). */
export type Details = { [Name in DetailName]?: Detail } & {
  [parts: `${string}: ${string}`]: Detail;
};
type Measured = Pick<CheckResult, 'verdict' | 'unit'> &
  Partial<Omit<CheckResult, 'details'>> & { details?: Details };

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
  };
}

/**
 * Infinitely many people that a sure answer would take, say, where the control is always right: the
 * evidence file has no number for it.
 */
function isNoNumber(value: Detail): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

const units: Record<GateCheck, CheckResult['unit']> = {
  input: 'count',
  'self-test': 'share',
  'copy-contrastive': 'count',
  'copy-pixel': 'count',
  'copy-spectrum': 'count',
  'attack-gan-leaks': 'share',
  'attack-monte-carlo': 'share',
  'attack-domias': 'share',
  'attack-surrogate': 'share',
  'attack-identity': 'share',
  'attack-vulnerable': 'share',
  'data-copying': 'z-score',
  identifiability: 'share',
  authenticity: 'share',
  'likelihood-gap': 'share',
  'singling-out': 'share',
  linkability: 'share',
  inference: 'share',
  memorisation: 'distance',
  cells: 'people',
  'frechet-contrastive': 'ratio',
  'frechet-random': 'ratio',
  coverage: 'ratio',
  density: 'ratio',
  'frechet-radiomics': 'ratio',
  'frechet-task': 'ratio',
  kid: 'distance',
  'precision-recall': 'share',
  vendi: 'ratio',
  'hu-realism': 'share',
  'noise-texture': 'decibel',
  'calcium-score': 'share',
  utility: 'ratio',
  'label-consistency': 'share',
  'subgroup-gap': 'accuracy',
  ranking: 'correlation',
  calibration: 'share',
  conformal: 'share',
};

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
    unit: units[check],
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
    unit: units[check],
    value: isNumber ? value : null,
    threshold,
    passesWhen: 'at-least',
    ...rest,
  });
}
