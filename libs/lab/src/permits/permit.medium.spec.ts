import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../testing/lab.fixture.ts';
import { ensureTerms } from './terms.ts';
import { termsTexts } from './terms-text.ts';

let lab: TestLab;
let datasetId: string;
beforeAll(async () => {
  lab = await openTestLab();
  datasetId = await lab.addDataset();
});
afterEach(() => lab.resetClock());
afterAll(() => lab.close());

const settingsOf = (actor: { personId: string; roles: readonly string[] }) => ({
  'app.person_id': actor.personId,
  'app.roles': actor.roles.join(','),
});

async function addTraining(
  project: { applicationId: string; permitId: string },
  state: string,
): Promise<string> {
  const [id, versionId] = [uuidv7(), uuidv7()];
  await lab.test.query(
    `INSERT INTO dataset_version (id, dataset_id, number, state, data_key) VALUES ($1, $2, (SELECT count(*) + 1 FROM dataset_version WHERE dataset_id = $2), 'empty', '')`,
    [versionId, datasetId],
  );
  await lab.test.query(
    `INSERT INTO training_run (id, application_id, permit_id, dataset_version_id, requested_by_id, title, state, config, seed, steps, threshold_version_id)
     SELECT $1, $2, $3, $4, $5, 'run', $6, '{}', 1, 100, id FROM threshold_version WHERE dataset_id = $7`,
    [
      id,
      project.applicationId,
      project.permitId,
      versionId,
      lab.people.astrid.personId,
      state,
      datasetId,
    ],
  );
  return id;
}

describe('the terms', () => {
  it('are set up once, however often the lab starts, and never change', async () => {
    expect(await ensureTerms(lab.test.db)).toBe(0);
    expect(await lab.test.query('SELECT version FROM terms')).toHaveLength(termsTexts.length);
    await expect(lab.test.query(`UPDATE terms SET text_sv = 'x'`)).rejects.toMatchObject({
      code: 'LAB01',
    });
    await expect(lab.test.query('DELETE FROM terms_signature')).resolves.toEqual([]);
  });

  it('stop the set-up when a version that people may have signed was edited', async () => {
    await lab.test.query('ALTER TABLE terms DISABLE TRIGGER USER');
    await lab.test.query(`UPDATE terms SET sha256_sv = repeat('0', 64)`);
    await expect(ensureTerms(lab.test.db)).rejects.toMatchObject({ code: 'terms_edited' });
    await lab.test.query(
      `UPDATE terms SET sha256_sv = encode(sha256(convert_to(text_sv, 'UTF8')), 'hex')`,
    );
    await lab.test.query('ALTER TABLE terms ENABLE TRIGGER USER');
    expect(await ensureTerms(lab.test.db)).toBe(0);
  });

  it('are signed by each person named, once, as they stood on the screen', async () => {
    const { astrid, bo, admin1, stranger } = lab.people;
    const { permitId } = await lab.approveApplication(datasetId, { isSigned: false });
    const { terms } = await lab.lab.permits.get(astrid, permitId);
    const signature = { termsId: terms.id, textSha256: terms.sha256En, locale: 'en' } as const;
    await expect(
      lab.lab.permits.sign(astrid, permitId, { ...signature, locale: 'sv' }),
    ).rejects.toMatchObject({ code: 'terms_text_differs' });
    await expect(
      lab.lab.permits.sign(astrid, permitId, { ...signature, termsId: uuidv7() }),
    ).rejects.toMatchObject({
      code: 'newer_terms',
    });
    await expect(lab.lab.permits.sign(admin1, permitId, signature)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(lab.lab.permits.sign(stranger, permitId, signature)).rejects.toMatchObject({
      code: 'not_found',
    });
    const signed = await lab.lab.permits.sign(astrid, permitId, signature);
    expect(signed.people).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: astrid.personId, signedAt: lab.clock.now.toISOString() }),
        expect.objectContaining({ id: bo.personId, signedAt: null }),
      ]),
    );
    await expect(lab.lab.permits.sign(astrid, permitId, signature)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      lab.test.query('DELETE FROM terms_signature WHERE permit_id = $1', [permitId]),
    ).rejects.toMatchObject({ code: 'LAB01' });
    await expect(
      lab.test.queryAsApp(
        settingsOf(astrid),
        `INSERT INTO terms_signature (id, permit_id, terms_id, person_id, text_sha256, locale, login_method) VALUES (gen_random_uuid(), $1, $2, $3, '', 'sv', '')`,
        [permitId, terms.id, bo.personId],
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('must be signed again when a newer version is in force', async () => {
    const { astrid } = lab.people;
    const { permitId } = await lab.approveApplication(datasetId);
    await lab.test.query(
      `INSERT INTO terms (id, version, text_sv, text_en, sha256_sv, sha256_en) VALUES (gen_random_uuid(), 999, 'ny', 'new', repeat('a', 64), repeat('b', 64))`,
    );
    const before = await lab.lab.permits.get(astrid, permitId);
    expect(before.terms.version).toBe(999);
    expect(before.people.every((person) => person.signedAt === null)).toBe(true);
    await lab.sign(astrid, permitId);
    expect(
      (await lab.lab.permits.get(astrid, permitId)).people.filter(
        (person) => person.signedAt !== null,
      ),
    ).toHaveLength(1);
  });
});

describe('a permit', () => {
  it('is listed for those it names and for staff, page by page', async () => {
    const { astrid, stranger, auditor } = lab.people;
    for (let count = 0; count < 3; count++) await lab.approveApplication(datasetId);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await lab.lab.permits.list(astrid, { limit: 2, cursor });
      seen.push(...page.items.map((item) => item.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(
      (await lab.lab.permits.list(auditor, { limit: 200 })).items.map((item) => item.id),
    ).toEqual(seen);
    expect(await lab.lab.permits.list(stranger, { limit: 50 })).toEqual({
      items: [],
      nextCursor: null,
      total: null,
    });
    await expect(lab.lab.permits.list(astrid, { limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'cursor_unknown',
    });
  });

  it('ends by itself after the whole of its last day in Sweden', async () => {
    const { astrid } = lab.people;
    const { permitId } = await lab.approveApplication(datasetId);
    try {
      lab.clock.now = new Date('2027-12-31T22:59:59Z');
      expect((await lab.lab.permits.get(astrid, permitId)).state).toBe('active');
      lab.clock.now = new Date('2027-12-31T23:00:00Z');
      expect((await lab.lab.permits.get(astrid, permitId)).state).toBe('expired');
    } finally {
    }
  });

  it('is revoked at once: its training stops, everyone is told, nothing of it changes again', async () => {
    const { astrid, bo, admin1, admin2 } = lab.people;
    const project = await lab.approveApplication(datasetId);
    const other = await lab.approveApplication(datasetId);
    const [queued, running, done, foreign] = [
      await addTraining(project, 'queued'),
      await addTraining(project, 'running'),
      await addTraining(project, 'completed'),
      await addTraining(other, 'running'),
    ];
    await expect(lab.lab.permits.revoke(astrid, project.permitId, 'my own')).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(
      await lab.lab.permits.revoke(admin1, project.permitId, 'Ethics approval was withdrawn'),
    ).toMatchObject({
      state: 'revoked',
      revokeReason: 'Ethics approval was withdrawn',
    });
    const states = await lab.test.query<{ id: string; state: string }>(
      'SELECT id, state FROM training_run WHERE id = ANY ($1)',
      [[queued, running, done, foreign]],
    );
    expect(new Map(states.map((row) => [row.id, row.state]))).toEqual(
      new Map([
        [queued, 'cancelled'],
        [running, 'cancelled'],
        [done, 'completed'],
        [foreign, 'running'],
      ]),
    );
    const told = await lab.test.query<{ person_id: string }>(
      `SELECT person_id FROM notification WHERE kind = 'permit.revoked' AND object_id = $1`,
      [project.permitId],
    );
    expect(told.map((row) => row.person_id).sort()).toEqual([astrid.personId, bo.personId].sort());
    await expect(lab.lab.permits.revoke(admin2, project.permitId, 'again')).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      lab.test.query('UPDATE permit SET revoked_at = NULL WHERE id = $1', [project.permitId]),
    ).rejects.toMatchObject({
      code: 'LAB05',
    });
    await expect(
      lab.test.query('DELETE FROM permit WHERE id = $1', [project.permitId]),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/LAB01|23503/),
    });
  });

  it('is neither lengthened nor widened by its own team, by plain SQL as the app', async () => {
    const { astrid, stranger } = lab.people;
    const { permitId } = await lab.approveApplication(datasetId);
    expect(
      await lab.test.queryAsApp(
        settingsOf(astrid),
        `UPDATE permit SET valid_until = valid_until + interval '1 year' WHERE id = $1 RETURNING id`,
        [permitId],
      ),
    ).toEqual([]);
    await expect(
      lab.test.queryAsApp(
        settingsOf(astrid),
        'INSERT INTO permit_person (permit_id, person_id) VALUES ($1, $2)',
        [permitId, stranger.personId],
      ),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      lab.test.queryAsApp(
        settingsOf(astrid),
        'INSERT INTO permit_dataset (permit_id, dataset_id) VALUES ($1, $2)',
        [permitId, await lab.addDataset('Another')],
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
