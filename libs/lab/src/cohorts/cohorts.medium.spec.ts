import { createHash } from 'node:crypto';
import { evidence, type Evidence, trainingRequest } from '@scapis/contracts';
import { encodeEvidence } from '@scapis/gate';
import { getText, readDicom } from '@scapis/imaging';
import type { Transaction } from '@scapis/platform';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPdf } from '../applications/pdf.ts';
import {
  firstTry,
  leastTraining,
  openComputeLab,
  type ComputeLab,
} from '../testing/compute.fixture.ts';
import { decodePack } from '../images/image-pack.ts';
import { createLab } from '../lab.ts';
import { openVault } from '../storage/vault.ts';
import { TrainingSegments } from '../training/training-segments.ts';
import { splitOfImage } from '../release/bundle-content.ts';

let lab: ComputeLab;
let generatorId: string;
beforeAll(async () => {
  lab = await openComputeLab();
  const dataset = await lab.approvedDataset({
    subjects: 30,
    gradeMix: { none: 1, mild: 1, moderate: 1, severe: 1 },
  });
  const project = await lab.governance.approveApplication(dataset.datasetId);
  const input = {
    ...leastTraining,
    permitId: project.permitId,
    datasetVersionId: dataset.versionId,
    title: 'Small run',
  };
  const run = await lab.lab.training.request(lab.people.astrid, trainingRequest.parse(input));
  await new TrainingSegments({ ...lab.context, sliceSeconds: 600 }).job.run(
    { trainingRunId: run.id, fromStep: 0 },
    firstTry,
  );
  generatorId = (await lab.lab.training.get(lab.people.astrid, run.id)).generators[0]?.id ?? '';
});
afterAll(() => lab.close());

const sum = (measured: readonly [string, number][]): number =>
  measured.reduce((total, [, value]) => total + value, 0);

async function request(seed = 1): Promise<string> {
  return (
    await lab.lab.cohorts.request(lab.people.astrid, {
      ensembleId: null,
      generatorIds: [generatorId],
      title: 'Kohort Å',
      count: 60,
      seed,
      labelMix: 'balanced',
    })
  ).id;
}

async function synthesisOf(cohortVersionId: string): Promise<{ synthesisRunId: string }> {
  const [row] = await lab.test.query<{ id: string }>(
    'SELECT id FROM synthesis_run WHERE cohort_version_id = $1',
    [cohortVersionId],
  );
  return { synthesisRunId: row?.id ?? '' };
}

async function gateRunOf(cohortVersionId: string): Promise<{ gateRunId: string }> {
  const [row] = await lab.test.query<{ id: string }>(
    'SELECT id FROM gate_run WHERE cohort_version_id = $1 ORDER BY id DESC',
    [cohortVersionId],
  );
  return { gateRunId: row?.id ?? '' };
}

async function draw(seed = 1): Promise<string> {
  const id = await request(seed);
  await lab.lab.cohorts.job.run(await synthesisOf(id), firstTry);
  return id;
}

async function rowOf(id: string) {
  return lab.test.db.unsafeAsSystem('test', (tx) =>
    tx.cohortVersion.findUniqueOrThrow({ where: { id } }),
  );
}

describe('a synthetic cohort', () => {
  it('is drawn with the labels asked for, the same from the same seed', async () => {
    const [id, again, other] = [await draw(1), await draw(1), await draw(2)];
    const cohort = await lab.lab.cohorts.get(lab.people.astrid, id);
    expect(cohort).toMatchObject({
      state: 'draft',
      drawn: 60,
      count: 60,
      hasSampleSheet: false,
      gateRun: null,
      bundle: null,
    });
    expect(await lab.auditTypes(id)).toEqual(['synthesis.requested', 'synthesis.completed']);
    const [first, second, third] = [await rowOf(id), await rowOf(again), await rowOf(other)];
    expect(second.imagesSha256).toBe(first.imagesSha256);
    expect(third.imagesSha256).not.toBe(first.imagesSha256);
    const pack = decodePack(
      await openVault(lab.context, first.dataKey).read(first.imagesSha256 ?? ''),
    );
    const grades = pack.people.map((person) => person.labels.calciumGrade);
    for (const grade of new Set(grades))
      expect(
        Math.abs(grades.filter((each) => each === grade).length - 60 / new Set(grades).size),
      ).toBeLessThanOrEqual(1);
    await lab.lab.cohorts.job.run(await synthesisOf(id), firstTry);
    expect(await lab.auditTypes(id)).toHaveLength(2);
    // 20 steps of 8 images, and three cohorts of 60.
    expect(sum(lab.measured('scapis_training_images_total'))).toBe(160);
    expect(sum(lab.measured('scapis_synthesis_images_total'))).toBe(180);
  });

  it('shows its sheet to staff alone before the release', async () => {
    const id = await draw();
    expect((await lab.lab.cohorts.sampleSheet(lab.people.admin1, id)).length).toBeGreaterThan(
      1_000,
    );
    await expect(lab.lab.cohorts.sampleSheet(lab.people.astrid, id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(lab.lab.cohorts.sampleSheet(lab.people.stranger, id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('gives the same after a kill, and shows nothing half drawn', async () => {
    const [id, whole] = [await request(4), await draw(4)];
    const dying = createLab({
      ...lab.context,
      storage: {
        ...lab.context.storage,
        write: () => {
          throw new Error('killed');
        },
      },
    });
    await expect(dying.cohorts.job.run(await synthesisOf(id), firstTry)).rejects.toThrow('killed');
    expect(await lab.lab.cohorts.get(lab.people.astrid, id)).toMatchObject({
      state: 'synthesising',
      failure: null,
    });
    await lab.lab.cohorts.job.run(await synthesisOf(id), firstTry);
    expect((await rowOf(id)).imagesSha256).toBe((await rowOf(whole)).imagesSha256);
  });

  it('is not drawn when the permit has ended', async () => {
    const id = await request(5);
    lab.clock.now = new Date('2028-01-02T00:00:00Z');
    await lab.lab.cohorts.job.run(await synthesisOf(id), firstTry);
    lab.resetClock();
    expect(await lab.lab.cohorts.get(lab.people.astrid, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'permit_ended' },
    });
  });
});

const write = (found: Evidence): string => new TextDecoder().decode(encodeEvidence(found));

describe('the gate and the way out', () => {
  let judged: { id: string; found: Evidence };
  beforeAll(async () => {
    const id = await draw();
    expect((await lab.lab.gate.request(lab.people.astrid, id)).state).toBe('gating');
    await lab.lab.gate.job.run(await gateRunOf(id), firstTry);
    judged = {
      id,
      found: evidence.parse(
        JSON.parse(new TextDecoder().decode(await lab.lab.gate.evidence(lab.people.astrid, id))),
      ),
    };
  });

  it('ends in a state that follows from the verdict, with the evidence kept', async () => {
    const cohort = await lab.lab.cohorts.get(lab.people.astrid, judged.id);
    const states = {
      passed: 'passed',
      'passed-method-development-only': 'passed',
      'of-no-use': 'passed',
      refused: 'refused',
      void: 'draft',
    } as const;
    expect(cohort.state).toBe(states[judged.found.verdict]);
    expect(cohort.gateRun).toMatchObject({
      state: 'completed',
      verdict: judged.found.verdict,
      progress: 1,
      evidence: judged.found,
    });
    expect(lab.measured('scapis_gate_runs_total', 'verdict')).toContainEqual([
      judged.found.verdict,
      1,
    ]);
    const stages = lab.measured('scapis_gate_stage_duration_seconds', 'stage');
    // Its images are refused before the networks are asked.
    expect(stages.map(([stage]) => stage)).toEqual(['input']);
    expect(stages.every(([, seconds]) => seconds >= 0)).toBe(true);
    // So small a cohort of so short a training can't be found good.
    expect(judged.found.verdict).toBe('refused');
    expect(judged.found.thresholdVersions).toEqual([1]);
    expect(judged.found.thresholds).toMatchObject({ minimumCell: 1 });
    await expect(lab.lab.gate.evidence(lab.people.stranger, judged.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(lab.lab.gate.closestPairs(lab.people.astrid, judged.id)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('is told of to whoever judges another cohort of the same generator', async () => {
    const { refusals } = await lab.lab.cohorts.get(lab.people.admin1, await draw(7));
    expect(refusals).toEqual([
      expect.objectContaining({
        cohortVersionId: judged.id,
        number: 1,
        checks: expect.arrayContaining(['copy-pixel']),
      }),
    ]);
    expect((await lab.lab.cohorts.get(lab.people.astrid, judged.id)).refusals).toEqual([]);
  });

  it('comes to the same bytes when it is run once more', async () => {
    const found = await lab.lab.gate.unsafeRerun(judged.id);
    expect(found).toMatchObject({
      isEqual: true,
      differences: [],
      auditedSha256: found.storedSha256,
    });
    await expect(lab.lab.gate.unsafeRerun(await draw(8))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  const altered: [string, (found: Evidence) => string, string[]][] = [
    [
      'other code',
      (found) => write({ ...found, code: { ...found.code, version: '0.0.0' } }),
      ['code'],
    ],
    [
      'a verdict and a check that were written over',
      (found) =>
        write({
          ...found,
          verdict: 'passed',
          checks: found.checks.map((result) =>
            result.check === 'input' ? { ...result, verdict: 'pass', value: 0 } : result,
          ),
        }),
      ['verdict', 'check input'],
    ],
    [
      'limits that were written over',
      (found) =>
        write({
          ...found,
          thresholds: { ...found.thresholds, minimumCell: 2 },
          thresholdVersions: [2],
        }),
      ['thresholds', 'thresholdVersions'],
    ],
    ['another form of the same file', (found) => JSON.stringify(found), []],
  ];
  it.each(altered)('run once more, it says what differs: %s', async (_name, alter, differences) => {
    const id = await draw();
    await lab.lab.gate.request(lab.people.astrid, id);
    const own = { ...judged.found, cohortVersionId: id };
    await lab.test.db.unsafeAsSystem('test', async (tx) => completeRun(tx, id, alter(own)));
    const found = await lab.lab.gate.unsafeRerun(id);
    expect(found).toMatchObject({
      isEqual: false,
      auditedSha256: null,
      freshSha256: createHash('sha256').update(write(own)).digest('hex'),
      differences,
    });
    expect(found.storedSha256).toBe(createHash('sha256').update(alter(own)).digest('hex'));
  });

  it('can be read as a PDF by those who may read the evidence', async () => {
    expect(
      isPdf(Buffer.from(await lab.lab.gate.evidencePdf(lab.people.astrid, judged.id, 'sv'))),
    ).toBe(true);
    await expect(
      lab.lab.gate.evidencePdf(lab.people.stranger, judged.id, 'en'),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('does not run over a version that is no draft, nor for one who may not', async () => {
    const id = await draw(6);
    await expect(lab.lab.gate.request(lab.people.admin1, id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await lab.lab.gate.request(lab.people.astrid, id);
    await expect(lab.lab.gate.request(lab.people.astrid, id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await lab.lab.gate.job.onExhausted(await gateRunOf(id));
    expect(await lab.lab.cohorts.get(lab.people.astrid, id)).toMatchObject({
      state: 'draft',
      gateRun: { state: 'failed' },
    });
  });

  it('is packed into a bundle that anyone can check, the same bytes each time', async () => {
    const id = await draw(7);
    await passGate(id);
    await lab.lab.release.submit(lab.people.astrid, id);
    await lab.lab.release.vote(lab.people.admin1, id, 'approve', 'looks right');
    expect((await lab.lab.release.vote(lab.people.admin2, id, 'approve', 'agreed')).state).toBe(
      'packing',
    );

    const bundles: string[] = [];
    const watching = createLab({
      ...lab.context,
      storage: {
        ...lab.context.storage,
        write: async (content, options) => {
          const stored = await lab.context.storage.write(content, options);
          bundles.push(stored.sha256);
          return stored;
        },
      },
    });
    const dying = createLab({
      ...lab.context,
      storage: {
        ...lab.context.storage,
        write: async (content, options) => {
          bundles.push((await lab.context.storage.write(content, options)).sha256);
          throw new Error('killed');
        },
      },
    });
    await expect(dying.packing.job.run({ cohortVersionId: id }, firstTry)).rejects.toThrow(
      'killed',
    );
    await watching.packing.job.run({ cohortVersionId: id }, firstTry);
    await watching.packing.job.run({ cohortVersionId: id }, firstTry);
    expect(bundles).toHaveLength(2);
    expect(new Set(bundles).size).toBe(1);

    const cohort = await lab.lab.cohorts.get(lab.people.astrid, id);
    expect(cohort).toMatchObject({
      state: 'released',
      hasSampleSheet: true,
      bundle: { sha256: bundles[0], name: expect.stringMatching(/^kohort-a-v1-[0-9a-f]{8}\.zip$/) },
    });
    const bytes = await lab.context.storage.readBytes(cohort.bundle?.sha256 ?? '');
    expect(bytes).toHaveLength(cohort.bundle?.size ?? 0);
    const files = unzipSync(bytes);
    const manifest = new TextDecoder()
      .decode(files['manifest-sha256.txt'])
      .trim()
      .split('\n')
      .map((line) => line.split('  '));
    expect(manifest).toHaveLength(Object.keys(files).length - 1);
    for (const [sha256, name = ''] of manifest)
      expect(
        createHash('sha256')
          .update(files[name] ?? '')
          .digest('hex'),
      ).toBe(sha256);

    const text = (name: string): string => new TextDecoder().decode(files[name]);
    expect(Object.keys(files).filter((name) => name.startsWith('dicom/'))).toHaveLength(60);
    expect(text('labels.csv').trim().split('\n')).toHaveLength(61);
    expect(text('datasheet.md')).toContain('## What the release gate found');
    const list = JSON.parse(text('dataset.json')) as {
      training: unknown[];
      validation: unknown[];
      test: unknown[];
    };
    expect(list.training.length + list.validation.length + list.test.length).toBe(60);
    const dicom = readDicom(files['dicom/SYN-000001.dcm'] ?? new Uint8Array()).dataset;
    expect(getText(dicom, '0008001C')).toBe('YES');
    expect(text('labels.csv').split('\n')[1]).toBe(
      [
        'SYN-000001',
        'dicom/SYN-000001.dcm',
        'png/SYN-000001.png',
        ...(/calciumGrade=(\w+); sex=(\w+); ageBand=([\d-]+)/
          .exec(getText(dicom, '00204000'))
          ?.slice(1) ?? []),
        splitOfImage(id, 0),
      ].join(','),
    );
  });

  /**
   * Ends a run that was asked for with this file as its evidence: once it has ended, the database
   * lets nobody change it.
   */
  async function completeRun(tx: Transaction, id: string, evidenceFile: string): Promise<void> {
    const stored = await openVault(lab.context, (await rowOf(id)).dataKey).write(
      Buffer.from(evidenceFile),
    );
    const { gateRunId } = await gateRunOf(id);
    await tx.gateRun.update({
      where: { id: gateRunId },
      data: {
        state: 'completed',
        verdict: 'passed-method-development-only',
        evidenceSha256: stored.sha256,
      },
    });
  }

  /**
   * The small cohort cannot pass, so the gate's answer is put in its place: what follows a pass is
   * tested here, not the gate.
   */
  async function passGate(id: string): Promise<void> {
    await lab.lab.gate.request(lab.people.astrid, id);
    await lab.test.db.unsafeAsSystem('test', async (tx) => {
      await completeRun(
        tx,
        id,
        JSON.stringify({
          ...judged.found,
          cohortVersionId: id,
          verdict: 'passed-method-development-only',
        }),
      );
      await tx.cohortVersion.update({
        where: { id },
        data: { state: 'passed', usage: 'method-development-only' },
      });
    });
  }
});
