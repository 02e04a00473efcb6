import { calciumGrades } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { phantomImageSet } from '@scapis/phantom';
import { describe, expect, it } from 'vitest';
import { openQualityProbe } from './quality-probe.ts';

const even = { none: 0.25, mild: 0.25, moderate: 0.25, severe: 0.25 };
const people = (seed: string, subjects: number): ImageSet =>
  phantomImageSet({ seed, subjects, size: 32, gradeMix: even });

describe('the judge of pictures', { timeout: 120_000 }, () => {
  it('finds other real people as good as the training people, wrong labels useless, and one repeated image without coverage', async () => {
    const sets = { training: people('judge-T', 150), holdout: people('judge-H', 100) };
    const others = people('judge-S', 150);
    const judge = await openQualityProbe(sets, {
      seed: 1,
      runs: 1,
      images: 150,
      steps: { encoder: 30, classifier: 100 },
    });
    expect(judge.realAccuracy).toBeGreaterThan(0.4);

    const real = await judge.judge(others);
    expect(real.coverage).toBeGreaterThan(0.8);
    expect(real.utility).toBeGreaterThan(0.7);
    expect(real.labelConsistency).toBeGreaterThan(0.4);

    const shifted = others.labels.map((own) => ({
      ...own,
      calciumGrade: calciumGrades[(calciumGrades.indexOf(own.calciumGrade) + 2) % 4] ?? 'none',
    }));
    const mislabelled = await judge.judge({ ...others, labels: shifted });
    expect(mislabelled.coverage).toBe(real.coverage);
    expect(mislabelled.utility).toBeLessThan(0.5);
    expect(mislabelled.labelConsistency).toBeLessThan(0.25);

    const area = others.size ** 2;
    const repeated = others.pixels.map((_, at) => others.pixels[at % area] ?? 0);
    expect((await judge.judge({ ...others, pixels: repeated })).coverage).toBeLessThan(0.1);
  });

  it('refuses people of one grade', async () => {
    const one = phantomImageSet({
      seed: 'judge-one',
      subjects: 20,
      size: 32,
      gradeMix: { none: 1, mild: 0, moderate: 0, severe: 0 },
    });
    await expect(
      openQualityProbe({ training: one, holdout: one }, { seed: 1, runs: 1, images: 20 }),
    ).rejects.toThrow('1 of the calcium grades in common');
  });
});
