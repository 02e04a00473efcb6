import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import {
  symmetricEigen,
  symmetricSqrt,
  takeRows,
  type Features,
} from '../statistics/linear-algebra.ts';
import {
  balancedAccuracy,
  densityCoverage,
  frechetDistance,
  frechetOfMoments,
  kernelDistance,
  prdc,
  principalAxes,
  standardiser,
  vendiScore,
} from './metrics.ts';
import { TaskContext } from '../task-context.ts';
import { permutation } from '../statistics/random.ts';

function rows(...vectors: number[][]): Features {
  return {
    count: vectors.length,
    width: vectors[0]?.length ?? 0,
    data: Float32Array.from(vectors.flat()),
  };
}

function gaussian(count: number, width: number, seed: number): Features {
  return { count, width, data: new RandomStream(seed, 'gate').normals(count * width) };
}

describe('symmetric eigendecomposition', () => {
  it('gives the values and vectors of a known matrix', () => {
    const { values, vectors } = symmetricEigen({
      rows: 2,
      columns: 2,
      data: Float64Array.of(2, 1, 1, 2),
    });
    expect([...values].sort()).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
    const large = values.indexOf(Math.max(...values));
    expect(Math.abs(vectors.data[large] ?? 0)).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('roots back to the matrix, also one that is singular', () => {
    const data = Float64Array.of(4, 2, 0, 2, 1, 0, 0, 0, 9);
    const root = symmetricSqrt({ rows: 3, columns: 3, data });
    const squared = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) =>
        [0, 1, 2].reduce(
          (sum, k) => sum + (root.data[i * 3 + k] ?? 0) * (root.data[k * 3 + j] ?? 0),
          0,
        ),
      ),
    );
    squared.forEach((value, i) => expect(value).toBeCloseTo(data[i] ?? 0, 10));
  });
});

describe('Fréchet distance', () => {
  it('equals the closed form of commuting covariances', () => {
    // |m|² + sum (sqrt(a) - sqrt(b))² for diagonal covariances: 3² + 4² + (1 - 2)² + (3 - 1)² = 30.
    const a = {
      mean: Float64Array.of(0, 0),
      covariance: { rows: 2, columns: 2, data: Float64Array.of(1, 0, 0, 9) },
    };
    const b = {
      mean: Float64Array.of(3, 4),
      covariance: { rows: 2, columns: 2, data: Float64Array.of(4, 0, 0, 1) },
    };
    expect(frechetOfMoments(a, b)).toBeCloseTo(30, 10);
  });

  it('equals a hand-computed case whose covariances do not commute', () => {
    // C1 = diag(1, 4), C2 = [[2, 1], [1, 2]]: C1 C2 has trace 10 and determinant 12, so tr sqrt =
    // sqrt(10 + 2 sqrt 12); FD = 5 + 4 - 2 tr sqrt.
    const zero = Float64Array.of(0, 0);
    const a = {
      mean: zero,
      covariance: { rows: 2, columns: 2, data: Float64Array.of(1, 0, 0, 4) },
    };
    const b = {
      mean: zero,
      covariance: { rows: 2, columns: 2, data: Float64Array.of(2, 1, 1, 2) },
    };
    expect(frechetOfMoments(a, b)).toBeCloseTo(9 - 2 * Math.sqrt(10 + 2 * Math.sqrt(12)), 10);
    expect(frechetOfMoments(b, a)).toBeCloseTo(frechetOfMoments(a, b), 10);
  });

  it('is 0 for a set and itself, and falls with n for two draws of one law', () => {
    const set = gaussian(200, 6, 1);
    expect(frechetDistance(set, set)).toBeLessThan(1e-9);
    expect(frechetDistance(gaussian(1600, 6, 2), gaussian(1600, 6, 3))).toBeLessThan(
      frechetDistance(gaussian(100, 6, 2), gaussian(100, 6, 3)),
    );
  });
});

describe('precision, recall, density, coverage', () => {
  /**
   * Two draws of one law, n real and m fake. Ordered by distance to one real image, the n - 1
   * others and the m fakes come in any order alike. Covered: the first k aren't all real, 1 - prod
   * (n - 1 - i) / (n + m - 1 - i) over i < k (Naeem 2020). In its ball: of m fakes those before the
   * k-th real one, m k / n on average, so that density is 1. The published 1.06 and .97 are one
   * draw of 10,000 in 1,000 dimensions; six such draws of ours (half a minute each, so not here)
   * gave .96 to 1.13 and .966 to .978.
   */
  it.each([
    [250, 250, 5],
    [250, 125, 5],
    [125, 250, 5],
    [250, 250, 1],
  ])('gives the known means of two draws of one law, %i real and %i fake, k = %i', (n, m, k) => {
    const coverageAt = (neighbours: number): number =>
      1 -
      Array.from({ length: neighbours }, (_, i) => (n - 1 - i) / (n + m - 1 - i)).reduce(
        (product, x) => product * x,
        1,
      );
    const runs = Array.from({ length: 40 }, (_, run) =>
      prdc(gaussian(n, 4, 5000 + run), gaussian(m, 4, 6000 + run), k),
    );
    const [coverage, density] = (['coverage', 'density'] as const).map((name) => {
      const mean = runs.reduce((sum, row) => sum + row[name] / runs.length, 0);
      return {
        mean,
        error: Math.sqrt(
          runs.reduce((sum, row) => sum + (row[name] - mean) ** 2, 0) /
            (runs.length - 1) /
            runs.length,
        ),
      };
    }) as [{ mean: number; error: number }, { mean: number; error: number }];
    expect(Math.abs(coverage.mean - coverageAt(k))).toBeLessThan(4 * coverage.error);
    expect(Math.abs(density.mean - 1)).toBeLessThan(4 * density.error);
    // So near that one neighbour fewer, which an image counted as its own neighbour makes, lies
    // outside.
    expect(Math.abs(coverage.mean - coverageAt(k - 1))).toBeGreaterThan(4 * coverage.error);
    expect(Math.abs(density.mean - (k - 1) / k)).toBeGreaterThan(4 * density.error);
  });

  it('has precision and recall change places with the two sets', () => {
    const [real, fake] = [gaussian(150, 8, 11), gaussian(200, 8, 12)];
    const [there, back] = [prdc(real, fake, 5), prdc(fake, real, 5)];
    expect([back.precision, back.recall]).toEqual([there.recall, there.precision]);
    expect(there.precision).not.toBe(there.recall);
  });

  it('gives density and coverage by products of matrices as by loops, of each fake set by itself', async () => {
    const real = gaussian(140, 24, 51);
    const fakes = [
      gaussian(90, 24, 52),
      { ...gaussian(140, 24, 53), data: gaussian(140, 24, 53).data.map((x) => 0.6 * x + 0.2) },
    ];
    const found = await densityCoverage(real, fakes, 5, new TaskContext());
    expect(found).toEqual(
      fakes.map((fake) => {
        const { density, coverage } = prdc(real, fake, 5);
        return { density, coverage };
      }),
    );
    // Features far from 0, whose squares leave float32 no digit for their differences.
    const far = (features: Features): Features => ({
      ...features,
      data: features.data.map((x) => 1e4 + x),
    });
    const [moved] = await densityCoverage(far(real), fakes.map(far), 5, new TaskContext());
    const { density, coverage } = prdc(far(real), far(fakes[0]!), 5);
    expect(moved).toEqual({ density, coverage });
    await expect(densityCoverage(gaussian(5, 2, 1), fakes, 5, new TaskContext())).rejects.toThrow(
      'more than 5 images',
    );
  });

  it('counts a hand-made case', () => {
    // k = 1. Real 0, 1, 3 have radii 1, 1, 2. Fake 0.5 lies in the balls of 0 and 1, fake 2 in
    // those of 1 and 3; radii of fakes are 1.5.
    const real = rows([0], [1], [3]);
    const fake = rows([0.5], [2]);
    expect(prdc(real, fake, 1)).toEqual({ precision: 1, recall: 1, density: 2, coverage: 1 });
    // Fake 10 lies in no ball; the fakes' radii are 9.5.
    expect(prdc(real, rows([0.5], [10]), 1)).toEqual({
      precision: 0.5,
      recall: 1,
      density: 1,
      coverage: 2 / 3,
    });
  });

  it('calls a collapsed model precise and not diverse (torch-fidelity #58 swapped them)', () => {
    const real = gaussian(300, 4, 5);
    const collapsed: Features = {
      count: 300,
      width: 4,
      data: gaussian(300, 4, 6).data.map((x) => 0.01 * x),
    };
    const { precision, recall, coverage } = prdc(real, collapsed, 5);
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeLessThan(0.05);
    expect(coverage).toBeLessThan(0.3);
  });

  it('falls in coverage and recall as a generator forgets kinds of people, and in precision as it strays', () => {
    const real = gaussian(200, 3, 21);
    const forgetting = [0, 1, 2.5].map((bound) => {
      const fake = gaussian(200, 3, 22);
      return prdc(
        real,
        { ...fake, data: fake.data.map((x) => (bound === 0 ? x : Math.max(x, bound - 1))) },
        3,
      );
    });
    expect(forgetting[1]!.coverage).toBeLessThan(forgetting[0]!.coverage);
    expect(forgetting[2]!.coverage).toBeLessThan(forgetting[1]!.coverage);
    expect(forgetting[2]!.recall).toBeLessThan(forgetting[0]!.recall);
    const straying = [1, 2, 4].map(
      (scale) =>
        prdc(
          real,
          { ...gaussian(200, 3, 23), data: gaussian(200, 3, 23).data.map((x) => scale * x) },
          3,
        ).precision,
    );
    expect(straying).toEqual([...straying].sort((a, b) => b - a));
  });

  it('does not change when all features are moved, turned or scaled together', () => {
    const turn = ({ count, width, data }: Features): Features => ({
      count,
      width,
      data: Float32Array.from(data, (_, at) => {
        const row = Math.floor(at / 2) * 2;
        const [x, y] = [data[row]!, data[row + 1]!];
        return 4 * (at % 2 === 0 ? -y : x) + 8;
      }),
    });
    const [real, fake] = [gaussian(80, 2, 31), gaussian(80, 2, 32)];
    expect(prdc(turn(real), turn(fake), 3)).toEqual(prdc(real, fake, 3));
    expect(frechetDistance(turn(real), turn(fake))).toBeCloseTo(
      16 * frechetDistance(real, fake),
      3,
    );
  });

  it('does not depend on the order of the images', () => {
    const [real, fake] = [gaussian(60, 3, 7), gaussian(50, 3, 8)];
    const reversed = takeRows(fake, [...Array(50).keys()].reverse());
    expect(prdc(real, reversed, 5)).toEqual(prdc(real, fake, 5));
    expect(prdc(reversed, real, 5)).toEqual(prdc(fake, real, 5));
  });

  it('says what it needs', () => {
    expect(() => prdc(gaussian(5, 2, 1), gaussian(50, 2, 2), 5)).toThrow('more than 5 images');
  });
});

describe('kernel distance', () => {
  it('equals a hand-computed case, and leaves out what an image shares with itself', () => {
    // One dimension, k = (xy + 1)³. Within {0, 1}: k(0, 1) = 1. Within {1, 2}: k(1, 2) = 27.
    // Across: 1, 1, 8, 27, mean 9.25.
    expect(kernelDistance(rows([0], [1]), rows([1], [2]))).toBeCloseTo(1 + 27 - 2 * 9.25, 10);
    expect(() => kernelDistance(rows([0]), rows([1], [2]))).toThrow('2 images');
  });

  it('has mean 0 for one law at any n, where a Fréchet distance has not, and rises with a shift', () => {
    const pairs = Array.from({ length: 30 }, (_, i) =>
      kernelDistance(gaussian(20, 4, 100 + i), gaussian(20, 4, 200 + i)),
    );
    const average = pairs.reduce((sum, x) => sum + x, 0) / pairs.length;
    expect(Math.abs(average)).toBeLessThan(0.15);
    expect(pairs.some((x) => x < 0)).toBe(true);
    const moved = (by: number): Features => ({
      ...gaussian(200, 4, 2),
      data: gaussian(200, 4, 2).data.map((x) => x + by),
    });
    const distances = [0, 0.5, 1, 2].map((by) => kernelDistance(gaussian(200, 4, 1), moved(by)));
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });
});

describe('Vendi score', () => {
  it('counts images that differ from each other', () => {
    expect(vendiScore(rows([1, 0, 0], [0, 1, 0], [0, 0, 1]))).toBeCloseTo(3, 10);
    expect(vendiScore(rows([2, 1, 0], [2, 1, 0], [4, 2, 0]))).toBeCloseTo(1, 10);
    // Two of one kind and one of another: eigenvalues 2/3 and 1/3.
    expect(vendiScore(rows([1, 0], [1, 0], [0, 1]))).toBeCloseTo(
      Math.exp(Math.log(3) - (2 / 3) * Math.log(2)),
      10,
    );
  });

  it('falls as a generator repeats itself', () => {
    const all = gaussian(60, 12, 4);
    const scores = [60, 20, 5, 1].map((kinds) =>
      vendiScore({
        ...all,
        data: Float32Array.from(
          { length: 720 },
          (_, at) => all.data[(Math.floor(at / 12) % kinds) * 12 + (at % 12)]!,
        ),
      }),
    );
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });
});

describe('whatever the axes and the order', () => {
  const width = 5;
  /** A random rotation: Gram-Schmidt on normal columns. */
  const turn = (features: Features): Features => {
    const axes: number[][] = [];
    const random = gaussian(width, width, 99).data;
    for (let axis = 0; axis < width; axis += 1) {
      let own = Array.from(random.subarray(axis * width, (axis + 1) * width));
      for (const other of axes) {
        const along = own.reduce((sum, x, i) => sum + x * other[i]!, 0);
        own = own.map((x, i) => x - along * other[i]!);
      }
      const length = Math.hypot(...own);
      axes.push(own.map((x) => x / length));
    }
    const of = (row: number, axis: number[]): number =>
      axis.reduce((sum, x, i) => sum + x * features.data[row * width + i]!, 0);
    return {
      ...features,
      data: Float32Array.from(features.data, (_, at) =>
        of(Math.floor(at / width), axes[at % width]!),
      ),
    };
  };
  const scaled = gaussian(90, width, 72);
  const [real, fake] = [
    gaussian(120, width, 71),
    { ...scaled, data: scaled.data.map((x, at) => x * (1 + (at % width)) + 0.5) },
  ];
  const measures = {
    frechet: frechetDistance,
    kernel: kernelDistance,
    vendi: (_: Features, own: Features) => vendiScore(own),
    density: (a: Features, b: Features) => prdc(a, b, 5).density,
    coverage: (a: Features, b: Features) => prdc(a, b, 5).coverage,
  };

  it.each(Object.entries(measures))('%s is the same', (_, measure) => {
    const known = measure(real, fake);
    expect(Math.abs(measure(turn(real), turn(fake)) / known - 1)).toBeLessThan(1e-5);
    const shuffled = (features: Features): Features =>
      takeRows(features, permutation(new RandomStream(5, 'gate'), features.count));
    expect(Math.abs(measure(shuffled(real), shuffled(fake)) / known - 1)).toBeLessThan(1e-9);
    // Turned alone it is another law: only the Vendi score asks nothing of the other set.
    if (measure !== measures.vendi)
      expect(Math.abs(measure(real, turn(fake)) / known - 1)).toBeGreaterThan(1e-4);
  });
});

describe('feature preparation', () => {
  it('standardises by the reference and leaves columns that do not vary alone', () => {
    const result = standardiser(rows([1, 7], [3, 7])).apply(rows([2, 8]));
    expect([...result.data]).toEqual([0, 1]);
  });

  it('keeps the axes of max variance', () => {
    const project = principalAxes(rows([-2, 0.1], [2, -0.1], [1, 0], [-1, 0]), 1);
    expect(Math.abs(project(rows([1, 0])).data[0] ?? 0)).toBeCloseTo(1, 2);
  });

  it('counts rare classes as much as common ones', () => {
    expect(balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0])).toBe(0.5);
    expect(() => balancedAccuracy([], [])).toThrow('at least one');
  });
});
