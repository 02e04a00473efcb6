/** Usual window presets for chest CT. Centre and width in HU. */
export const windowPresets = {
  full: { centre: 0, width: 2_000 },
  mediastinum: { centre: 40, width: 400 },
  lung: { centre: -600, width: 1_500 },
  bone: { centre: 300, width: 1_500 },
} as const;
export type WindowPreset = keyof typeof windowPresets;
export interface HuWindow {
  centre: number;
  width: number;
}

/**
 * The lab draws its sheets with black at -1000 HU and white at 1000 HU, so a grey step is 7.8 HU.
 */
const sheetRange = { low: -1_000, high: 1_000 } as const;

/** HU of a grey value of a sheet. */
export const toHu = (gray: number): number =>
  sheetRange.low + (gray / 255) * (sheetRange.high - sheetRange.low);

/**
 * Maps each grey value of a sheet to the grey shown under a window (PS3.3 C.11.2.1.2.1, linear
 * exact).
 */
export function lookupTable({ centre, width }: HuWindow): Uint8ClampedArray {
  return Uint8ClampedArray.from(
    { length: 256 },
    (_, gray) => ((toHu(gray) - centre) / Math.max(1, width) + 0.5) * 255,
  );
}

/** Where the image lies on the canvas: screen = image * zoom + offset. */
export interface View {
  zoom: number;
  x: number;
  y: number;
}

/**
 * Zooms by `factor` so that the point under the pointer stays where it is; at least the whole
 * image, at most 24 times.
 */
export function zoomAt(
  view: View,
  factor: number,
  pointer: { x: number; y: number },
  fit: number,
): View {
  const zoom = Math.min(fit * 24, Math.max(fit, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return {
    zoom,
    x: pointer.x - (pointer.x - view.x) * ratio,
    y: pointer.y - (pointer.y - view.y) * ratio,
  };
}
