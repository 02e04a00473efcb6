import { describe, expect, it } from 'vitest';
import {
  networkWidths,
  penaltyKinds,
  trainingSettings,
  type TrainingSettings,
} from '@scapis/contracts';
import { toGanConfig } from './config.ts';
import { fromSettings } from './settings.ts';

/** Lowest and highest value of each number that the form takes. */
const bounds = {
  seed: [0, 2_147_483_647],
  steps: [20, 2_000_000],
  batch: [8, 256],
  shards: [1, 8],
  learningRate: [1e-6, 0.01],
  penaltyStart: [0, 200],
  penaltyEnd: [0, 200],
  guidance: [0, 10],
  translation: [0, 8],
  brightness: [0, 0.5],
  contrast: [0, 0.5],
  averageDecay: [0.9, 0.9999],
  lookEvery: [20, 5_000],
} as const satisfies Partial<Record<keyof TrainingSettings, readonly [number, number]>>;

describe("a person's settings", () => {
  it('by default are the demo', () => {
    const settings = trainingSettings.parse({});
    expect(fromSettings(settings)).toEqual(toGanConfig({ totalSteps: settings.steps }));
  });

  it('at every corner that the form takes make a configuration', () => {
    const names = (Object.keys(bounds) as (keyof typeof bounds)[]).filter(
      (name) => name !== 'seed' && name !== 'lookEvery',
    );
    for (const width of networkWidths)
      for (const penaltyKind of penaltyKinds)
        for (let corner = 0; corner < 2 ** names.length; corner++) {
          const numbers = Object.fromEntries(
            names.map((name, i) => [name, bounds[name][(corner >> i) & 1]]),
          );
          const config = fromSettings(trainingSettings.parse({ ...numbers, width, penaltyKind }));
          expect(config.batch).toBe(numbers['batch']);
        }
  });

  it.each(Object.entries(bounds))('%s goes no further', (name, [low, high]) => {
    for (const value of [low, high])
      expect(trainingSettings.safeParse({ [name]: value }).success).toBe(true);
    for (const value of [low - 1e-7, high * 1.01])
      expect(trainingSettings.safeParse({ [name]: value }).success).toBe(false);
  });

  it('cut a batch into equal parts, as many as were asked for at most, and a private one not at all', () => {
    const shards = (batch: number, asked: number): number =>
      fromSettings(trainingSettings.parse({ batch, shards: asked })).shards;
    expect([shards(16, 2), shards(16, 8), shards(8, 8), shards(9, 2), shards(15, 4)]).toEqual([
      2, 8, 8, 1, 3,
    ]);
    const privacy = { noiseMultiplier: 1, clip: 1, sampleRate: 0.1, discriminatorSteps: 1 };
    expect(fromSettings(trainingSettings.parse({ shards: 2 }), privacy).shards).toBe(1);
  });

  it('make networks of other sizes', () => {
    const channels = networkWidths.map(
      (width) => fromSettings(trainingSettings.parse({ width })).generatorChannels[0],
    );
    expect(channels).toEqual([64, 128, 256]);
  });
});
