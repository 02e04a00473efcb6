import { gateThresholds, canaryTransformationNames } from '@scapis/contracts';
import { RandomStream } from '@scapis/gan';
import { reshape } from '@scapis/numerics';
import { describe, expect, it } from 'vitest';
import { drawSources, flipImages, plantCanaries, shiftInto } from '../images/augment.ts';
import { blobImages } from '../images/blobs.fixture.ts';
import { mapBatches } from '../statistics/batches.ts';
import {
  createCopyRule,
  isRuleSound,
  joinMutual,
  judgeCopies,
  measureNullSample,
} from './copy-search.ts';
import { numberPeople, relativeDistance, type CopySpace, type Matches } from './copy-space.ts';
import { powerOf } from '../images/fourier.ts';
import { forEachMaxInnerProduct } from '../features/max-similarity.ts';
import { selectImages } from '../images/images.ts';
import { TaskContext } from '../task-context.ts';
import { pixelSpace } from './pixel-space.ts';
import { judgeSelfTest, searchCanaries } from './self-test.ts';
import { spectrumSpace } from './spectrum-space.ts';
import { quantile } from '../statistics/statistics.ts';

const thresholds = gateThresholds.parse({});
const training = blobImages({ seed: 1, people: 90, imagesPerPerson: 2 });
const holdout = blobImages({ seed: 2, people: 60, imagesPerPerson: 2 });
const synthetic = blobImages({ seed: 3, people: 300 });
const context = new TaskContext();

interface Searched {
  space: CopySpace;
  holdout: Matches;
  synthetic: Matches;
}
let once: Promise<Searched> | undefined;
const searched = (): Promise<Searched> => (once ??= searchAll());

async function searchAll(): Promise<Searched> {
  const space = await pixelSpace(training, context);
  return {
    space,
    holdout: await space.search(holdout, context),
    synthetic: await space.search(synthetic, context),
  };
}

describe('relative distance', () => {
  it('divides the nearest by the mean of other people, not by the same person again', () => {
    const people = numberPeople(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd', 'e', 'e']);
    expect([...people]).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    // Nearest: image 1 of person a; a quarter of the 8 images of others = the 2 nearest of them: 4
    // and 6.
    const { distance, nearest } = relativeDistance(
      Float32Array.of(2, 1, 6, 4, 9, 9, 9, 9, 9, 9),
      people,
    );
    expect(nearest).toBe(1);
    expect(distance).toBeCloseTo(1 / 5, 6);
  });

  it('needs two people', () => {
    expect(() => relativeDistance(Float32Array.of(1, 2), numberPeople(['a', 'a']))).toThrow(
      'at least two people',
    );
  });
});

describe('planted copies', () => {
  it('repeats the edge when it shifts, and mirrors rows when it flips', () => {
    const to = new Float32Array(4);
    shiftInto(Float32Array.of(1, 2, 3, 4), to, 2, 1, 0);
    expect([...to]).toEqual([1, 1, 3, 3]);
    const flipped = flipImages({
      size: 2,
      count: 1,
      pixels: Float32Array.of(1, 2, 3, 4),
      labels: [],
      subjects: [],
    });
    expect([...flipped.pixels]).toEqual([2, 1, 4, 3]);
  });

  it.each(canaryTransformationNames)(
    'makes %s copies that stay in [-1, 1], the same for the same seed',
    (form) => {
      const make = (): Float32Array =>
        plantCanaries(training, [0, 5], form, new RandomStream(4, 'gate')).pixels;
      expect(make()).toEqual(make());
      expect(make().every((x) => x >= -1 && x <= 1)).toBe(true);
      const isSame = make().every((x, i) => x === selectImages(training, [0, 5]).pixels[i]);
      expect(isSame).toBe(form === 'exact');
    },
  );
});

describe('copy search in pixels', () => {
  it('finds every planted form and lets a cohort of other people through', async () => {
    const found = await searched();
    const rule = createCopyRule(found.holdout, holdout.subjects, thresholds);
    expect(isRuleSound(rule)).toBe(true);
    const clean = judgeCopies(rule, found.synthetic.distance);
    expect(clean.copies).toEqual([]);
    expect(clean.isRefused).toBe(false);
    for (const form of canaryTransformationNames) {
      const sources = [3, 40, 77, 120, 150];
      const matches = await found.space.search(
        plantCanaries(training, sources, form, new RandomStream(5, 'gate')),
        context,
      );
      expect([...matches.nearest], form).toEqual(sources);
      const cohort = [...matches.distance, ...found.synthetic.distance.slice(5)];
      expect(judgeCopies(rule, cohort).copies, form).toEqual([0, 1, 2, 3, 4]);
      expect(judgeCopies(rule, cohort).isRefused, form).toBe(true);
    }
  });

  it('never finds less when more is planted, and does not depend on the order of the cohort', async () => {
    const found = await searched();
    const rule = createCopyRule(found.holdout, holdout.subjects, thresholds);
    const judge = (copies: number): ReturnType<typeof judgeCopies> =>
      judgeCopies(
        rule,
        found.synthetic.distance.map((x, i) => (i < copies ? 0.01 : x)),
      );
    const counts = [0, 1, 2, 10, 50].map((copies) => judge(copies));
    expect(counts.map(({ copies }) => copies.length)).toEqual([0, 1, 2, 10, 50]);
    expect(counts.map(({ isRefused }) => isRefused)).toEqual([false, true, true, true, true]);
    expect(
      counts.every(({ share }, i) => i === 0 || share.pValue <= (counts[i - 1]?.share.pValue ?? 1)),
    ).toBe(true);

    const order = [...synthetic.labels.keys()].reverse();
    const reversed = await found.space.search(selectImages(synthetic, order), context);
    order.forEach((row, at) => {
      expect(reversed.distance[at]).toBeCloseTo(found.synthetic.distance[row] ?? NaN, 5);
      expect(reversed.nearest[at]).toBe(found.synthetic.nearest[row]);
    });
  });

  it('is deaf to gain, offset and mirroring, and to the order of the training images', async () => {
    const { space } = await searched();
    const queries = selectImages(synthetic, [...Array(20).keys()]);
    const plain = await space.search(queries, context);
    const brighter = await space.search(
      { ...queries, pixels: queries.pixels.map((x) => 1.3 * x - 0.07) },
      context,
    );
    const mirrored = await space.search(flipImages(queries), context);
    const turned = [...training.labels.keys()].reverse();
    const reordered = await (
      await pixelSpace(selectImages(training, turned), context)
    ).search(queries, context);
    for (let i = 0; i < queries.count; i += 1) {
      for (const other of [brighter, mirrored, reordered])
        expect(other.distance[i]).toBeCloseTo(plain.distance[i] ?? NaN, 3);
      expect([brighter.nearest[i], mirrored.nearest[i], turned[reordered.nearest[i] ?? 0]]).toEqual(
        [plain.nearest[i], plain.nearest[i], plain.nearest[i]],
      );
    }
  });

  it('finds each copy at any number of others: a cohort of more copies is never judged milder', async () => {
    const found = await searched();
    const rule = createCopyRule(found.holdout, holdout.subjects, thresholds);
    for (const form of canaryTransformationNames) {
      const random = new RandomStream(21, 'gate');
      const matches = await found.space.search(
        plantCanaries(training, drawSources(form, training.count, 12, random), form, random),
        context,
      );
      let before = 0;
      for (const copies of [1, 3, 6, 12]) {
        const distances = found.synthetic.distance.slice();
        distances.set(matches.distance.subarray(0, copies));
        const judgement = judgeCopies(rule, distances);
        expect(judgement.copies.length, `${form} ${copies}`).toBeGreaterThanOrEqual(before);
        expect(judgement.isRefused, `${form} ${copies}`).toBe(true);
        before = judgement.copies.length;
      }
      expect(before, form).toBeGreaterThanOrEqual(10);
    }
  });

  it('takes an even image for no copy and not for a crash', async () => {
    const space = await pixelSpace(training, context);
    const even = { ...selectImages(synthetic, [0]), pixels: new Float32Array(synthetic.size ** 2) };
    const { distance } = await space.search(even, context);
    expect(distance[0]).toBeGreaterThan(0.5);
  });
});

describe('copy search by spectrum', () => {
  const reach = training.size / 2 - 1;
  /** Moved with what leaves on one side coming in at the other. */
  const rolled = (image: Float32Array, dx: number, dy: number): Float32Array => {
    const { size } = training;
    return image.map(
      (_, at) =>
        image[
          ((Math.floor(at / size) + size - dy) % size) * size + (((at % size) + size - dx) % size)
        ]!,
    );
  };

  it('is deaf to how far an image is moved, to mirroring, gain and offset', async () => {
    const space = await spectrumSpace(training, context, { seed: 1 });
    const query = selectImages(synthetic, [0]);
    const plain = await space.search(query, context);
    const others = {
      moved: [rolled(query.pixels, reach, 3), 5],
      mirrored: [flipImages(query).pixels, 5],
      brighter: [query.pixels.map((x) => 1.3 * x + 0.1), 2],
    } as const;
    for (const [name, [pixels, digits]] of Object.entries(others)) {
      const found = await space.search({ ...query, pixels }, context);
      expect(found.distance[0], name).toBeCloseTo(plain.distance[0] ?? NaN, digits);
      expect(found.nearest[0], name).toBe(plain.nearest[0]);
    }
  });

  it('finds copies and whose they are, in the forms that keep their waves, and takes nobody for her own stranger', async () => {
    const space = await spectrumSpace(training, context, { seed: 1 });
    const nullSample = await measureNullSample(
      space,
      { training, holdout, reference: blobImages({ seed: 4, people: 20 }) },
      context,
    );
    const rule = createCopyRule(nullSample, nullSample.people, thresholds);
    expect(judgeCopies(rule, (await space.search(synthetic, context)).distance).isRefused).toBe(
      false,
    );
    for (const form of ['exact', 'noisy', 'contrast', 'flipped', 'one-person'] as const) {
      const random = new RandomStream(21, 'gate');
      const sources = drawSources(form, training.count, 12, random);
      const found = await space.search(plantCanaries(training, sources, form, random), context);
      expect(judgeCopies(rule, found.distance).copies.length, form).toBeGreaterThanOrEqual(10);
      expect(
        [...found.nearest].filter((nearest, at) => nearest === sources[at]).length,
        form,
      ).toBeGreaterThanOrEqual(10);
    }
    const among = await space.searchItself(context);
    expect(
      training.subjects.every(
        (person, image) => training.subjects[among.nearest[image] ?? 0] !== person,
      ),
    ).toBe(true);
  });

  it('answers as much for many training images, through the index', async () => {
    const [exact, listed] = [
      await spectrumSpace(training, context, { seed: 1 }),
      await spectrumSpace(training, context, { seed: 1, exactUpTo: 50, probes: 20 }),
    ];
    const [a, b] = [await exact.search(training, context), await listed.search(training, context)];
    expect(b.nearest).toEqual(a.nearest);
  });

  it('measures the power of a wave where it stands, and no other', async () => {
    const size = 8;
    const pixels = Float32Array.from({ length: size * size }, (_, at) =>
      Math.cos((2 * Math.PI * (2 * Math.floor(at / size) + 3 * (at % size))) / size),
    );
    const { data } = await mapBatches(
      { size, count: 1, pixels },
      (batch) => reshape(powerOf(batch), [batch.shape[0] ?? 0, size * size]),
      size * size,
      context,
    );
    // A cosine of height 1 is two opposite waves of half of it: (64 / 2)² in power each.
    const strong = [...data.keys()].filter((at) => (data[at] ?? 0) > 1e-3);
    expect(strong).toEqual([2 * size + 3, (size - 2) * size + (size - 3)]);
    for (const at of strong) expect(data[at]).toBeCloseTo(1024, 2);
  });
});

describe('nullSample', () => {
  it('are H and R, and T among each other where these are few', async () => {
    const space = await pixelSpace(training, context);
    const reference = blobImages({ seed: 4, people: 20, imagesPerPerson: 2 });
    const few = await measureNullSample(space, { training, holdout, reference }, context);
    expect(few.distance).toHaveLength(holdout.count + reference.count + training.count);
    // Nobody is a non-member of themselves, though their other image is nearest by far.
    const among = few.nearest.slice(holdout.count + reference.count);
    expect(
      training.subjects.every((person, image) => training.subjects[among[image] ?? 0] !== person),
    ).toBe(true);
    expect(Math.min(...few.distance)).toBeGreaterThan(
      createCopyRule(few, few.people, thresholds).fit.threshold * 0.5,
    );
    // The same law: people of T lie from each other as those of H do from T.
    const quantiles = (values: Float64Array): number[] =>
      [0.1, 0.5, 0.9].map((q) => quantile(values, q));
    const ofOthers = quantiles(few.distance.slice(0, holdout.count + reference.count));
    quantiles(few.distance.slice(holdout.count + reference.count)).forEach((q, i) =>
      expect(Math.abs(q / (ofOthers[i] ?? NaN) - 1)).toBeLessThan(0.08),
    );
  });

  it('counts two people who are each other’s nearest as one', () => {
    // Images of a, a, b, c. By the nearer of her two, a is nearest to b and b to a; c is nearest to
    // a, who doesn't answer.
    const matches = {
      distance: Float64Array.of(0.9, 0.5, 0.5, 0.7),
      nearest: Int32Array.of(3, 2, 1, 0),
    };
    expect(joinMutual(matches, ['a', 'a', 'b', 'c'])).toEqual(['a', 'a', 'a', 'c']);
  });
});

describe('exhaustive search', () => {
  it.each([1, 8, 11])('gives the max product over %i poses', async (poses) => {
    const [queries, templates, width] = [5, 7, 3];
    const random = new RandomStream(2, 'gate');
    const vectors = random.normals(poses * queries * width);
    const bank = random.normals(templates * width);
    const of = (pose: number, query: number): Float32Array =>
      vectors.subarray((pose * queries + query) * width, (pose * queries + query + 1) * width);
    const max: number[][] = [];
    const write = (pose: number, query: number, to: Float32Array, at: number): void =>
      to.set(of(pose, query), at);
    await forEachMaxInnerProduct(
      { queries, poses, width, write, templates: bank },
      context,
      (_query, row) => max.push([...row]),
    );
    for (let q = 0; q < queries; q += 1) {
      for (let t = 0; t < templates; t += 1) {
        const products = Array.from({ length: poses }, (_, pose) =>
          of(pose, q).reduce((sum, x, i) => sum + x * bank[t * width + i]!, 0),
        );
        expect(max[q]?.[t]).toBeCloseTo(Math.max(...products), 4);
      }
    }
  });
});

describe('self-test', () => {
  it('passes with a search that sees, in every form', async () => {
    const found = await searched();
    const seeing = {
      rule: createCopyRule(found.holdout, holdout.subjects, thresholds),
      synthetic: found.synthetic,
    };
    const planted = await searchCanaries(
      found.space,
      seeing,
      training,
      { ...thresholds, plantedShare: 0.02 },
      1,
      context,
    );
    const unseen = planted.map((each) => ({ ...each, found: [], isRefused: false }));
    // One space that sees is enough.
    const { evidence: selfTest, refusedForms } = judgeSelfTest({
      contrastive: unseen,
      pixel: planted,
      spectrum: unseen,
    });
    expect(selfTest.passed).toBe(true);
    expect(refusedForms).toBe(canaryTransformationNames.length);
    expect(selfTest.rows.map(({ form, planted, caught }) => [form, planted, caught])).toEqual(
      canaryTransformationNames.map((form) => [form, 6, 6]),
    );
  });

  it('fails with a search that is blind, and is not deceived by a cohort that is refused anyway', async () => {
    const found = await searched();
    const rule = createCopyRule(found.holdout, holdout.subjects, thresholds);
    const blind: CopySpace = {
      name: 'pixel',
      search: (queries) =>
        Promise.resolve({
          distance: new Float64Array(queries.count).fill(1),
          nearest: new Int32Array(queries.count),
        }),
    };
    const leaking = found.synthetic.distance.slice();
    leaking[0] = 0.001;
    for (const distance of [found.synthetic.distance, leaking]) {
      const unseeing = { rule, synthetic: { ...found.synthetic, distance } };
      const planted = await searchCanaries(
        blind,
        unseeing,
        training,
        { ...thresholds, plantedShare: 0.005 },
        1,
        context,
      );
      const { evidence: selfTest, refusedForms } = judgeSelfTest({
        contrastive: planted,
        pixel: planted,
        spectrum: planted,
      });
      expect(selfTest.passed).toBe(false);
      expect(refusedForms).toBe(0);
      expect(selfTest.rows.every(({ caught }) => caught === 0)).toBe(true);
    }
  });
});
