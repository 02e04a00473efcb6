import { describe, expect, it } from 'vitest';
import {
  noiseFor,
  prvEpsilon,
  rdpEpsilon,
  renyiDivergence,
  type NoisySteps,
} from './privacy-accountant.ts';
import { erfc, fourier, logErfc } from './special-functions.ts';

/** Settings that dpgan-revisit (Bie, Kamath & Zhang 2023) publishes as epsilon 10. */
const published = [
  {
    name: 'MNIST, batch 128',
    noiseMultiplier: 1,
    sampleRate: 128 / 60_000,
    steps: 450_000,
    delta: 1e-5,
  },
  {
    name: 'MNIST, batch 512',
    noiseMultiplier: 2,
    sampleRate: 512 / 60_000,
    steps: 174_000,
    delta: 1e-5,
  },
  {
    name: 'CelebA, batch 2 048',
    noiseMultiplier: 4,
    sampleRate: 2048 / 182_637,
    steps: 385_000,
    delta: 1e-6,
  },
];

/** Delta of one Gaussian mechanism at an epsilon, exactly (Balle & Wang 2018, theorem 8). */
function gaussianDelta(noiseMultiplier: number, epsilon: number): number {
  const [half, move] = [1 / (2 * noiseMultiplier), epsilon * noiseMultiplier];
  return (
    (erfc((move - half) / Math.SQRT2) - Math.exp(epsilon) * erfc((move + half) / Math.SQRT2)) / 2
  );
}

describe('special functions', () => {
  it('give the tabled error function, near and far', () => {
    for (const [x, value] of [
      [0, 1],
      [0.5, 0.4795001221869535],
      [2.1, 0.002979466656333],
      [2.5, 4.069520174449588e-4],
      [5, 1.5374597944280347e-12],
    ] as const) {
      expect(erfc(x) / value).toBeCloseTo(1, 11);
      expect(erfc(-x) + erfc(x)).toBeCloseTo(2, 14);
      expect(logErfc(x)).toBeCloseTo(Math.log(value), 10);
    }
    // log(exp(-900) / (30 sqrt(pi)) (1 - 1/1800 + 3/1800^2))
    expect(logErfc(30)).toBeCloseTo(
      -900 - Math.log(30 * Math.sqrt(Math.PI)) + Math.log1p(-1 / 1800 + 3 / 1800 ** 2),
      7,
    );
  });

  it('transform to and fro, and as the sum that defines it', () => {
    const values = Float64Array.from({ length: 16 }, (_, i) => Math.sin(i * i) + i / 7);
    const [real, imaginary] = [values.slice(), new Float64Array(16)];
    fourier(real, imaginary, 'forward');
    const sum = values.reduce((total, x, i) => total + x * Math.cos((2 * Math.PI * 3 * i) / 16), 0);
    expect(real[3]).toBeCloseTo(sum, 12);
    fourier(real, imaginary, 'back');
    for (const [i, x] of values.entries()) expect((real[i] ?? NaN) / 16).toBeCloseTo(x, 13);
  });
});

describe('epsilon', () => {
  it.each(published)('of $name is the published 10', ({ delta, ...steps }) => {
    const epsilon = rdpEpsilon([steps], delta);
    expect(epsilon).toBeGreaterThan(9.7);
    expect(epsilon).toBeLessThan(10.3);
  });

  it('without sampling is that of the Gaussian mechanism: PRV to its error, RDP from above', () => {
    for (const noiseMultiplier of [0.7, 1, 3]) {
      const once = [{ noiseMultiplier, sampleRate: 1, steps: 1 }];
      const prv = prvEpsilon(once, 1e-5, 0.002);
      expect(gaussianDelta(noiseMultiplier, prv)).toBeLessThan(1e-5);
      expect(gaussianDelta(noiseMultiplier, prv - 0.003)).toBeGreaterThan(1e-5);
      const rdp = rdpEpsilon(once, 1e-5);
      expect(gaussianDelta(noiseMultiplier, rdp)).toBeLessThan(1e-5);
      expect(rdp / prv).toBeLessThan(1.1);
      // k steps of noise s are one step of noise s / sqrt(k).
      const many = [{ noiseMultiplier: noiseMultiplier * 10, sampleRate: 1, steps: 100 }];
      expect(prvEpsilon(many, 1e-5, 0.02)).toBeCloseTo(prv, 1);
      expect(rdpEpsilon(many, 1e-5)).toBeCloseTo(rdp, 9);
    }
  });

  /**
   * Made with dp-accounting 0.6.0 (Google): RdpAccountant on Opacus' orders, PLDAccountant on a
   * grid of 1e-4.
   */
  it.each([
    {
      people: 5_000,
      batch: 64,
      noiseMultiplier: 1.5,
      steps: 5_000,
      delta: 2e-5,
      rdp: 3.000145373251923,
      exact: 2.7447163975673,
    },
    {
      people: 20_000,
      batch: 32,
      noiseMultiplier: 1,
      steps: 6_000,
      delta: 1e-5,
      rdp: 0.9077700799450259,
      exact: 0.6088628677192707,
    },
    {
      people: 60_000,
      batch: 512,
      noiseMultiplier: 2,
      steps: 174_000,
      delta: 1e-5,
      rdp: 10.079122300712436,
      exact: 9.385734760485638,
    },
  ])(
    'agrees with another implementation ($people people, $steps steps)',
    ({ people, batch, delta, rdp, exact, ...rest }) => {
      const steps = [{ ...rest, sampleRate: batch / people }];
      expect(rdpEpsilon(steps, delta) / rdp).toBeCloseTo(1, 3);
      const error = exact > 5 ? 0.3 : 0.05;
      const prv = prvEpsilon(steps, delta, error);
      // An upper bound, at most twice its error above: the tail within delta's error, then the
      // error itself.
      expect(prv).toBeGreaterThan(exact);
      expect(prv).toBeLessThan(exact + 1.1 * error);
    },
  );

  /**
   * Epsilons of the two differ by what the conversion from a single order costs, in every
   * implementation (the table above). What they convert is the same: here PRV's is turned into
   * RDP's, E[exp(t L)] = t (t + 1) times the integral of exp(t x) delta(x) over all x, for the loss
   * L and its privacy profile delta(x).
   */
  it(
    'of both accountants comes from one loss, whose divergences by PRV and by RDP lie within 5 per cent',
    { timeout: 60_000 },
    () => {
      const run = { noiseMultiplier: 1.5, sampleRate: 0.05, steps: 300 };
      const profile = Array.from({ length: 27 }, (_, i) => 0.3 * 10 ** (-i / 2)).map(
        (delta): [number, number] => [prvEpsilon([run], delta, 0.03), delta],
      );
      for (const order of [6, 8]) {
        const t = order - 1;
        const panels = profile.slice(1).map(([x, delta], i) => {
          const [before = NaN, deltaBefore = NaN] = profile[i] ?? [];
          return (
            ((x - before) * (Math.exp(t * x) * delta + Math.exp(t * before) * deltaBefore)) / 2
          );
        });
        // Left of the first point delta lies between its value there and 1.
        const [first = NaN, deltaFirst = NaN] = profile[0] ?? [];
        const [inner, left] = [
          t * (t + 1) * panels.reduce((sum, each) => sum + each, 0),
          (t + 1) * Math.exp(t * first),
        ];
        for (const moment of [inner + left * deltaFirst, inner + left])
          expect(
            Math.abs(Math.log(moment) / t / (run.steps * renyiDivergence(run, order)) - 1),
            `order ${order}`,
          ).toBeLessThan(0.05);
      }
    },
  );

  it('composes runs by their whole curves, below the sum of epsilons, in any order and split', () => {
    const [a, b]: [NoisySteps, NoisySteps] = [
      { noiseMultiplier: 1.5, sampleRate: 0.0128, steps: 2_000 },
      { noiseMultiplier: 2, sampleRate: 0.02, steps: 1_000 },
    ];
    const [aTwice, aHalf] = [
      { ...a, steps: 4_000 },
      { ...a, steps: 1_000 },
    ];
    expect(rdpEpsilon([a, a], 1e-5)).toBeCloseTo(rdpEpsilon([aTwice], 1e-5), 9);
    expect(rdpEpsilon([a, b], 1e-5)).toBeCloseTo(rdpEpsilon([b, aHalf, aHalf], 1e-5), 9);
    expect(rdpEpsilon([a, b], 1e-5)).toBeLessThan(rdpEpsilon([a], 1e-5) + rdpEpsilon([b], 1e-5));
    const [joint, apart] = [
      prvEpsilon([a, b], 1e-5, 0.05),
      prvEpsilon([aHalf, b, aHalf], 1e-5, 0.05),
    ];
    expect(joint).toBeCloseTo(apart, 2);
    expect(joint).toBeLessThan(rdpEpsilon([a, b], 1e-5) + 0.05);
    expect(joint).toBeGreaterThan(prvEpsilon([a], 1e-5, 0.05));
  });

  it('grows with steps and rate, falls with noise and delta, and is 0 for no steps', () => {
    const base = { noiseMultiplier: 1.2, sampleRate: 0.01, steps: 1_000 };
    const of = (change: Partial<NoisySteps>, delta = 1e-5): number =>
      rdpEpsilon([{ ...base, ...change }], delta);
    expect(of({ steps: 1_100 })).toBeGreaterThan(of({}));
    expect(of({ sampleRate: 0.011 })).toBeGreaterThan(of({}));
    expect(of({ noiseMultiplier: 1.3 })).toBeLessThan(of({}));
    expect(of({}, 1e-4)).toBeLessThan(of({}));
    expect(of({ steps: 0 })).toBe(0);
    expect(prvEpsilon([{ ...base, steps: 0 }], 1e-5)).toBe(0);
    expect(of({ sampleRate: 0.999999 })).toBeCloseTo(of({ sampleRate: 1 }), 2);
  });

  it('refuses what is out of bounds', () => {
    const good = { noiseMultiplier: 1, sampleRate: 0.01, steps: 10 };
    for (const bad of [
      { noiseMultiplier: 0 },
      { noiseMultiplier: NaN },
      { sampleRate: 0 },
      { sampleRate: 1.1 },
      { steps: 1.5 },
      { steps: -1 },
    ])
      expect(() => rdpEpsilon([{ ...good, ...bad }], 1e-5)).toThrow(RangeError);
    expect(() => prvEpsilon([good], 0)).toThrow('delta');
  });
});

describe('the noise that an epsilon needs', () => {
  /**
   * Reference values: 5 000 steps, delta = 1 / (10 n), by whole orders only, which
   * need a little more where noise is low.
   */
  it.each([
    [1_000, 64, [15.9, 6.1, 2.8, 2.3]],
    [5_000, 64, [3.6, 1.5, 0.87, 0.79]],
    [5_000, 256, [14.1, 5.3, 2.4, 2.0]],
    [30_000, 64, [1.06, 0.7, 0.52, 0.51]],
    [30_000, 256, [2.7, 1.2, 0.75, 0.69]],
  ] as const)('for %i people in batches of %i is that of the table', (people, batch, expected) => {
    const [steps, delta] = [{ sampleRate: batch / people, steps: 5_000 }, 1 / (10 * people)];
    for (const [at, epsilon] of [1, 3, 8, 10].entries()) {
      const noiseMultiplier = noiseFor(epsilon, steps, delta) ?? NaN;
      expect(Math.abs(noiseMultiplier / (expected[at] ?? NaN) - 1)).toBeLessThan(0.04);
      expect(rdpEpsilon([{ ...steps, noiseMultiplier }], delta)).toBeLessThanOrEqual(epsilon);
      expect(
        rdpEpsilon([{ ...steps, noiseMultiplier: noiseMultiplier - 0.002 }], delta),
      ).toBeGreaterThan(epsilon);
    }
  });

  it('is null where none is enough', () => {
    expect(noiseFor(0.001, { sampleRate: 1, steps: 1_000_000 }, 1e-9)).toBeNull();
  });
});
