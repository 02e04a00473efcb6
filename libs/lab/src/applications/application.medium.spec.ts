import { smallPdf } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, readAll, sha256Of, type TestLab, toStream } from '../testing/lab.fixture.ts';

let lab: TestLab;
let datasetId: string;
beforeAll(async () => {
  lab = await openTestLab();
  datasetId = await lab.addDataset();
});
afterAll(() => lab.close());

const settingsOf = (actor: { personId: string; roles: readonly string[] }) => ({
  'app.person_id': actor.personId,
  'app.roles': actor.roles.join(','),
});

describe('an application', () => {
  it('is saved with any part filled in, and says what is missing', async () => {
    const { astrid } = lab.people;
    const draft = await lab.lab.applications.create(astrid, { title: 'Half a plan' });
    expect(draft).toMatchObject({
      state: 'draft',
      title: 'Half a plan',
      organisation: '',
      members: [{ name: 'astrid Andersson', hasSignedTerms: false }],
    });
    expect(draft.missing).toEqual(
      expect.arrayContaining([
        'organisation',
        'purpose',
        'ethicsNumber',
        'datasetIds',
        'ethicsDocument',
      ]),
    );
    const edited = await lab.lab.applications.edit(astrid, draft.id, { ...lab.toForm(datasetId) });
    expect(edited.missing).toEqual(['ethicsDocument']);
    await expect(lab.lab.applications.submit(astrid, draft.id)).rejects.toMatchObject({
      code: 'forbidden',
      details: { action: 'application:submit' },
    });
    expect(
      (await lab.lab.applications.edit(astrid, draft.id, { accessUntil: null })).missing,
    ).toEqual(['accessUntil', 'ethicsDocument']);
  });

  it('belongs to its team alone while it is a draft', async () => {
    const { astrid, bo, stranger, admin1, auditor } = lab.people;
    const { id } = await lab.lab.applications.create(astrid, lab.toForm(datasetId));
    for (const actor of [bo, stranger, admin1, auditor])
      await expect(lab.lab.applications.get(actor, id)).rejects.toMatchObject({
        code: 'not_found',
      });
    await lab.lab.applications.addMember(astrid, id, 'BO@example.org');
    expect(await lab.lab.applications.get(bo, id)).toMatchObject({
      members: [{ id: astrid.personId }, { id: bo.personId, name: 'bo Andersson' }],
    });
    await expect(lab.lab.applications.edit(bo, id, { title: 'Mine now' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      lab.lab.applications.addMember(astrid, id, 'nobody@example.org'),
    ).rejects.toMatchObject({
      code: 'member_never_signed_in',
      message: expect.stringContaining('sign in once'),
    });
    await expect(
      lab.lab.applications.removeMember(astrid, id, astrid.personId),
    ).rejects.toMatchObject({ code: 'member_is_applicant' });
    expect((await lab.lab.applications.removeMember(astrid, id, bo.personId)).members).toHaveLength(
      1,
    );
    await expect(lab.lab.applications.get(bo, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps the ethics decision encrypted, judged by its content', async () => {
    const { astrid, stranger, bo } = lab.people;
    const { id } = await lab.lab.applications.create(astrid, lab.toForm(datasetId));
    await expect(
      lab.lab.applications.putEthicsDocument(astrid, id, 'x.pdf', toStream(Buffer.from('<html>'))),
    ).rejects.toMatchObject({
      code: 'ethics_decision_not_pdf',
    });
    await expect(
      lab.lab.applications.putEthicsDocument(stranger, id, 'x.pdf', toStream(smallPdf)),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    const { ethicsDocument } = await lab.lab.applications.putEthicsDocument(
      astrid,
      id,
      '../../etc/beslut\u202e.PDF.exe',
      toStream(smallPdf),
    );
    expect(ethicsDocument).toMatchObject({ name: 'beslut.PDF.exe.pdf', size: smallPdf.length });
    expect(await lab.context.storage.findSize(ethicsDocument?.sha256 ?? '')).toBeNull();
    const document = await lab.lab.applications.getEthicsDocument(astrid, id);
    expect(await readAll(document.stream)).toEqual(smallPdf);
    await expect(lab.lab.applications.getEthicsDocument(bo, id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is returned with a comment, mended, sent in again and withdrawn', async () => {
    const { astrid, admin1, admin2 } = lab.people;
    const id = await lab.submitApplication(datasetId);
    await expect(
      lab.lab.applications.edit(astrid, id, { title: 'Changed meanwhile' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    const returned = await lab.lab.applications.return(admin1, id, 'Name the scanner sites.');
    expect(returned).toMatchObject({ state: 'returned', review: { outcome: null, votesCast: 0 } });
    expect(returned.review?.closedAt).not.toBeNull();
    expect(returned.events.at(-1)).toMatchObject({
      type: 'application.returned',
      comment: 'Name the scanner sites.',
      actor: { name: 'admin1 Andersson' },
    });
    await lab.lab.applications.edit(astrid, id, {
      purpose: 'To grade coronary calcium on images from the sites of Linköping and Umeå.',
    });
    const again = await lab.lab.applications.submit(astrid, id);
    expect(again).toMatchObject({ state: 'submitted', review: { closedAt: null } });
    await lab.lab.applications.vote(admin2, id, 'approve', 'good');
    await expect(lab.lab.applications.return(admin1, id, 'too late')).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await lab.lab.applications.withdraw(astrid, id)).toMatchObject({ state: 'withdrawn' });
    await expect(lab.lab.applications.vote(admin1, id, 'approve', 'late')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('the decision', () => {
  it('takes two blinded votes alike, and gives the permit with them', async () => {
    const { astrid, bo, admin1, admin2, admin3 } = lab.people;
    const id = await lab.submitApplication(datasetId);
    const first = await lab.lab.applications.vote(admin1, id, 'approve', 'sound');
    expect(first).toMatchObject({
      state: 'submitted',
      review: { votesCast: 1, votesNeeded: 2, outcome: null, votes: [{ decision: 'approve' }] },
    });
    await expect(lab.lab.applications.vote(admin1, id, 'approve', 'again')).rejects.toMatchObject({
      code: 'forbidden',
    });
    // Neither the other admins nor the team see how it fell.
    for (const actor of [admin2, astrid])
      expect((await lab.lab.applications.get(actor, id)).review).toMatchObject({
        votesCast: 1,
        votes: [],
      });
    expect((await lab.lab.applications.vote(admin2, id, 'reject', 'unclear')).state).toBe(
      'submitted',
    );
    const decided = await lab.lab.applications.vote(admin3, id, 'approve', 'fine');
    expect(decided).toMatchObject({
      state: 'approved',
      review: { outcome: 'approve', votesCast: 3 },
      decisions: expect.arrayContaining([
        expect.objectContaining({ action: 'application:vote', allowed: false }),
      ]),
    });
    const seen = await lab.lab.applications.get(astrid, id);
    expect(seen.review?.votes.map((vote) => [vote.person.name, vote.decision])).toEqual([
      ['admin1 Andersson', 'approve'],
      ['admin2 Andersson', 'reject'],
      ['admin3 Andersson', 'approve'],
    ]);
    const permit = await lab.lab.permits.get(bo, seen.permitId ?? '');
    expect(permit).toMatchObject({
      state: 'active',
      validUntil: '2027-12-31T22:59:59.999Z',
      datasets: [{ id: datasetId }],
      people: expect.arrayContaining([
        expect.objectContaining({ id: bo.personId, signedAt: null }),
      ]),
    });
    const told = await lab.test.query<{ kind: string }>(
      `SELECT kind FROM notification WHERE person_id = $1 AND object_id IN ($2, $3) ORDER BY kind`,
      [bo.personId, id, permit.id],
    );
    expect(told.map((row) => row.kind)).toEqual(['application.approved', 'permit.terms-to-sign']);
  });

  it('leaves one audit row for each change, none of which tells a vote', async () => {
    const { admin1, admin2, auditor } = lab.people;
    const id = await lab.submitApplication(datasetId);
    await lab.lab.applications.vote(admin1, id, 'reject', 'SECRET-REASON');
    await lab.lab.applications.vote(admin2, id, 'reject', 'SECRET-REASON');
    const { items } = await lab.lab.audit.list(auditor, { limit: 200, objectId: id });
    expect(items.map((item) => item.type).reverse()).toEqual([
      'application.created',
      'application.member-added',
      'application.document-added',
      'application.submitted',
      'application.voted',
      'application.voted',
      'application.rejected',
    ]);
    expect(JSON.stringify(items.filter((item) => item.type === 'application.voted'))).not.toMatch(
      /SECRET|"reject"/,
    );
    // Yet each is bound to the chain: who sees the votes, now that they are open, works their
    // commitments out again.
    const votes = await lab.test.query<{ id: string; decision: string; comment: string }>(
      'SELECT vote.* FROM vote JOIN review ON review.id = review_id WHERE application_id = $1',
      [id],
    );
    const commitments = votes.map((vote) =>
      sha256Of(Buffer.from(`${vote.id}|${vote.decision}|${vote.comment}`)),
    );
    expect(
      items
        .filter((item) => item.type === 'application.voted')
        .map((item) => item.detail.commitment)
        .sort(),
    ).toEqual(commitments.sort());
  });

  it('is refused to the team, to a team-mate who is an admin, and to those without the role', async () => {
    const { astrid, bo, admin1, stranger, auditor } = lab.people;
    const { id } = await lab.lab.applications.create(astrid, lab.toForm(datasetId));
    await lab.lab.applications.addMember(astrid, id, 'admin1@example.org');
    await lab.lab.applications.putEthicsDocument(astrid, id, 'a.pdf', toStream(smallPdf));
    await lab.lab.applications.submit(astrid, id);
    for (const actor of [astrid, bo, admin1, auditor])
      await expect(lab.lab.applications.vote(actor, id, 'approve', 'ours')).rejects.toMatchObject({
        code: expect.stringMatching(/forbidden|not_found/),
      });
    await expect(lab.lab.applications.vote(stranger, id, 'approve', 'ours')).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(lab.lab.applications.return(admin1, id, 'my own')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('falls once, however many vote, return and withdraw at the same time', async () => {
    const { astrid, admin1, admin2, admin3 } = lab.people;
    const id = await lab.submitApplication(datasetId);
    await Promise.allSettled([
      ...[admin1, admin2, admin3].flatMap((admin) =>
        [1, 2, 3].map(() => lab.lab.applications.vote(admin, id, 'approve', 'yes')),
      ),
      lab.lab.applications.return(admin3, id, 'not yet'),
      lab.lab.applications.withdraw(astrid, id),
    ]);
    const rows = await lab.test.query<{ type: string }>(
      `SELECT type FROM audit_event WHERE object_id = $1 AND type IN ('application.approved', 'application.returned', 'application.withdrawn')`,
      [id],
    );
    expect(rows).toHaveLength(1);
    const votes = await lab.test.query(
      `SELECT person_id FROM vote JOIN review ON review.id = review_id WHERE application_id = $1 GROUP BY person_id, review_id HAVING count(*) > 1`,
      [id],
    );
    expect(votes).toEqual([]);
    expect((await lab.lab.applications.get(astrid, id)).state).toBe(rows[0]?.type.split('.')[1]);
  });
});

describe('the database refuses, by plain SQL as the app', () => {
  it("a second vote, a team-mate's vote, a vote without the role, and a vote in another's name", async () => {
    const { astrid, admin1, admin2, stranger } = lab.people;
    const id = await lab.submitApplication(datasetId);
    await lab.lab.applications.vote(admin1, id, 'approve', 'yes');
    const [review] = await lab.test.query<{ id: string }>(
      `SELECT id FROM review WHERE application_id = $1`,
      [id],
    );
    const vote = `INSERT INTO vote (id, review_id, person_id, decision, comment) VALUES (gen_random_uuid(), $1, $2, 'approve', 'x')`;
    await expect(
      lab.test.queryAsApp(settingsOf(admin1), vote, [review?.id, admin1.personId]),
    ).rejects.toMatchObject({ code: '23505' });
    await expect(
      lab.test.queryAsApp({ ...settingsOf(astrid), 'app.roles': 'lab-admin' }, vote, [
        review?.id,
        astrid.personId,
      ]),
    ).rejects.toMatchObject({ code: 'LAB03' });
    await expect(
      lab.test.queryAsApp(settingsOf(stranger), vote, [review?.id, stranger.personId]),
    ).rejects.toMatchObject({ code: 'LAB03' });
    await expect(
      lab.test.queryAsApp(settingsOf(admin1), vote, [review?.id, admin2.personId]),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      lab.test.queryAsApp(
        settingsOf(admin1),
        `UPDATE vote SET decision = 'reject' WHERE review_id = $1`,
        [review?.id],
      ),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      lab.test.queryAsApp(
        settingsOf(admin2),
        `UPDATE review SET closed_at = now(), outcome = 'approve' WHERE id = $1`,
        [review?.id],
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    expect(
      await lab.test.queryAsApp(settingsOf(admin2), `SELECT * FROM vote WHERE review_id = $1`, [
        review?.id,
      ]),
    ).toEqual([]);
  });

  it('an approval without votes, a change of what is being decided, a permit out of nothing', async () => {
    const { astrid, admin1 } = lab.people;
    const id = await lab.submitApplication(datasetId);
    const sql = (actor: typeof astrid, text: string, values: unknown[] = [id]) =>
      lab.test.queryAsApp(settingsOf(actor), text, values);
    await expect(
      sql(admin1, `UPDATE application SET state = 'approved' WHERE id = $1`),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      sql(astrid, `UPDATE application SET purpose = 'something else' WHERE id = $1`),
    ).rejects.toMatchObject({ code: 'LAB05' });
    await expect(
      sql(astrid, `INSERT INTO application_member (application_id, person_id) VALUES ($1, $2)`, [
        id,
        lab.people.stranger.personId,
      ]),
    ).rejects.toMatchObject({ code: 'LAB05' });
    await expect(
      sql(
        astrid,
        `INSERT INTO application (id, applicant_id, state) VALUES (gen_random_uuid(), $1, 'approved')`,
        [astrid.personId],
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
    await expect(
      sql(
        admin1,
        `INSERT INTO permit (id, application_id, title, purpose, valid_from, valid_until) VALUES (gen_random_uuid(), $1, '', '', now(), now())`,
      ),
    ).rejects.toMatchObject({ code: 'LAB04' });
  });

  it('any look into another project, and any look without saying who asks', async () => {
    const { stranger } = lab.people;
    const { applicationId, permitId } = await lab.approveApplication(datasetId);
    for (const settings of [{}, settingsOf(stranger)] as Record<string, string>[]) {
      for (const table of [
        'application',
        'application_member',
        'application_dataset',
        'application_event',
        'review',
      ]) {
        expect(
          await lab.test.queryAsApp(
            settings,
            `SELECT * FROM ${table} WHERE ${table === 'application' ? 'id' : 'application_id'} = $1`,
            [applicationId],
          ),
        ).toEqual([]);
      }
      for (const table of ['permit_person', 'permit_dataset', 'terms_signature'])
        expect(
          await lab.test.queryAsApp(settings, `SELECT * FROM ${table} WHERE permit_id = $1`, [
            permitId,
          ]),
        ).toEqual([]);
      expect(await lab.test.queryAsApp(settings, `SELECT * FROM notification`)).toEqual([]);
    }
    expect(await lab.test.queryAsApp({}, `SELECT * FROM person`)).toEqual([]);
    expect(await lab.test.queryAsApp({}, `SELECT * FROM dataset`)).toEqual([]);
    expect(await lab.test.queryAsApp({}, `SELECT * FROM audit_event`)).toEqual([]);
  });
});
