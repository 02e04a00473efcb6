import { gateThresholds, thresholdRows, type GateThresholds } from '@scapis/contracts';
import { boundsOf, type NumberBounds } from '../../ui/number-bounds.ts';

export type ThresholdName = keyof GateThresholds;
export const thresholdNames = Object.keys(gateThresholds.shape) as ThresholdName[];

export interface ThresholdChange {
  name: ThresholdName;
  before: number;
  after: number;
  isStricter: boolean;
}

/**
 * What differs from one version of the limits to another; a number that is being typed and is none
 * yet differs from nothing.
 */
export function changesBetween(before: GateThresholds, after: GateThresholds): ThresholdChange[] {
  return thresholdNames
    .filter((name) => Number.isFinite(after[name]) && after[name] !== before[name])
    .map((name) => ({
      name,
      before: before[name],
      after: after[name],
      isStricter: after[name] > before[name] === (thresholdRows[name].stricterWhen === 'higher'),
    }));
}

export function thresholdBounds(name: ThresholdName): NumberBounds {
  return boundsOf(gateThresholds.shape[name].unwrap());
}
