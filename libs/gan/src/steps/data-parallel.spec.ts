import { describe, expect, it } from 'vitest';
import { add, input, matmul, mul } from '@scapis/numerics';
import { ganConfig, toGanConfig, type GanConfig } from '../config.ts';
import { ProgramThread } from '../runtime/program-thread.ts';
import { readSafetensors, writeSafetensors } from '../base/safetensors.ts';
import { Barrier, sharedArray, StagedPrograms } from '../runtime/staged-programs.ts';
import { toyConfig, toySet } from '../training/toy.fixture.ts';
import { createTraining, openTraining, type Training } from '../training/training.ts';
import { lossNames } from './state.ts';

const config = { ...toyConfig, batch: 12 };

async function trained(
  changed: Partial<GanConfig>,
  { threads = 1, steps = 5 } = {},
): Promise<Training> {
  const training = await createTraining({
    config: ganConfig.parse({ ...config, ...changed }),
    images: toySet(),
    seed: 1,
    compile: { threads },
  });
  await training.run({ steps });
  return training;
}

const patience = { timeout: 60_000 };

describe('a data-parallel step', patience, () => {
  it('gives the same bytes by one, two or more threads, and resumed by another number of them', async () => {
    const runs = [
      await trained({ shards: 3 }, { threads: 1 }),
      await trained({ shards: 3 }, { threads: 2 }),
      await trained({ shards: 3 }, { threads: 7 }),
    ];
    const [first] = runs.map((run) => run.checkpoint());
    for (const run of runs) expect(run.checkpoint()).toEqual(first);
    const part = await trained({ shards: 3 }, { threads: 2, steps: 2 });
    const resumed = await openTraining(part.checkpoint(), toySet(), { threads: 1 });
    await resumed.run({ steps: 3 });
    expect(resumed.checkpoint()).toEqual(first);
    await Promise.all([...runs, part, resumed].map((run) => run.dispose()));
  });

  it('gives them with networks large enough for the runtime to share out an operation among threads of its own, too', async () => {
    const large = toGanConfig({ size: 32, batch: 8, shards: 2 });
    const images = {
      ...toySet(8),
      size: 32,
      pixels: Float32Array.from({ length: 8 * 32 ** 2 }, (_, i) => Math.sin(i / 7)),
    };
    const ends = [2, 4].map(async (threads) => {
      const training = await createTraining({
        config: large,
        images,
        seed: 1,
        compile: { threads },
      });
      await training.run({ steps: 5 });
      const checkpoint = training.checkpoint();
      await training.dispose();
      return checkpoint;
    });
    const [two, four] = await Promise.all(ends);
    // A diff of files so large would take minutes.
    expect(Buffer.compare(four!, two!)).toBe(0);
  });

  // golden-steps.spec.ts compares the graphs of the step with PyTorch. This tests the threads.
  it.each<[string, Partial<GanConfig>]>([
    ['the default', {}],
    ['finite differences', { penalty: { ...config.penalty, kind: 'finite-difference' } }],
    [
      'hinge with spectral normalisation, LeCam and momentum',
      { adversarial: 'hinge', spectralNorm: true, leCam: 0.1, beta1: 0.5 },
    ],
    ['no guidance', { guidance: null }],
  ])('tells the losses of the whole batch and moves all that it moves: %s', async (_, changed) => {
    const [whole, cut] = [
      await trained(changed, { steps: 1 }),
      await trained({ ...changed, shards: 2 }, { steps: 1, threads: 2 }),
    ];
    const [start] = [await trained({ ...changed, shards: 2 }, { steps: 0 })];
    const [ofWhole, ofCut, ofStart] = [whole, cut, start].map(
      (run) => readSafetensors(run.checkpoint()).tensors,
    );
    for (const [name, { data }] of ofWhole!) {
      const isMoved = (tensors: typeof ofWhole): boolean =>
        data.some((__, i) => tensors?.get(name)?.data[i] !== ofStart?.get(name)?.data[i]);
      expect(isMoved(ofCut), name).toBe(isMoved(ofWhole));
    }
    const losses = async (run: Training) => (await run.run({ steps: 1 }))[0]?.losses ?? {};
    const [seen, seenCut] = [await losses(whole), await losses(cut)];
    for (const name of lossNames)
      expect(Math.abs((seenCut[name] ?? NaN) - (seen[name] ?? NaN)), name).toBeLessThan(
        0.02 * (1 + Math.abs(seen[name] ?? 0)),
      );
    await Promise.all([whole, cut, start].map((run) => run.dispose()));
  });

  it('stops at a loss that is no number, in any micro-batch, and keeps its state', async () => {
    const run = await trained({ shards: 2 }, { threads: 2, steps: 2 });
    const { tensors, metadata } = readSafetensors(run.checkpoint());
    tensors.get('discriminator/logit.weight')?.data.fill(NaN);
    const broken = await openTraining(writeSafetensors({ tensors, metadata }), toySet(), {
      threads: 2,
    });
    const before = broken.checkpoint();
    await expect(broken.run()).rejects.toMatchObject({ step: 3, loss: 'discriminatorLoss' });
    expect(broken.checkpoint()).toEqual(before);
    await Promise.all([run, broken].map((each) => each.dispose()));
  });

  it('is refused where the batch has no equal parts, and in private runs', () => {
    const refused = (changed: object): string =>
      ganConfig
        .safeParse({ ...config, ...changed })
        .error?.issues.map(({ message }) => message)
        .join() ?? 'accepted';
    expect(refused({ shards: 5 })).toContain("can't be cut into 5 equal parts");
    expect(refused({ shards: 2, privacy: { noiseMultiplier: 1, sampleRate: 0.5 } })).toContain(
      'takes its steps whole',
    );
    expect(refused({ shards: 6 })).toBe('accepted');
  });
});

describe('threads in step', patience, () => {
  const x = input('x', [2, 2]);

  it('end a stage before any begins the next, by the arrays that they share', async () => {
    const [here, there] = [new StagedPrograms(), new ProgramThread()];
    const [a, b, sum] = [sharedArray(4), sharedArray(4), sharedArray(4)];
    a.set([1, 2, 3, 4]);
    const lists: number[] = [];
    for (const [thread, into] of [
      [here, a],
      [there, b],
    ] as const) {
      const [square, both] = [
        await thread.compile({ y: matmul(x, x) }, { threads: 1 }),
        await thread.compile({ y: add(x, input('z', [2, 2])) }, { threads: 1 }),
      ];
      lists.push(
        await thread.prepare([
          [{ program: square, feeds: { x: a }, into: { y: thread === here ? sum : into } }],
          [{ program: both, feeds: { x: b, z: sum }, into: { y: a } }],
        ]),
      );
    }
    for (let i = 0; i < 20; i++) {
      a.set([1, 2, 3, 4]);
      const barrier = new Barrier(2);
      await Promise.all([
        here.take(lists[0] ?? NaN, barrier),
        there.take(lists[1] ?? NaN, barrier),
      ]);
      expect([...a]).toEqual([14, 20, 30, 44]);
    }
    await Promise.all([here.close(), there.close()]);
  });

  it('skip what is left when one of them fails, tell why, and go on', async () => {
    const [here, there] = [new StagedPrograms(), new ProgramThread()];
    const y = sharedArray(4);
    const twice = await here.compile({ y: mul(x, 2) }, { threads: 1 });
    await there.compile({ y: mul(x, 2) }, { threads: 1 });
    const good = { program: twice, feeds: { x: Float32Array.of(1, 2, 3, 4) }, into: { y } };
    const bad = { program: 0, feeds: { x: Float32Array.of(1) }, into: { y: sharedArray(4) } };
    const own = await here.prepare([[], [good]]);
    const [failing, fine] = [await there.prepare([[bad], []]), await there.prepare([[], []])];
    const barrier = new Barrier(2);
    const [ownEnd, otherEnd] = await Promise.allSettled([
      here.take(own, barrier),
      there.take(failing, barrier),
    ]);
    expect([ownEnd.status, otherEnd.status, [...y]]).toEqual([
      'fulfilled',
      'rejected',
      [0, 0, 0, 0],
    ]);
    expect(otherEnd).toMatchObject({
      reason: { message: expect.stringContaining('x takes 4 values') },
    });
    const again = new Barrier(2);
    await Promise.all([here.take(own, again), there.take(fine, again)]);
    expect([...y]).toEqual([2, 4, 6, 8]);
    await expect(there.take(99, new Barrier(1))).rejects.toThrow('there is no list 99');
    await Promise.all([here.close(), there.close()]);
    await expect(there.take(fine, new Barrier(1))).rejects.toThrow('the compute thread has ended');
  });
});
