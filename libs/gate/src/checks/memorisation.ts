import type { CheckResult } from '@scapis/contracts';
import { createCheck } from './check.ts';

/**
 * What a training run behind the cohort wrote down as it went: a stretch's metrics, oldest first.
 */
export interface TrainingRecord {
  points: readonly { step: number; metrics: Readonly<Record<string, number>> }[];
}

/**
 * What the noise of private training leaves to learn of one person, with all their images, from the
 * generators behind the cohort together.
 */
export interface PrivacySpent {
  epsilon: number;
  delta: number;
  /** How epsilon grew with the training steps of them all, to its last value. */
  bySteps: readonly { step: number; epsilon: number }[];
}

/** Metrics that tell of memorisation, by the names under which training records them. */
const recorded = ['memorisationGap', 'likelihoodGap', 'discriminatorGap'] as const;

/**
 * P7: the memorisation trend as training recorded it, and what the generators took of the privacy
 * budget. For the people who decide, and no ground for a verdict: what counts is what the cohort
 * shows. A cohort of several runs is as memorised as its worst, so the greatest last value is
 * shown.
 *
 * @param spent null where not every run was private: one without a budget leaves the whole cohort
 * without one
 */
export function describeMemorisation(
  runs: readonly TrainingRecord[],
  spent: PrivacySpent | null,
): CheckResult {
  const seriesOf = (name: string): { x: number[]; y: number[] }[] =>
    runs
      .map(({ points }) => points.filter(({ metrics }) => Number.isFinite(metrics[name])))
      .filter((points) => points.length > 0)
      .map((points) => ({
        x: points.map(({ step }) => step),
        y: points.map(({ metrics }) => metrics[name] ?? NaN),
      }));
  const last = (name: string): number | null => {
    const values = seriesOf(name).map(({ y }) => y.at(-1) ?? -Infinity);
    return values.length === 0 ? null : Math.max(...values);
  };
  return createCheck('memorisation', {
    verdict: 'report',
    value: last('memorisationGap'),
    details: {
      runs: runs.length,
      isRecorded: spent !== null || recorded.some((name) => last(name) !== null),
      epsilon: spent?.epsilon ?? null,
      delta: spent?.delta ?? null,
      privacyUnit: 'patient',
    },
    curves: [
      ...recorded.flatMap((name) =>
        seriesOf(name).map(({ x, y }, run) => ({
          name: runs.length > 1 ? `${name} ${run + 1}` : name,
          x: { name: 'step', values: x },
          y: { name, values: y },
        })),
      ),
      // A private run is not watched for memorisation (each look would show it real images): its
      // budget is all that it recorded.
      ...(spent === null
        ? []
        : [
            {
              name: 'privacySpent',
              x: { name: 'step', values: spent.bySteps.map(({ step }) => step) },
              y: { name: 'epsilon', values: spent.bySteps.map(({ epsilon }) => epsilon) },
            },
          ]),
    ],
  });
}
