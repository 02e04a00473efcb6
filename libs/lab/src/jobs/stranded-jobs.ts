import { type JobName, type JobPayload } from '@scapis/contracts';
import {
  addToOutbox,
  type Database,
  type Queue,
  type Transaction,
  withRequestId,
} from '@scapis/platform';

/** Rows in a state that waits for a job, as the payloads of those jobs. */
const waiting: {
  readonly [Name in JobName]: (tx: Transaction) => Promise<JobPayload<Name>[]>;
} = {
  'dataset.ingest': async (tx) =>
    (
      await tx.datasetVersion.findMany({
        where: { state: { in: ['quarantined', 'ingesting'] } },
        select: { id: true },
      })
    ).map(({ id }) => ({ datasetVersionId: id })),
  'training.slice': async (tx) =>
    (
      await tx.trainingRun.findMany({
        where: { state: { in: ['queued', 'running'] } },
        select: {
          id: true,
          checkpoints: { orderBy: { step: 'desc' }, take: 1, select: { step: true } },
        },
      })
    ).map(({ id, checkpoints }) => ({ trainingRunId: id, fromStep: checkpoints[0]?.step ?? 0 })),
  'ensemble.choose': async (tx) =>
    (await tx.ensemble.findMany({ where: { state: 'choosing' }, select: { id: true } })).map(
      ({ id }) => ({ ensembleId: id }),
    ),
  'generator.check': async (tx) =>
    (
      await tx.generatorImport.findMany({ where: { state: 'quarantined' }, select: { id: true } })
    ).map(({ id }) => ({ generatorImportId: id })),
  'synthesis.run': async (tx) =>
    (
      await tx.synthesisRun.findMany({
        where: { state: { in: ['queued', 'running'] } },
        select: { id: true },
      })
    ).map(({ id }) => ({ synthesisRunId: id })),
  'gate.run': async (tx) =>
    (
      await tx.gateRun.findMany({
        where: { state: { in: ['queued', 'running'] } },
        select: { id: true },
      })
    ).map(({ id }) => ({ gateRunId: id })),
  'release.pack': async (tx) =>
    (await tx.cohortVersion.findMany({ where: { state: 'packing' }, select: { id: true } })).map(
      ({ id }) => ({ cohortVersionId: id }),
    ),
  'notification.deliver': async (tx) =>
    (await tx.notification.findMany({ where: { deliveredAt: null }, select: { id: true } })).map(
      ({ id }) => ({ notificationId: id }),
    ),
};

/** A job that a row waits for, with what the outbox has of it. */
interface WaitingJob {
  job: JobName;
  payload: JobPayload<JobName>;
  /** Ids of its outbox rows that were sent: the queue's dedupe keys. */
  sent: string[];
  /** The relay has yet to send one. */
  isInOutbox: boolean;
  /** The request that the newest of them comes of. */
  requestId: string | null;
}

/**
 * Puts back into the outbox what rows wait for and the queue doesn't know: it came back empty, or a
 * worker died between a job's end and its row's.
 * @returns the jobs that were put back
 */
export async function enqueueStranded(
  database: Database,
  queue: Pick<Queue, 'isPending'>,
): Promise<{ job: JobName; payload: JobPayload<JobName> }[]> {
  const suspects = new Map<string, true>();
  for (const each of await database.unsafeAsSystem('stranded jobs', listWaiting))
    if (!each.isInOutbox && !(await isPending(queue, each))) suspects.set(keyOf(each), true);
  if (suspects.size === 0) return [];
  return database.unsafeAsSystem('stranded jobs', async (tx) => {
    // One worker at a time: the next one finds in the outbox what this one adds.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${strandedLock})`;
    // A job that ended between the two looks has moved its row on, or left another in the outbox.
    const stranded = (await listWaiting(tx)).filter((each) => suspects.has(keyOf(each)));
    for (const { job, payload, requestId } of stranded)
      await withRequestId(requestId, () => addToOutbox(tx, job, payload));
    return stranded.map(({ job, payload }) => ({ job, payload }));
  });
}

/** Any number that no other lock of the lab has. */
const strandedLock = 7_241_002;

async function isPending(queue: Pick<Queue, 'isPending'>, { job, sent }: WaitingJob) {
  for (const id of sent) if (await queue.isPending(job, id)) return true;
  return false;
}

/** The same job with the same outbox rows. */
function keyOf({ job, payload, sent, isInOutbox }: WaitingJob): string {
  return JSON.stringify([job, payload, sent, isInOutbox]);
}

async function listWaiting(tx: Transaction): Promise<WaitingJob[]> {
  const jobs: { job: string; payload: object }[] = [];
  for (const [job, list] of Object.entries(waiting))
    for (const payload of await list(tx)) jobs.push({ job, payload });
  return tx.$queryRaw<WaitingJob[]>`
    SELECT waiting.job, waiting.payload, found.sent, found."isInOutbox", found."requestId"
    FROM jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) AS waiting (job text, payload jsonb),
      LATERAL (
        SELECT coalesce(array_agg(id::text ORDER BY id) FILTER (WHERE sent_at IS NOT NULL), '{}') AS sent,
          coalesce(bool_or(sent_at IS NULL), false) AS "isInOutbox",
          (array_agg(request_id ORDER BY created_at DESC, id DESC))[1] AS "requestId"
        FROM outbox WHERE outbox.job = waiting.job AND outbox.payload = waiting.payload
      ) found`;
}
