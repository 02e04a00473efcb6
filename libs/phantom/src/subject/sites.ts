/**
 * The six SCAPIS towns, and how each one's imagined scanner colours its pictures. Same people,
 * other pixels: a model must not learn the town.
 */
export const sites = ['Göteborg', 'Linköping', 'Malmö', 'Stockholm', 'Umeå', 'Uppsala'] as const;
export type Site = (typeof sites)[number];

export interface Scanner {
  model: string;
  kernel: string;
  /** Standard deviation in HU of the noise in one pixel of 2.8 mm. */
  noiseHu: number;
  /**
   * How much of the noise is smooth (0 = white, 1 = wholly low-passed): the look of the
   * reconstruction kernel.
   */
  noiseSmoothness: number;
  /** Standard deviation in mm of the blur. */
  blurMm: number;
  /**
   * Calibration: shown HU = gain * (true HU + 1000) - 1000 + offset, so that air stays near -1000.
   */
  gain: number;
  offsetHu: number;
}

export const scanners: Record<Site, Scanner> = {
  Göteborg: {
    model: 'PHANTOM CT 1',
    kernel: 'Ph35',
    noiseHu: 7,
    noiseSmoothness: 0.35,
    blurMm: 0.7,
    gain: 1,
    offsetHu: 0,
  },
  Linköping: {
    model: 'PHANTOM CT 1',
    kernel: 'Ph35',
    noiseHu: 6,
    noiseSmoothness: 0.35,
    blurMm: 0.7,
    gain: 1.004,
    offsetHu: 1,
  },
  Malmö: {
    model: 'PHANTOM CT 2',
    kernel: 'Ph30',
    noiseHu: 5,
    noiseSmoothness: 0.6,
    blurMm: 1,
    gain: 0.996,
    offsetHu: -3,
  },
  Stockholm: {
    model: 'PHANTOM CT 2',
    kernel: 'Ph40',
    noiseHu: 8,
    noiseSmoothness: 0.15,
    blurMm: 0.5,
    gain: 1.002,
    offsetHu: 2,
  },
  Umeå: {
    model: 'PHANTOM CT 3',
    kernel: 'Ph35',
    noiseHu: 7.5,
    noiseSmoothness: 0.45,
    blurMm: 0.8,
    gain: 0.992,
    offsetHu: 4,
  },
  Uppsala: {
    model: 'PHANTOM CT 3',
    kernel: 'Ph30',
    noiseHu: 6,
    noiseSmoothness: 0.55,
    blurMm: 0.9,
    gain: 1.006,
    offsetHu: -2,
  },
};
