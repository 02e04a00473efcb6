import type { ImageLabels } from '@scapis/contracts';

/** The images of a dataset split. `labels` and `subjects` have one entry for each image. */
export interface ImageSet {
  /** Pixels per side. */
  size: number;
  /** 2: images, the default; 3: volumes. */
  dimensions?: 2 | 3;
  count: number;
  /** [count, 1, size, size], or volumes [count, 1, size, size, size], in [-1, 1] */
  pixels: Float32Array;
  labels: readonly ImageLabels[];
  /** Pseudonyms, for splits and for privacy per subject. The networks never see them. */
  subjects: readonly string[];
}

/** @returns the numbers of each subject's images, in the order in which subjects first appear. */
export function groupBySubject({ subjects }: Pick<ImageSet, 'subjects'>): number[][] {
  const groups = new Map<string, number[]>();
  for (const [image, subject] of subjects.entries()) {
    const group = groups.get(subject);
    if (group === undefined) groups.set(subject, [image]);
    else group.push(image);
  }
  return [...groups.values()];
}
