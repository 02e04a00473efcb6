import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { toGanConfig } from '../config.ts';
import type { ImageSet } from '../base/image-set.ts';

// A network of 16 pixels that trains in milliseconds, and images for it.

export const toyConfig = toGanConfig({
  size: 16,
  latentLength: 8,
  generatorChannels: [8, 8, 4],
  discriminatorChannels: [8, 8],
  featureLength: 8,
  batch: 4,
  totalSteps: 40,
  augmentation: { translation: 1 },
});

export function toyLabel(i: number): ImageLabels {
  return { calciumGrade: calciumGrades[i % 4]!, sex: sexes[i % 2]!, ageBand: ageBands[i % 3]! };
}

/** Bright squares whose size follows the grade. */
export function toySet(count = 12): ImageSet {
  const pixels = new Float32Array(count * 256).fill(-1);
  for (let image = 0; image < count; image++)
    for (let i = 0; i < 256; i++)
      if (Math.max(Math.abs((i % 16) - 8), Math.abs(Math.floor(i / 16) - 8)) <= 2 + (image % 4))
        pixels[image * 256 + i] = 0.6;
  return {
    size: 16,
    count,
    pixels,
    labels: Array.from({ length: count }, (_, i) => toyLabel(i)),
    subjects: Array.from({ length: count }, (_, i) => `s${i}`),
  };
}
