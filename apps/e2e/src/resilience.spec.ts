import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schemas } from '@scapis/client';
import { problem } from '@scapis/contracts';
import { phantomUpload } from '@scapis/phantom';
import { chance, toZip } from '@scapis/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cookieHeader, signInByForm } from './browser-session.ts';
import { cast, kill, lab, pidOf, request, setDatabase, tokenOf } from './lab-access.ts';
import {
  cohortIn,
  grantedProject,
  ingested,
  signInAll,
  smallTraining,
  type Story,
  toldStory,
  trained,
  until,
  upload,
} from './story.ts';

// Worker, gateway and database are killed under the work. It must end as if nothing had happened.
// (story.spec.ts kills the worker under the gate and under the packing.) Last the story's permit is
// revoked, so this file comes after the others.

const cohort = { subjects: 120, slices: 3, seed: 77, matrix: 64 };
const images = cohort.subjects * cohort.slices;
/**
 * On a fast machine still more than one slice of 2 s (global-setup.ts): a run that is over in one
 * has no checkpoint to go on from.
 */
const trainingSteps = 240;
const ids = { dataset: '', version: '', permit: '', run: '', cohort: '' };
/** Where in the work the blow falls is left to chance: over many runs it falls everywhere. */
const random = chance('resilience');
const aMoment = (mostMs: number): Promise<void> => sleep(random() * mostMs);

async function auditTypes(objectId: string): Promise<string[]> {
  return (await cast.auditor.call('audit.list', { query: { objectId, limit: 200 } })).items
    .map(({ type }) => type)
    .sort();
}

async function killWorker(): Promise<void> {
  const killed = await kill('worker');
  await until(
    () => pidOf('worker'),
    (pid) => pid !== null && pid !== killed,
    { withinMs: 30_000 },
  );
}

let story: Story;
beforeAll(async () => {
  story = await toldStory();
  await signInAll();
});

describe('a worker killed with -9', () => {
  it('while it takes images in: they are taken in once', async () => {
    const made = await upload('Killed in ingest', toZip(phantomUpload(cohort).files));
    [ids.dataset, ids.version] = [made.datasetId, made.versionId];
    const path = { id: ids.version };
    // Progress is told only once a second, and a fast machine has taken it all in soon after: the
    // state tells that it began.
    await until(
      () => cast.firstAdmin.call('datasetVersions.get', { path }),
      ({ state }) => state === 'ingesting',
      { everyMs: 25 },
    );
    await aMoment(500);
    await killWorker();
    expect(await cast.firstAdmin.call('datasetVersions.get', { path })).toMatchObject({
      state: 'ingesting',
      counts: null,
      hasContactSheet: false,
    });
    const version = await ingested(ids.version);
    expect(version).toMatchObject({
      state: 'checked',
      counts: { files: images, accepted: images, subjects: cohort.subjects, images },
    });
    expect(await auditTypes(ids.version)).toEqual([
      'dataset.checked',
      'dataset.ingest-started',
      'dataset.uploaded',
      'dataset.version-created',
    ]);
    await cast.secondAdmin.call('datasetVersions.approve', { path });
  });

  it('while it trains: the run goes on from its checkpoint, and nothing is doubled', async () => {
    ids.permit = (await grantedProject('applicant', ids.dataset, ['pilot'])).id;
    const body = {
      ...smallTraining,
      permitId: ids.permit,
      datasetVersionId: ids.version,
      title: 'Killed in training',
      seed: 3,
      steps: trainingSteps,
    };
    const { id } = await cast.applicant.call('trainingRuns.create', { body });
    ids.run = id;
    const path = { id };
    // Past its first checkpoint, so that there is something to go on from.
    const before = await until(
      () => cast.applicant.call('trainingRuns.get', { path }),
      ({ step, hasSampleSheet, state }) => (step > 0 && hasSampleSheet) || state === 'completed',
    );
    expect(before.state).toBe('running');
    await aMoment(1_500);
    await killWorker();
    const run = await trained('applicant', id);
    expect(run).toMatchObject({
      state: 'completed',
      step: trainingSteps,
      failure: null,
      generators: [{ step: trainingSteps }],
    });
    const steps = (await cast.applicant.call('trainingRuns.points', { path })).map(
      ({ step }) => step,
    );
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(await auditTypes(id)).toEqual([
      'training.completed',
      'training.requested',
      'training.started',
    ]);
  });

  it('while the database is stopped and started under it: it draws what it was asked for', async () => {
    const { generators } = await cast.applicant.call('trainingRuns.get', { path: { id: ids.run } });
    const queued = await cast.applicant.call('cohorts.create', {
      body: {
        generatorIds: generators.map(({ id }) => id),
        title: 'Hit again and again',
        count: 4_000,
      },
    });
    ids.cohort = queued.id;
    await until(
      () => cast.applicant.call('cohorts.get', { path: { id: ids.cohort } }),
      ({ drawn, state }) => drawn > 0 || state === 'draft',
    );
    await setDatabase('stopped');
    try {
      const answer = await request('applicant', '/api/applications');
      expect(answer.status).toBe(503);
      expect(problem.parse(await answer.json())).toMatchObject({ code: 'database_unavailable' });
      expect(answer.headers.get('retry-after')).not.toBeNull();
      const [live, ready] = await Promise.all([request(null, '/health'), request(null, '/ready')]);
      expect(live.status).toBe(200);
      expect(await ready.json()).toMatchObject({ status: 'not-ready', parts: { database: false } });
    } finally {
      await setDatabase('started');
    }
    await until(
      async () => (await request(null, '/ready')).status,
      (status) => status === 200,
      { withinMs: 60_000 },
    );
    const drawn = await cohortIn('applicant', ids.cohort, ['draft', 'failed']);
    expect(drawn).toMatchObject({ state: 'draft', drawn: 4_000, failure: null });
    expect(await auditTypes(ids.cohort)).toEqual(['synthesis.completed', 'synthesis.requested']);
  });
});

describe('a gateway killed with -9', () => {
  it('comes back, knows the sessions it had, and a download goes on where it broke', async () => {
    const { jar } = await signInByForm('applicant');
    const { bundle } = await cast.applicant.call('cohorts.get', { path: { id: story.cohortId } });
    const hash = createHash('sha256');
    let received = 0;
    let isKilled = false;
    for await (const { bytes } of cast.applicant.download(story.cohortId, {
      rangeBytes: 1_000_000,
      attempts: 12,
    })) {
      hash.update(bytes);
      received += bytes.length;
      if (!isKilled && received > 1_500_000) {
        isKilled = true;
        await kill('gateway');
      }
    }
    expect(isKilled).toBe(true);
    const sha256 = hash.digest('hex');
    expect([received, sha256]).toEqual([bundle?.size, bundle?.sha256]);
    // What left the killed gateway was never noted: it is fetched again before the receipt.
    expect((await cast.applicant.confirmDownload(story.cohortId, sha256)).bundleSha256).toBe(
      sha256,
    );
    const session = await fetch(new URL('/api/session', lab.url), {
      headers: { cookie: cookieHeader(jar) },
    });
    expect(session.status).toBe(200);
    expect(await session.json()).toMatchObject({
      person: (await cast.applicant.call('session.get')).person,
    });
  });
});

describe('a permit revoked', () => {
  it('ends the download that runs, the next range, and the work that goes on', async () => {
    const path = { id: story.cohortId };
    const work = await cast.pilot.call('trainingRuns.create', {
      body: {
        permitId: story.permitId,
        datasetVersionId: story.versionId,
        title: 'Until revoked',
        seed: 4,
        batch: 8,
        steps: 100_000,
      },
    });
    await until(
      () => cast.pilot.call('trainingRuns.get', { path: { id: work.id } }),
      ({ state }) => state === 'running',
    );
    const { bundle } = await cast.applicant.call('cohorts.get', { path });
    const size = bundle?.size ?? 0;

    const running = await openBundle();
    expect(running.headers['content-length']).toBe(String(size));
    expect((await rangeOf(0, 99)).status).toBe(206);
    await cast.firstAdmin.call('permits.revoke', {
      path: { id: story.permitId },
      body: { reason: 'The ethics approval was withdrawn.' },
    });
    const refused = await rangeOf(100, 199);
    expect(refused.status).toBe(403);
    const { details } = problem.parse(await refused.json()) as { details: Schemas['Decision'] };
    expect(details.conditions.filter(({ met }) => !met).map(({ code }) => code)).toEqual([
      'permit-not-revoked',
    ]);

    // The reader who was slow gets what lay on the line, and then a broken connection instead of
    // the rest.
    await sleep(2_500);
    expect(await lengthOf(running)).toBeLessThan(size);
    expect(await trained('pilot', work.id)).toMatchObject({ state: 'cancelled', generators: [] });
    const { generators } = await cast.applicant.call('trainingRuns.get', {
      path: { id: story.runId },
    });
    await expect(
      cast.applicant.call('cohorts.create', {
        body: { generatorIds: generators.map(({ id }) => id), title: 'Too late', count: 50 },
      }),
    ).rejects.toMatchObject({ status: 403 });
    await expect(
      cast.applicant.call('trainingRuns.create', {
        body: { permitId: story.permitId, datasetVersionId: story.versionId, title: 'Too late' },
      }),
    ).rejects.toMatchObject({ status: 403 });
    expect(
      (await cast.applicant.call('notifications.list')).items.map(({ kind }) => kind),
    ).toContain('permit.revoked');
    expect((await cast.auditor.call('audit.verify')).firstBadSequence).toBeNull();
  });
});

const rangeOf = (first: number, last: number): Promise<Response> =>
  request('applicant', `/api/cohort-versions/${story.cohortId}/bundle`, {
    headers: { range: `bytes=${first}-${last}` },
  });

/** The whole bundle, asked for and not read yet. */
async function openBundle(): Promise<IncomingMessage> {
  const authorization = `Bearer ${await tokenOf('applicant')}`;
  return new Promise((resolve, reject) => {
    get(
      new URL(`/api/cohort-versions/${story.cohortId}/bundle`, lab.url),
      { headers: { authorization } },
      resolve,
    ).on('error', reject);
  });
}

/** Bytes that still come until the connection ends, well or badly. */
async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  try {
    for await (const bytes of response) length += (bytes as Buffer).length;
  } catch {
    // Broken off: what counts is how much came.
  }
  return length;
}
