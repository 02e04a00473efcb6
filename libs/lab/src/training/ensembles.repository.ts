import {
  ensembleTransitions,
  LabError,
  trainingRunTransitions,
  type EnsembleState,
  type RouteOutput,
  type RunState,
} from '@scapis/contracts';
import { decide, transition, type Actor } from '@scapis/domain';
import type { EnsembleChoice } from '@scapis/gate';
import { addToOutbox, type Prisma, type Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { belowId, toPageById, type Page, type PageQuery } from '../lists/page.ts';
import { readPeople, readProjects } from '../access/project.ts';
import { appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { listRunDtos } from './training.repository.ts';
import { toFailureColumn, toFailureDto, type WithFailure } from '../jobs/failure.ts';

export type EnsembleDto = RouteOutput<'ensembles.get'>;
type ChoiceDto = NonNullable<EnsembleDto['choice']>;

const include = {
  datasetVersion: { include: { dataset: true } },
  trainingRuns: { orderBy: { id: 'asc' }, include: { generators: { orderBy: { step: 'asc' } } } },
} as const satisfies Prisma.EnsembleInclude;
type EnsembleWithParts = Prisma.EnsembleGetPayload<{ include: typeof include }>;
/** An ensemble with its runs and what they have left. */
export type EnsembleRow = Omit<EnsembleWithParts, 'state'> & { state: EnsembleState };

export interface NewEnsemble {
  applicationId: string;
  permitId: string;
  datasetVersionId: string;
  requestedById: string;
  title: string;
  createdAt: Date;
}

export async function insertEnsemble(tx: Transaction, row: NewEnsemble): Promise<string> {
  const id = uuidv7();
  await tx.ensemble.create({ data: { ...row, id, state: 'training' } });
  return id;
}

export async function findEnsemble(tx: Transaction, id: string): Promise<EnsembleRow | null> {
  const row = await tx.ensemble.findUnique({ where: { id }, include });
  return row === null ? null : { ...row, state: row.state as EnsembleState };
}

/** @throws LabError not_found */
export async function getEnsemble(tx: Transaction, id: string): Promise<EnsembleRow> {
  const row = await findEnsemble(tx, id);
  if (row === null) throw new LabError('not_found');
  return row;
}

/** Locks the row, so that two runs of it that end at once come one after the other. */
async function lockEnsemble(tx: Transaction, id: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM ensemble WHERE id = ${id}::uuid FOR UPDATE`;
}

/** @throws LabError conflict when someone moved it meanwhile */
export async function moveEnsemble(
  tx: Transaction,
  row: { id: string; state: EnsembleState },
  to: EnsembleState,
  {
    actorId = null,
    detail = {},
    ...change
  }: WithFailure<Prisma.EnsembleUncheckedUpdateManyInput> & {
    actorId?: string | null;
    detail?: Record<string, unknown>;
  },
): Promise<void> {
  const { event } = transition(ensembleTransitions, row.state, to);
  const { count } = await tx.ensemble.updateMany({
    where: { id: row.id, state: row.state },
    data: { ...toFailureColumn(change), state: to },
  });
  if (count !== 1) throw new LabError('conflict');
  await appendAudit(tx, { actorId, type: event, object: ensembleRef(row), detail });
}

/**
 * A run of an ensemble has ended. With the last one the ensemble goes on: to the choice of its
 * members where a run was completed, else it ends as its runs did.
 * @param actorId who ended the run; null: the lab
 */
export async function followRuns(
  tx: Transaction,
  id: string,
  now: Date,
  actorId: string | null,
): Promise<void> {
  await lockEnsemble(tx, id);
  const row = await getEnsemble(tx, id);
  const states = row.trainingRuns.map((run) => run.state as RunState);
  if (row.state !== 'training' || states.some((state) => trainingRunTransitions[state].length > 0))
    return;
  if (states.includes('completed')) {
    await moveEnsemble(tx, row, 'choosing', {
      actorId,
      detail: {
        completed: states.filter((state) => state === 'completed').length,
        of: states.length,
      },
    });
    return addToOutbox(tx, 'ensemble.choose', { ensembleId: id });
  }
  const isFailed = states.includes('failed');
  await moveEnsemble(tx, row, isFailed ? 'failed' : 'cancelled', {
    failure: isFailed ? { code: 'ensemble_failed', params: {} } : null,
    finishedAt: now,
    actorId,
  });
  if (isFailed)
    await notify(tx, {
      people: [row.requestedById],
      kind: 'ensemble.failed',
      object: ensembleRef(row),
      title: row.title,
    });
}

/**
 * The generators that members are chosen from: of completed runs, and none from after a run began
 * to memorise.
 */
export function candidatesOf({ trainingRuns }: EnsembleRow): {
  generatorId: string;
  trainingRunId: string;
  step: number;
  sha256: string;
  isLast: boolean;
}[] {
  return trainingRuns
    .filter(({ state }) => state === 'completed')
    .flatMap(({ id, alert, generators }) => {
      const beganAt = (alert as { beganAt: number } | null)?.beganAt ?? Infinity;
      const clean = generators.filter(({ step }) => step <= beganAt);
      return clean.map((each) => ({
        generatorId: each.id,
        trainingRunId: id,
        step: each.step,
        sha256: each.sha256,
        isLast: each === clean.at(-1),
      }));
    });
}

export function toChoice(
  choice: EnsembleChoice,
  candidates: ReturnType<typeof candidatesOf>,
): ChoiceDto {
  const byId = new Map(choice.candidates.map(({ id, coverage }) => [id, coverage]));
  return {
    ...choice,
    candidates: candidates.map(({ generatorId, trainingRunId, step }) => ({
      generatorId,
      trainingRunId,
      step,
      coverage: byId.get(generatorId) ?? 0,
    })),
    shares: choice.shares.map(({ members, ...rest }) => ({
      ...rest,
      members: members.map(({ id, share }) => ({ generatorId: id, share })),
    })),
  };
}

/** @returns the choice of a completed ensemble, null before */
export function choiceOf({ choice }: { choice: unknown }): ChoiceDto | null {
  return choice as ChoiceDto | null;
}

export async function listEnsembles(
  tx: Transaction,
  actor: Actor,
  query: PageQuery,
  now: Date,
): Promise<Page<EnsembleDto>> {
  const rows = await tx.ensemble.findMany({
    where: { id: belowId(query.cursor) },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include,
  });
  return toPageById(rows, query.limit, (shown) => toDtos(tx, actor, shown, now));
}

/** @throws LabError not_found */
export async function getEnsembleDto(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<EnsembleDto> {
  const [dto] = await toDtos(tx, actor, [await getEnsemble(tx, id)], now);
  if (dto === undefined) throw new LabError('not_found');
  return dto;
}

async function toDtos(
  tx: Transaction,
  actor: Actor,
  rows: readonly EnsembleWithParts[],
  now: Date,
): Promise<EnsembleDto[]> {
  const projects = await readProjects(
    tx,
    rows.map((row) => row.applicationId),
  );
  const personOf = await readPeople(
    tx,
    rows.map((row) => row.requestedById),
  );
  const runs = await listRunDtos(
    tx,
    actor,
    rows.flatMap((row) => row.trainingRuns.map(({ id }) => id)),
    now,
  );
  return rows.flatMap((row) => {
    const project = projects.get(row.applicationId);
    if (project === undefined) return [];
    const state = row.state as EnsembleState;
    const resource = {
      ...project,
      datasetId: row.datasetVersion.datasetId,
      trainingRun: { id: row.id, state: asRunState[state], requestedById: row.requestedById },
      generators: { areReady: state === 'completed' },
    };
    return [
      {
        id: row.id,
        title: row.title,
        applicationId: row.applicationId,
        permitId: row.permitId,
        datasetVersionId: row.datasetVersionId,
        datasetTitle: row.datasetVersion.dataset.title,
        requestedBy: personOf(row.requestedById),
        state,
        failure: toFailureDto(row.failure),
        createdAt: row.createdAt.toISOString(),
        finishedAt: row.finishedAt?.toISOString() ?? null,
        runs: row.trainingRuns.flatMap(({ id }) => runs.get(id) ?? []),
        choice: choiceOf(row),
        decisions: (
          [
            'training:cancel',
            ...(project.permit === undefined ? [] : (['cohort:create'] as const)),
          ] as const
        ).map((action) => decide({ action, actor, now, resource })),
      },
    ];
  });
}

/** An ensemble is stopped by the rule that stops a run. */
export const asRunState: Record<EnsembleState, RunState> = {
  training: 'running',
  choosing: 'running',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
};

export function ensembleRef({ id }: { id: string }): ObjectRef {
  return { kind: 'ensemble', id };
}
