import { LabError, type CohortVersionState, type RunState } from '@scapis/contracts';
import { rdpEpsilon, type NoisySteps } from '@scapis/domain';
import { storedGanConfig } from '@scapis/gan';
import type { PrivacySpent, TrainingRecord } from '@scapis/gate';
import type { Prisma, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { toFailureColumn, type WithFailure } from '../jobs/failure.ts';

/**
 * A gate run over a cohort version. Its seed is how many runs there were before: nobody chooses it,
 * so nobody can try seeds until one passes; only a run that was void, failed or overtaken is
 * followed by another at all.
 */
export async function insertGateRun(
  tx: Transaction,
  run: { applicationId: string; cohortVersionId: string; requestedById: string; createdAt: Date },
): Promise<string> {
  const id = uuidv7();
  const before = await tx.gateRun.count({ where: { cohortVersionId: run.cohortVersionId } });
  await tx.gateRun.create({ data: { ...run, id, state: 'queued', seed: before + 1 } });
  return id;
}

export async function findGateRun(tx: Transaction, id: string) {
  const run = await tx.gateRun.findUnique({
    where: { id },
    include: {
      cohortVersion: { include: { cohort: true, datasetVersion: { include: { dataset: true } } } },
    },
  });
  return run === null ? null : { ...run, state: run.state as RunState };
}
export type GateRow = NonNullable<Awaited<ReturnType<typeof findGateRun>>>;

/**
 * @returns the other cohorts of the dataset, of any version and project, that have left the lab or
 * are about to, oldest first: withdrawn ones too, since a copy can't be called back.
 */
export async function findReleasedOf(tx: Transaction, datasetId: string, exceptId: string) {
  const states = ['packing', 'released', 'withdrawn'] satisfies CohortVersionState[];
  return findImages(tx, {
    id: { not: exceptId },
    datasetVersion: { datasetId },
    state: { in: states },
  });
}

/** @returns the same for the cohorts that an evidence file names. */
export function findCohortsOut(tx: Transaction, ids: string[]) {
  return findImages(tx, { id: { in: ids } });
}

async function findImages(tx: Transaction, where: Prisma.CohortVersionWhereInput) {
  const rows = await tx.cohortVersion.findMany({
    where,
    orderBy: { id: 'asc' },
    select: { id: true, dataKey: true, imagesSha256: true },
  });
  return rows.flatMap(({ imagesSha256, ...row }) =>
    imagesSha256 === null ? [] : [{ ...row, imagesSha256 }],
  );
}

/**
 * The generators behind a cohort; of several of one run the last one (ids ascend as steps do),
 * whose record and noisy steps hold those of the others.
 */
async function findLastGenerators(tx: Transaction, cohortVersionId: string) {
  const generators = await tx.generator.findMany({
    where: { synthesisGenerators: { some: { synthesisRun: { cohortVersionId } } } },
    orderBy: { id: 'asc' },
    select: {
      id: true,
      step: true,
      trainingRun: {
        select: { id: true, config: true, privacySpends: { where: { kind: 'reserved' } } },
      },
    },
  });
  return [
    ...new Map(
      generators.map((generator) => [generator.trainingRun?.id ?? generator.id, generator]),
    ).values(),
  ];
}

/** @returns what each training run behind a cohort recorded, up to the step of its generator. */
export async function findTrainingRecords(
  tx: Transaction,
  cohortVersionId: string,
): Promise<TrainingRecord[]> {
  const records: TrainingRecord[] = [];
  for (const { trainingRun, step } of await findLastGenerators(tx, cohortVersionId)) {
    // A generator trained elsewhere has no record here, and its budget is unknown.
    const points =
      trainingRun === null
        ? []
        : await tx.trainingPoint.findMany({
            where: { trainingRunId: trainingRun.id, step: { lte: step } },
            orderBy: { step: 'asc' },
          });
    records.push({
      points: points.map(({ step: at, metrics }) => ({
        step: at,
        metrics: metrics as Record<string, number>,
      })),
    });
  }
  return records;
}

/**
 * @returns what the generators behind a cohort took of the dataset's privacy budget together, up to
 * their own steps: their runs' Rényi curves composed, at the least of their deltas. Null unless
 * each was trained here and privately. The noise stands in the ledger, never in a run's points.
 */
export async function findPrivacySpent(
  tx: Transaction,
  cohortVersionId: string,
): Promise<PrivacySpent | null> {
  const runs: (NoisySteps & { delta: number })[] = [];
  let trainingSteps = 0;
  for (const { step, trainingRun } of await findLastGenerators(tx, cohortVersionId)) {
    const reserved = trainingRun?.privacySpends[0];
    if (trainingRun === null || reserved === undefined) return null;
    const discriminatorSteps =
      storedGanConfig.parse(trainingRun.config).privacy?.discriminatorSteps ?? 1;
    const { noiseMultiplier, sampleRate, delta } = reserved;
    runs.push({ noiseMultiplier, sampleRate, delta, steps: step * discriminatorSteps });
    trainingSteps += step;
  }
  if (runs.length === 0) return null;
  const delta = Math.min(...runs.map((run) => run.delta));
  const bySteps = Array.from({ length: pointsOfSpending }, (_, at) => {
    const share = (at + 1) / pointsOfSpending;
    return {
      step: Math.ceil(share * trainingSteps),
      epsilon: rdpEpsilon(
        runs.map((run) => ({ ...run, steps: Math.ceil(share * run.steps) })),
        delta,
      ),
    };
  });
  return { epsilon: rdpEpsilon(runs, delta), delta, bySteps };
}

/**
 * Enough for its bend to be seen; each is an epsilon of all runs, as if they had gone on side by
 * side.
 */
const pointsOfSpending = 20;

/** @throws LabError not_found when the gate was never asked for */
export async function getNewestGateRun(tx: Transaction, cohortVersionId: string) {
  const run = await tx.gateRun.findFirst({ where: { cohortVersionId }, orderBy: { id: 'desc' } });
  if (run === null) throw new LabError('not_found');
  return run;
}

const ended = z.object({ evidenceSha256: z.string() });

/** @returns the hash of the evidence that the audit log has of a gate run */
export async function findAuditedEvidence(
  tx: Transaction,
  cohortVersionId: string,
  gateRunId: string,
): Promise<string | null> {
  const rows = await tx.auditEvent.findMany({
    where: { objectId: cohortVersionId, detail: { path: ['gateRunId'], equals: gateRunId } },
    orderBy: { sequence: 'desc' },
    select: { detail: true },
  });
  return (
    rows.flatMap(({ detail }) => ended.safeParse(detail).data?.evidenceSha256 ?? [])[0] ?? null
  );
}

/**
 * Moves a run from a state, if it is still in it. @returns false when someone moved it meanwhile
 */
export async function moveGateRun(
  tx: Transaction,
  id: string,
  from: RunState,
  to: RunState,
  change: WithFailure<Prisma.GateRunUncheckedUpdateManyInput> = {},
): Promise<boolean> {
  const { count } = await tx.gateRun.updateMany({
    where: { id, state: from },
    data: { ...toFailureColumn(change), state: to },
  });
  return count === 1;
}

export async function setStage(
  tx: Transaction,
  id: string,
  stage: string,
  progress: number,
): Promise<void> {
  await tx.gateRun.updateMany({ where: { id, state: 'running' }, data: { stage, progress } });
}
