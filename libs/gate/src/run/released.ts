import { createHash } from 'node:crypto';
import type { ImageSet } from '@scapis/gan';
import { gateSize, joinImages, pixelsOf, selectImages, toGateSize } from '../images/images.ts';

/**
 * A cohort of the same dataset that left the lab before, withdrawn since or not: what is out can't
 * be called back.
 */
export interface ReleasedCohort {
  cohortVersionId: string;
  images: ImageSet;
}

/**
 * Privacy is judged of all that an outsider can hold at once: this cohort and those released before
 * it. Two cohorts may each be blameless and together show a person. This cohort's images come
 * first, in their order; an image that is out already counts once.
 *
 * @returns images of the cohort's side, at gate size
 */
export function joinReleased(cohort: ImageSet, released: readonly ReleasedCohort[]): ImageSet {
  const all = released
    .map((each) => resize(toGateSize(each.images), cohort.size))
    .reduce(joinImages, cohort);
  const seen = new Set<string>();
  const rows = Array.from({ length: all.count }, (_, row) => row).filter((row) => {
    const pixels = pixelsOf(all, row);
    const key = createHash('sha1')
      .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
      .digest('base64');
    if (row >= cohort.count && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return selectImages(all, rows);
}

/**
 * @returns the images at another side of at most `gateSize`, bilinear: older cohorts may have been
 * drawn smaller or larger.
 */
function resize(images: ImageSet, size: number): ImageSet {
  if (images.size === size) return images;
  if (size > gateSize)
    throw new Error(`Cohorts are compared at ${gateSize} pixels a side at most, not ${size}.`);
  const step = images.size / size;
  const last = images.size - 1;
  const pixels = new Float32Array(images.count * size * size);
  for (let image = 0; image < images.count; image += 1) {
    const from = pixelsOf(images, image);
    for (let y = 0; y < size; y += 1) {
      const fromY = Math.min(Math.max((y + 0.5) * step - 0.5, 0), last);
      const top = Math.min(Math.floor(fromY), last - 1);
      for (let x = 0; x < size; x += 1) {
        const fromX = Math.min(Math.max((x + 0.5) * step - 0.5, 0), last);
        const left = Math.min(Math.floor(fromX), last - 1);
        const at = top * images.size + left;
        const [right, down] = [fromX - left, fromY - top];
        const above = (1 - right) * from[at]! + right * from[at + 1]!;
        const below = (1 - right) * from[at + images.size]! + right * from[at + images.size + 1]!;
        pixels[(image * size + y) * size + x] = (1 - down) * above + down * below;
      }
    }
  }
  return { ...images, size, pixels };
}
