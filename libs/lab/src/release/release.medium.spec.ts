import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from '@scapis/contracts';
import type { ByteRange } from '@scapis/platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, readAll, sha256Of, type TestLab } from '../testing/lab.fixture.ts';
import { verifyReceipt } from './receipt.ts';

let lab: TestLab;
let datasetId: string;
beforeAll(async () => {
  lab = await openTestLab();
  datasetId = await lab.addDataset();
});
afterEach(() => lab.resetClock());
afterAll(() => lab.close());

const MiB = 2 ** 20;
const settingsOf = (actor: { personId: string; roles: readonly string[] }) => ({
  'app.person_id': actor.personId,
  'app.roles': actor.roles.join(','),
});
const stateOf = async (id: string) =>
  (
    await lab.test.query<{ state: string }>('SELECT state FROM cohort_version WHERE id = $1', [id])
  )[0]?.state;

async function addPassed(): Promise<{
  versionId: string;
  permitId: string;
  applicationId: string;
}> {
  const project = await lab.approveApplication(datasetId);
  return { ...project, versionId: await lab.addPassedVersion({ ...project, datasetId }) };
}

async function addReleased(
  bundle: Buffer,
): Promise<{ versionId: string; permitId: string; applicationId: string; sha256: string }> {
  const added = await addPassed();
  await lab.lab.release.submit(lab.people.astrid, added.versionId);
  await lab.lab.release.vote(lab.people.admin1, added.versionId, 'approve', 'evidence is sound');
  await lab.lab.release.vote(lab.people.admin2, added.versionId, 'approve', 'pairs look fine');
  return { ...added, sha256: await lab.pack(added.versionId, bundle) };
}

/** A reader that asks for `first` to `last` and breaks off after `takes` bytes. */
interface Break {
  first: number;
  last?: number;
  takes?: number;
}

/**
 * Reads as the gateway's socket does that breaks after `most` bytes: what it cannot take whole is
 * not come back for.
 * @returns the bytes of the pieces that it took whole
 */
async function readUpTo(stream: AsyncIterable<Uint8Array>, most: number): Promise<number> {
  let taken = 0;
  for await (const piece of stream) {
    if (taken + piece.length > most) break;
    taken += piece.length;
  }
  return taken;
}

async function missingOf(confirming: Promise<unknown>): Promise<ByteRange[]> {
  const refused: unknown = await confirming.catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'download_incomplete' });
  return (refused as { details: { missing: ByteRange[] } }).details.missing;
}

describe('a release', () => {
  it('goes from submission over two blinded votes to packing', async () => {
    const { astrid, admin1, admin2 } = lab.people;
    const { versionId } = await addPassed();
    await lab.lab.release.submit(astrid, versionId);
    expect(await stateOf(versionId)).toBe('in-review');
    await lab.lab.release.vote(admin1, versionId, 'approve', 'sound');
    expect(await stateOf(versionId)).toBe('in-review');
    expect(
      await lab.test.queryAsApp(
        settingsOf(admin2),
        'SELECT * FROM vote JOIN review ON review.id = review_id WHERE cohort_version_id = $1',
        [versionId],
      ),
    ).toEqual([]);
    await lab.lab.release.vote(admin2, versionId, 'approve', 'sound');
    expect(await stateOf(versionId)).toBe('packing');
    expect(
      await lab.test.query(`SELECT job FROM outbox WHERE payload ->> 'cohortVersionId' = $1`, [
        versionId,
      ]),
    ).toEqual([{ job: 'release.pack' }]);
  });

  it('is refused by two votes, and told to the team', async () => {
    const { astrid, admin1, admin2, bo } = lab.people;
    const { versionId } = await addPassed();
    await lab.lab.release.submit(bo, versionId);
    await lab.lab.release.vote(admin1, versionId, 'reject', 'pair 3 is a person');
    await lab.lab.release.vote(admin2, versionId, 'reject', 'pair 3');
    expect(await stateOf(versionId)).toBe('rejected');
    const told = await lab.test.query<{ person_id: string }>(
      `SELECT person_id FROM notification WHERE kind = 'release.rejected' AND object_id = $1`,
      [versionId],
    );
    expect(told.map((row) => row.person_id).sort()).toEqual([astrid.personId, bo.personId].sort());
    await expect(
      lab.test.query(`UPDATE cohort_version SET state = 'in-review' WHERE id = $1`, [versionId]),
    ).rejects.toMatchObject({
      code: 'LAB05',
    });
  });

  it('is not voted on by the team, nor twice, nor by those who are no reviewers', async () => {
    const { astrid, bo, admin1, auditor } = lab.people;
    const { versionId } = await addPassed();
    await expect(
      lab.lab.release.vote(admin1, versionId, 'approve', 'before it is submitted'),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await lab.lab.release.submit(astrid, versionId);
    await lab.lab.release.vote(admin1, versionId, 'approve', 'yes');
    for (const actor of [astrid, bo, auditor, admin1])
      await expect(lab.lab.release.vote(actor, versionId, 'approve', 'yes')).rejects.toMatchObject({
        code: 'forbidden',
      });
    await expect(
      lab.lab.release.vote(
        { ...astrid, roles: ['reviewer'] },
        versionId,
        'approve',
        'with a borrowed role',
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const [review] = await lab.test.query<{ id: string }>(
      'SELECT id FROM review WHERE cohort_version_id = $1',
      [versionId],
    );
    for (const person of [astrid, bo]) {
      await expect(
        lab.test.queryAsApp(
          { ...settingsOf(person), 'app.roles': 'reviewer' },
          `INSERT INTO vote (id, review_id, person_id, decision, comment) VALUES (gen_random_uuid(), $1, $2, 'approve', '')`,
          [review?.id, person.personId],
        ),
      ).rejects.toMatchObject({ code: 'LAB03' });
    }
  });

  it('needs its votes and its gate even by plain SQL', async () => {
    const { astrid, admin1, admin2 } = lab.people;
    const { versionId, applicationId } = await addPassed();
    const sql = (actor: typeof astrid, text: string, values: unknown[] = [versionId]) =>
      lab.test.queryAsApp(settingsOf(actor), text, values);
    await expect(
      sql(admin1, `UPDATE cohort_version SET state = 'packing' WHERE id = $1`),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      sql(
        admin1,
        `UPDATE cohort_version SET state = 'released', bundle_sha256 = 'x', bundle_size = 1 WHERE id = $1`,
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      sql(
        astrid,
        `INSERT INTO cohort_version SELECT (jsonb_populate_record(v, '{"id": "01900000-0000-7000-8000-00000000aaaa", "number": 2, "state": "released"}')).* FROM cohort_version v WHERE id = $1`,
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      sql(
        astrid,
        `INSERT INTO gate_run (id, application_id, cohort_version_id, requested_by_id, state, verdict, seed) VALUES (gen_random_uuid(), $1, $2, $3, 'completed', 'passed', 1)`,
        [applicationId, versionId, astrid.personId],
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await sql(
      astrid,
      `INSERT INTO gate_run (id, application_id, cohort_version_id, requested_by_id, state, seed) VALUES ('01900000-0000-7000-8000-00000000bbbb', $1, $2, $3, 'queued', 1)`,
      [applicationId, versionId, astrid.personId],
    );
    await expect(
      sql(astrid, `UPDATE gate_run SET state = 'completed', verdict = 'passed' WHERE id = $1`, [
        '01900000-0000-7000-8000-00000000bbbb',
      ]),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      sql(
        admin2,
        `INSERT INTO review (id, application_id, cohort_version_id, kind, outcome, closed_at) VALUES (gen_random_uuid(), $1, $2, 'release', 'approve', now())`,
        [applicationId, versionId],
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
  });

  it('waits for the gate again when another cohort of the dataset has left since', async () => {
    const { astrid, bo, admin1, admin2, admin3 } = lab.people;
    const { release, gate, home } = lab.lab;
    const [first, second] = [await addPassed(), await addPassed()];
    const unmetOf = (refusal: Promise<unknown>) =>
      refusal.then(
        () => [],
        ({ details }: { details: Decision }) =>
          details.conditions.filter(({ met }) => !met).map(({ code }) => code),
      );
    expect(await unmetOf(gate.request(astrid, second.versionId))).toEqual(['gate-needed']);
    for (const { versionId } of [first, second]) {
      await release.submit(astrid, versionId);
      await release.vote(admin1, versionId, 'approve', 'sound');
    }
    await expect(
      lab.test.queryAsApp(
        settingsOf(astrid),
        `UPDATE cohort_version SET state = 'gating' WHERE id = $1`,
        [second.versionId],
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await release.vote(admin2, first.versionId, 'approve', 'sound');

    expect(await stateOf(second.versionId)).toBe('in-review');
    expect(await unmetOf(release.vote(admin2, second.versionId, 'approve', 'sound'))).toEqual([
      'gate-not-overtaken',
    ]);
    const told = await lab.test.query<{ person_id: string }>(
      `SELECT person_id FROM notification WHERE kind = 'gate.overtaken' AND object_id = $1`,
      [second.versionId],
    );
    expect(told.map((row) => row.person_id).sort()).toEqual([astrid.personId, bo.personId].sort());
    expect(
      (await home.get(bo)).items
        .filter((item) => item.objectId === second.versionId)
        .map((item) => `${item.turn}: ${item.kind}`),
    ).toEqual(['mine: run-gate']);

    await gate.request(bo, second.versionId);
    expect(
      await lab.test.query(
        'SELECT outcome, closed_at IS NULL AS is_open FROM review WHERE cohort_version_id = $1',
        [second.versionId],
      ),
    ).toEqual([{ outcome: null, is_open: false }]);
    await lab.judge(second.versionId, { state: 'passed', verdict: 'passed' });
    await release.submit(bo, second.versionId);
    await release.vote(admin3, second.versionId, 'approve', 'sound together too');
    await release.vote(admin2, second.versionId, 'approve', 'sound');
    expect(await stateOf(second.versionId)).toBe('packing');
  });

  it('lets one of two cohorts go that are approved at the same moment', async () => {
    const { astrid, admin1, admin2 } = lab.people;
    const both = [await addPassed(), await addPassed()];
    for (const { versionId } of both) {
      await lab.lab.release.submit(astrid, versionId);
      await lab.lab.release.vote(admin1, versionId, 'approve', 'sound');
    }
    const votes = await Promise.allSettled(
      both.map(({ versionId }) => lab.lab.release.vote(admin2, versionId, 'approve', 'sound')),
    );
    expect(votes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await Promise.all(both.map(({ versionId }) => stateOf(versionId)))).sort()).toEqual([
      'in-review',
      'packing',
    ]);
  });

  it('stands still once released, but for its withdrawal', async () => {
    const { admin1, bo, stranger } = lab.people;
    const { versionId } = await addReleased(randomBytes(1000));
    for (const change of [
      `bundle_sha256 = repeat('0', 64)`,
      `count = 5`,
      `state = 'passed'`,
      `usage = 'unrestricted'`,
    ]) {
      await expect(
        lab.test.query(`UPDATE cohort_version SET ${change} WHERE id = $1`, [versionId]),
      ).rejects.toMatchObject({
        code: 'LAB05',
      });
    }
    await expect(
      lab.test.query('DELETE FROM cohort_version WHERE id = $1', [versionId]),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/LAB01|23503/),
    });
    expect(await lab.lab.release.access(bo, versionId)).toMatchObject({
      action: 'cohort:download',
      allowed: true,
    });
    await readAll((await lab.lab.downloads.open(bo, versionId)).stream);
    await lab.lab.release.withdraw(admin1, versionId, 'A pair turned out too close.');
    const access = await lab.lab.release.access(bo, versionId);
    expect(
      access.conditions.filter((condition) => !condition.met).map((condition) => condition.code),
    ).toEqual(['cohort-released']);
    await expect(lab.lab.downloads.open(bo, versionId)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(lab.lab.release.access(stranger, versionId)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(
      await lab.test.query(
        `SELECT 1 FROM notification WHERE kind = 'release.withdrawn' AND object_id = $1 AND person_id = $2`,
        [versionId, bo.personId],
      ),
    ).toHaveLength(1);
  });
});

describe('a download', () => {
  it('comes whole or in ranges, is recorded before it leaves, and ends with a receipt', async () => {
    const { bo, astrid, auditor, stranger } = lab.people;
    const bundle = randomBytes(20 * MiB + 123);
    const { versionId, sha256, applicationId } = await addReleased(bundle);
    expect(sha256).toBe(sha256Of(bundle));
    await expect(lab.lab.downloads.confirm(bo, versionId, sha256)).rejects.toMatchObject({
      code: 'download_not_begun',
    });
    expect(await lab.lab.downloads.describe(bo, versionId)).toEqual({
      name: 'cohort-1.zip',
      size: bundle.length,
      sha256,
    });
    const half = await lab.lab.downloads.open(bo, versionId, { range: `bytes=0-${10 * MiB - 1}` });
    expect(half.range).toEqual({ first: 0, last: 10 * MiB - 1 });
    expect((await readAll(half.stream)).equals(bundle.subarray(0, 10 * MiB))).toBe(true);
    await expect(lab.lab.downloads.confirm(bo, versionId, sha256)).rejects.toMatchObject({
      code: 'download_incomplete',
      message: expect.stringContaining('Resume'),
    });
    const rest = await lab.lab.downloads.open(bo, versionId, {
      range: `bytes=${10 * MiB}-`,
      ifRange: `"${sha256}"`,
    });
    expect((await readAll(rest.stream)).equals(bundle.subarray(10 * MiB))).toBe(true);
    const other = await lab.lab.downloads.open(bo, versionId, {
      range: 'bytes=5-9',
      ifRange: '"other"',
    });
    expect(other.range).toBeNull();
    await expect(
      lab.lab.downloads.open(bo, versionId, { range: `bytes=${bundle.length}-` }),
    ).rejects.toMatchObject({
      code: 'range_not_satisfiable',
    });

    await expect(lab.lab.downloads.confirm(bo, versionId, '0'.repeat(64))).rejects.toMatchObject({
      code: 'checksum_differs',
      message: expect.stringContaining('checksum'),
    });
    const receipt = await lab.lab.downloads.confirm(bo, versionId, sha256);
    expect(receipt).toMatchObject({
      cohortVersionId: versionId,
      person: { name: 'bo Andersson' },
      bundleSha256: sha256,
      bundleSize: bundle.length,
      termsVersion: 1,
    });
    expect(verifyReceipt(receipt, lab.lab.downloads.publicKey())).toBe(true);
    expect(await lab.lab.downloads.confirm(bo, versionId, sha256)).toEqual(receipt);
    for (const actor of [bo, astrid, auditor])
      expect((await lab.lab.downloads.listReceipts(actor, { limit: 5 })).items[0]).toEqual(receipt);
    expect(await lab.lab.downloads.listReceipts(stranger, { limit: 5 })).toEqual({
      items: [],
      nextCursor: null,
      total: null,
    });
    await expect(lab.test.query('UPDATE receipt SET number = 99')).rejects.toMatchObject({
      code: 'LAB01',
    });

    const events = await lab.test.query<{ type: string }>(
      `SELECT type FROM audit_event WHERE actor_id = $1 AND (object_kind IN ('download', 'receipt')) ORDER BY sequence DESC LIMIT 3`,
      [bo.personId],
    );
    expect(events.map((row) => row.type)).toEqual([
      'receipt.issued',
      'download.completed',
      'download.opened',
    ]);
    const [record] = await lab.test.query<{ bytes_served: string; ranges: string }>(
      `SELECT bytes_served, (SELECT count(*) FROM download_range r WHERE r.download_id = d.id) AS ranges FROM download d WHERE application_id = $1`,
      [applicationId],
    );
    expect(record).toEqual({ bytes_served: String(bundle.length + 8 * MiB), ranges: '5' });
  });

  describe.each<[string, (size: number) => Break[]]>([
    ['at the first byte', () => [{ first: 0, takes: 0 }]],
    ['at the last byte', (size) => [{ first: 0, takes: size - 1 }]],
    [
      'within the last range',
      (size) => [
        { first: 0, last: 2 * MiB - 1 },
        { first: 2 * MiB, takes: size - 2 * MiB - 50_000 },
      ],
    ],
    [
      'between ranges',
      (size) => [
        { first: 0, last: MiB - 1 },
        { first: 2 * MiB, takes: size },
      ],
    ],
  ])('that breaks off %s', (_where, breaksOf) => {
    it('is not confirmed before the rest was delivered', async () => {
      const { bo } = lab.people;
      const { downloads } = lab.lab;
      const bundle = randomBytes(3 * MiB + 5);
      const { versionId, sha256 } = await addReleased(bundle);
      for (const { first, last = bundle.length - 1, takes = Infinity } of breaksOf(bundle.length)) {
        const { stream } = await downloads.open(bo, versionId, { range: `bytes=${first}-${last}` });
        await readUpTo(stream, takes);
      }
      const missing = await missingOf(downloads.confirm(bo, versionId, sha256));
      expect(missing).toHaveLength(1);
      for (const { first, last } of missing) {
        const { stream } = await downloads.open(bo, versionId, { range: `bytes=${first}-${last}` });
        expect((await readAll(stream)).equals(bundle.subarray(first, last + 1))).toBe(true);
      }
      const receipt = await downloads.confirm(bo, versionId, sha256);
      expect(receipt.statement?.en).toContain('handed every byte');
    });
  });

  it('counts a piece when its reader comes back for the next, and not before', async () => {
    const { bo } = lab.people;
    const { versionId, sha256 } = await addReleased(randomBytes(100_000));
    const { stream } = await lab.lab.downloads.open(bo, versionId);
    const taken = await readUpTo(stream, 50_000);
    expect(taken).toBeGreaterThan(30_000);
    expect(await missingOf(lab.lab.downloads.confirm(bo, versionId, sha256))).toEqual([
      { first: taken, last: 99_999 },
    ]);
  });

  it('is confirmed by a reader who has the last byte before the lab has noted it', async () => {
    const { bo } = lab.people;
    const bundle = randomBytes(40_000);
    const { versionId, sha256 } = await addReleased(bundle);
    const pieces = (await lab.lab.downloads.open(bo, versionId)).stream[Symbol.asyncIterator]();
    for (let received = 0; received < bundle.length;)
      received += ((await pieces.next()).value as Uint8Array).length;
    let isConfirmed = false;
    const confirming = lab.lab.downloads.confirm(bo, versionId, sha256).then((receipt) => {
      isConfirmed = true;
      return receipt;
    });
    await sleep(250);
    expect(isConfirmed).toBe(false);
    expect((await pieces.next()).done).toBe(true);
    expect((await confirming).bundleSha256).toBe(sha256);
  });

  it('is never delivered by plain SQL, and no receipt is had before it was delivered', async () => {
    const { bo, admin1 } = lab.people;
    const bundle = randomBytes(1_000);
    const { versionId, sha256, applicationId } = await addReleased(bundle);
    await lab.lab.downloads.open(bo, versionId);
    const [range] = await lab.test.query<{ id: string; download_id: string }>(
      'SELECT id, download_id FROM download_range WHERE application_id = $1',
      [applicationId],
    );
    for (const actor of [bo, admin1])
      for (const change of ['delivered_bytes = 1000', 'delivered_bytes = 0'])
        await expect(
          lab.test.queryAsApp(
            settingsOf(actor),
            `UPDATE download_range SET ${change} WHERE id = $1`,
            [range?.id],
          ),
        ).rejects.toMatchObject({ code: 'LAB04' });
    const insertRange = (delivered: string) =>
      lab.test.queryAsApp(
        settingsOf(bo),
        `INSERT INTO download_range (id, download_id, application_id, first_byte, last_byte, delivered_bytes) VALUES (gen_random_uuid(), $1, $2, 0, 999, ${delivered})`,
        [range?.download_id, applicationId],
      );
    await expect(insertRange('1000')).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      lab.test.queryAsApp(
        settingsOf(bo),
        `INSERT INTO receipt (id, download_id, application_id, person_id, body, signature) VALUES (gen_random_uuid(), $1, $2, $3, '{}', '')`,
        [range?.download_id, applicationId, bo.personId],
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    expect(await missingOf(lab.lab.downloads.confirm(bo, versionId, sha256))).toEqual([
      { first: 0, last: 999 },
    ]);
    await expect(
      lab.test.query('DELETE FROM download_range WHERE id = $1', [range?.id]),
    ).rejects.toMatchObject({ code: 'LAB01' });

    const asSystem = (change: string) =>
      lab.test.queryAsApp(
        { 'app.system': '1' },
        `UPDATE download_range SET ${change} WHERE id = $1`,
        [range?.id],
      );
    await expect(asSystem('delivered_bytes = 1001')).rejects.toMatchObject({ code: 'LAB04' });
    await asSystem('delivered_bytes = 400');
    for (const change of ['delivered_bytes = 1000', 'delivered_bytes = NULL'])
      await expect(asSystem(change)).rejects.toMatchObject({ code: 'LAB05' });
  });

  it('gives parallel ranges one download', async () => {
    const { bo } = lab.people;
    const bundle = randomBytes(8 * MiB);
    const { versionId, sha256 } = await addReleased(bundle);
    const parts = await Promise.all(
      Array.from({ length: 8 }, async (_, part) =>
        readAll(
          (
            await lab.lab.downloads.open(bo, versionId, {
              range: `bytes=${part * MiB}-${(part + 1) * MiB - 1}`,
            })
          ).stream,
        ),
      ),
    );
    expect(Buffer.concat(parts).equals(bundle)).toBe(true);
    expect(
      await lab.test.query('SELECT 1 FROM download WHERE cohort_version_id = $1', [versionId]),
    ).toHaveLength(1);
    const receipts = await Promise.all(
      [1, 2, 3].map(() => lab.lab.downloads.confirm(bo, versionId, sha256)),
    );
    expect(new Set(receipts.map((receipt) => receipt.id)).size).toBe(1);
  });

  it('ends at the next piece once the permit is revoked', async () => {
    const { bo, admin1 } = lab.people;
    const bundle = randomBytes(24 * MiB);
    const { versionId, permitId } = await addReleased(bundle);
    const { stream } = await lab.lab.downloads.open(bo, versionId);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of stream) {
        if (received === 0) await lab.lab.permits.revoke(admin1, permitId, 'at once');
        received += chunk.length;
      }
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'forbidden',
      details: { action: 'cohort:download', allowed: false },
    });
    expect(received).toBeLessThanOrEqual(8 * MiB);
    await expect(
      lab.lab.downloads.open(bo, versionId, { range: 'bytes=0-0' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const refused = await lab.test.query<{ detail: unknown }>(
      `SELECT detail FROM audit_event WHERE type = 'download.refused' AND object_id = $1`,
      [versionId],
    );
    expect(refused).toEqual([
      { detail: { unmet: ['permit-not-revoked'] } },
      { detail: { unmet: ['permit-not-revoked'] } },
    ]);
  });

  it('asks again after two seconds within a piece, however slowly it is read', async () => {
    const { bo, admin1 } = lab.people;
    const { versionId, permitId } = await addReleased(randomBytes(4 * MiB));
    const { stream } = await lab.lab.downloads.open(bo, versionId);
    let chunks = 0;
    const reading = (async () => {
      for await (const chunk of stream) {
        expect(chunk.length).toBeGreaterThan(0);
        if (++chunks === 1) await lab.lab.permits.revoke(admin1, permitId, 'at once');
        if (chunks === 3) lab.clock.now = new Date(lab.clock.now.getTime() + 2_000);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'forbidden' });
    expect(chunks).toBe(3);
  });

  it('is for members who have signed, under a permit in force', async () => {
    const { astrid, bo, stranger, admin1, auditor } = lab.people;
    const project = await lab.approveApplication(datasetId, { isSigned: false });
    await lab.sign(astrid, project.permitId);
    const versionId = await lab.addPassedVersion({ ...project, datasetId });
    await expect(lab.lab.release.submit(bo, versionId)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await lab.lab.release.submit(astrid, versionId);
    await lab.lab.release.vote(lab.people.admin2, versionId, 'approve', 'yes');
    await lab.lab.release.vote(lab.people.admin3, versionId, 'approve', 'yes');
    await lab.pack(versionId, randomBytes(10));
    const unmet = async (actor: typeof bo) =>
      (await lab.lab.release.access(actor, versionId)).conditions
        .filter((condition) => !condition.met)
        .map((condition) => condition.code);
    expect(await unmet(astrid)).toEqual([]);
    expect(await unmet(bo)).toEqual(['terms-signed']);
    for (const actor of [admin1, auditor])
      expect(await unmet(actor)).toEqual(['permit-names-person', 'terms-signed']);
    for (const actor of [bo, admin1, auditor])
      await expect(lab.lab.downloads.open(actor, versionId)).rejects.toMatchObject({
        code: 'forbidden',
      });
    await expect(lab.lab.downloads.open(stranger, versionId)).rejects.toMatchObject({
      code: 'not_found',
    });
    lab.clock.now = new Date('2028-01-01T00:00:00Z');
    expect(await unmet(astrid)).toEqual(['permit-not-expired']);
  });
});

describe('a cohort of no use', () => {
  const reason = 'A class is to see what a cohort that teaches nothing looks like.';

  async function addOfNoUse(): Promise<string> {
    const project = await lab.approveApplication(datasetId);
    const id = await lab.addJudgedVersion(
      { ...project, datasetId },
      { state: 'passed', verdict: 'of-no-use' },
    );
    await lab.test.db.unsafeAsSystem('test', (tx) =>
      tx.cohortVersion.update({ where: { id }, data: { usage: 'of-no-use' } }),
    );
    return id;
  }

  it('is submitted with a written reason alone, which every reader of its page sees', async () => {
    const { astrid, admin1, admin2 } = lab.people;
    const id = await addOfNoUse();
    await expect(lab.lab.release.submit(astrid, id)).rejects.toMatchObject({
      code: 'no_use_reason_needed',
    });
    expect(await stateOf(id)).toBe('passed');
    const submitted = await lab.lab.release.submit(astrid, id, reason);
    expect(submitted).toMatchObject({
      state: 'in-review',
      usage: 'of-no-use',
      noUseReason: { by: { id: astrid.personId }, reason },
    });
    await lab.lab.release.vote(admin1, id, 'approve', 'for the class, as said');
    await lab.lab.release.vote(admin2, id, 'approve', 'for the class, as said');
    await lab.pack(id, Buffer.from('bundle'));
    expect(
      await lab.test.query('SELECT state, no_use_reason FROM cohort_version WHERE id = $1', [id]),
    ).toEqual([{ state: 'released', no_use_reason: reason }]);
  });

  it('meets the same rule in the database, which keeps the reason as it was voted on', async () => {
    const { astrid, admin1 } = lab.people;
    const id = await addOfNoUse();
    const move = (sql: string): Promise<unknown> =>
      lab.test.queryAsApp(settingsOf(astrid), sql, [id]);
    await expect(
      move(`UPDATE cohort_version SET state = 'in-review' WHERE id = $1`),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      move(
        `UPDATE cohort_version SET no_use_reason = 'short', no_use_reason_by_id = '${astrid.personId}' WHERE id = $1`,
      ),
    ).rejects.toMatchObject({ code: '23514' });
    await expect(
      move(
        `UPDATE cohort_version SET no_use_reason = '${reason}', no_use_reason_by_id = '${admin1.personId}' WHERE id = $1`,
      ),
    ).rejects.toMatchObject({ code: 'LAB03' });
    await lab.lab.release.submit(astrid, id, reason);
    await expect(
      move(`UPDATE cohort_version SET no_use_reason = upper(no_use_reason) WHERE id = $1`),
    ).rejects.toMatchObject({ code: 'LAB05' });
  });
});
