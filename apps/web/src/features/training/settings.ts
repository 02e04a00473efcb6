import {
  ensembleRequest,
  trainingRequest,
  trainingSettings,
  type TrainingSettings,
} from '@scapis/contracts';
import type { UseFormReturn } from 'react-hook-form';
import { z } from 'zod';
import { boundsOf, type NumberBounds } from '../../ui/number-bounds.ts';

export const mostMembers = ensembleRequest.shape.members.maxValue ?? 1;
/** A run, or with more than one member an ensemble of runs. */
export const trainingForm = trainingRequest.extend({ members: z.int().min(1).max(mostMembers) });
export type TrainingFormInput = z.input<typeof trainingForm>;
export type TrainingFormOutput = z.output<typeof trainingForm>;
export type TrainingForm = UseFormReturn<TrainingFormInput, unknown, TrainingFormOutput>;

/**
 * What a person sets of a run, in the order of the form. The first group is always open; the others
 * are for those who know why.
 */
export const settingGroups = {
  size: ['steps', 'batch', 'shards', 'width', 'seed'],
  learning: [
    'learningRate',
    'averageDecay',
    'penaltyKind',
    'penaltyStart',
    'penaltyEnd',
    'guidance',
  ],
  augmentation: ['translation', 'brightness', 'contrast'],
  watching: ['lookEvery', 'stopOnMemorisation'],
} as const satisfies Record<string, readonly (keyof TrainingSettings)[]>;
export type SettingGroup = keyof typeof settingGroups;

/** Null for a setting that is no number. */
export function settingBounds(name: keyof TrainingSettings): NumberBounds | null {
  const schema = trainingSettings.shape[name].unwrap();
  if (!('minValue' in schema)) return null;
  return { ...boundsOf(schema), ...(name === 'lookEvery' && { step: 20 }) };
}

/** Choices of a closed list as the schema says them; null for what is none. */
export function choicesOf(name: keyof TrainingSettings): readonly string[] | null {
  const schema = trainingSettings.shape[name].unwrap();
  return 'options' in schema ? schema.options : null;
}
