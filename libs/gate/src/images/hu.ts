import type { ImageSet } from '@scapis/gan';
import { pixelsOf } from './images.ts';
import { quantile } from '../statistics/statistics.ts';

/** Hounsfield units: the images hold HU / 1000, from -1000 to 1000 (libs/imaging training view). */
export const huPerUnit = 1000;

/**
 * Organs by their HU within the body, wide enough that a wrong grey is still found in its organ.
 * Partial volume at an organ's edge falls between the ranges.
 */
const organs = {
  lung: [-1000, -500],
  fat: [-200, -30],
  soft: [-30, 150],
  bone: [150, 1000],
} as const satisfies Record<string, readonly [number, number]>;
export type Organ = keyof typeof organs;
export const organNames = Object.keys(organs) as Organ[];

const bodyHu = -300;

/**
 * @returns 1 for each pixel of the body with all that it encloses (the lungs): what air from the
 * image's border does not reach.
 */
export function findBody(pixels: Float32Array, size: number): Uint8Array {
  const body = new Uint8Array(pixels.length).fill(1);
  const stack: number[] = [];
  const visit = (at: number): void => {
    if (body[at] === 0 || pixels[at]! * huPerUnit >= bodyHu) return;
    body[at] = 0;
    stack.push(at);
  };
  for (let i = 0; i < size; i += 1)
    for (const at of [i, (size - 1) * size + i, i * size, i * size + size - 1]) visit(at);
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const column = at % size;
    if (column > 0) visit(at - 1);
    if (column < size - 1) visit(at + 1);
    if (at >= size) visit(at - size);
    if (at < size * (size - 1)) visit(at + size);
  }
  return body;
}

/** What lies in one organ of one image. Null where it has fewer than `fewestPixels`. */
export interface OrganHu {
  /** Of the whole image. */
  share: number;
  /** HU */
  low: number;
  median: number;
  high: number;
  deviation: number;
}

const fewestPixels = 8;

export function measureOrgans(pixels: Float32Array, size: number): Record<Organ, OrganHu | null> {
  const body = findBody(pixels, size);
  const values: Record<Organ, number[]> = { lung: [], fat: [], soft: [], bone: [] };
  for (let at = 0; at < pixels.length; at += 1) {
    if (body[at] === 0) continue;
    const hu = pixels[at]! * huPerUnit;
    const organ = organNames.find((name) => hu >= organs[name][0] && hu < organs[name][1]);
    if (organ !== undefined) values[organ].push(hu);
  }
  const measure = (own: number[]): OrganHu | null => {
    if (own.length < fewestPixels) return null;
    own.sort((a, b) => a - b);
    const average = own.reduce((sum, x) => sum + x, 0) / own.length;
    const at = (q: number): number => own[Math.round(q * (own.length - 1))]!;
    return {
      share: own.length / pixels.length,
      low: at(0.1),
      median: at(0.5),
      high: at(0.9),
      deviation: Math.sqrt(own.reduce((sum, x) => sum + (x - average) ** 2, 0) / own.length),
    };
  };
  return {
    lung: measure(values.lung),
    fat: measure(values.fat),
    soft: measure(values.soft),
    bone: measure(values.bone),
  };
}

/**
 * Heart: middle of the chest, clear of the spine behind and the breastbone in front. Shares of the
 * image's side.
 */
const heart = { left: 0.3, right: 0.72, top: 0.3, bottom: 0.62 };
/** Agatston 1990. */
const calciumHu = 130;

/**
 * The share of the heart region's pixels above 130 HU. It is no Agatston score: a training image
 * has one slice at some 5 mm a pixel, no lesions of 1 mm² and no density factor. It rises with one,
 * and that is what is compared.
 */
export function calciumShare(pixels: Float32Array, size: number): number {
  const [left, right, top, bottom] = [heart.left, heart.right, heart.top, heart.bottom].map(
    (share) => Math.round(share * size),
  ) as [number, number, number, number];
  let bright = 0;
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1)
      bright += Number(pixels[y * size + x]! * huPerUnit > calciumHu);
  return bright / ((right - left) * (bottom - top));
}

/**
 * @returns the noise in HU: the median over soft tissue of the absolute difference between a pixel
 * and the mean of its four neighbours, where all five are soft tissue, scaled to the deviation of
 * white noise. NaN where there is no such place.
 */
export function measureNoise(pixels: Float32Array, size: number): number {
  const [low, high] = organs.soft;
  const isSoft = (at: number): boolean =>
    pixels[at]! * huPerUnit >= low && pixels[at]! * huPerUnit < high;
  const found: number[] = [];
  for (let y = 1; y < size - 1; y += 1) {
    for (let x = 1; x < size - 1; x += 1) {
      const at = y * size + x;
      const around = [at - 1, at + 1, at - size, at + size];
      if (!isSoft(at) || !around.every(isSoft)) continue;
      found.push(
        Math.abs(pixels[at]! - around.reduce((sum, i) => sum + pixels[i]!, 0) / 4) * huPerUnit,
      );
    }
  }
  // Median absolute deviation to deviation (0.6745), and a difference of one and four has 1.25
  // times the variance.
  return found.length === 0 ? NaN : quantile(found, 0.5) / 0.6745 / Math.sqrt(1.25);
}

export function mapImages<T>(
  images: ImageSet,
  measure: (pixels: Float32Array, size: number) => T,
): T[] {
  return Array.from({ length: images.count }, (_, image) =>
    measure(pixelsOf(images, image), images.size),
  );
}
