import type { CheckResult } from '@scapis/contracts';
import { createCheck } from './check.ts';

/** What a training run behind the cohort wrote down as it went: a stretch's metrics, oldest first. */
export interface TrainingRecord {
  points: readonly { step: number; metrics: Readonly<Record<string, number>> }[];
}

/** Metrics that tell of memorisation, by the names under which training records them. Epsilon and delta count patients, not images. */
const recorded = ['memorisationGap', 'likelihoodGap', 'discriminatorGap', 'epsilon', 'delta'] as const;

/**
 * P7: the memorisation trend and the privacy budget as training recorded them. For the people who decide, and no ground for a verdict: what
 * counts is what the cohort shows. A cohort of several runs is as memorised as its worst, so the greatest last value is shown.
 */
export function describeMemorisation(runs: readonly TrainingRecord[]): CheckResult {
  const seriesOf = (name: string): { x: number[]; y: number[] }[] =>
    runs
      .map(({ points }) => points.filter(({ metrics }) => Number.isFinite(metrics[name])))
      .filter((points) => points.length > 0)
      .map((points) => ({ x: points.map(({ step }) => step), y: points.map(({ metrics }) => metrics[name] ?? NaN) }));
  const last = (name: string): number | null => {
    const values = seriesOf(name).map(({ y }) => y.at(-1) ?? -Infinity);
    return values.length === 0 ? null : Math.max(...values);
  };
  const isPrivate = runs.length > 0 && runs.every(({ points }) => points.some(({ metrics }) => Number.isFinite(metrics['epsilon'])));
  return createCheck('memorisation', {
    verdict: 'report',
    unit: 'distance',
    value: last('memorisationGap'),
    details: {
      runs: runs.length,
      isRecorded: recorded.some((name) => last(name) !== null),
      // One run without a budget leaves the whole cohort without one.
      epsilon: isPrivate ? last('epsilon') : null,
      delta: isPrivate ? last('delta') : null,
      privacyUnit: 'patient',
    },
    curves: recorded.slice(0, 4).flatMap((name) =>
      seriesOf(name).map(({ x, y }, run) => ({ name: runs.length > 1 ? `${name} ${run + 1}` : name, x: { name: 'step', values: x }, y: { name, values: y } })),
    ),
  });
}
