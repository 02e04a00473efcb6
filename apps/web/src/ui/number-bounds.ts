import type { z } from 'zod';

export interface NumberBounds {
  min: number;
  max: number;
  step: number | 'any';
}

/** Bounds of a number field as its schema says them. */
export function boundsOf({
  minValue,
  maxValue,
  isInt,
}: Pick<z.ZodNumber, 'minValue' | 'maxValue' | 'isInt'>): NumberBounds {
  return { min: minValue ?? -Infinity, max: maxValue ?? Infinity, step: isInt ? 1 : 'any' };
}
