import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '@scapis/domain';
import { openTestLab, readAll, type TestLab } from '../testing/lab.fixture.ts';

let lab: TestLab;
let datasetId: string;
beforeAll(async () => {
  lab = await openTestLab();
  datasetId = await lab.addDataset();
});
afterAll(() => lab.close());

const waits = async (actor: Actor, objectId: string) =>
  (await lab.lab.home.get(actor)).items
    .filter((item) => item.objectId === objectId)
    .map((item) => `${item.turn}: ${item.kind}`);

describe('home', () => {
  it('says whose turn it is at each step of a project', async () => {
    const { astrid, bo, admin1, admin2, stranger } = lab.people;
    const draft = await lab.lab.applications.create(astrid, lab.toForm(datasetId));
    expect(await waits(astrid, draft.id)).toEqual(['mine: finish-application']);
    expect(await waits(admin1, draft.id)).toEqual([]);

    const id = await lab.submitApplication(datasetId);
    expect(await waits(astrid, id)).toEqual(['others: waiting-for-decision']);
    expect(await waits(admin1, id)).toEqual(['mine: decide-application']);
    await lab.lab.applications.vote(admin1, id, 'approve', 'yes');
    expect(await waits(admin1, id)).toEqual(['others: waiting-for-decision']);
    expect(await waits(admin2, id)).toEqual(['mine: decide-application']);
    const { permitId } = await lab.lab.applications.vote(admin2, id, 'approve', 'yes');
    if (permitId === null) throw new Error('no permit');
    expect(await waits(bo, permitId)).toEqual(['mine: sign-terms']);
    for (const actor of [astrid, bo]) await lab.sign(actor, permitId);
    expect(await waits(bo, permitId)).toEqual([]);

    const versionId = await lab.addPassedVersion({ applicationId: id, permitId, datasetId });
    expect(await waits(bo, versionId)).toEqual(['mine: submit-release']);
    await lab.lab.release.submit(bo, versionId);
    expect(await waits(bo, versionId)).toEqual(['others: waiting-for-decision']);
    expect(await waits(admin1, versionId)).toEqual(['mine: vote-release']);
    await lab.lab.release.vote(admin1, versionId, 'approve', 'yes');
    expect(await waits(admin1, versionId)).toEqual(['others: waiting-for-decision']);
    await lab.lab.release.vote(admin2, versionId, 'approve', 'yes');
    const sha256 = await lab.pack(versionId, randomBytes(100));
    expect(await waits(bo, versionId)).toEqual(['mine: download-cohort']);
    await readAll((await lab.lab.downloads.open(bo, versionId)).stream);
    await lab.lab.downloads.confirm(bo, versionId, sha256);
    expect(await waits(bo, versionId)).toEqual([]);
    expect(await waits(astrid, versionId)).toEqual(['mine: download-cohort']);
    expect((await lab.lab.home.get(stranger)).items).toEqual([]);

    lab.clock.now = new Date('2027-12-10T09:00:00Z');
    expect(await waits(bo, permitId)).toEqual(['mine: permit-ends-soon']);
    lab.resetClock();
  });
});

describe('provenance', () => {
  it('leads from an application to the receipt and back, for those who may see it', async () => {
    const { astrid, bo, admin1, admin2, stranger } = lab.people;
    const project = await lab.approveApplication(datasetId);
    const versionId = await lab.addPassedVersion({ ...project, datasetId });
    await lab.lab.release.submit(astrid, versionId);
    await lab.lab.release.vote(admin1, versionId, 'approve', 'yes');
    const open = await lab.lab.provenance.get(bo, 'cohort-version', versionId);
    expect(open.nodes.filter((node) => node.kind === 'person')).toEqual([]);
    await lab.lab.release.vote(admin2, versionId, 'approve', 'yes');
    const sha256 = await lab.pack(versionId, randomBytes(100));
    await readAll((await lab.lab.downloads.open(bo, versionId)).stream);
    const receipt = await lab.lab.downloads.confirm(bo, versionId, sha256);

    const graph = await lab.lab.provenance.get(astrid, 'cohort-version', versionId);
    expect(new Set(graph.nodes.map((node) => node.kind))).toEqual(
      new Set(['cohort-version', 'review', 'download', 'receipt']),
    );
    expect(graph.nodes.find((node) => node.kind === 'receipt')).toMatchObject({
      id: receipt.id,
      title: `#${receipt.number}`,
    });
    const origins = await lab.lab.provenance.get(astrid, 'receipt', receipt.id);
    expect(origins.edges).toEqual(
      expect.arrayContaining([
        { from: receipt.id, relation: 'wasGeneratedBy', to: expect.any(String) },
        { from: expect.any(String), relation: 'used', to: versionId },
        { from: expect.any(String), relation: 'wasAssociatedWith', to: bo.personId },
      ]),
    );
    const permit = await lab.lab.provenance.get(astrid, 'permit', project.permitId);
    expect(
      permit.nodes
        .filter((node) => node.kind === 'person')
        .map((node) => node.title)
        .sort(),
    ).toEqual(['admin1 Andersson', 'admin2 Andersson', 'astrid Andersson']);
    expect(permit.nodes.map((node) => node.kind)).toEqual(
      expect.arrayContaining(['permit', 'application', 'review', 'dataset']),
    );

    for (const [kind, id] of [
      ['cohort-version', versionId],
      ['receipt', receipt.id],
      ['nonsense', versionId],
      ['receipt', 'x'],
      ['dataset', versionId],
    ] as const) {
      await expect(lab.lab.provenance.get(stranger, kind, id)).rejects.toMatchObject({
        code: 'not_found',
      });
    }
  });

  it('does not show one project to another that used the same dataset', async () => {
    const { stranger, auditor } = lab.people;
    const dataset = await lab.addDataset('Shared');
    await lab.approveApplication(dataset);
    expect((await lab.lab.provenance.get(stranger, 'dataset', dataset)).nodes).toMatchObject([
      { kind: 'dataset', title: 'Shared' },
    ]);
    expect(
      (await lab.lab.provenance.get(auditor, 'dataset', dataset)).nodes.map((node) => node.kind),
    ).toEqual(['dataset', 'permit']);
  });
});
