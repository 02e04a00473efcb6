import { labelVectorLength, toLabelVector } from '@scapis/contracts';
import { sizeOf } from '@scapis/numerics';
import type { ImageSet } from '../base/image-set.ts';
import { RandomStream } from '../base/philox.ts';
import { imageShape, sampleLatents, type GanConfig } from '../config.ts';
import { discriminator } from '../networks/architecture.ts';
import { augmentationFeeds, sampleAugmentation } from '../steps/augmentation.ts';
import { hasPenalty } from './schedule.ts';

/** Samples the batch of a step: a pure function of the images, the seed and the step's number. */
export class BatchSampler {
  readonly #config: GanConfig;
  readonly #images: ImageSet;
  readonly #seed: number;
  /** Image numbers by calcium grade. */
  readonly #byGrade: number[][];

  constructor(config: GanConfig, images: ImageSet, seed: number) {
    [this.#config, this.#images, this.#seed] = [config, images, seed];
    this.#byGrade = groupByGrade(images);
  }

  /** @returns the feeds of a step with one entry for each image of the batch: see `ganStep`. */
  sample(step: number): Record<string, Float32Array> {
    const { batch, size, dimensions, augmentation, penalty } = this.#config;
    const random = new RandomStream(this.#seed, 'trainingStep', step);
    const pixels = sizeOf(imageShape(this.#config));
    const real = new Float32Array(batch * pixels);
    const labels = new Float32Array(batch * labelVectorLength);
    for (let n = 0; n < batch; n++) {
      // Balanced by grade: severe calcium is rare in the cohort, and the generator must learn it.
      const group = this.#byGrade[random.integer(this.#byGrade.length)] ?? [];
      const image = group[random.integer(group.length)] ?? 0;
      real.set(this.#images.pixels.subarray(image * pixels, (image + 1) * pixels), n * pixels);
      const label = this.#images.labels[image];
      if (label !== undefined) labels.set(toLabelVector(label), n * labelVectorLength);
    }
    const isMoved = hasPenalty(this.#config, step) && penalty.kind === 'finite-difference';
    const { preprocessedChannels } = discriminator(this.#config);
    return {
      real,
      labels,
      z: sampleLatents(random, this.#config, batch),
      ...augmentationFeeds(
        'real',
        sampleAugmentation(random, batch, size, augmentation, dimensions),
      ),
      ...augmentationFeeds(
        'fake',
        sampleAugmentation(random, batch, size, augmentation, dimensions),
      ),
      // Sampled last, so that the other feeds are the same with and without a penalty.
      ...(isMoved && { noise: random.signs(2 * batch * pixels * preprocessedChannels) }),
    };
  }
}

function groupByGrade({ labels }: ImageSet): number[][] {
  const groups = new Map<string, number[]>();
  for (const [image, { calciumGrade }] of labels.entries())
    groups.set(calciumGrade, [...(groups.get(calciumGrade) ?? []), image]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, images]) => images);
}
