import { describe, expect, it } from 'vitest';
import { constant, evaluate, input, leakyRelu, mul, sum, type Tensor } from '@scapis/numerics';
import { checkGradients } from '@scapis/numerics/testing';
import {
  exactPenalty,
  finiteDifferencePenalty,
  hingeLoss,
  leCamPenalty,
  relativisticLoss,
} from './losses.ts';
import { RandomStream } from '../base/philox.ts';
import { latentSize, sampleLatents, toGanConfig } from '../config.ts';
import { discriminator, generator } from '../networks/architecture.ts';
import { augment, sampleAugmentation } from './augmentation.ts';

const value = (x: Tensor, feeds = {}): number[] => [...(evaluate([x], feeds)[0] ?? [])];

describe('relativistic pairing', () => {
  it('is log 2 for equal logits and falls as the wanted one wins', () => {
    const logits = (data: number[]): Tensor => constant(data, [2]);
    expect(value(relativisticLoss(logits([1, 5]), logits([1, 5])))[0]).toBeCloseTo(Math.LN2, 12);
    expect(value(relativisticLoss(logits([9, 9]), logits([0, 0])))[0]).toBeLessThan(1e-3);
  });

  it('moves logits that start equal', () => {
    expect(
      checkGradients(relativisticLoss, [
        { shape: [2], data: [0, 0] },
        { shape: [2], data: [0, 0] },
      ]),
    ).toBeLessThan(1e-8);
  });
});

describe('hinge and LeCam', () => {
  const logits = (...data: number[]): Tensor => constant(data, [data.length]);

  it('count what lies within the margin, and nothing beyond it', () => {
    // Real: 1 - 0.5 and 0; generated: 1 - 3 is beyond, 1 + 0.2.
    expect(value(hingeLoss(logits(0.5, 2), logits(-3, 0.2)))[0]).toBeCloseTo(0.25 + 0.6, 12);
    expect(
      checkGradients(hingeLoss, [
        { shape: [2], data: [0.5, 2] },
        { shape: [2], data: [-3, 0.2] },
      ]),
    ).toBeLessThan(1e-8);
  });

  it('pull each side towards the running mean of the other', () => {
    // (2 - (-1))^2 = 9 on the one side, (-1 - 3)^2 = 16 on the other.
    expect(value(leCamPenalty(logits(2, 2), logits(-1, -1), logits(3, -1)))[0]).toBeCloseTo(25, 12);
  });
});

describe('gradient penalties', () => {
  it('of a linear discriminator is the squared norm of its weight', () => {
    const weight = constant([3, 4], [1, 1, 1, 2]);
    const discriminate = (x: Tensor): Tensor => sum(mul(x, weight), [1, 2, 3]);
    expect(value(exactPenalty(discriminate, constant([1, 2, 3, 4], [2, 1, 1, 2])))[0]).toBeCloseTo(
      25,
      10,
    );
  });

  it('by finite differences tends to the exact one as sigma falls', () => {
    const config = toGanConfig({
      size: 16,
      generatorChannels: [4, 4, 4],
      discriminatorChannels: [4, 4],
      featureLength: 8,
      augmentation: { translation: 1 },
    });
    const network = discriminator(config);
    const random = new RandomStream(3, 'initialWeights');
    const weights = Object.fromEntries(
      [...network.initialise(random)].map(([name, { shape, data }]) => [
        name,
        constant(data, shape),
      ]),
    );
    const labels = constant(new Float32Array(9).fill(1), [1, 9]);
    const pixels = random.normals(256);
    const image = constant(pixels, [1, 1, 16, 16]);
    const discriminate = (x: Tensor): Tensor => network.forward(weights, x, labels);
    const exact = value(exactPenalty(discriminate, image))[0] ?? NaN;
    const logit = discriminate(image);
    const estimated = (sigma: number): number => {
      const directions = Array.from({ length: 60 }, () => random.signs(256));
      const moved = (e: Float32Array): Tensor =>
        constant(
          Array.from(e, (sign, i) => (pixels[i] ?? NaN) + sigma * sign),
          image.shape,
        );
      const each = directions.map((e) =>
        finiteDifferencePenalty(logit, discriminate(moved(e)), sigma),
      );
      return each.reduce((total, penalty) => total + (value(penalty)[0] ?? NaN), 0) / each.length;
    };
    // 60 directions: the mean of a chi-squared variable, within four standard errors.
    expect(Math.abs(estimated(1e-4) / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / 60));
  });
});

describe('augmentation', () => {
  const names = ['shiftY', 'shiftX', 'contrast', 'brightness'] as const;

  function augmented(
    image: number[],
    size: number,
    strength: Parameters<typeof sampleAugmentation>[3],
    seed = 1,
  ): number[] {
    const feeds = sampleAugmentation(new RandomStream(seed, 'trainingStep'), 1, size, strength);
    const shapes = {
      shiftY: [1, size, size],
      shiftX: [1, size, size],
      contrast: [1, 1],
      brightness: [1, 1],
    };
    const inputs = Object.fromEntries(
      names.map((name) => [name, input(name, shapes[name])]),
    ) as Record<(typeof names)[number], Tensor>;
    return value(augment(constant(image, [1, 1, size, size]), inputs), feeds);
  }

  it('changes nothing at strength 0', () => {
    const image = [0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.7, 0.8, -0.9];
    expect(augmented(image, 3, { translation: 0, brightness: 0, contrast: 0 })).toEqual(
      image.map((each): unknown => expect.closeTo(each, 12)),
    );
  });

  it('shifts the picture by whole pixels and lets air in', () => {
    const image = Array.from({ length: 25 }, (_, i) => (i === 12 ? 0.5 : 0));
    for (let seed = 1; seed < 8; seed++) {
      const moved = augmented(image, 5, { translation: 2, brightness: 0, contrast: 0 }, seed).map(
        (each) => Math.round(1e6 * each) / 1e6,
      );
      expect(moved.filter((each) => each === 0.5)).toHaveLength(1);
      const at = moved.indexOf(0.5);
      const air = 25 - (5 - Math.abs(Math.floor(at / 5) - 2)) * (5 - Math.abs((at % 5) - 2));
      expect(moved.filter((each) => each === -1)).toHaveLength(air);
    }
  });

  it('is differentiable in the image', () => {
    const feeds = sampleAugmentation(new RandomStream(4, 'trainingStep'), 1, 4, {
      translation: 1,
      brightness: 0.1,
      contrast: 0.2,
    });
    const fixed = {
      shiftY: constant(feeds.shiftY, [1, 4, 4]),
      shiftX: constant(feeds.shiftX, [1, 4, 4]),
      contrast: constant(feeds.contrast, [1, 1]),
      brightness: constant(feeds.brightness, [1, 1]),
    };
    const data = Array.from({ length: 16 }, (_, i) => Math.sin(i));
    expect(checkGradients((x) => augment(x, fixed), [{ shape: [1, 1, 4, 4], data }])).toBeLessThan(
      1e-8,
    );
  });
});

describe('networks', () => {
  it('start with grey images and small logits, not dead and not saturated', () => {
    const config = toGanConfig({
      size: 16,
      generatorChannels: [8, 8, 8],
      discriminatorChannels: [8, 8],
      featureLength: 16,
      augmentation: { translation: 1 },
    });
    const random = new RandomStream(1, 'initialWeights');
    const weightsOf = (network: {
      initialise(random: RandomStream): Map<string, { shape: number[]; data: Float32Array }>;
    }): Record<string, Tensor> =>
      Object.fromEntries(
        [...network.initialise(random)].map(([name, { shape, data }]) => [
          name,
          constant(data, shape),
        ]),
      );
    const labels = constant([1, 0, 0, 0, 1, 0, 1, 0, 0], [1, 9]);
    const image = generator(config).forward(
      weightsOf(generator(config)),
      constant(sampleLatents(random, config, 1), [1, latentSize(config)]),
      labels,
    );
    const spread = Math.sqrt(value(image).reduce((total, each) => total + each * each, 0) / 256);
    expect(image.shape).toEqual([1, 1, 16, 16]);
    expect(spread).toBeGreaterThan(1e-3);
    expect(spread).toBeLessThan(0.5);
    const logit = discriminator(config).forward(
      weightsOf(discriminator(config)),
      leakyRelu(image),
      labels,
    );
    expect(logit.shape).toEqual([1]);
    expect(Math.abs(value(logit)[0] ?? NaN)).toBeLessThan(10);
  });
});
