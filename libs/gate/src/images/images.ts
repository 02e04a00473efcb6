import { createHash } from 'node:crypto';
import type { ImageLabels } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';

/**
 * The sets of a gate run: the cohort, and the real images by split (T, H and R in the database).
 */
export interface GateSets {
  synthetic: ImageSet;
  training: ImageSet;
  holdout: ImageSet;
  reference: ImageSet;
}

/**
 * Side at which the gate looks at images: larger ones are averaged down to it, smaller ones are
 * taken as they are.
 */
export const gateSize = 64;

/** @returns the images at `rows`, in that order. */
export function selectImages(images: ImageSet, rows: readonly number[]): ImageSet {
  const area = images.size * images.size;
  const pixels = new Float32Array(rows.length * area);
  const labels: ImageLabels[] = [];
  const subjects: string[] = [];
  rows.forEach((row, at) => {
    const label = images.labels[row];
    const subject = images.subjects[row];
    if (label === undefined || subject === undefined)
      throw new RangeError(`There is no image ${row} among ${images.count}.`);
    pixels.set(images.pixels.subarray(row * area, (row + 1) * area), at * area);
    labels.push(label);
    subjects.push(subject);
  });
  return { size: images.size, count: rows.length, pixels, labels, subjects };
}

/** @returns the images of `a`, then those of `b`. */
export function joinImages(a: ImageSet, b: ImageSet): ImageSet {
  const pixels = new Float32Array(a.pixels.length + b.pixels.length);
  pixels.set(a.pixels);
  pixels.set(b.pixels, a.pixels.length);
  return {
    size: a.size,
    count: a.count + b.count,
    pixels,
    labels: [...a.labels, ...b.labels],
    subjects: [...a.subjects, ...b.subjects],
  };
}

/** @returns the images averaged over whole blocks down to at most `gateSize` pixels a side. */
export function toGateSize(images: ImageSet): ImageSet {
  const factor = Math.ceil(images.size / gateSize);
  if (factor <= 1) return images;
  const size = images.size / factor;
  if (!Number.isInteger(size))
    throw new Error(
      `Images of ${images.size} pixels a side cannot be averaged down to ${gateSize}. Use a multiple of ${gateSize}.`,
    );
  const pixels = new Float32Array(images.count * size * size);
  for (let image = 0; image < images.count; image += 1) {
    for (let y = 0; y < images.size; y += 1) {
      for (let x = 0; x < images.size; x += 1) {
        const to = (image * size + Math.floor(y / factor)) * size + Math.floor(x / factor);
        pixels[to]! +=
          images.pixels[(image * images.size + y) * images.size + x]! / (factor * factor);
      }
    }
  }
  return { ...images, size, pixels };
}

/** @returns the pixels of one image; a view, not a copy. */
export function pixelsOf(images: ImageSet, index: number): Float32Array {
  const area = images.size * images.size;
  return images.pixels.subarray(index * area, (index + 1) * area);
}

/** @returns sha256 in hex over the pixels as little-endian float32, image after image. */
export function hashPixels(images: ImageSet): string {
  const { buffer, byteOffset, byteLength } = images.pixels;
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/** @returns sha256 in hex over the sorted distinct pseudonyms, one a line. */
export function hashPeople(subjects: readonly string[]): string {
  return createHash('sha256')
    .update([...new Set(subjects)].sort().join('\n'))
    .digest('hex');
}

export function countPeople(images: ImageSet): number {
  return new Set(images.subjects).size;
}

/** @returns the rows of each person, people in order of first appearance. */
export function rowsByPerson(subjects: readonly string[]): number[][] {
  return [...Map.groupBy(subjects.keys(), (row) => subjects[row] ?? '').values()];
}
