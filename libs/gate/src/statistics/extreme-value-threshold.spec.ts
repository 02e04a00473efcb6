import { describe, expect, it } from 'vitest';
import { copyDistance, fitExtremeValues, testFlaggedShare } from './extreme-value-threshold.ts';

interface Uniform {
  uniform(): number;
}

/**
 * mulberry32: these simulations need millions of draws, for which the lab's counter-based stream is
 * too slow.
 */
function fastStream(seed: number): Uniform {
  let state = seed;
  return {
    uniform() {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/**
 * Distances whose lower tail is a power law of this exponent, three per person, alike within a
 * person.
 */
function drawDistances(
  people: number,
  exponent: number,
  random: Uniform,
): { distances: Float64Array; subjects: string[] } {
  const distances = new Float64Array(3 * people);
  const subjects: string[] = [];
  for (let person = 0; person < people; person += 1) {
    const own = random.uniform();
    for (let image = 0; image < 3; image += 1) {
      // A third of the time an image of the person repeats its neighbour's chance: correlated,
      // uniform margins.
      const chance = random.uniform() < 1 / 3 ? own : random.uniform();
      distances[3 * person + image] = weibull(chance, exponent);
      subjects.push(`p${person}`);
    }
  }
  return { distances, subjects };
}

/** The nearest of many points: P(D < r) = 1 - exp(-r^d). */
function weibull(chance: number, exponent: number): number {
  return (-Math.log(1 - chance)) ** (1 / exponent);
}

describe('copy distance', () => {
  it('raises a false alarm over no more perfect cohorts than promised, whatever the number of control images', () => {
    const random = fastStream(7);
    const [cohorts, images, significance] = [400, 1000, 0.05];
    for (const people of [30, 120, 400]) {
      for (const exponent of [5, 15]) {
        let alarms = 0;
        for (let cohort = 0; cohort < cohorts; cohort += 1) {
          const { distances, subjects } = drawDistances(people, exponent, random);
          const limit = copyDistance(
            fitExtremeValues(distances, subjects, significance),
            images,
            significance,
          );
          // The least of n uniform numbers has the law 1 - (1 - u)^n.
          const closest = weibull(1 - (1 - random.uniform()) ** (1 / images), exponent);
          alarms += Number(closest < limit);
        }
        // 0.05 of 400 = 20, and 4 standard deviations above it.
        expect(alarms, `${people} people, exponent ${exponent}`).toBeLessThan(
          20 + 4 * Math.sqrt(19),
        );
      }
    }
  });

  it('never lies beyond the closest control image, and grows towards it with more people', () => {
    const random = fastStream(8);
    const at = (people: number): { limit: number; closest: number } => {
      const { distances, subjects } = drawDistances(people, 10, random);
      return {
        limit: copyDistance(fitExtremeValues(distances, subjects, 0.0005), 1000, 0.0025),
        closest: Math.min(...distances),
      };
    };
    const few = at(40);
    const many = at(2000);
    expect(few.limit).toBeLessThanOrEqual(few.closest);
    expect(many.limit).toBeLessThanOrEqual(many.closest);
    expect(many.limit).toBeGreaterThan(few.limit);
  });

  it('counts people, not images, in the tail', () => {
    const distances = Float64Array.from({ length: 300 }, (_, i) => 1 + i / 300);
    const alike = fitExtremeValues(
      distances,
      Array.from({ length: 300 }, (_, i) => `p${Math.floor(i / 3)}`),
      0.0005,
    );
    const all = fitExtremeValues(
      distances,
      Array.from({ length: 300 }, (_, i) => `p${i}`),
      0.0005,
    );
    expect(alike.people).toBeLessThan(all.people / 2);
  });
});

describe('relatives', () => {
  const alone = (distances: readonly number[]): string[] => distances.map((_, i) => `p${i}`);

  it('are told in no more null samples without any than promised', () => {
    const random = fastStream(11);
    for (const people of [60, 300]) {
      let told = 0;
      for (let sample = 0; sample < 1000; sample += 1) {
        const distances = Array.from({ length: people }, () => weibull(random.uniform(), 10));
        told += Number(fitExtremeValues(distances, alone(distances), 0.05).relatives.length > 0);
      }
      expect(told, `${people} people`).toBeLessThan(50 + 4 * Math.sqrt(47.5));
    }
  });

  it('among strangers neither flatten the tail nor set the copy distance', () => {
    const random = fastStream(12);
    for (const relatives of [2, 4, 8]) {
      const strangers = Array.from({ length: 250 }, () => weibull(random.uniform(), 10));
      const joined = [...strangers];
      for (let i = 0; i < relatives; i += 1) joined[i] = 0.1 + 0.1 * random.uniform();
      const fit = fitExtremeValues(joined, alone(joined), 0.0005);
      expect(fit.relatives).toEqual(
        expect.arrayContaining(Array.from({ length: relatives }, (_, i) => `p${i}`)),
      );
      expect(fit.relatives.length).toBeLessThanOrEqual(relatives + 1);
      const clean = fitExtremeValues(strangers, alone(strangers), 0.0005);
      expect(clean.relatives).toEqual([]);
      expect(
        copyDistance(fit, 1000, 0.0005) / copyDistance(clean, 1000, 0.0005),
        `${relatives}`,
      ).toBeGreaterThan(0.8);
    }
  });
});

describe('flagged share', () => {
  it('has a p-value that is honest for perfect cohorts', () => {
    const random = fastStream(9);
    let alarms = 0;
    for (let cohort = 0; cohort < 400; cohort += 1) {
      const { distances, subjects } = drawDistances(130, 10, random);
      const synthetic = Float64Array.from({ length: 1000 }, () => weibull(random.uniform(), 10));
      alarms += Number(
        testFlaggedShare(fitExtremeValues(distances, subjects, 0.0005), synthetic, 0.001).pValue <
          0.05,
      );
    }
    expect(alarms).toBeLessThan(20 + 4 * Math.sqrt(19));
  });

  it('grows more certain with each planted copy', () => {
    const random = fastStream(10);
    const { distances, subjects } = drawDistances(1000, 10, random);
    const tail = fitExtremeValues(distances, subjects, 0.0005);
    const synthetic = Float64Array.from({ length: 1000 }, () => weibull(random.uniform(), 10));
    const pValues = [0, 10, 30].map(
      (copies) =>
        testFlaggedShare(
          tail,
          synthetic.map((x, i) => (i < copies ? 0.01 : x)),
          0.001,
        ).pValue,
    );
    expect(pValues[1]).toBeLessThan(pValues[0] ?? 0);
    expect(pValues[2]).toBeLessThan(1e-4);
  });
});
