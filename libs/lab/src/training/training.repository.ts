import { LabError, type ComputeProvider, type RouteOutput, type RunState, type trainingPoint } from '@scapis/contracts';
import { decide, type Actor } from '@scapis/domain';
import { ganConfig, type GanConfig } from '@scapis/gan';
import type { Prisma, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { belowId, toPage, type Page, type PageQuery } from '../record/page.ts';
import { readPeople, readProjects, type ProjectFacts } from '../record/project.ts';

type RunDto = RouteOutput<'trainingRuns.get'>;
export type PointDto = z.infer<typeof trainingPoint>;
/** One message of the training loop, before it is a row. */
export interface Point {
  step: number;
  at: Date;
  metrics: Record<string, number>;
}

const include = {
  datasetVersion: { include: { dataset: true } },
  generators: { orderBy: { step: 'asc' } },
  // The settled row, where there is one.
  privacySpends: { orderBy: { kind: 'desc' }, take: 1 },
} as const satisfies Prisma.TrainingRunInclude;
type RunWithParts = Prisma.TrainingRunGetPayload<{ include: typeof include }>;
export type RunRow = Omit<RunWithParts, 'state'> & { state: RunState };

export interface NewRun {
  applicationId: string;
  permitId: string;
  datasetVersionId: string;
  requestedById: string;
  title: string;
  config: GanConfig;
  seed: number;
  steps: number;
  createdAt: Date;
}

export async function insertRun(tx: Transaction, run: NewRun): Promise<string> {
  const id = uuidv7();
  await tx.trainingRun.create({ data: { ...run, id, state: 'queued' } });
  return id;
}

/** The project that a permit belongs to. @throws LabError not_found */
export async function getApplicationOfPermit(tx: Transaction, permitId: string): Promise<string> {
  const permit = await tx.permit.findUnique({ where: { id: permitId }, select: { applicationId: true } });
  if (permit === null) throw new LabError('not_found');
  return permit.applicationId;
}

/** @throws LabError not_found */
export async function getRun(tx: Transaction, id: string): Promise<RunRow> {
  const row = await findRun(tx, id);
  if (row === null) throw new LabError('not_found');
  return row;
}

export async function findRun(tx: Transaction, id: string): Promise<RunRow | null> {
  const row = await tx.trainingRun.findUnique({ where: { id }, include });
  return row === null ? null : { ...row, state: row.state as RunState };
}

/** Moves a run from a state, if it is still in it. @returns false when someone moved it meanwhile */
export async function moveRun(
  tx: Transaction,
  id: string,
  from: RunState,
  to: RunState,
  change: Prisma.TrainingRunUncheckedUpdateManyInput = {},
): Promise<boolean> {
  const { count } = await tx.trainingRun.updateMany({ where: { id, state: from }, data: { ...change, state: to } });
  return count === 1;
}

/** Locks the run's row for this transaction, so that two workers that both hold a slice of it come one after the other. */
export async function lockRun(tx: Transaction, id: string): Promise<RunState | null> {
  const rows = await tx.$queryRaw<{ state: RunState }[]>`SELECT state FROM training_run WHERE id = ${id}::uuid FOR UPDATE`;
  return rows[0]?.state ?? null;
}

/** Live losses of a slice under way. The step shown is ahead of the newest checkpoint then; a run that is killed takes it back. */
export async function putPoints(tx: Transaction, run: { id: string; applicationId: string }, points: readonly Point[]): Promise<void> {
  await tx.trainingPoint.createMany({
    data: points.map(({ step, at, metrics }) => ({
      trainingRunId: run.id,
      applicationId: run.applicationId,
      step,
      metrics,
      createdAt: at,
    })),
    skipDuplicates: true,
  });
  const last = points.at(-1);
  if (last === undefined) return;
  await tx.trainingRun.updateMany({
    where: { id: run.id, state: 'running' },
    data: { step: last.step, imagesPerSecond: last.metrics['imagesPerSecond'] ?? undefined },
  });
}

/** The step that the newest checkpoint stands at, the sheet drawn there, and what computed the slice before it. */
export async function setStep(
  tx: Transaction,
  id: string,
  saved: { step: number; sampleSheetSha256: string; provider: ComputeProvider },
): Promise<void> {
  await tx.trainingRun.updateMany({ where: { id }, data: saved });
}

export interface CheckpointRow {
  step: number;
  sha256: string;
  size: number;
}

export async function findNewestCheckpoint(tx: Transaction, trainingRunId: string): Promise<CheckpointRow | null> {
  return tx.checkpoint.findFirst({ where: { trainingRunId }, orderBy: { step: 'desc' }, select: { step: true, sha256: true, size: true } });
}

/** Adds a checkpoint and drops all but it and the one before. @returns the objects that no row needs any more */
export async function addCheckpoint(
  tx: Transaction,
  run: { id: string; applicationId: string },
  checkpoint: CheckpointRow,
): Promise<string[]> {
  await tx.checkpoint.create({ data: { id: uuidv7(), trainingRunId: run.id, applicationId: run.applicationId, ...checkpoint } });
  const old = await tx.checkpoint.findMany({
    where: { trainingRunId: run.id },
    orderBy: { step: 'desc' },
    skip: 2,
    select: { id: true, sha256: true },
  });
  await tx.checkpoint.deleteMany({ where: { id: { in: old.map((row) => row.id) } } });
  return old.map((row) => row.sha256);
}

export async function insertGenerator(
  tx: Transaction,
  run: { id: string; applicationId: string },
  generator: { step: number; sha256: string },
): Promise<string> {
  const id = uuidv7();
  await tx.generator.create({ data: { id, trainingRunId: run.id, applicationId: run.applicationId, ...generator } });
  return id;
}

/** @param after only points beyond this step; @param newest at most so many, the newest ones */
export async function listPoints(tx: Transaction, trainingRunId: string, after: number, newest: number): Promise<PointDto[]> {
  const rows = await tx.trainingPoint.findMany({ where: { trainingRunId, step: { gt: after } }, orderBy: { step: 'desc' }, take: newest });
  return rows.reverse().map((row) => ({ step: row.step, at: row.createdAt.toISOString(), metrics: row.metrics as Record<string, number> }));
}

export async function listRuns(tx: Transaction, actor: Actor, query: PageQuery, now: Date): Promise<Page<RunDto>> {
  const rows = await tx.trainingRun.findMany({
    where: { id: belowId(query.cursor) },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include,
  });
  const dtos = new Map((await toDtos(tx, actor, rows.slice(0, query.limit), now)).map((dto) => [dto.id, dto]));
  const page = toPage(
    rows,
    query.limit,
    (row) => row.id,
    (row) => dtos.get(row.id),
  );
  return { ...page, items: page.items.filter((dto) => dto !== undefined) };
}

/** @throws LabError not_found */
export async function getRunDto(tx: Transaction, actor: Actor, id: string, now: Date): Promise<RunDto> {
  const [dto] = await toDtos(tx, actor, [await getRun(tx, id)], now);
  if (dto === undefined) throw new LabError('not_found');
  return dto;
}

async function toDtos(tx: Transaction, actor: Actor, rows: readonly RunWithParts[], now: Date): Promise<RunDto[]> {
  const projects = await readProjects(
    tx,
    rows.map((row) => row.applicationId),
  );
  const personOf = await readPeople(
    tx,
    rows.map((row) => row.requestedById),
  );
  return rows.flatMap((row) => {
    const project = projects.get(row.applicationId);
    return project === undefined ? [] : [toDto(row, project, personOf(row.requestedById), actor, now)];
  });
}

function toDto(row: RunWithParts, project: ProjectFacts, requestedBy: RunDto['requestedBy'], actor: Actor, now: Date): RunDto {
  const state = row.state as RunState;
  const { batch, privacy } = ganConfig.parse(row.config);
  const [spend] = row.privacySpends;
  const trainingRun = { id: row.id, state, requestedById: row.requestedById };
  const isRunning = state === 'running';
  const ask = (action: 'training:cancel' | 'sheet:view' | 'cohort:create'): RunDto['decisions'][number] =>
    decide({
      action,
      actor,
      now,
      subject: {
        ...project,
        trainingRun,
        datasetId: row.datasetVersion.datasetId,
        generators: { areReady: state === 'completed' && row.generators.length > 0 },
      },
    });
  return {
    id: row.id,
    title: row.title,
    applicationId: row.applicationId,
    permitId: row.permitId,
    datasetVersionId: row.datasetVersionId,
    datasetTitle: row.datasetVersion.dataset.title,
    requestedBy,
    state,
    seed: row.seed,
    steps: row.steps,
    step: row.step,
    batch,
    imagesPerSecond: row.imagesPerSecond,
    secondsLeft:
      isRunning && row.imagesPerSecond !== null && row.imagesPerSecond > 0 ? ((row.steps - row.step) * batch) / row.imagesPerSecond : null,
    failure: row.failure,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    generators: row.generators.map(({ id, step, sha256 }) => ({ id, step, sha256 })),
    provider: row.provider as ComputeProvider | null,
    hasSampleSheet: row.sampleSheetSha256 !== null,
    sampleSheetVersion: row.sampleSheetSha256?.slice(0, 16) ?? null,
    privacy:
      privacy === null || spend === undefined
        ? null
        : { ...privacy, noisySteps: spend.steps, delta: spend.delta, epsilon: spend.epsilon, isSettled: spend.kind === 'settled' },
    decisions: [ask('training:cancel'), ask('sheet:view'), ...(project.permit === undefined ? [] : [ask('cohort:create')])],
  };
}
