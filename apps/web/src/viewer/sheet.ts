import { lookupTable, type HuWindow } from './slice-image.ts';

/** A sheet of slices as grey values, row by row. */
export interface Sheet {
  width: number;
  height: number;
  gray: Uint8ClampedArray;
}

/** Reads the grey values of a PNG. @throws Error where the browser has no canvas */
export async function readSheet(blob: Blob): Promise<Sheet> {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('This browser cannot draw on a canvas. Use another one.');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const gray = new Uint8ClampedArray(bitmap.width * bitmap.height);
  for (let index = 0; index < gray.length; index += 1) gray[index] = data[index * 4] ?? 0;
  return { width: bitmap.width, height: bitmap.height, gray };
}

/** The sheet under a window, ready to be drawn. */
export function toPicture(image: Sheet, huWindow: HuWindow): OffscreenCanvas {
  const table = lookupTable(huWindow);
  const surface = new OffscreenCanvas(image.width, image.height);
  const context = surface.getContext('2d');
  if (!context) return surface;
  const picture = context.createImageData(image.width, image.height);
  for (let index = 0; index < image.gray.length; index += 1) {
    const value = table[image.gray[index] ?? 0] ?? 0;
    picture.data.set([value, value, value, 255], index * 4);
  }
  context.putImageData(picture, 0, 0);
  return surface;
}
