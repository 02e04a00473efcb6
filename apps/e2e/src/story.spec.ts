import { createHash, createPublicKey, verify } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, type OperationName, type Schemas } from '@scapis/client';
import {
  actions,
  calciumGrades,
  evidence,
  ingestReasons,
  routeNames,
  routes,
  type RouteSpec,
} from '@scapis/contracts';
import { getNumber, getTexts, readDicom } from '@scapis/imaging';
import { phantomUpload } from '@scapis/phantom';
import { chance, smallPdf, toZip } from '@scapis/testing';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { cast, kill, people, type PersonName, request } from './lab-access.ts';
import {
  cohortIn,
  completeForm,
  filledApplication,
  grantedProject,
  imageCount,
  ingested,
  realFiles,
  recordStory,
  sign,
  signInAll,
  smallCohort,
  noUseReason,
  smallTraining,
  trained,
  until,
  upload,
} from './story.ts';

// The whole way through the lab, each step as the person whose step it is. The tests build on each
// other, in this order.

const random = chance('story');
const { subjects, slices } = smallCohort;
const ids = {
  dataset: '',
  version: '',
  application: '',
  permit: '',
  run: '',
  generator: '',
  cohort: '',
  receipt: '',
};
let strangersPermit: Schemas['Permit'] | null = null;

/** What a call is refused with. Fails when it is not. */
async function refusal(call: Promise<unknown>): Promise<ClientError> {
  const outcome: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ClientError))
    throw new Error(
      `The call should have been refused, but ${outcome instanceof Error ? outcome.message : 'succeeded'}`,
    );
  return outcome;
}
/** Codes of the conditions that a refusal lists as not met. */
function unmetOf({ details }: { details: unknown }): string[] {
  const { conditions = [] } = (details ?? {}) as { conditions?: { code: string; met: boolean }[] };
  return conditions.filter(({ met }) => !met).map(({ code }) => code);
}
const png = [0x89, 0x50, 0x4e, 0x47];
async function bytesOf(
  name: PersonName,
  operation: OperationName,
  id: string,
): Promise<Uint8Array> {
  return new Uint8Array(
    await (await cast[name].fetchBytes(operation, { path: { id } })).arrayBuffer(),
  );
}
async function auditTypes(objectId: string): Promise<string[]> {
  return (await cast.auditor.call('audit.list', { query: { objectId, limit: 200 } })).items.map(
    ({ type }) => type,
  );
}

describe('taking images in', () => {
  it('gives a verdict on each file, and says why not', async () => {
    await signInAll();
    const junk = {
      'readme.txt': Buffer.from('no DICOM'),
      'real/cut.dcm': (realFiles()['real/rle.dcm'] ?? new Uint8Array()).subarray(0, 50_000),
    };
    const files = {
      ...phantomUpload({ ...smallCohort, seed: 2026 }).files,
      ...realFiles(),
      ...junk,
    };
    const made = await upload('SCAPIS heart CT, phantom edition', toZip(files));
    [ids.dataset, ids.version] = [made.datasetId, made.versionId];
    const version = await ingested(ids.version);
    expect(version).toMatchObject({
      state: 'checked',
      failure: null,
      counts: {
        subjects,
        images: subjects * slices,
        accepted: subjects * slices,
        files: Object.keys(files).length - 1,
      },
    });

    const refused: { verdict: string; reason: string | null }[] = [];
    for (const verdict of ['quarantined', 'rejected'] as const) {
      refused.push(
        ...(
          await cast.secondAdmin.call('datasetVersions.files', {
            path: { id: ids.version },
            query: { limit: 200, verdict },
          })
        ).items,
      );
    }
    expect(refused).toHaveLength(Object.keys(realFiles()).length + 2);
    const reasons = refused.map(({ reason }) => reason);
    expect(reasons).toEqual(
      expect.arrayContaining([
        'not_dicom',
        'truncated',
        'not_ct',
        'not_original_axial',
        'screen_capture',
      ]),
    );
    for (const { reason, verdict } of refused)
      expect(ingestReasons[reason as keyof typeof ingestReasons].verdict).toBe(verdict);
    expect(JSON.stringify(refused)).not.toMatch(/rle|readme|real/);
    expect([
      ...(await bytesOf('secondAdmin', 'datasetVersions.contactSheet', ids.version)).subarray(0, 4),
    ]).toEqual(png);
  });

  it('shows files and pictures to staff only, and merges small cells away', async () => {
    expect(
      await refusal(cast.applicant.call('datasetVersions.files', { path: { id: ids.version } })),
    ).toMatchObject({ status: 403 });
    expect(
      await refusal(
        cast.applicant.fetchBytes('datasetVersions.contactSheet', { path: { id: ids.version } }),
      ),
    ).toMatchObject({ status: 403 });
    const { counts } = await cast.applicant.call('datasetVersions.get', {
      path: { id: ids.version },
    });
    for (const cell of counts?.byCell ?? []) expect(cell.subjects).toBeGreaterThanOrEqual(10);
  });

  it('asks a second person, who is not the uploader, to approve', async () => {
    expect(
      unmetOf(
        await refusal(
          cast.firstAdmin.call('datasetVersions.approve', { path: { id: ids.version } }),
        ),
      ),
    ).toEqual(['not-uploader']);
    expect(
      (await cast.secondAdmin.call('datasetVersions.approve', { path: { id: ids.version } })).state,
    ).toBe('approved');
    const again = await refusal(
      cast.firstAdmin.upload('datasetVersions.upload', {
        path: { id: ids.version },
        body: toZip(phantomUpload({ subjects: 1, slices: 1, seed: 1 }).files),
        media: 'application/zip',
      }),
    );
    expect(unmetOf(again)).toEqual(['state-allows']);
  });
});

describe('applying for access', () => {
  it('saves a half-filled form, and sends it in only when it is complete', async () => {
    const draft = await cast.applicant.call('applications.create', { body: { title: 'Half' } });
    ids.application = draft.id;
    const path = { id: draft.id };
    expect(draft.missing).toEqual(
      expect.arrayContaining([
        'purpose',
        'ethicsNumber',
        'ethicsDocument',
        'datasetIds',
        'accessUntil',
      ]),
    );
    expect(unmetOf(await refusal(cast.applicant.call('applications.submit', { path })))).toEqual([
      'form-complete',
    ]);

    const form = { ...completeForm(ids.dataset), ethicsNumber: '2026-1234-01' };
    expect((await cast.applicant.call('applications.edit', { path, body: form })).missing).toEqual([
      'ethicsNumber',
      'ethicsDocument',
    ]);
    const notPdf = cast.applicant.upload('applications.putEthicsDocument', {
      path,
      query: { name: 'etik.pdf' },
      body: Uint8Array.from(Buffer.from('<html>')),
      media: 'application/pdf',
    });
    expect((await refusal(notPdf)).status).toBe(422);
    await cast.applicant.upload('applications.putEthicsDocument', {
      path,
      query: { name: '../etik.pdf' },
      body: smallPdf,
      media: 'application/pdf',
    });
    expect(
      (
        await refusal(
          cast.applicant.call('applications.addMember', {
            path,
            body: { email: 'nobody@scapis.example' },
          }),
        )
      ).status,
    ).toBe(400);
    await cast.applicant.call('applications.addMember', {
      path,
      body: { email: people.pilot.email },
    });
    expect(
      await cast.applicant.call('applications.edit', { path, body: completeForm(ids.dataset) }),
    ).toMatchObject({ missing: [], ethicsDocument: { name: 'etik.pdf' } });
    expect((await cast.applicant.call('applications.submit', { path })).state).toBe('submitted');
    expect(
      unmetOf(
        await refusal(
          cast.applicant.call('applications.edit', { path, body: { title: 'Another' } }),
        ),
      ),
    ).toEqual(['state-allows']);
  });

  it('comes back with a comment and goes in again', async () => {
    const path = { id: ids.application };
    await cast.firstAdmin.call('applications.return', {
      path,
      body: { comment: 'Say how long you keep the images.' },
    });
    const returned = await cast.applicant.call('applications.get', { path });
    expect(returned.state).toBe('returned');
    expect(returned.events.at(-1)).toMatchObject({
      type: 'application.returned',
      comment: 'Say how long you keep the images.',
    });
    expect((await cast.applicant.call('home.get')).items).toContainEqual(
      expect.objectContaining({ kind: 'answer-return', turn: 'mine', objectId: ids.application }),
    );
    await cast.applicant.call('applications.edit', {
      path,
      body: { purpose: `${completeForm(ids.dataset).purpose} We keep them for two years.` },
    });
    expect((await cast.applicant.call('applications.submit', { path })).review).toMatchObject({
      votesCast: 0,
      outcome: null,
    });
  });

  it('takes two blinded votes of people outside the team', async () => {
    const path = { id: ids.application };
    const body = { decision: 'approve', comment: 'Purpose and ethics are in order.' } as const;
    expect(
      unmetOf(await refusal(cast.applicant.call('applications.vote', { path, body }))),
    ).toContain('has-role');
    const mine = await cast.firstAdmin.call('applications.vote', { path, body });
    expect(mine.review).toMatchObject({ votesCast: 1, votes: [{ comment: body.comment }] });
    for (const name of ['secondAdmin', 'applicant', 'auditor'] as const) {
      const { review } = await cast[name].call('applications.get', { path });
      expect(review).toMatchObject({ votesCast: 1, votes: [], outcome: null });
      const events = await cast.auditor.call('audit.list', {
        query: { objectId: ids.application, limit: 200 },
      });
      expect(JSON.stringify(events)).not.toContain(body.comment);
    }
    expect(
      unmetOf(await refusal(cast.firstAdmin.call('applications.vote', { path, body }))),
    ).toEqual(['not-voted']);
    expect(
      unmetOf(
        await refusal(
          cast.secondAdmin.call('applications.return', { path, body: { comment: 'Too late.' } }),
        ),
      ),
    ).toEqual(['nobody-voted']);
    const decided = await cast.secondAdmin.call('applications.vote', { path, body });
    expect(decided).toMatchObject({
      state: 'approved',
      review: { outcome: 'approve', votesCast: 2 },
    });
    ids.permit = decided.permitId ?? '';
    expect((await cast.applicant.call('applications.get', { path })).review?.votes).toHaveLength(2);
  });

  it('lets no admin decide on a project of his own team', async () => {
    const { id } = await filledApplication('stranger', ids.dataset, ['firstAdmin']);
    await cast.stranger.call('applications.submit', { path: { id } });
    const vote = cast.firstAdmin.call('applications.vote', {
      path: { id },
      body: { decision: 'approve', comment: 'My own.' },
    });
    expect(unmetOf(await refusal(vote))).toEqual(['not-team-mate']);
    await cast.stranger.call('applications.withdraw', { path: { id } });
  });

  it('opens the permit to each member who has signed the terms', async () => {
    const permit = await cast.applicant.call('permits.get', { path: { id: ids.permit } });
    const request = {
      ...smallTraining,
      permitId: ids.permit,
      datasetVersionId: ids.version,
      title: 'Too early',
    };
    expect(
      unmetOf(await refusal(cast.applicant.call('trainingRuns.create', { body: request }))),
    ).toEqual(['terms-signed']);
    const wrongText = {
      termsId: permit.terms.id,
      textSha256: permit.terms.sha256En,
      locale: 'sv',
    } as const;
    expect(
      (
        await refusal(
          cast.applicant.call('permits.sign', { path: { id: ids.permit }, body: wrongText }),
        )
      ).status,
    ).toBeLessThan(500);
    await sign('applicant', ids.permit);
    expect(unmetOf(await refusal(sign('applicant', ids.permit)))).toEqual(['not-signed']);
    expect(
      (await sign('pilot', ids.permit)).people.every(({ signedAt }) => signedAt !== null),
    ).toBe(true);
    for (const text of [permit.terms.textSv, permit.terms.textEn])
      expect([permit.terms.sha256Sv, permit.terms.sha256En]).toContain(
        createHash('sha256').update(text).digest('hex'),
      );
  });
});

describe('training and drawing', () => {
  it('shows losses and the time left as they come', async () => {
    const body = {
      ...smallTraining,
      permitId: ids.permit,
      datasetVersionId: ids.version,
      title: 'First network',
    };
    const { id } = await cast.applicant.call('trainingRuns.create', { body });
    ids.run = id;
    const seen: Schemas['TrainingEvent'][] = [];
    for await (const event of cast.applicant.subscribe('trainingRuns.events', { path: { id } })) {
      seen.push(event);
      if (event.run.state === 'completed' || event.run.state === 'failed') break;
    }
    const last = seen.at(-1)?.run;
    expect(last).toMatchObject({ state: 'completed', step: smallTraining.steps, failure: null });
    expect(seen.some(({ run }) => run.state === 'running' && run.secondsLeft !== null)).toBe(true);
    const points = await cast.applicant.call('trainingRuns.points', { path: { id } });
    expect(points.length).toBeGreaterThan(0);
    for (const { metrics } of points)
      for (const name of ['generatorLoss', 'discriminatorLoss'])
        expect(Number.isFinite(metrics[name])).toBe(true);
    expect(last?.generators).toHaveLength(1);
    ids.generator = last?.generators[0]?.id ?? '';
  });

  it('keeps what has not been gated from everyone but staff', async () => {
    expect(
      await refusal(
        cast.applicant.fetchBytes('trainingRuns.sampleSheet', { path: { id: ids.run } }),
      ),
    ).toMatchObject({ status: 403 });
    expect([
      ...(await bytesOf('firstAdmin', 'trainingRuns.sampleSheet', ids.run)).subarray(0, 4),
    ]).toEqual(png);
  });

  it('draws a cohort, and cancels a run that is not wanted any more', async () => {
    const long = await cast.pilot.call('trainingRuns.create', {
      body: {
        permitId: ids.permit,
        datasetVersionId: ids.version,
        title: 'Not wanted',
        seed: 2,
        batch: 8,
        steps: 100_000,
      },
    });
    await until(
      () => cast.pilot.call('trainingRuns.get', { path: { id: long.id } }),
      ({ state }) => state === 'running',
    );
    const queued = await cast.applicant.call('cohorts.create', {
      body: {
        generatorIds: [ids.generator],
        title: 'Synthetic heart CT',
        count: imageCount,
        seed: 7,
        labelMix: 'balanced',
      },
    });
    ids.cohort = queued.id;
    expect(
      (await cast.applicant.call('trainingRuns.cancel', { path: { id: long.id } })).state,
    ).toBe('cancelled');
    // The one compute lane is free again within a slice's look at its row, not at the end of the
    // run.
    const drawn = await cohortIn('applicant', ids.cohort, ['draft', 'failed']);
    expect(drawn).toMatchObject({ state: 'draft', drawn: imageCount, failure: null });
    expect(await cast.pilot.call('trainingRuns.get', { path: { id: long.id } })).toMatchObject({
      state: 'cancelled',
      generators: [],
    });
    expect(
      unmetOf(await refusal(cast.applicant.call('trainingRuns.cancel', { path: { id: long.id } }))),
    ).toEqual(['state-allows']);
    expect(
      await refusal(cast.applicant.fetchBytes('cohorts.sampleSheet', { path: { id: ids.cohort } })),
    ).toMatchObject({ status: 403 });
  });
});

describe('the gate and another project', () => {
  it('begins, and is not begun twice', async () => {
    expect((await cast.applicant.call('cohorts.runGate', { path: { id: ids.cohort } })).state).toBe(
      'gating',
    );
    expect(
      unmetOf(await refusal(cast.applicant.call('cohorts.runGate', { path: { id: ids.cohort } }))),
    ).toEqual(['state-allows']);
    expect(
      unmetOf(
        await refusal(
          cast.applicant.call('cohorts.submit', {
            path: { id: ids.cohort },
            body: { noUseReason: null },
          }),
        ),
      ),
    ).toEqual(expect.arrayContaining(['gate-passed', 'state-allows']));
  });

  it("answers 404 to another project's ids on every route, as to ids that do not exist", async () => {
    strangersPermit = await grantedProject('stranger', ids.dataset, []);
    const idOf: Record<string, string> = {
      applications: ids.application,
      permits: ids.permit,
      trainingRuns: ids.run,
      cohorts: ids.cohort,
    };
    const vote = { decision: 'approve', comment: 'Not mine.' };
    const bodies: Record<string, unknown> = {
      'applications.edit': { title: 'Mine now' },
      'applications.addMember': { email: people.stranger.email },
      'applications.return': { comment: 'Not mine.' },
      'applications.vote': vote,
      'permits.sign': { termsId: ids.permit, textSha256: '0'.repeat(64), locale: 'sv' },
      'permits.revoke': { reason: 'Not mine.' },
      'cohorts.submit': { noUseReason: null },
      'cohorts.vote': vote,
      'cohorts.withdraw': { reason: 'Not mine.' },
      'cohorts.confirmDownload': { sha256: '0'.repeat(64) },
    };
    const walked: string[] = [];
    for (const name of routeNames) {
      const spec: RouteSpec = routes[name];
      const id = idOf[name.split('.')[0] ?? ''];
      if (id === undefined || !spec.path.includes(':id')) continue;
      const ask = async (of: string): Promise<{ status: number; text: string }> => {
        const path = spec.path
          .replace(':id', of)
          .replace(':personId', '0192a000-0000-7000-8000-000000000001');
        const body =
          spec.upload === undefined
            ? bodies[name] === undefined
              ? null
              : JSON.stringify(bodies[name])
            : smallPdf;
        const response = await request(
          'stranger',
          `${path}${spec.upload === undefined ? '' : '?name=x.pdf'}`,
          {
            method: spec.method,
            body: spec.method === 'GET' ? null : body,
            headers: { 'content-type': spec.upload?.[0] ?? 'application/json' },
          },
        );
        const answer = (await response.json()) as { text: string };
        return { status: response.status, text: answer.text };
      };
      const roles: readonly string[] =
        spec.access === 'public' || spec.access === 'signed-in' ? [] : actions[spec.access];
      const isDoorOpen = roles.length === 0 || roles.includes('applicant');
      const answer = await ask(id);
      expect({ name, status: answer.status }).toEqual({ name, status: isDoorOpen ? 404 : 403 });
      expect(await ask('01900000-0000-7000-8000-000000000000')).toEqual(answer);
      walked.push(name);
    }
    expect(walked.length).toBeGreaterThan(25);
    for (const [kind, id] of [
      ['application', ids.application],
      ['permit', ids.permit],
      ['training-run', ids.run],
      ['cohort-version', ids.cohort],
      ['generator', ids.generator],
    ] as const) {
      expect(
        await refusal(cast.stranger.call('provenance.get', { path: { kind, id } })),
      ).toMatchObject({ status: 404 });
    }
  });

  it("does not work with another project's permit or generator, and lists nothing of it", async () => {
    const training = {
      ...smallTraining,
      datasetVersionId: ids.version,
      title: 'On a borrowed permit',
    };
    expect(
      await refusal(
        cast.stranger.call('trainingRuns.create', { body: { ...training, permitId: ids.permit } }),
      ),
    ).toMatchObject({ status: 404 });
    expect(
      await refusal(
        cast.stranger.call('cohorts.create', {
          body: { generatorIds: [ids.generator], title: 'Borrowed', count: 50 },
        }),
      ),
    ).toMatchObject({ status: 404 });
    for (const name of [
      'applications.list',
      'permits.list',
      'trainingRuns.list',
      'cohorts.list',
      'receipts.list',
      'notifications.list',
    ] as const) {
      const shown = JSON.stringify(await cast.stranger.call(name, { query: { limit: 200 } }));
      for (const id of [ids.application, ids.permit, ids.run, ids.cohort])
        expect(shown).not.toContain(id);
    }
    expect(
      await refusal(cast.stranger.call('applications.list', { query: { cursor: "' OR 1=1 --" } })),
    ).toMatchObject({ status: 400 });
    expect(strangersPermit?.state).toBe('active');
  });

  it('comes to one verdict, though its worker is killed with -9, and keeps the numbers in an evidence file', async () => {
    await until(
      () => cast.applicant.call('cohorts.get', { path: { id: ids.cohort } }),
      ({ gateRun }) => (gateRun?.progress ?? 0) > 0,
    );
    await kill('worker');
    const judged = await cohortIn('applicant', ids.cohort, ['passed', 'refused', 'draft']);
    expect(judged).toMatchObject({
      state: 'passed',
      failure: null,
      gateRun: { state: 'completed', failure: null },
    });
    expect(
      (await auditTypes(ids.cohort)).filter((type) => type.startsWith('gate.')).sort(),
    ).toEqual(['gate.passed', 'gate.requested']);
    const file = evidence.parse(
      JSON.parse(strFromU8(await bytesOf('applicant', 'cohorts.evidence', ids.cohort))),
    );
    expect(file).toMatchObject({
      cohortVersionId: ids.cohort,
      datasetVersionId: ids.version,
      counts: { synthetic: imageCount },
      selfTest: { passed: true },
      thresholds: { minimumCell: 1 },
      thresholdVersions: [1],
    });
    expect(file.verdict).toBe(judged.gateRun?.verdict);
    expect(judged.gateRun?.evidence).toEqual(file);
    // After 60 steps: what it teaches lies below the floor of use.
    expect([file.verdict, judged.usage]).toEqual(['of-no-use', 'of-no-use']);
  });

  it('shows the closest pairs to reviewers alone, and records that they looked', async () => {
    for (const name of ['applicant', 'pilot', 'auditor'] as const)
      expect(
        (await refusal(cast[name].fetchBytes('cohorts.closestPairs', { path: { id: ids.cohort } })))
          .status,
      ).toBe(403);
    expect([
      ...(await bytesOf('firstAdmin', 'cohorts.closestPairs', ids.cohort)).subarray(0, 4),
    ]).toEqual(png);
    expect(await auditTypes(ids.cohort)).toContain('gate.pairs-viewed');
  });
});

describe('release', () => {
  it('needs two reviewers, blinded, each once, never the team, and packs once though the worker is killed', async () => {
    const path = { id: ids.cohort };
    expect(
      await refusal(cast.pilot.call('cohorts.download' as never, { path } as never)),
    ).toMatchObject({ status: 403 });
    expect(
      await refusal(cast.applicant.call('cohorts.submit', { path, body: { noUseReason: null } })),
    ).toMatchObject({ status: 422, code: 'no_use_reason_needed' });
    expect(
      await cast.applicant.call('cohorts.submit', { path, body: { noUseReason } }),
    ).toMatchObject({ state: 'in-review', noUseReason: { reason: noUseReason } });
    const body = { decision: 'approve', comment: 'No copy was found.' } as const;
    for (const name of ['applicant', 'pilot'] as const)
      expect(unmetOf(await refusal(cast[name].call('cohorts.vote', { path, body })))).toContain(
        'has-role',
      );
    expect((await cast.firstAdmin.call('cohorts.vote', { path, body })).review).toMatchObject({
      votesCast: 1,
      votes: [{ decision: 'approve' }],
    });
    expect(unmetOf(await refusal(cast.firstAdmin.call('cohorts.vote', { path, body })))).toEqual([
      'not-voted',
    ]);
    for (const name of ['secondAdmin', 'applicant'] as const)
      expect((await cast[name].call('cohorts.get', { path })).review).toMatchObject({
        votesCast: 1,
        votes: [],
      });
    expect((await cast.secondAdmin.call('cohorts.vote', { path, body })).review).toMatchObject({
      votesCast: 2,
      outcome: 'approve',
    });
    // Somewhere in the packing: over many runs everywhere.
    await sleep(random() * 1_500);
    await kill('worker');
    const released = await cohortIn('applicant', ids.cohort, ['released', 'failed']);
    expect(released).toMatchObject({ state: 'released', failure: null });
    expect(released.bundle?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await cast.pilot.call('cohorts.access', { path })).allowed).toBe(true);
  });

  it('answers HEAD, ranges, If-Range and ranges past the end as RFC 9110 says', async () => {
    const { bundle } = await cast.pilot.call('cohorts.get', { path: { id: ids.cohort } });
    const { size, sha256 } = bundle ?? { size: 0, sha256: '' };
    const ask = (headers: Record<string, string>, method = 'GET') =>
      request('pilot', `/api/cohort-versions/${ids.cohort}/bundle`, { method, headers });
    const head = await ask({}, 'HEAD');
    expect(head.status).toBe(200);
    expect(
      Object.fromEntries(
        ['etag', 'content-length', 'accept-ranges', 'content-type', 'cache-control'].map((name) => [
          name,
          head.headers.get(name),
        ]),
      ),
    ).toMatchObject({
      etag: `"${sha256}"`,
      'content-length': String(size),
      'accept-ranges': 'bytes',
      'content-type': 'application/zip',
    });
    expect(head.headers.get('content-disposition')).toContain(bundle?.name);
    expect(head.headers.get('cache-control')).toMatch(/no-store|private/);
    const lengths: [Record<string, string>, number, string | null, number][] = [
      [{ range: 'bytes=0-99' }, 206, `bytes 0-99/${size}`, 100],
      [{ range: 'bytes=-10' }, 206, `bytes ${size - 10}-${size - 1}/${size}`, 10],
      [
        { range: `bytes=${size - 5}-${size + 100}` },
        206,
        `bytes ${size - 5}-${size - 1}/${size}`,
        5,
      ],
      [{ range: 'bytes=0-99', 'if-range': `"${sha256}"` }, 206, `bytes 0-99/${size}`, 100],
      [{ range: 'bytes=0-99', 'if-range': '"another"' }, 200, null, size],
      [{ range: 'bytes=0-1,5-6' }, 200, null, size],
    ];
    for (const [headers, status, range, length] of lengths) {
      const response = await ask(headers);
      expect([
        headers,
        response.status,
        response.headers.get('content-range'),
        (await response.arrayBuffer()).byteLength,
      ]).toEqual([headers, status, range, length]);
    }
    const past = await ask({ range: `bytes=${size}-` });
    expect(past.status).toBe(416);
    expect(past.headers.get('content-range')).toBe(`bytes */${size}`);
    await past.body?.cancel();
  });

  it('resumes a download that breaks off anywhere, and gives a signed receipt for the whole one', async () => {
    const path = { id: ids.cohort };
    const { bundle } = await cast.applicant.call('cohorts.get', { path });
    const { size, sha256 } = bundle ?? { size: 0, sha256: '' };
    const rangeBytes = 300_000;
    const confirm = (of = sha256) =>
      refusal(cast.applicant.call('cohorts.confirmDownload', { path, body: { sha256: of } }));
    expect((await confirm()).status).toBe(409);
    // At the first byte, within a range, between two, within the last one, at the last byte.
    const breaks = [1, 123_456, 2 * rangeBytes, size - rangeBytes / 2, size - 1, size];
    const received = Buffer.alloc(size);
    let at = 0;
    for (const breakAt of breaks) {
      at = await fetchUpTo(received, at, { breakAt, rangeBytes, etag: `"${sha256}"` });
      expect(at).toBe(breakAt);
      // What the reader has asked for may lie in the sockets' buffers, where the lab has handed it
      // over. Further on nothing has left.
      if (at + rangeBytes < size)
        expect(await confirm()).toMatchObject({ status: 409, code: 'download_incomplete' });
    }
    expect(createHash('sha256').update(received).digest('hex')).toBe(sha256);
    expect(await confirm('0'.repeat(64))).toMatchObject({ status: 400 });
    const receipt = await cast.applicant.confirmDownload(ids.cohort, sha256);
    expect(await cast.applicant.confirmDownload(ids.cohort, sha256)).toEqual(receipt);
    expect(isSigned(receipt)).toBe(true);
    expect(isSigned({ ...receipt, bundleSize: receipt.bundleSize + 1 })).toBe(false);
    expect(await (await request(null, '/api/receipts/key')).json()).toEqual({
      algorithm: 'Ed25519',
      publicKey: receipt.publicKey,
    });
    ids.receipt = receipt.id;
    checkBundle(received, receipt.bundleSha256);
  });

  it('is refused to whoever has no permit, and the refusal is recorded', async () => {
    expect(await refusal(cast.stranger.download(ids.cohort).next())).toMatchObject({ status: 404 });
    const refused = await refusal(cast.auditor.download(ids.cohort).next());
    expect(refused.status).toBe(403);
    expect(unmetOf(refused)).toEqual(
      expect.arrayContaining(['permit-names-person', 'terms-signed']),
    );
    expect(await auditTypes(ids.cohort)).toContain('download.refused');
  });
});

describe('what remains of it', () => {
  it('is an audit log whose chain is whole, with every act in it', async () => {
    const verified = await cast.auditor.call('audit.verify');
    expect(verified.firstBadSequence).toBeNull();
    expect(verified.rows).toBeGreaterThan(40);
    expect((await auditTypes(ids.version)).sort()).toEqual([
      'dataset.approved',
      'dataset.checked',
      'dataset.ingest-started',
      'dataset.uploaded',
      'dataset.version-created',
    ]);
    expect((await auditTypes(ids.run)).sort()).toEqual([
      'training.completed',
      'training.requested',
      'training.started',
    ]);
    expect(
      (await auditTypes(ids.cohort)).filter((type) => type.startsWith('release.')).sort(),
    ).toEqual([
      'release.approved',
      'release.released',
      'release.submitted',
      'release.voted',
      'release.voted',
    ]);
  });

  it('is a provenance graph that leads from the receipt back to the dataset', async () => {
    const { nodes, edges } = await cast.applicant.call('provenance.get', {
      path: { kind: 'receipt', id: ids.receipt },
    });
    const kinds = new Set(nodes.map(({ kind }) => kind));
    for (const kind of [
      'receipt',
      'download',
      'cohort-version',
      'synthesis-run',
      'generator',
      'training-run',
      'dataset-version',
      'dataset',
    ] as const)
      expect(kinds).toContain(kind);
    const reached = new Set([ids.receipt]);
    for (let before = 0; before < reached.size;) {
      before = reached.size;
      for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
    }
    expect(reached).toContain(ids.dataset);
    expect(reached).toContain(ids.run);
  });

  it('is a message to each whom it concerns', async () => {
    const kindsOf = async (name: PersonName): Promise<string[]> =>
      (await cast[name].call('notifications.list', { query: { limit: 200 } })).items.map(
        ({ kind }) => kind,
      );
    await expect
      .poll(() => kindsOf('applicant'), { timeout: 20_000 })
      .toEqual(
        expect.arrayContaining([
          'application.returned',
          'application.approved',
          'permit.terms-to-sign',
          'training.completed',
          'gate.passed',
          'release.released',
        ]),
      );
    expect(await kindsOf('secondAdmin')).toEqual(
      expect.arrayContaining(['dataset.checked', 'application.submitted', 'release.submitted']),
    );
    const {
      items: [first],
    } = await cast.applicant.call('notifications.list');
    expect(
      await refusal(cast.stranger.call('notifications.read', { path: { id: first?.id ?? '' } })),
    ).toMatchObject({ status: 404 });
    await cast.applicant.call('notifications.read', { path: { id: first?.id ?? '' } });
    const { items } = await cast.applicant.call('notifications.list');
    expect(items.find(({ id }) => id === first?.id)?.readAt).not.toBeNull();
    recordStory({
      datasetId: ids.dataset,
      versionId: ids.version,
      applicationId: ids.application,
      permitId: ids.permit,
      runId: ids.run,
      cohortId: ids.cohort,
    });
  });

  it('is the same run whoever looks: training answers with one generator, and its run stays as it was', async () => {
    expect(await trained('pilot', ids.run)).toMatchObject({
      state: 'completed',
      generators: [{ id: ids.generator, step: smallTraining.steps }],
    });
  });
});

/** Downloads from `at` on and leaves at `breakAt`. @returns how far the reader came */
async function fetchUpTo(
  received: Buffer,
  at: number,
  { breakAt, rangeBytes, etag }: { breakAt: number; rangeBytes: number; etag: string },
): Promise<number> {
  const line = new AbortController();
  let reached = at;
  const options = { offset: at, rangeBytes, signal: line.signal, ...(at > 0 && { etag }) };
  for await (const { offset, bytes } of cast.applicant.download(ids.cohort, options)) {
    const take = bytes.subarray(0, breakAt - offset);
    received.set(take, offset);
    reached = offset + take.length;
    if (reached === breakAt) break;
  }
  line.abort();
  return reached;
}

/**
 * Ed25519 over the canonical JSON (RFC 8785) of all other fields, checked without any code of the
 * lab.
 */
function isSigned({ signature, publicKey, ...body }: Schemas['Receipt']): boolean {
  const sorted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value;
  const key = createPublicKey({
    key: Buffer.from(publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  });
  return verify(
    null,
    Buffer.from(JSON.stringify(sorted(body))),
    key,
    Buffer.from(signature, 'base64'),
  );
}

/**
 * Every file of the bundle against its manifest, every picture against its row, every DICOM file
 * read back.
 */
function checkBundle(bytes: Uint8Array, sha256: string): void {
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  const files = unzipSync(bytes);
  const manifest = strFromU8(files['manifest-sha256.txt'] ?? new Uint8Array())
    .trim()
    .split('\n')
    .map((line) => line.split('  '));
  expect(manifest.map(([, name]) => name).sort()).toEqual(
    Object.keys(files)
      .filter((name) => name !== 'manifest-sha256.txt')
      .sort(),
  );
  for (const [expected, name = ''] of manifest)
    expect([
      name,
      createHash('sha256')
        .update(files[name] ?? '')
        .digest('hex'),
    ]).toEqual([name, expected]);

  const [header = '', ...rows] = strFromU8(files['labels.csv'] ?? new Uint8Array())
    .trim()
    .split('\n');
  expect(header).toBe('image,dicom,png,calciumGrade,sex,ageBand,split');
  expect(rows).toHaveLength(imageCount);
  for (const row of rows) {
    const [, dicom = '', picture = '', grade = ''] = row.split(',');
    expect([...(files[picture] ?? new Uint8Array()).subarray(0, 4)]).toEqual(png);
    expect(calciumGrades).toContain(grade);
    const { dataset } = readDicom(files[dicom] ?? new Uint8Array());
    // Synthetic Data; Patient ID; Rows; Pixel Data.
    expect(getTexts(dataset, '0008001C')).toEqual(['YES']);
    expect(getTexts(dataset, '00100020')[0]).toContain(ids.cohort);
    expect(getNumber(dataset, '00280010')).toBe(64);
    expect(dataset.get('7FE00010')).toMatchObject({
      kind: 'binary',
      bytes: { length: 64 * 64 * 2 },
    });
  }
  expect(Object.keys(files).filter((name) => name.startsWith('dicom/'))).toHaveLength(imageCount);
  expect(
    evidence.parse(JSON.parse(strFromU8(files['evidence.json'] ?? new Uint8Array())))
      .cohortVersionId,
  ).toBe(ids.cohort);
  expect(strFromU8(files['TERMS.sv.md'] ?? new Uint8Array()).length).toBeGreaterThan(200);
  expect(strFromU8(files['datasheet.md'] ?? new Uint8Array())).toContain('Synthetic heart CT');
}
