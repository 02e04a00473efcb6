import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstTry, openComputeLab, type ComputeLab } from '../testing/compute.fixture.ts';
import { toStream } from '../testing/lab.fixture.ts';
import { createLab } from '../lab.ts';

let lab: ComputeLab;
let project: { applicationId: string; permitId: string };
let dataset: { datasetId: string; versionId: string };
beforeAll(async () => {
  lab = await openComputeLab();
  dataset = await lab.approvedDataset({
    subjects: 30,
    gradeMix: { none: 1, mild: 1, moderate: 1, severe: 1 },
  });
  project = await lab.governance.approveApplication(dataset.datasetId);
});
afterAll(() => lab.close());

const file = (name: string): Buffer =>
  readFileSync(
    join(import.meta.dirname, '..', '..', '..', 'gan', 'src', 'import', '__fixtures__', name),
  );

const declaration = (change: object = {}) => ({
  permitId: project.permitId,
  datasetVersionId: dataset.versionId,
  title: 'A generator of ours',
  framework: 'PyTorch 2.13',
  recipe: 'DCGAN with batch norm, 20,000 steps of Adam at 2e-4, seed 1.',
  isTrainedInside: true as const,
  ...change,
});

/** Declared by Astrid, uploaded, and checked by the worker. */
async function take(bytes: Buffer, title = 'A generator of ours') {
  const { astrid } = lab.people;
  const { id } = await lab.lab.generatorImports.declare(astrid, declaration({ title }));
  expect(await lab.lab.generatorImports.upload(astrid, id, toStream(bytes))).toMatchObject({
    state: 'quarantined',
    size: bytes.length,
  });
  expect((await lab.outbox()).at(-1)).toEqual({
    job: 'generator.check',
    payload: { generatorImportId: id },
  });
  await lab.lab.generatorImports.job.run({ generatorImportId: id }, firstTry);
  return lab.lab.generatorImports.get(astrid, id);
}

describe('a generator from elsewhere', () => {
  it('is declared, checked, drawn from beside another, and stands with its declaration where the cohort is judged', async () => {
    const { astrid, bo, admin1, auditor } = lab.people;
    const [ours, theirs] = [
      await take(file('pytorch.onnx')),
      await take(file('monai.onnx'), 'One from MONAI'),
    ];
    expect(ours).toMatchObject({
      state: 'accepted',
      reason: null,
      facts: { size: 64, takesLabel: true, range: [-1, 1] },
      declaredBy: { name: 'astrid Andersson' },
    });
    expect(theirs).toMatchObject({
      state: 'accepted',
      facts: { takesLabel: false, range: [0, 1] },
    });
    expect(await lab.auditTypes(ours.id)).toEqual([
      'generator.declared',
      'generator.uploaded',
      'generator.accepted',
    ]);
    expect(ours.decisions.map(({ action, allowed }) => [action, allowed])).toEqual([
      ['generator:import', false],
      ['cohort:create', true],
    ]);

    const asked = await lab.lab.cohorts.request(bo, {
      ensembleId: null,
      generatorIds: [ours.generatorId ?? '', theirs.generatorId ?? ''],
      title: 'Drawn from imports',
      count: 50,
      seed: 3,
      labelMix: 'balanced',
    });
    const job = (await lab.outbox()).at(-1);
    expect(job?.job).toBe('synthesis.run');
    await lab.lab.cohorts.job.run(job?.payload as { synthesisRunId: string }, firstTry);
    const cohort = await lab.lab.cohorts.get(admin1, asked.id);
    expect(cohort).toMatchObject({
      state: 'draft',
      drawn: 50,
      provider: 'cpu',
      trainingRunIds: [],
      failure: null,
    });
    expect(cohort.declaredGenerators).toMatchObject([
      {
        importId: ours.id,
        framework: 'PyTorch 2.13',
        declaredBy: { name: 'astrid Andersson' },
        takesLabel: true,
      },
      { importId: theirs.id, title: 'One from MONAI', takesLabel: false },
    ]);

    const graph = await lab.lab.provenance.get(auditor, 'cohort-version', asked.id);
    const kinds = new Set(graph.nodes.map((node) => node.kind));
    for (const kind of ['generator', 'generator-import', 'dataset-version', 'permit'])
      expect(kinds).toContain(kind);
    expect(graph.edges).toContainEqual({
      from: ours.generatorId,
      relation: 'wasGeneratedBy',
      to: ours.id,
    });
    expect(graph.edges).toContainEqual({
      from: ours.generatorId,
      relation: 'wasAttributedTo',
      to: astrid.personId,
    });
  });

  it('is turned down with its reason, its bytes are gone, and a mended one can follow', async () => {
    const refused = await take(file('pytorch.onnx').subarray(0, 4_000));
    expect(refused).toMatchObject({
      state: 'turned-down',
      reason: 'not_onnx',
      generatorId: null,
      facts: null,
    });
    expect(refused.decisions.every(({ allowed }) => !allowed)).toBe(true);
    expect(
      await lab.test.query(
        `SELECT 1 FROM notification WHERE object_id = $1 AND kind = 'generator.turned-down'`,
        [refused.id],
      ),
    ).toHaveLength(1);
    expect(await lab.auditTypes(refused.id)).toContain('generator.turned-down');
    await expect(
      lab.lab.generatorImports.upload(
        lab.people.astrid,
        refused.id,
        toStream(file('pytorch.onnx')),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is asked for again when the storage is away, and fails with a sentence after the last try', async () => {
    const { id } = await lab.lab.generatorImports.declare(lab.people.astrid, declaration());
    await lab.lab.generatorImports.upload(lab.people.astrid, id, toStream(file('monai.onnx')));
    const broken = createLab({
      ...lab.context,
      storage: { ...lab.context.storage, readBytes: () => Promise.reject(new Error('disk gone')) },
    });
    await expect(
      broken.generatorImports.job.run({ generatorImportId: id }, firstTry),
    ).rejects.toThrow('disk gone');
    expect((await lab.lab.generatorImports.get(lab.people.astrid, id)).state).toBe('quarantined');
    await lab.lab.generatorImports.job.onExhausted({ generatorImportId: id });
    expect(await lab.lab.generatorImports.get(lab.people.astrid, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'import_failed' },
    });
  });
});

describe('who may bring one in, and who sees it', () => {
  it('asks the permit, and for its dataset', async () => {
    const { stranger, admin1, astrid } = lab.people;
    await expect(lab.lab.generatorImports.declare(stranger, declaration())).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(lab.lab.generatorImports.declare(admin1, declaration())).rejects.toMatchObject({
      code: 'forbidden',
    });
    const other = await lab.upload(Buffer.from('none'), 'Another dataset');
    await expect(
      lab.lab.generatorImports.declare(astrid, declaration({ datasetVersionId: other.versionId })),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const { id } = await lab.lab.generatorImports.declare(astrid, declaration());
    lab.clock.now = new Date('2028-01-02T00:00:00Z');
    await expect(
      lab.lab.generatorImports.upload(astrid, id, toStream(file('monai.onnx'))),
    ).rejects.toMatchObject({ code: 'forbidden' });
    lab.resetClock();
    await expect(lab.lab.generatorImports.get(stranger, id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await lab.lab.generatorImports.list(stranger, { limit: 50 })).items).toEqual([]);
    expect(
      (await lab.lab.generatorImports.list(lab.people.auditor, { limit: 50 })).items.map(
        (each) => each.id,
      ),
    ).toContain(id);
  });

  it('holds against plain SQL as the application: nothing is accepted or changed by its author', async () => {
    const { astrid, admin3 } = lab.people;
    const { id } = await lab.lab.generatorImports.declare(astrid, declaration());
    const asAstrid = { 'app.person_id': astrid.personId, 'app.roles': 'applicant' };
    const attack = (sql: string, ...values: string[]) =>
      lab.test.queryAsApp(asAstrid, sql, [id, ...values]);
    await expect(
      attack(`UPDATE generator_import SET state = 'accepted' WHERE id = $1`),
    ).rejects.toThrow('only the check accepts');
    await expect(
      attack(`UPDATE generator_import SET recipe = 'another' WHERE id = $1`),
    ).rejects.toThrow('what was declared does not change');
    await expect(attack(`DELETE FROM generator_import WHERE id = $1`)).rejects.toThrow(
      'append-only',
    );
    await expect(
      attack(
        `INSERT INTO generator (id, generator_import_id, application_id, step, sha256) VALUES (gen_random_uuid(), $1, $2, 0, 'x')`,
        project.applicationId,
      ),
    ).rejects.toThrow('follows an accepted import');
    expect(
      await lab.test.queryAsApp(
        { 'app.person_id': admin3.personId, 'app.roles': 'applicant' },
        'SELECT 1 FROM generator_import',
      ),
    ).toHaveLength(0);
  });
});
