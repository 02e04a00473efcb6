import type { networkWidths, TrainingSettings } from '@scapis/contracts';
import { toGanConfig, type GanConfig, type PrivacyConfig } from './config.ts';

/** Channels as a multiple of the default network's. */
const widthFactors: Record<(typeof networkWidths)[number], number> = {
  narrow: 0.5,
  standard: 1,
  wide: 2,
};

/** @returns the largest number of equal micro-batches up to the one that was asked for. */
function largestShards({ batch, shards }: TrainingSettings): number {
  let count = shards;
  while (batch % count !== 0) count--;
  return count;
}

/**
 * @returns the configuration of the settings that a user chose: the default network, wider or
 * narrower, with these schedules. A run with differential privacy has no guidance and no
 * micro-batches.
 */
export function fromSettings(
  settings: TrainingSettings,
  privacy: PrivacyConfig | null = null,
): GanConfig {
  const base = toGanConfig();
  const widen = (channels: number[]): number[] =>
    channels.map((count) => count * widthFactors[settings.width]);
  return toGanConfig({
    generatorChannels: widen(base.generatorChannels),
    discriminatorChannels: widen(base.discriminatorChannels),
    batch: settings.batch,
    shards: privacy === null ? largestShards(settings) : 1,
    totalSteps: settings.steps,
    learningRate: settings.learningRate,
    penalty: { kind: settings.penaltyKind, gamma: [settings.penaltyStart, settings.penaltyEnd] },
    guidance: settings.guidance === 0 ? null : { weight: settings.guidance },
    averageDecay: settings.averageDecay,
    augmentation: {
      translation: settings.translation,
      brightness: settings.brightness,
      contrast: settings.contrast,
    },
    privacy,
  });
}
