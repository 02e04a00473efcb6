import { LabError } from '@scapis/contracts';
import { phantomUpload } from '@scapis/phantom';
import { toZip } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  firstTry,
  openComputeLab,
  realDicom,
  withHeader,
  type ComputeLab,
} from '../testing/compute.fixture.ts';
import { decodePack } from '../images/image-pack.ts';
import { toStream } from '../testing/lab.fixture.ts';
import { createLab } from '../lab.ts';
import { openVault } from '../storage/vault.ts';

let lab: ComputeLab;
beforeAll(async () => {
  lab = await openComputeLab();
});
afterAll(() => lab.close());

const original = 'ORIGINAL\\PRIMARY\\AXIAL';
const labelLine = (patientId: string): string => `${patientId},none,male,50-54\n`;

async function readPack(versionId: string): Promise<ReturnType<typeof decodePack>> {
  const row = await lab.test.db.unsafeAsSystem('test', (tx) =>
    tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId } }),
  );
  return decodePack(await openVault(lab.context, row.dataKey).read(row.viewSha256 ?? ''));
}

describe('taking real images in', () => {
  it('goes from an upload to a version that a second person approves', async () => {
    const { files, labels } = phantomUpload({ subjects: 24 });
    const { versionId } = await lab.upload(toZip(files));
    expect(await lab.outbox()).toContainEqual({
      job: 'dataset.ingest',
      payload: { datasetVersionId: versionId },
    });
    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);

    const version = await lab.lab.datasets.getVersion(lab.people.admin1, versionId);
    expect(version).toMatchObject({ state: 'checked', failure: null, hasContactSheet: true });
    expect(version.counts).toMatchObject({
      files: 72,
      accepted: 72,
      quarantined: 0,
      rejected: 0,
      subjects: 24,
      series: 24,
      images: 72,
      byReason: {},
    });
    expect(version.deidentification?.['pseudonymised']).toBe(144);

    const pack = await readPack(versionId);
    expect(pack.personOf).toHaveLength(72);
    expect(new Set(pack.people.map((person) => person.labels.calciumGrade))).toEqual(
      new Set(labels.map((label) => label.calciumGrade)),
    );
    // A chest slice holds air, soft tissue and bone.
    expect(pack.hu.reduce((least, value) => Math.min(least, value))).toBeLessThan(-800);
    expect(pack.hu.reduce((most, value) => Math.max(most, value))).toBeGreaterThan(200);

    const { uploaderMay, otherMay } = await mayApprove(versionId);
    expect([uploaderMay, otherMay]).toEqual([false, true]);
    await expect(lab.lab.datasets.approve(lab.people.admin1, versionId)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect((await lab.lab.datasets.approve(lab.people.admin2, versionId)).state).toBe('approved');
    expect(await lab.auditTypes(versionId)).toEqual([
      'dataset.version-created',
      'dataset.uploaded',
      'dataset.ingest-started',
      'dataset.checked',
      'dataset.approved',
    ]);
    expect((await lab.lab.datasets.list(lab.people.astrid, { limit: 50 })).items).toContainEqual(
      expect.objectContaining({ approvedVersionId: versionId, images: 72 }),
    );
  });

  async function mayApprove(
    versionId: string,
  ): Promise<{ uploaderMay: boolean | undefined; otherMay: boolean | undefined }> {
    const may = async (actor: typeof lab.people.admin1): Promise<boolean | undefined> =>
      (await lab.lab.datasets.getVersion(actor, versionId)).decisions.find(
        (decision) => decision.action === 'dataset:approve',
      )?.allowed;
    return { uploaderMay: await may(lab.people.admin1), otherMay: await may(lab.people.admin2) };
  }

  it('keeps no identity: not in rows, not in what is stored', async () => {
    const { files, labels } = phantomUpload({ subjects: 3, seed: 21 });
    const { versionId } = await lab.upload(toZip(files));
    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    const rows = JSON.stringify([
      await lab.test.query('SELECT * FROM file WHERE dataset_version_id = $1', [versionId]),
      await lab.test.query('SELECT * FROM subject WHERE dataset_version_id = $1', [versionId]),
      await lab.test.query('SELECT * FROM series WHERE dataset_version_id = $1', [versionId]),
      await lab.test.query('SELECT detail FROM audit_event WHERE object_id = $1', [versionId]),
    ]);
    const version = await lab.test.db.unsafeAsSystem('test', (tx) =>
      tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId }, include: { files: true } }),
    );
    const vault = openVault(lab.context, version.dataKey);
    const stored = await Promise.all(
      version.files.map(async (file) =>
        Buffer.from(await vault.read(file.sha256 ?? '')).toString('latin1'),
      ),
    );
    expect(stored).toHaveLength(9);
    for (const { patientId } of labels)
      for (const text of [rows, ...stored]) expect(text).not.toContain(patientId);
    // The upload itself, which holds them, is gone.
    await expect(vault.read(version.uploadSha256 ?? '')).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('gives each real file its verdict, and decodes real compressed pixels', async () => {
    const { files, labels } = phantomUpload({ subjects: 2, seed: 5 });
    const real = {
      'real/1-j2k-derived.dcm': realDicom('jpeg_2000.dcm'),
      'real/2-rle-derived.dcm': realDicom('rle.dcm'),
      'real/3-scout.dcm': realDicom('deflated.dcm'),
      'real/4-mr.dcm': realDicom('jpeg_ls.dcm'),
      'real/5-text.dcm': new TextEncoder().encode('not DICOM'),
      'real/6-cut.dcm': realDicom('rle.dcm').subarray(0, 100_000),
      // The same compressed pixels under the header of an original slice: the RLE one is a chest;
      // the JPEG 2000 one has no air, the lossless one lies upright.
      'real/7-rle.dcm': withHeader(realDicom('rle.dcm'), { '00080008': original }),
      'real/7-rle-again.dcm': withHeader(realDicom('rle.dcm'), { '00080008': original }),
      'real/8-j2k.dcm': withHeader(realDicom('jpeg_2000.dcm'), { '00080008': original }),
      'real/9-lossless.dcm': withHeader(realDicom('jpeg_lossless_sel1.dcm'), {
        '00080008': original,
        '00100020': 'REAL-1',
      }),
      'real/10-nobody.dcm': withHeader(realDicom('rle.dcm'), {
        '00080008': original,
        '00100020': 'STRANGER',
        '0020000E': '1.2.3.4',
        '00080018': '1.2.3.4.5',
      }),
      // Its person's name stands in a field that de-identification lets pass.
      'real/11-named.dcm': withHeader(realDicom('rle.dcm'), {
        '00080008': original,
        '00080018': '1.2.3.4.6',
        '00080070': 'LINDQVIST CT',
        '00100010': 'Lindqvist^Anna',
      }),
      'labels.csv': Buffer.concat([
        files['labels.csv'] ?? new Uint8Array(),
        Buffer.from('1CT1,none,male,50-54,0,1,0\n'),
      ]),
    };
    const { versionId } = await lab.upload(toZip({ ...files, ...real }));
    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    const list = await lab.lab.datasets.files(lab.people.admin2, versionId, { limit: 200 });
    const reasons = list.items.map((file) => `${file.verdict}:${file.reason ?? ''}`);
    expect(reasons.filter((each) => each === 'accepted:')).toHaveLength(labels.length * 3 + 1);
    expect(reasons.filter((each) => each !== 'accepted:').sort()).toEqual([
      'quarantined:hu_implausible',
      'quarantined:no_labels',
      'quarantined:not_original_axial',
      'quarantined:not_original_axial',
      'quarantined:not_original_axial',
      'rejected:duplicate_instance',
      'rejected:identity_left',
      'rejected:not_ct',
      'rejected:not_dicom',
      'rejected:screen_capture',
      'rejected:truncated',
    ]);
    expect((await readPack(versionId)).people).toHaveLength(3);
    await expect(
      lab.lab.datasets.files(lab.people.astrid, versionId, { limit: 200 }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('gives the same again after a kill at any point, and nothing twice', async () => {
    const zip = toZip(phantomUpload({ subjects: 4, seed: 31 }).files);
    const objectsBefore = lab.objects.size;
    const { versionId } = await lab.upload(zip);
    // Broken off after some files were stored: the storage fails for good at the 6th write.
    let writes = 0;
    const dying = createLab({
      ...lab.context,
      storage: {
        ...lab.context.storage,
        write: (content, options) => {
          writes += 1;
          if (writes > 5) throw new Error('killed');
          return lab.context.storage.write(content, options);
        },
      },
    });
    await expect(dying.datasets.job.run({ datasetVersionId: versionId }, firstTry)).rejects.toThrow(
      'killed',
    );
    expect(await lab.lab.datasets.getVersion(lab.people.admin1, versionId)).toMatchObject({
      state: 'ingesting',
      counts: null,
      hasContactSheet: false,
    });
    expect(
      await lab.test.query('SELECT 1 FROM file WHERE dataset_version_id = $1', [versionId]),
    ).toHaveLength(0);
    // What the attempt had written is gone; the upload stays for the next.
    expect(lab.objects.size - objectsBefore).toBe(1);

    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    expect((await lab.lab.datasets.getVersion(lab.people.admin1, versionId)).counts).toMatchObject({
      files: 12,
      subjects: 4,
    });
    expect(
      (await lab.auditTypes(versionId)).filter((type) => type === 'dataset.checked'),
    ).toHaveLength(1);
  });

  it('takes the same zip into two datasets at once, and lays it open in no temporary file', async () => {
    const zip = toZip(phantomUpload({ subjects: 2, seed: 41 }).files);
    const ids = [(await lab.upload(zip)).versionId, (await lab.upload(zip)).versionId];
    vi.stubEnv('TMPDIR', '/nowhere');
    try {
      await Promise.all(
        ids.map((id) => lab.lab.datasets.job.run({ datasetVersionId: id }, firstTry)),
      );
    } finally {
      vi.unstubAllEnvs();
    }
    for (const id of ids)
      expect(await lab.lab.datasets.getVersion(lab.people.admin1, id)).toMatchObject({
        state: 'checked',
        counts: { accepted: 6 },
      });
  });

  it('files no image under another person, whatever UIDs they share', async () => {
    const { files, labels } = phantomUpload({ subjects: 3, seed: 51 });
    const [first = '', second = '', third = ''] = labels.map(({ patientId }) => patientId);
    const shared = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        name,
        name === 'labels.csv'
          ? bytes
          : withHeader(bytes, {
              '00080018': '1.2.3.4.5',
              '0020000E': '1.2.3.4',
              // The third is exported under the ID of the second, with a birth date of its own.
              ...(name.startsWith('P2/') && { '00100020': second, '00100030': '19600229' }),
              ...(name.startsWith('P1/') && { '00100030': '19610301' }),
            }),
      ]),
    );
    const again = Object.entries(shared).find(([name]) => name.startsWith('P0/'))?.[1];
    const { versionId } = await lab.upload(
      toZip({ ...shared, 'again.dcm': again ?? new Uint8Array() }),
    );
    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    const version = await lab.lab.datasets.getVersion(lab.people.admin1, versionId);
    expect(version.counts).toMatchObject({
      accepted: 3,
      subjects: 1,
      byReason: { duplicate_instance: 1, patient_id_shared: 6 },
    });
    expect((await readPack(versionId)).people.map((person) => person.labels)).toEqual([
      expect.objectContaining({ sex: labels.find(({ patientId }) => patientId === first)?.sex }),
    ]);
    expect(third).not.toBe(second);

    const { versionId: apart } = await lab.upload(
      toZip({
        ...shared,
        ...Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith('P2/'))),
      }),
    );
    await lab.lab.datasets.job.run({ datasetVersionId: apart }, firstTry);
    const rows = await lab.test.query<{ series: string; pseudonym: string; files: number }>(
      `SELECT series.series_uid AS series, subject.pseudonym, count(file.id)::int AS files
       FROM series JOIN subject ON subject.id = series.subject_id
       JOIN file ON file.series_id = series.id
       WHERE series.dataset_version_id = $1 GROUP BY 1, 2`,
      [apart],
    );
    expect(rows.map(({ files: count }) => count)).toEqual([3, 3, 3]);
    expect(new Set(rows.map(({ pseudonym }) => pseudonym)).size).toBe(3);
    expect(new Set(rows.map(({ series }) => series)).size).toBe(2);
  });

  it('turns a slice into the axes of the patient, and lets most slices set the norm', async () => {
    const { files } = phantomUpload({ subjects: 2, seed: 61, slices: 5 });
    const names = Object.keys(files).filter((name) => name.startsWith('P0/'));
    const mirrored = Object.fromEntries(
      names.map((name) => [
        name,
        withHeader(files[name] ?? new Uint8Array(), { '00200037': '-1\\0\\0\\0\\1\\0' }),
      ]),
    );
    const [odd = ''] = Object.keys(files).filter((name) => name.startsWith('P1/'));
    const turned = {
      ...files,
      ...mirrored,
      [odd]: withHeader(files[odd] ?? new Uint8Array(), { '00200037': '-1\\0\\0\\0\\-1\\0' }),
    };
    const { datasetId, versionId } = await lab.upload(toZip(files));
    const later = await lab.lab.datasets.createVersion(lab.people.admin1, datasetId);
    await lab.lab.datasets.upload(lab.people.admin1, later.id, toStream(toZip(turned)));
    for (const id of [versionId, later.id])
      await lab.lab.datasets.job.run({ datasetVersionId: id }, firstTry);
    const version = await lab.lab.datasets.getVersion(lab.people.admin1, later.id);
    expect(version.counts).toMatchObject({
      accepted: 9,
      byReason: { series_inconsistent: 1 },
    });
    expect(version.findings).toContainEqual({ code: 'mixed_orientation', count: 1 });
    const [straight, seen] = [await readPack(versionId), await readPack(later.id)];
    const row = (pack: typeof seen, index: number): number[] => [
      ...pack.hu.slice(index * 64, (index + 1) * 64),
    ];
    // The first row of pixels with both bone and air in it, of the first slice.
    const rows = Array.from({ length: 64 }, (_, index) => index);
    const told = rows.filter((index) => new Set(row(straight, index)).size > 8);
    expect(told.length).toBeGreaterThan(10);
    const differences = told.map((index) =>
      row(seen, index)
        .reverse()
        .reduce(
          (most, hu, at) => Math.max(most, Math.abs(hu - (row(straight, index)[at] ?? 0))),
          0,
        ),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it('puts a person into the same split whatever the batch', async () => {
    const upload = phantomUpload({ subjects: 12, seed: 3 });
    const { datasetId, versionId } = await lab.upload(toZip(upload.files));
    const later = await lab.lab.datasets.createVersion(lab.people.admin1, datasetId);
    const part = Object.fromEntries(
      Object.entries(upload.files).filter(([name]) => !/^P[0-5]\//.test(name)),
    );
    await lab.lab.datasets.upload(lab.people.admin1, later.id, toStream(toZip(part)));
    for (const id of [versionId, later.id])
      await lab.lab.datasets.job.run({ datasetVersionId: id }, firstTry);
    const [all, some] = [await readPack(versionId), await readPack(later.id)];
    expect(some.people).toHaveLength(6);
    for (const person of some.people) expect(all.people).toContainEqual(person);
  });
});

describe('an upload that cannot be used', () => {
  const phantom = phantomUpload({ subjects: 1, seed: 9 }).files;
  const labels = phantom['labels.csv'] ?? new Uint8Array();
  const bomb = new Uint8Array(40_000_000);

  it.each<[string, () => Promise<Buffer> | Buffer, RegExp]>([
    ['no zip', () => Buffer.from('PK? no'), /not a zip/],
    ['a cut zip', () => toZip(phantom).subarray(0, 30_000), /not a zip|cut off/],
    ['an empty zip', () => toZip({}), /no file|not a zip/],
    [
      'a path that leads out',
      () => toZip({ '../evil.dcm': bomb.subarray(0, 9), 'labels.csv': labels }),
      /leads out/,
    ],
    [
      'a bomb',
      async () =>
        Buffer.from(
          (await import('fflate')).zipSync(
            { 'bomb.dcm': bomb, 'labels.csv': labels },
            { level: 9 },
          ),
        ),
      /beyond measure/,
    ],
    [
      'no labels',
      () =>
        toZip(
          Object.fromEntries(Object.entries(phantom).filter(([name]) => name !== 'labels.csv')),
        ),
      /no labels\.csv/,
    ],
    ['labels alone', () => toZip({ 'labels.csv': labels }), /no image/],
    [
      'labels of other people',
      () =>
        toZip({
          ...phantom,
          'labels.csv': Buffer.from(
            `patientId,calciumGrade,sex,ageBand\n${labelLine('19121212-1212')}`,
          ),
        }),
      /^None of the 3 images belongs to one of the people of labels\.csv \(listed: 1\)/,
    ],
    [
      'labels that are none',
      () =>
        toZip({
          ...phantom,
          'labels.csv': Buffer.from('patientId,calciumGrade,sex,ageBand\n1,big,male,50-54'),
        }),
      /line 2: calciumGrade/,
    ],
    [
      'labels with several faults, before any image is read',
      () =>
        toZip({
          ...phantom,
          'labels.csv': Buffer.from('patientId;sex;ageBand\n;male;50-54\n1;man;50-54'),
        }),
      /^labels\.csv needs mending.*lacks the column calciumGrade.*line 2: no patientId.*line 3: sex/,
    ],
    [
      'a last file that is damaged',
      () => {
        const zip = toZip({ ...phantom, 'z.dcm': new Uint8Array(9).fill(7) });
        return zip.fill(
          8,
          zip.lastIndexOf(Buffer.alloc(9, 7)),
          zip.lastIndexOf(Buffer.alloc(9, 7)) + 9,
        );
      },
      /damaged/,
    ],
    [
      'only files of other kinds',
      () => toZip({ 'a.dcm': Buffer.from('x'), 'b.dcm': Buffer.from('y'), 'labels.csv': labels }),
      /None of the 2 files was accepted/,
    ],
  ])('ends with a sentence: %s', async (_, zip, sentence) => {
    const before = lab.objects.size;
    const { versionId } = await lab.upload(await zip());
    await lab.lab.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    const version = await lab.lab.datasets.getVersion(lab.people.admin1, versionId);
    expect(version.state).toBe('failed');
    expect(version.failure?.text).toMatch(sentence);
    expect(
      await lab.test.query(
        `SELECT 1 FROM notification WHERE object_id = $1 AND kind = 'dataset.failed'`,
        [versionId],
      ),
    ).toHaveLength(1);
    const row = await lab.test.db.unsafeAsSystem('test', (tx) =>
      tx.datasetVersion.findUniqueOrThrow({ where: { id: versionId } }),
    );
    await expect(
      openVault(lab.context, row.dataKey).read(row.uploadSha256 ?? ''),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(lab.objects.size).toBe(before);
  });

  it('is not taken twice, nor from one who may not', async () => {
    const { versionId } = await lab.upload(toZip(phantom));
    await expect(
      lab.lab.datasets.upload(lab.people.admin1, versionId, toStream(toZip(phantom))),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      lab.lab.datasets.upload(lab.people.astrid, versionId, toStream(toZip(phantom))),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(lab.lab.datasets.contactSheet(lab.people.astrid, versionId)).rejects.toMatchObject(
      { code: 'forbidden' },
    );
  });

  it('survives two people who upload the same bytes at once', async () => {
    const dataset = await lab.lab.datasets.create(lab.people.admin1, {
      title: 'At once',
      description: 'the same zip twice',
    });
    const { id } = await lab.lab.datasets.createVersion(lab.people.admin1, dataset.id);
    const both = await Promise.allSettled(
      [lab.people.admin1, lab.people.admin2].map((actor) =>
        lab.lab.datasets.upload(actor, id, toStream(toZip(phantom))),
      ),
    );
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    await lab.lab.datasets.job.run({ datasetVersionId: id }, firstTry);
    expect((await lab.lab.datasets.getVersion(lab.people.admin1, id)).state).toBe('checked');
  });

  it('says what to do when the disk is full, while it streams in and while it is taken in', async () => {
    const write = (): Promise<never> => Promise.reject(new LabError('storage_full'));
    const full = createLab({ ...lab.context, storage: { ...lab.context.storage, write } });
    const dataset = await lab.lab.datasets.create(lab.people.admin1, {
      title: 'Full disk',
      description: 'nothing fits in here',
    });
    const version = await lab.lab.datasets.createVersion(lab.people.admin1, dataset.id);
    await expect(
      full.datasets.upload(lab.people.admin1, version.id, toStream(toZip(phantom))),
    ).rejects.toMatchObject({
      code: 'storage_full',
    });
    expect((await lab.lab.datasets.getVersion(lab.people.admin1, version.id)).state).toBe('empty');

    const { versionId } = await lab.upload(toZip(phantom));
    await full.datasets.job.run({ datasetVersionId: versionId }, firstTry);
    expect(await lab.lab.datasets.getVersion(lab.people.admin1, versionId)).toMatchObject({
      state: 'failed',
      failure: { code: 'storage_full' },
    });
  });
});

describe('what the database itself refuses', () => {
  it('approval by the uploader, a changed approved version, files seen by outsiders', async () => {
    const { versionId } = await lab.approvedDataset({ subjects: 2, seed: 77 });
    const admin = { 'app.person_id': lab.people.admin1.personId, 'app.roles': 'lab-admin' };
    await expect(
      lab.test.queryAsApp(admin, `UPDATE dataset_version SET failure = '{}' WHERE id = $1`, [
        versionId,
      ]),
    ).rejects.toMatchObject({
      code: 'LAB05',
    });
    await expect(
      lab.test.queryAsApp(admin, `UPDATE subject SET split = 'T' WHERE dataset_version_id = $1`, [
        versionId,
      ]),
    ).rejects.toMatchObject({ code: 'LAB05' });
    await expect(
      lab.test.queryAsApp(admin, `DELETE FROM file WHERE dataset_version_id = $1`, [versionId]),
    ).rejects.toMatchObject({
      code: 'LAB05',
    });
    const outsider = { 'app.person_id': lab.people.astrid.personId, 'app.roles': 'applicant' };
    for (const table of ['file', 'subject', 'series'])
      expect(await lab.test.queryAsApp(outsider, `SELECT 1 FROM ${table}`)).toHaveLength(0);
    expect(await lab.test.queryAsApp({}, 'SELECT 1 FROM dataset')).toHaveLength(0);

    const { versionId: checked } = await lab.upload(
      toZip(phantomUpload({ subjects: 2, seed: 78 }).files),
    );
    await lab.lab.datasets.job.run({ datasetVersionId: checked }, firstTry);
    await expect(
      lab.test.queryAsApp(
        admin,
        `UPDATE dataset_version SET state = 'approved', approved_by_id = uploaded_by_id WHERE id = $1`,
        [checked],
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
