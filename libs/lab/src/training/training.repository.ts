import {
  LabError,
  trainingSettings,
  type ComputeProvider,
  type RouteOutput,
  type RunState,
  type TrainingSettings,
  type trainingPoint,
} from '@scapis/contracts';
import { decide, type Actor } from '@scapis/domain';
import { storedGanConfig, type GanConfig, type MemorisationAlert } from '@scapis/gan';
import type { Prisma, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { getThresholdsInForce } from '../datasets/thresholds.repository.ts';
import { belowId, toPageById, type Page, type PageQuery } from '../lists/page.ts';
import { readPeople, readProjects, type ProjectFacts } from '../access/project.ts';
import { addProvenance } from '../audit/trail.ts';
import { toFailureColumn, toFailureDto, type WithFailure } from '../jobs/failure.ts';

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
  continuedFrom: { select: { id: true, title: true } },
  thresholdVersion: { select: { number: true } },
  trainingSheets: { orderBy: { step: 'asc' }, select: { step: true, sha256: true } },
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
  settings: TrainingSettings;
  continuedFromId: string | null;
  ensembleId: string | null;
  seed: number;
  steps: number;
  createdAt: Date;
}

/** A run, with the limits that the gate will judge its cohorts by: those in force now. */
export async function insertRun(tx: Transaction, run: NewRun): Promise<string> {
  const id = uuidv7();
  const thresholds = await getThresholdsInForce(tx, run);
  await tx.trainingRun.create({
    data: { ...run, id, state: 'queued', thresholdVersionId: thresholds.id },
  });
  await addProvenance(tx, run.applicationId, [
    {
      from: { kind: 'training-run', id },
      relation: 'wasInformedBy',
      to: { kind: 'threshold-version', id: thresholds.id },
    },
  ]);
  return id;
}

/** The project that a permit belongs to. @throws LabError not_found */
export async function getApplicationOfPermit(tx: Transaction, permitId: string): Promise<string> {
  const permit = await tx.permit.findUnique({
    where: { id: permitId },
    select: { applicationId: true },
  });
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

/**
 * Moves a run from a state, if it is still in it. @returns false when someone moved it meanwhile
 */
export async function moveRun(
  tx: Transaction,
  id: string,
  from: RunState,
  to: RunState,
  change: WithFailure<Prisma.TrainingRunUncheckedUpdateManyInput> = {},
): Promise<boolean> {
  const { count } = await tx.trainingRun.updateMany({
    where: { id, state: from },
    data: { ...toFailureColumn(change), state: to },
  });
  return count === 1;
}

/**
 * Locks the run's row for this transaction, so that two workers that both hold a slice of it come
 * one after the other.
 */
export async function lockRun(tx: Transaction, id: string): Promise<RunState | null> {
  const rows = await tx.$queryRaw<
    { state: RunState }[]
  >`SELECT state FROM training_run WHERE id = ${id}::uuid FOR UPDATE`;
  return rows[0]?.state ?? null;
}

/**
 * Live losses of a slice under way. The step shown is ahead of the newest checkpoint then; a run
 * that is killed takes it back.
 */
export async function putPoints(
  tx: Transaction,
  run: { id: string; applicationId: string },
  points: readonly Point[],
): Promise<void> {
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

/** What a slice leaves on the run's row beside its checkpoint. */
export interface SliceResult {
  step: number;
  sampleSheetSha256: string;
  /** What computed it. */
  provider: ComputeProvider;
  alert: MemorisationAlert | null;
  /** Null: no newer one than the row has. */
  clean: { step: number; sha256: string } | null;
}

export async function setSliceResult(
  tx: Transaction,
  id: string,
  { step, sampleSheetSha256, provider, alert, clean }: SliceResult,
): Promise<void> {
  await tx.trainingRun.updateMany({
    where: { id },
    data: {
      step,
      checkpointStep: step,
      sampleSheetSha256,
      provider,
      ...(alert !== null && { alert: { ...alert } }),
      ...(clean !== null && { calmStep: clean.step, calmSha256: clean.sha256 }),
    },
  });
}

/**
 * Keeps a sheet of this step. Past `most`, every second of the older ones goes, so that those kept
 * stay spread over the run.
 * @returns the objects of those that went
 */
export async function addSheet(
  tx: Transaction,
  run: RunRow,
  sheet: { step: number; sha256: string },
  most: number,
): Promise<string[]> {
  const place = { trainingRunId: run.id, step: sheet.step };
  await tx.trainingSheet.upsert({
    where: { trainingRunId_step: place },
    create: { ...place, applicationId: run.applicationId, sha256: sheet.sha256 },
    update: { sha256: sheet.sha256 },
  });
  const all = await tx.trainingSheet.findMany({
    where: { trainingRunId: run.id },
    orderBy: { step: 'asc' },
  });
  if (all.length <= most) return [];
  const dropped = all.filter((row, index) => index % 2 === 1 && row.step !== sheet.step);
  await tx.trainingSheet.deleteMany({
    where: { trainingRunId: run.id, step: { in: dropped.map((row) => row.step) } },
  });
  return dropped.map((row) => row.sha256);
}

/** @returns the evaluations for memorisation up to a step, oldest first */
export async function listEvaluations(
  tx: Transaction,
  trainingRunId: string,
  upTo: number,
): Promise<{ step: number; memorisationGap: number }[]> {
  return tx.$queryRaw<{ step: number; memorisationGap: number }[]>`
    SELECT step, (metrics->>'memorisationGap')::float8 AS "memorisationGap" FROM training_point
    WHERE training_run_id = ${trainingRunId}::uuid AND step <= ${upTo} AND metrics->>'memorisationGap' IS NOT NULL ORDER BY step`;
}

/**
 * @returns which of the objects no row of any run points to. Equal runs have equal bytes, and
 * storage keeps those once.
 */
export async function findUnreferenced(
  tx: Transaction,
  objects: readonly (string | null)[],
): Promise<string[]> {
  const wanted = [...new Set(objects.flatMap((sha256) => sha256 ?? []))];
  const where = { sha256: { in: wanted } };
  const select = { sha256: true };
  const runs = await tx.trainingRun.findMany({
    where: { OR: [{ calmSha256: { in: wanted } }, { sampleSheetSha256: { in: wanted } }] },
    select: { calmSha256: true, sampleSheetSha256: true },
  });
  const rows = [
    ...(await tx.checkpoint.findMany({ where, select })),
    ...(await tx.trainingSheet.findMany({ where, select })),
    ...(await tx.generator.findMany({ where, select })),
  ];
  const kept = new Set<string | null>([
    ...rows.map((row) => row.sha256),
    ...runs.flatMap((run) => [run.calmSha256, run.sampleSheetSha256]),
  ]);
  return wanted.filter((sha256) => !kept.has(sha256));
}

/** Drops a checkpoint that can't be read. @returns the one before it, null when there is none */
export async function dropCheckpoint(
  tx: Transaction,
  trainingRunId: string,
  step: number,
): Promise<CheckpointRow | null> {
  await tx.checkpoint.deleteMany({ where: { trainingRunId, step } });
  const previous = await findNewestCheckpoint(tx, trainingRunId);
  await tx.trainingRun.updateMany({
    where: { id: trainingRunId },
    data: { step: previous?.step ?? 0, checkpointStep: previous?.step ?? null },
  });
  return previous;
}

/**
 * @returns the speed of the newest run that has one, whosever it is: a figure of the machine,
 * nothing of the run is told
 */
export async function findNewestSpeed(
  tx: Transaction,
): Promise<{ config: GanConfig; imagesPerSecond: number } | null> {
  const row = await tx.trainingRun.findFirst({
    where: { imagesPerSecond: { gt: 0 } },
    orderBy: { id: 'desc' },
    select: { config: true, imagesPerSecond: true },
  });
  return row?.imagesPerSecond == null
    ? null
    : { config: storedGanConfig.parse(row.config), imagesPerSecond: row.imagesPerSecond };
}

/**
 * @returns how many people of the training split have each combination of labels that anybody has
 */
export async function countTrainingCells(
  tx: Transaction,
  datasetVersionId: string,
): Promise<{ calciumGrade: string; sex: string; ageBand: string; people: number }[]> {
  const rows = await tx.subject.groupBy({
    by: ['calciumGrade', 'sex', 'ageBand'],
    where: { datasetVersionId, split: 'T' },
    _count: { _all: true },
  });
  return rows.map(({ calciumGrade, sex, ageBand, _count }) => ({
    calciumGrade,
    sex,
    ageBand,
    people: _count._all,
  }));
}

export interface CheckpointRow {
  step: number;
  sha256: string;
  size: number;
}

export async function findNewestCheckpoint(
  tx: Transaction,
  trainingRunId: string,
): Promise<CheckpointRow | null> {
  return tx.checkpoint.findFirst({
    where: { trainingRunId },
    orderBy: { step: 'desc' },
    select: { step: true, sha256: true, size: true },
  });
}

/**
 * Adds a checkpoint and drops all but it and the one before. @returns the objects that no row needs
 * any more
 */
export async function addCheckpoint(
  tx: Transaction,
  run: { id: string; applicationId: string },
  checkpoint: CheckpointRow,
): Promise<string[]> {
  await tx.checkpoint.create({
    data: { id: uuidv7(), trainingRunId: run.id, applicationId: run.applicationId, ...checkpoint },
  });
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
  // An early stop may keep one that was set aside for the ensemble already.
  const place = { trainingRunId: run.id, step: generator.step };
  const { id } = await tx.generator.upsert({
    where: { trainingRunId_step: place },
    create: { id: uuidv7(), ...place, applicationId: run.applicationId, sha256: generator.sha256 },
    update: {},
  });
  return id;
}

/** Drops what was set aside after a step. @returns the objects that no row may need any more */
export async function dropGeneratorsAfter(
  tx: Transaction,
  trainingRunId: string,
  step: number,
): Promise<string[]> {
  const where = { trainingRunId, step: { gt: step } };
  const rows = await tx.generator.findMany({ where, select: { sha256: true } });
  await tx.generator.deleteMany({ where });
  return rows.map((row) => row.sha256);
}

/** @param after only points beyond this step; @param newest at most so many, the newest ones */
export async function listPoints(
  tx: Transaction,
  trainingRunId: string,
  after: number,
  newest: number,
): Promise<PointDto[]> {
  const rows = await tx.trainingPoint.findMany({
    where: { trainingRunId, step: { gt: after } },
    orderBy: { step: 'desc' },
    take: newest,
  });
  return rows.reverse().map((row) => ({
    step: row.step,
    at: row.createdAt.toISOString(),
    metrics: row.metrics as Record<string, number>,
  }));
}

export async function listRuns(
  tx: Transaction,
  actor: Actor,
  query: PageQuery,
  now: Date,
): Promise<Page<RunDto>> {
  const rows = await tx.trainingRun.findMany({
    where: { id: belowId(query.cursor) },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include,
  });
  return toPageById(rows, query.limit, (shown) => toDtos(tx, actor, shown, now));
}

/** @returns those of the runs that are there, by id */
export async function listRunDtos(
  tx: Transaction,
  actor: Actor,
  ids: readonly string[],
  now: Date,
): Promise<Map<string, RunDto>> {
  const rows = await tx.trainingRun.findMany({ where: { id: { in: [...ids] } }, include });
  return new Map((await toDtos(tx, actor, rows, now)).map((dto) => [dto.id, dto]));
}

/** @throws LabError not_found */
export async function getRunDto(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<RunDto> {
  const [dto] = await toDtos(tx, actor, [await getRun(tx, id)], now);
  if (dto === undefined) throw new LabError('not_found');
  return dto;
}

async function toDtos(
  tx: Transaction,
  actor: Actor,
  rows: readonly RunWithParts[],
  now: Date,
): Promise<RunDto[]> {
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
    return project === undefined
      ? []
      : [toDto(row, project, personOf(row.requestedById), actor, now)];
  });
}

function toDto(
  row: RunWithParts,
  project: ProjectFacts,
  requestedBy: RunDto['requestedBy'],
  actor: Actor,
  now: Date,
): RunDto {
  const state = row.state as RunState;
  const { batch, privacy } = storedGanConfig.parse(row.config);
  const [spend] = row.privacySpends;
  // Before people could set more than these three, these were all there was.
  const settings = trainingSettings.parse({
    seed: row.seed,
    steps: row.steps,
    batch,
    ...(row.settings as Partial<TrainingSettings>),
  });
  const trainingRun = { id: row.id, state, requestedById: row.requestedById };
  const isRunning = state === 'running';
  const ask = (
    action: 'training:cancel' | 'sheet:view' | 'cohort:create',
  ): RunDto['decisions'][number] =>
    decide({
      action,
      actor,
      now,
      resource: {
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
      isRunning && row.imagesPerSecond !== null && row.imagesPerSecond > 0
        ? ((row.steps - row.step) * batch) / row.imagesPerSecond
        : null,
    failure: toFailureDto(row.failure),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    generators: row.generators.map(({ id, step, sha256 }) => ({ id, step, sha256 })),
    provider: row.provider as ComputeProvider | null,
    hasSampleSheet: row.sampleSheetSha256 !== null,
    sampleSheetVersion: row.sampleSheetSha256?.slice(0, 16) ?? null,
    settings,
    continuedFrom: row.continuedFrom,
    ensembleId: row.ensembleId,
    thresholdVersion: row.thresholdVersion.number,
    checkpointStep: row.checkpointStep,
    alert: row.alert as MemorisationAlert | null,
    sheetSteps: row.trainingSheets.map(({ step }) => step),
    privacy:
      privacy === null || spend === undefined
        ? null
        : {
            ...privacy,
            noisySteps: spend.steps,
            delta: spend.delta,
            epsilon: spend.epsilon,
            isSettled: spend.kind === 'settled',
          },
    decisions: [
      ask('training:cancel'),
      ask('sheet:view'),
      ...(project.permit === undefined ? [] : [ask('cohort:create')]),
    ],
  };
}
