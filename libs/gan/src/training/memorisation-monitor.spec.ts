import { describe, expect, it } from 'vitest';
import { ageBands, calciumGrades, sexes } from '@scapis/contracts';
import { toGanConfig } from '../config.ts';
import {
  canMonitor,
  findAlert,
  standardisedDifference,
  MemorisationMonitor,
  type MemorisationEvaluation,
} from './memorisation-monitor.ts';
import { RandomStream } from '../base/philox.ts';
import type { ImageSet } from '../base/image-set.ts';
import { createTraining, type Training } from './training.ts';

const size = 16;

/** People who share nothing but being round: two discs of any place, size and brightness each. */
function people(count: number, seed: number): ImageSet {
  const random = new RandomStream(seed, 'sampling');
  const pixels = new Float32Array(count * size * size).fill(-1);
  for (let n = 0; n < count; n++)
    for (let disc = 0; disc < 2; disc++) {
      const [x, y, radius, value] = [
        random.uniform(3, 13),
        random.uniform(3, 13),
        random.uniform(1.5, 5),
        random.uniform(-0.5, 0.9),
      ];
      for (let i = 0; i < size * size; i++)
        if (Math.hypot((i % size) - x, Math.floor(i / size) - y) < radius)
          pixels[n * size * size + i] = value;
    }
  return {
    size,
    count,
    pixels,
    labels: Array.from({ length: count }, (_, i) => ({
      calciumGrade: calciumGrades[i % 4] ?? 'none',
      sex: sexes[i % 2] ?? 'female',
      ageBand: ageBands[i % 3] ?? '50-54',
    })),
    subjects: Array.from({ length: count }, (_, i) => `${seed}-${i}`),
  };
}

const reference = people(150, 77);

function begin(training: ImageSet, channels: number, learningRate: number): Promise<Training> {
  const config = toGanConfig({
    size,
    latentLength: 16,
    generatorChannels: [4 * channels, 2 * channels, channels],
    discriminatorChannels: [channels, 2 * channels],
    featureLength: 32,
    batch: 16,
    totalSteps: 100_000,
    learningRate,
    augmentation: { translation: 0, brightness: 0, contrast: 0 },
    // A shorter average, a weak penalty, no guidance and no noise: memorising then shows within the
    // steps that a test can wait for.
    pixelNoise: false,
    penalty: { kind: 'finite-difference', gamma: [0.2, 0.2], sigma: 0.05 },
    averageDecay: 0.998,
    guidance: null,
  });
  return createTraining({ config, images: training, seed: 1 });
}

async function monitorRun(
  training: ImageSet,
  run: Training,
  { evaluations, every }: { evaluations: number; every: number },
): Promise<MemorisationEvaluation[]> {
  const monitor = await MemorisationMonitor.open({ training, reference });
  const seen: MemorisationEvaluation[] = [];
  for (let i = 0; i < evaluations; i++) {
    await run.run({ steps: every });
    seen.push(await monitor.evaluate(run));
  }
  await monitor.dispose();
  return seen;
}

describe('monitoring a run', { timeout: 120_000 }, () => {
  it('raises the alert when a large network memorises few people', async () => {
    const training = people(40, 1);
    const run = await begin(training, 16, 2e-3);
    const evaluations = await monitorRun(training, run, { evaluations: 11, every: 75 });
    const alert = findAlert(evaluations);
    expect(alert?.beganAt).toBeGreaterThan(75);
    expect(evaluations.at(-1)?.likelihoodGap).toBeLessThan(-2);
    // The discriminator knows its people too, and is asked about them without augmentation.
    expect(evaluations.at(-1)?.realLogitTraining).toBeGreaterThan(
      evaluations.at(-1)?.realLogitReference ?? NaN,
    );
    await run.dispose();
  });

  it('raises none when there are many people, and changes nothing in the run', async () => {
    const training = people(400, 2);
    const [monitored, alone] = [await begin(training, 8, 5e-4), await begin(training, 8, 5e-4)];
    const evaluations = await monitorRun(training, monitored, { evaluations: 4, every: 40 });
    await alone.run({ steps: 160 });
    expect(
      evaluations.every(
        ({ memorisationGap, discriminatorGap }) => memorisationGap < 3 && discriminatorGap < 3,
      ),
    ).toBe(true);
    expect(monitored.checkpoint()).toEqual(alone.checkpoint());
    await Promise.all([monitored.dispose(), alone.dispose()]);
  });

  it('needs ten people on either side', async () => {
    expect(canMonitor(people(10, 3), people(10, 4))).toBe(true);
    expect(canMonitor(people(9, 3), reference)).toBe(false);
    await expect(
      MemorisationMonitor.open({ training: people(30, 3), reference: people(9, 4) }),
    ).rejects.toThrow('10 people in T and in R');
  });
});

describe('an alert', () => {
  const of = (...gaps: number[]): ReturnType<typeof findAlert> =>
    findAlert(gaps.map((memorisationGap, i) => ({ step: 100 * (i + 1), memorisationGap })));

  it('takes three evaluations in a row beyond the bound, and begins with the first of them', () => {
    expect(of(5, 5, 3.9, 5, 4.1, 6, 2)).toEqual({ beganAt: 400, raisedAt: 600 });
    expect(of(5, 5, 4, 5, 5)).toBeNull();
    expect(of()).toBeNull();
  });

  it('counts in standard errors that small groups reach less easily', () => {
    // Welch's t is 1.2247 with 4 degrees of freedom: two-sided p 0.288, which the normal scale
    // reaches at 1.063.
    expect(standardisedDifference([1, 2, 3], [0, 1, 2])).toBeCloseTo(1.063, 2);
    expect(standardisedDifference([0, 1, 2], [1, 2, 3])).toBeCloseTo(-1.063, 2);
    expect(standardisedDifference([1, 1], [1, 1])).toBe(0);
  });

  it('is as rare as said where T and R are draws of one population', () => {
    const random = new RandomStream(5, 'sampling');
    const shares = (draw: (count: number) => Float32Array): number[] => {
      const gaps = Array.from({ length: 4_000 }, () =>
        standardisedDifference([...draw(60)], [...draw(20)]),
      );
      return [2, 4].map((bound) => gaps.filter((gap) => gap > bound).length / gaps.length);
    };
    const [beyond2 = NaN, beyond4] = shares((count) => random.normals(count));
    expect(beyond2).toBeGreaterThan(0.016);
    expect(beyond2).toBeLessThan(0.03);
    expect(beyond4).toBe(0);
    // Log-likelihoods lean to the left: some people are far less likely than most. With fewer
    // people in R the bound is then reached less often.
    expect(shares((count) => random.normals(count).map((x) => -(x ** 2)))[0]).toBeLessThan(beyond2);
  });
});
