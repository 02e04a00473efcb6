import { createHash, randomBytes } from 'node:crypto';
import {
  gateCheckNames,
  gateChecks,
  gateThresholds,
  type CheckResult,
  type Evidence,
  type GateCheck,
} from '@scapis/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CohortService } from '../cohorts/cohorts.service.ts';
import { openTestLab, readAll, type TestLab } from '../testing/lab.fixture.ts';
import { verifyReceipt } from './receipt.ts';

let lab: TestLab;
let project: { applicationId: string; permitId: string; datasetId: string };
let cohorts: CohortService;
beforeAll(async () => {
  lab = await openTestLab();
  cohorts = new CohortService(lab.context);
  const datasetId = await lab.addDataset();
  project = { ...(await lab.approveApplication(datasetId)), datasetId };
});
afterAll(() => lab.close());

type Actor = TestLab['people']['admin1'];
const failed: GateCheck[] = ['copy-contrastive', 'copy-pixel'];
const reasonOf = (who: string) =>
  `${who} has looked at all twenty closest pairs and finds a common projection, no person.`;
const settingsOf = (actor: Actor) => ({
  'app.person_id': actor.personId,
  'app.roles': actor.roles.join(','),
});
const stateOf = async (id: string) =>
  (
    await lab.test.query<{ state: string }>('SELECT state FROM cohort_version WHERE id = $1', [id])
  )[0]?.state;

/** Evidence in which these checks failed and every other passed. */
function evidenceWith(names: readonly GateCheck[]): Evidence {
  const checks = gateCheckNames.map((check): CheckResult => ({
    check,
    verdict: names.includes(check) ? 'fail' : 'isReport' in gateChecks[check] ? 'report' : 'pass',
    value: 1,
    baseline: null,
    threshold: null,
    passesWhen: null,
    unit: 'count',
    interval: null,
    details: {},
    histograms: [],
    curves: [],
  }));
  return {
    schema: 'scapis-lab/evidence/2',
    cohortVersionId: 'c',
    datasetVersionId: 'd',
    verdict: 'refused',
    seed: 1,
    code: { version: '1', onnxRuntime: '1', node: '1' },
    counts: {
      synthetic: 1,
      training: 1,
      control: 1,
      reference: 1,
      trainingPeople: 1,
      controlPeople: 1,
      referencePeople: 1,
    },
    splitHashes: { T: '', H: '', R: '' },
    imagesSha256: '',
    thresholds: gateThresholds.parse({}),
    checks,
    selfTest: { passed: true, rows: [] },
    released: [],
  };
}

const addRefused = (alsoFailed: GateCheck[] = []) =>
  lab.addJudgedVersion(project, {
    state: 'refused',
    verdict: 'refused',
    overridableChecks: failed,
    evidence: evidenceWith([...failed, ...alsoFailed]),
  });

/** Straight into the table, past the service. */
async function signBySql(
  actor: Actor,
  versionId: string,
  change: { checks?: string[]; reason?: string; personId?: string } = {},
): Promise<unknown> {
  return lab.test.queryAsApp(
    settingsOf(actor),
    `INSERT INTO override_signature (id, application_id, cohort_version_id, gate_run_id, person_id, checks, reason)
     SELECT gen_random_uuid(), application_id, cohort_version_id, id, $2, $3, $4 FROM gate_run WHERE cohort_version_id = $1`,
    [
      versionId,
      change.personId ?? actor.personId,
      change.checks ?? failed,
      change.reason ?? reasonOf(actor.personId),
    ],
  );
}

describe('a failed privacy check', () => {
  it('is set aside by two people, each with a reason of their own, and the cohort carries that to the receipt', async () => {
    const { astrid, bo, admin1, admin2, admin3 } = lab.people;
    const id = await addRefused();
    const may = async (actor: Actor) =>
      (await cohorts.get(actor, id)).decisions.find(({ action }) => action === 'release:override')
        ?.allowed;
    expect(await Promise.all([admin1, astrid, lab.people.auditor].map(may))).toEqual([
      true,
      false,
      false,
    ]);
    await expect(lab.lab.release.submit(astrid, id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      lab.lab.release.override(admin1, id, { checks: ['copy-pixel'], reason: reasonOf('One') }),
    ).rejects.toMatchObject({ code: 'override_incomplete' });

    const once = await lab.lab.release.override(admin1, id, {
      checks: failed,
      reason: reasonOf('One'),
    });
    expect(once).toMatchObject({
      state: 'refused',
      isOverridden: false,
      override: {
        checks: failed,
        finalChecks: [],
        signatures: [{ person: { name: 'admin1 Andersson' }, reason: reasonOf('One') }],
      },
    });
    expect(
      (await lab.lab.home.get(admin2)).items.find(({ objectId }) => objectId === id),
    ).toMatchObject({ kind: 'sign-override', turn: 'mine' });
    expect(
      (await lab.lab.home.get(admin1)).items.find(({ objectId }) => objectId === id),
    ).toBeUndefined();
    await expect(
      lab.lab.release.override(admin1, id, { checks: failed, reason: reasonOf('Once more') }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      lab.lab.release.override(admin2, id, { checks: failed, reason: ` ${reasonOf('One')}` }),
    ).rejects.toMatchObject({ code: 'reason_repeated' });
    await expect(lab.lab.release.submit(astrid, id)).rejects.toMatchObject({ code: 'forbidden' });

    const twice = await lab.lab.release.override(admin2, id, {
      checks: ['copy-pixel', 'copy-contrastive'],
      reason: reasonOf('Two'),
    });
    expect(twice).toMatchObject({ state: 'overridden', isOverridden: true, usage: 'unrestricted' });
    await expect(
      lab.lab.release.override(admin3, id, { checks: failed, reason: reasonOf('Three') }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(
      (await lab.lab.home.get(astrid)).items.find(({ objectId }) => objectId === id),
    ).toMatchObject({ kind: 'submit-release', turn: 'mine' });

    await lab.lab.release.submit(astrid, id);
    // Who signed may vote too: a signature lets the matter be reviewed, a vote decides it.
    await lab.lab.release.vote(admin1, id, 'approve', 'as I have written');
    await lab.lab.release.vote(admin3, id, 'approve', 'the pairs are of no person');
    const sha256 = await lab.pack(id, randomBytes(64));
    expect(
      (await cohorts.list(bo, { limit: 50 })).items.find((item) => item.id === id),
    ).toMatchObject({ isOverridden: true });
    await readAll((await lab.lab.downloads.open(bo, id)).stream);
    const receipt = await lab.lab.downloads.confirm(bo, id, sha256);
    expect(receipt.override?.map(({ person, reason }) => [person.name, reason])).toEqual([
      ['admin1 Andersson', reasonOf('One')],
      ['admin2 Andersson', reasonOf('Two')],
    ]);
    expect(verifyReceipt(receipt)).toBe(true);
    expect(verifyReceipt({ ...receipt, override: undefined })).toBe(false);

    const events = await lab.test.query<{
      type: string;
      detail: { signatureId?: string; commitment?: string };
    }>(
      `SELECT type, detail FROM audit_event WHERE object_id = $1 AND type LIKE 'release.overrid%' ORDER BY sequence`,
      [id],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'release.override-signed',
      'release.override-signed',
      'release.overridden',
    ]);
    expect(events[0]?.detail.commitment).toBe(
      createHash('sha256')
        .update(`${events[0]?.detail.signatureId}|${failed.join(',')}|${reasonOf('One')}`)
        .digest('hex'),
    );
    expect(JSON.stringify(events)).not.toContain('closest pairs');
    const told = await lab.test.query<{ kind: string; person_id: string }>(
      `SELECT kind, person_id FROM notification WHERE object_id = $1 AND kind LIKE 'release.overrid%'`,
      [id],
    );
    const toldOf = (kind: string) =>
      told
        .filter((row) => row.kind === kind)
        .map((row) => row.person_id)
        .sort();
    expect(toldOf('release.override-signed')).toEqual([admin2.personId, admin3.personId].sort());
    expect(toldOf('release.overridden')).toEqual([astrid.personId, bo.personId].sort());
  });

  it('says for what the cohort may be used as its other checks do', async () => {
    const id = await addRefused(['coverage']);
    await lab.lab.release.override(lab.people.admin1, id, {
      checks: failed,
      reason: reasonOf('One'),
    });
    expect(
      await lab.lab.release.override(lab.people.admin2, id, {
        checks: failed,
        reason: reasonOf('Two'),
      }),
    ).toMatchObject({ usage: 'method-development-only' });
  });

  it("is set aside by no author, team-mate or outsider, nor in another's name, even by plain SQL", async () => {
    const { astrid, bo, admin1, admin2, auditor, stranger } = lab.people;
    const id = await addRefused();
    for (const actor of [astrid, bo, auditor, stranger]) {
      const refused = actor === stranger ? 'not_found' : 'forbidden';
      await expect(
        lab.lab.release.override(actor, id, { checks: failed, reason: reasonOf('I') }),
      ).rejects.toMatchObject({ code: refused });
    }
    for (const actor of [astrid, bo])
      await expect(
        signBySql({ ...actor, roles: ['lab-admin', 'reviewer'] }, id),
      ).rejects.toMatchObject({ code: 'LAB03' });
    await expect(signBySql(auditor, id)).rejects.toMatchObject({ code: 'LAB03' });
    await expect(signBySql(admin1, id, { personId: admin2.personId })).rejects.toMatchObject({
      code: '42501',
    });
    await expect(signBySql(admin1, id, { reason: 'too short' })).rejects.toMatchObject({
      code: '23514',
    });
    await expect(signBySql(admin1, id, { reason: ' \n'.repeat(50) })).rejects.toMatchObject({
      code: '23514',
    });
    for (const checks of [['copy-pixel'], [...failed, 'cells'], ['copy-pixel', 'copy-pixel'], []])
      await expect(signBySql(admin1, id, { checks })).rejects.toMatchObject({ code: 'LAB04' });

    await signBySql(admin1, id);
    await expect(
      signBySql(admin1, id, { reason: reasonOf('a second time') }),
    ).rejects.toMatchObject({ code: '23505' });
    await expect(
      signBySql(admin2, id, { reason: reasonOf(admin1.personId).toUpperCase() }),
    ).rejects.toMatchObject({ code: 'LAB04' });
    for (const state of ['overridden', 'passed', 'in-review', 'packing', 'released', 'draft'])
      await expect(
        lab.test.query('UPDATE cohort_version SET state = $2 WHERE id = $1', [id, state]),
      ).rejects.toMatchObject({ code: state === 'overridden' ? 'LAB04' : 'LAB05' });
    await signBySql(admin2, id);
    await expect(
      lab.test.query(`UPDATE cohort_version SET state = 'overridden', count = 5 WHERE id = $1`, [
        id,
      ]),
    ).rejects.toMatchObject({ code: 'LAB05' });
    await lab.test.query(`UPDATE cohort_version SET state = 'overridden' WHERE id = $1`, [id]);
    for (const change of [
      `UPDATE override_signature SET reason = repeat('x', 60)`,
      'DELETE FROM override_signature',
      'TRUNCATE override_signature',
    ])
      await expect(lab.test.query(change)).rejects.toMatchObject({ code: 'LAB01' });
    await expect(
      lab.test.queryAsApp(settingsOf(admin1), 'DELETE FROM override_signature'),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      lab.test.query(`UPDATE cohort_version SET state = 'packing' WHERE id = $1`, [id]),
    ).rejects.toMatchObject({ code: 'LAB04' });
  });

  it('stays where it was not measured, and where the gate slept', async () => {
    const { admin1, admin2 } = lab.people;
    const unmetOf = async (id: string) =>
      (await cohorts.get(admin1, id)).decisions
        .find(({ action }) => action === 'release:override')
        ?.conditions.filter(({ met }) => !met)
        .map(({ code }) => code);
    const cases = [
      [
        await lab.addJudgedVersion(project, {
          state: 'refused',
          verdict: 'refused',
          overridableChecks: ['copy-pixel'],
          finalChecks: ['copy-contrastive'],
        }),
        ['checks-made'],
      ],
      [
        await lab.addJudgedVersion(project, {
          state: 'refused',
          verdict: 'refused',
          finalChecks: ['input'],
        }),
        ['privacy-check-failed', 'checks-made'],
      ],
      [
        await lab.addJudgedVersion(project, { state: 'refused', verdict: 'refused' }),
        ['privacy-check-failed'],
      ],
      [
        await lab.addJudgedVersion(project, {
          state: 'draft',
          verdict: 'void',
          overridableChecks: ['copy-pixel'],
          finalChecks: ['self-test'],
        }),
        ['state-allows', 'privacy-check-failed', 'checks-made'],
      ],
      [await lab.addPassedVersion(project), ['state-allows', 'privacy-check-failed']],
    ] as const;
    for (const [id, unmet] of cases) {
      expect(await unmetOf(id)).toEqual(unmet);
      await expect(
        lab.lab.release.override(admin1, id, { checks: ['copy-pixel'], reason: reasonOf('I') }),
      ).rejects.toMatchObject({ code: 'forbidden' });
      await expect(signBySql(admin2, id, { checks: ['copy-pixel'] })).rejects.toMatchObject({
        code: 'LAB04',
      });
      await expect(
        lab.test.query(`UPDATE cohort_version SET state = 'overridden' WHERE id = $1`, [id]),
      ).rejects.toMatchObject({ code: 'LAB04' });
    }
  });

  it("is the gate's to report: nobody gives a run its verdict or its list of checks", async () => {
    const { astrid, admin1, admin2 } = lab.people;
    const id = await addRefused();
    for (const actor of [admin1, admin2])
      await lab.lab.release.override(actor, id, {
        checks: failed,
        reason: reasonOf(actor.personId),
      });
    const insert = (columns: string, values: string) =>
      lab.test.queryAsApp(
        settingsOf(astrid),
        `INSERT INTO gate_run (id, application_id, cohort_version_id, requested_by_id, state, seed, ${columns}) VALUES ('01900000-0000-7000-8000-00000000cccc', $1, $2, $3, 'queued', 2, ${values})`,
        [project.applicationId, id, astrid.personId],
      );
    await expect(insert('verdict', `'passed'`)).rejects.toMatchObject({ code: 'LAB04' });
    await expect(insert('overridable_checks', `'{cells}'`)).rejects.toMatchObject({
      code: 'LAB04',
    });
    await insert('stage', 'NULL');
    // A later run hides nothing of what was signed.
    expect(await cohorts.get(astrid, id)).toMatchObject({
      isOverridden: true,
      override: { checks: failed, signatures: [{}, {}] },
    });
    for (const change of [
      `state = 'completed'`,
      `verdict = 'refused'`,
      `overridable_checks = '{cells}'`,
      `final_checks = '{input}'`,
    ])
      await expect(
        lab.test.queryAsApp(
          settingsOf(astrid),
          `UPDATE gate_run SET ${change} WHERE id = '01900000-0000-7000-8000-00000000cccc'`,
        ),
      ).rejects.toMatchObject({ code: 'LAB04' });
  });

  it('lets two sign at once, and never a third', async () => {
    const { admin1, admin2, admin3 } = lab.people;
    const id = await addRefused();
    const signed = await Promise.allSettled(
      [admin1, admin2, admin3].map((actor) =>
        lab.lab.release.override(actor, id, { checks: failed, reason: reasonOf(actor.personId) }),
      ),
    );
    expect(signed.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(await stateOf(id)).toBe('overridden');
    expect(
      await lab.test.query('SELECT 1 FROM override_signature WHERE cohort_version_id = $1', [id]),
    ).toHaveLength(2);
  });
});
