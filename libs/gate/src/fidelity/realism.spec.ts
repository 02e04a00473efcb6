import { calciumGrades, gateThresholds, unnamedIn } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { blurInPlace } from '../images/augment.ts';
import { blobImages } from '../images/blobs.fixture.ts';
import { calciumShare, findBody, measureNoise, measureOrgans } from '../images/hu.ts';
import { pixelsOf, selectImages } from '../images/images.ts';
import { TaskContext } from '../task-context.ts';
import { coOccurrence, powerSpectra, radiomicFeatures, rings } from '../features/radiomics.ts';
import { checkRealism, kolmogorovSmirnov } from './realism.ts';

const context = new TaskContext();
const size = 16;

/** A chest in HU / 1000: air, a body of soft tissue from 3 to 12, a lung of 4 x 4 pixels within. */
function chest(change: (image: Float32Array) => void = () => {}): Float32Array {
  const image = new Float32Array(size * size).fill(-1);
  for (let y = 3; y < 13; y += 1) for (let x = 3; x < 13; x += 1) image[y * size + x] = 0.04;
  for (let y = 8; y < 12; y += 1) for (let x = 4; x < 8; x += 1) image[y * size + x] = -0.85;
  change(image);
  return image;
}
const setOf = (...images: Float32Array[]): ImageSet => ({
  ...selectImages(blobImages({ seed: 1, people: images.length, size }), [...images.keys()]),
  pixels: Float32Array.from(images.flatMap((image) => [...image])),
});

describe('organs', () => {
  it('tells the lung from the air outside and measures each organ by itself', () => {
    const image = chest();
    expect(findBody(image, size).reduce((sum, x) => sum + x, 0)).toBe(100);
    const { lung, soft, fat, bone } = measureOrgans(image, size);
    expect(lung).toEqual({
      share: 16 / 256,
      low: expect.closeTo(-850, 3),
      median: expect.closeTo(-850, 3),
      high: expect.closeTo(-850, 3),
      deviation: expect.closeTo(0, 6),
    });
    expect(soft?.median).toBeCloseTo(40, 3);
    expect([fat, bone]).toEqual([null, null]);
  });

  it('counts pixels above 130 HU in the heart region alone', () => {
    expect(calciumShare(chest(), size)).toBe(0);
    const inHeart = chest((image) => (image[7 * size + 8] = 0.3));
    const inSpine = chest((image) => (image[12 * size + 8] = 0.3));
    expect(calciumShare(inHeart, size)).toBeGreaterThan(0);
    expect(calciumShare(inSpine, size)).toBe(0);
  });

  it('finds the deviation of white noise', () => {
    const noise = new RandomStream(1, 'gate').normals(64 * 64).map((x) => 0.06 + 0.01 * x);
    expect(measureNoise(noise, 64)).toBeGreaterThan(9);
    expect(measureNoise(noise, 64)).toBeLessThan(11);
    expect(measureNoise(new Float32Array(256).fill(-1), size)).toBeNaN();
  });
});

describe('texture', () => {
  it('gives the co-occurrence of a hand-made pattern', () => {
    expect(coOccurrence(new Float32Array(256).fill(0.01), size)).toEqual([0, 1, 1, 0]);
    // Columns of two neighbouring levels: every pair along a row differs by one, every pair down a
    // column by none.
    const stripes = Float32Array.from({ length: 256 }, (_, at) => (at % 2 === 0 ? -0.02 : 0.02));
    const [contrast = NaN, homogeneity = NaN] = coOccurrence(stripes, size);
    expect(contrast).toBeCloseTo(0.5, 12);
    expect(homogeneity).toBeCloseTo(0.75, 12);
  });

  it('puts a wave into the ring of its frequency, whatever its direction', async () => {
    const wave = (dx: number, dy: number): Float32Array =>
      Float32Array.from({ length: 32 * 32 }, (_, at) =>
        Math.cos((2 * Math.PI * (dx * (at % 32) + dy * Math.floor(at / 32))) / 32),
      );
    const waves = [wave(6, 0), wave(0, 6)];
    const { data } = await powerSpectra(
      {
        ...blobImages({ seed: 1, people: 2, size: 32 }),
        pixels: Float32Array.from(waves.flatMap((x) => [...x])),
      },
      context,
    );
    for (const image of [0, 1]) {
      const own = [...data.subarray(image * rings, (image + 1) * rings)];
      expect(own.indexOf(Math.max(...own))).toBe(6);
    }
    for (let ring = 0; ring < rings; ring += 1)
      expect(data[ring]).toBeCloseTo(data[rings + ring] ?? NaN, 2);
  });

  it('does not depend on the order of the images', async () => {
    const images = blobImages({ seed: 3, people: 6, size });
    const order = [4, 2, 0, 5, 3, 1];
    const straight = await radiomicFeatures(images, context);
    const shuffled = await radiomicFeatures(selectImages(images, order), context);
    const { width } = straight;
    for (const [at, row] of order.entries()) {
      expect(shuffled.data.subarray(at * width, (at + 1) * width)).toEqual(
        straight.data.subarray(row * width, (row + 1) * width),
      );
    }
  });
});

describe('realism', () => {
  it('measures the largest gap between two samples', () => {
    expect(kolmogorovSmirnov([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(kolmogorovSmirnov([1, 2], [3, 4])).toBe(1);
    expect(kolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6])).toBe(0.5);
  });

  it('passes images of the same kind, fails a shifted scale of grey, and sees noise that was smoothed away', async () => {
    const random = new RandomStream(2, 'gate');
    const noisy = (): Float32Array =>
      chest((image) =>
        random.normals(256).forEach((x, at) => (image[at]! += image[at]! > -0.9 ? 0.02 * x : 0)),
      );
    const make = (): ImageSet => setOf(...Array.from({ length: 120 }, noisy));
    const [training, holdout, synthetic] = [make(), make(), make()];
    const judge = async (cohort: ImageSet) => {
      const results = await checkRealism(
        { training, holdout, reference: holdout, synthetic: cohort },
        gateThresholds.parse({}),
        1,
        context,
      );
      return new Map(results.map((result) => [result.check, result] as const));
    };
    const alike = await judge(synthetic);
    expect(alike.get('hu-realism')?.verdict).toBe('pass');
    expect(alike.get('calcium-score')?.verdict).toBe('report');
    const brighter = await judge({ ...synthetic, pixels: synthetic.pixels.map((x) => x + 0.06) });
    expect(brighter.get('hu-realism')).toMatchObject({ verdict: 'fail', value: 0 });
    const smooth = { ...synthetic, pixels: synthetic.pixels.slice() };
    for (let image = 0; image < smooth.count; image += 1)
      blurInPlace(pixelsOf(smooth, image), size, 1);
    const smoothed = await judge(smooth);
    expect(smoothed.get('noise-texture')?.value).toBeGreaterThan(
      3 * (alike.get('noise-texture')?.value ?? NaN),
    );
    expect(smoothed.get('noise-texture')?.details['noiseSynthetic']).toBeLessThan(
      Number(alike.get('noise-texture')?.details['noiseSynthetic']),
    );
  });

  describe('of calcium by grade', () => {
    const given = {
      training: blobImages({ seed: 1, people: 480, size }),
      holdout: blobImages({ seed: 2, people: 100, size }),
      synthetic: blobImages({ seed: 3, people: 480, size }),
    };
    const judge = async (synthetic: ImageSet) =>
      (
        await checkRealism(
          { ...given, reference: given.holdout, synthetic },
          gateThresholds.parse({}),
          1,
          context,
        )
      ).find(({ check }) => check === 'calcium-score');
    /** The images of one grade with more bright pixels in the heart. */
    const calcified = (grade: string): ImageSet => {
      const { labels, pixels } = given.synthetic;
      const inHeart = (at: number): boolean =>
        at % size > 5 && at % size < 11 && Math.abs(Math.floor(at / size) - 7) < 2;
      return {
        ...given.synthetic,
        pixels: pixels.map((x, i) =>
          labels[Math.floor(i / size ** 2)]?.calciumGrade === grade && inHeart(i % size ** 2)
            ? 0.5
            : x,
        ),
      };
    };

    it('does not take many synthetic images for likeness, nor few control images for difference', async () => {
      const result = await judge(given.synthetic);
      expect(result?.details).toMatchObject({ images: 25, gradesNotJudged: 0 });
      const gaps = calciumGrades.map(
        (grade) =>
          Number(result?.details[`${grade}: synthetic`]) -
          Number(result?.details[`${grade}: real`]),
      );
      // At 120 against 25 images chance alone makes a gap of 0.09.
      expect(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length)).toBeLessThan(0.03);
      expect(await judge(given.synthetic)).toEqual(result);
    });

    it.each(calciumGrades)(
      'names the grade %s where it shows too much, and draws how it is distributed',
      async (grade) => {
        const result = await judge(calcified(grade));
        expect(result?.details['worstGrade']).toBe(grade);
        expect(result?.value).toBeGreaterThan((result?.baseline ?? NaN) + 0.2);
        const name = `calcium${grade.slice(0, 1).toUpperCase()}${grade.slice(1)}`;
        expect(unnamedIn({ checks: result === undefined ? [] : [result] })).toEqual([]);
        const drawn = new Map(
          result?.curves
            .filter((curve) => curve.name === name)
            .map(({ x, y }) => [y.name, { x: x.values, y: y.values }]),
        );
        expect([...drawn.keys()]).toEqual(['synthetic', 'control', 'members']);
        for (const { x, y } of drawn.values()) {
          expect(x).toEqual(drawn.get('control')?.x);
          expect(y).toEqual([...y].sort((a, b) => a - b));
          expect(y.at(-1)).toBe(1);
        }
        const gaps =
          drawn
            .get('members')
            ?.y.map((share, at) => share - (drawn.get('synthetic')?.y[at] ?? NaN)) ?? [];
        expect(Math.max(...gaps)).toBeGreaterThan(0.2);
        expect(Math.min(...gaps)).toBeGreaterThan(-0.1);
      },
    );
  });

  it('says how many images of a grade the calcium comparison needs', async () => {
    const few = blobImages({ seed: 1, people: 8, size });
    const results = await checkRealism(
      { training: few, holdout: few, reference: few, synthetic: few },
      gateThresholds.parse({}),
      1,
      context,
    );
    expect(results.find(({ check }) => check === 'calcium-score')).toMatchObject({
      verdict: 'fail',
      details: { reason: expect.stringContaining('20 images') },
    });
  });
});
