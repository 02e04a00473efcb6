import { z } from 'zod';
import { gateThresholds, type GateThresholds } from './evidence.ts';

/**
 * Which way each limit is the stricter. Where the generators of a cohort were trained under
 * different versions of the limits, each number is taken from the strictest of them
 * (`strictestThresholds` in libs/domain).
 */
export const stricterWhen: Record<keyof GateThresholds, 'higher' | 'lower'> = {
  // The search flags from farther away, and refuses sooner.
  falseAlarmQuantile: 'higher',
  copySignificance: 'higher',
  privacySignificance: 'higher',
  attackAuc: 'lower',
  attackTruePositives: 'lower',
  dataCopyingZ: 'higher',
  neighbourDifference: 'lower',
  attributedRisk: 'lower',
  // Fewer hidden copies are harder to find, and ask for a larger cohort.
  plantedShare: 'lower',
  minimumCell: 'higher',
  frechetRatio: 'higher',
  coverageRatio: 'higher',
  densityRatioLow: 'higher',
  densityRatioHigh: 'lower',
  vendiRatio: 'higher',
  huRealism: 'higher',
  utilityRatio: 'higher',
  labelConsistency: 'higher',
  subgroupGap: 'lower',
  rankingFidelity: 'higher',
};

type Shape = typeof gateThresholds.shape;
const withoutDefaults = Object.fromEntries(
  Object.entries(gateThresholds.shape).map(([name, schema]) => [name, schema.unwrap()]),
) as {
  [Name in keyof Shape]: ReturnType<Shape[Name]['unwrap']>;
};

/**
 * The next version of a dataset's limits. Each is named, so that none goes back to its default by
 * being left out.
 */
export const thresholdsChange = z.object({
  after: z
    .int()
    .min(1)
    .describe('number of the version that the values were made from; it must still be the newest'),
  values: z.object(withoutDefaults),
  reason: z.string().trim().min(20).max(2_000),
});
export type ThresholdsChange = z.infer<typeof thresholdsChange>;
