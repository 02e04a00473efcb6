import { toLabelVector, type ImageLabels } from '@scapis/contracts';
import { constant, evaluate, input } from '@scapis/numerics';
import { describe, expect, it } from 'vitest';
import { toGanConfig } from '../config.ts';
import { labelClassifier, shownCrossEntropy } from './label-classifier.ts';
import { RandomStream } from '../base/philox.ts';
import { createTraining } from '../training/training.ts';
import { applyCtWindows } from './ct-windows.ts';
import { schedule } from '../training/schedule.ts';
import type { ImageSet } from '../base/image-set.ts';

const config = toGanConfig({
  size: 16,
  latentLength: 4,
  generatorChannels: [8, 8, 4],
  discriminatorChannels: [4, 8],
  featureLength: 8,
  batch: 8,
  totalSteps: 300,
  augmentation: { translation: 1 },
});
const labelOf = (grade: ImageLabels['calciumGrade']): ImageLabels => ({
  calciumGrade: grade,
  sex: 'female',
  ageBand: '50-54',
});

/** Grey squares; those of severe calcium have a bright pixel in the middle. */
const images: ImageSet = (() => {
  const count = 32;
  const random = new RandomStream(1, 'gate');
  const pixels = Float32Array.from({ length: count * 256 }, () => random.uniform(-0.05, 0.05));
  for (let image = 0; image < count; image += 2) pixels[image * 256 + 8 * 16 + 8] = 0.4;
  const labels = Array.from({ length: count }, (_, image) =>
    labelOf(image % 2 === 0 ? 'severe' : 'none'),
  );
  return { size: 16, count, pixels, labels, subjects: labels.map((_, image) => `p${image}`) };
})();

describe('CT windows', () => {
  it('stretch their range to -1..1 and cut off the rest', () => {
    const [shown] = evaluate([applyCtWindows(constant([-0.9, 0.04, 0.35, 0.6], [1, 1, 2, 2]))], {});
    const expected = [-0.9, 0.04, 0.35, 0.6, -1, 0, 1, 1, -1, -1, 0, 1];
    expected.forEach((value, at) => expect(shown?.[at]).toBeCloseTo(value, 9));
  });
});

describe('the cross entropy of shown labels', () => {
  it('is that of the grades plus a quarter of that of the sexes; age counts for nothing', () => {
    const scores = [1, 2, 0, -1, 0.5, -0.5];
    const entropy = (values: number[], at: number): number =>
      Math.log(values.reduce((total, x) => total + Math.exp(x), 0)) - (values[at] ?? NaN);
    const of = (label: ImageLabels): number =>
      evaluate(
        [shownCrossEntropy(input('scores', [1, 6]), constant(toLabelVector(label), [1, 9]))],
        { scores },
      )[0]?.[0] ?? NaN;
    const expected = entropy(scores.slice(0, 4), 3) + 0.25 * entropy(scores.slice(4), 0);
    expect(of(labelOf('severe'))).toBeCloseTo(expected, 9);
    expect(of({ ...labelOf('severe'), ageBand: '60-64' })).toBeCloseTo(expected, 9);
  });
});

describe('guidance', () => {
  it('comes in over the first 12,000 images, as the classifier learns', () => {
    const long = toGanConfig({ totalSteps: 2_000, batch: 16, guidance: { weight: 0.2 } });
    expect([0, 375, 750, 1_500].map((step) => schedule(long, step).guidance)).toEqual([
      0, 0.1, 0.2, 0.2,
    ]);
    expect([0, 400, 2_000].map((step) => schedule(long, step).classifierRate)).toEqual([
      2e-3,
      2e-3,
      expect.closeTo(4e-4, 9),
    ]);
    expect(schedule({ ...long, guidance: null }, 1_000)).toMatchObject({
      guidance: 0,
      classifierRate: 0,
    });
  });

  it(
    'reads one bright pixel after 300 steps, and its losses are told',
    { timeout: 30_000 },
    async () => {
      const training = await createTraining({ config, images, seed: 1 });
      const points = await training.run();
      await training.dispose();
      expect(points[0]?.losses.classifierLoss).toBeGreaterThan(0.5);
      expect(points.at(-1)?.losses.classifierLoss).toBeLessThan(0.2);
      expect(points.at(-1)?.losses.guidanceLoss).toBeGreaterThan(0);
    },
  );

  it('has a network for each size and for volumes', () => {
    for (const other of [
      toGanConfig({ size: 256 }),
      toGanConfig({
        size: 16,
        dimensions: 3,
        architecture: { name: 'residual' },
        augmentation: { translation: 1 },
      }),
    ]) {
      const classifier = labelClassifier(other);
      const weights = Object.fromEntries(
        [...classifier.initialise(new RandomStream(1, 'initialWeights'))].map(
          ([name, { shape }]) => [name, input(name, shape)],
        ),
      );
      const shape = [2, 1, ...Array<number>(other.dimensions).fill(other.size)];
      expect(classifier.forward(weights, input('images', shape)).shape).toEqual([2, 6]);
    }
  });
});
