import {
  cohortUsages,
  evidence,
  LabError,
  type CohortVersionState,
  type ComputeProvider,
  type GateCheck,
  type GateVerdict,
  type RouteOutput,
  type RunState,
  type Message,
} from '@scapis/contracts';
import { isOverriddenBy, isStaff, type Actor, type Resource } from '@scapis/domain';
import type { Prisma, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { LabContext } from '../context.ts';
import { findStaleVerdicts } from './stale-verdict.ts';
import { signaturesInForce, toOverrideDto, toOverrideFacts } from '../reviews/override.ts';
import { belowId, toPage, type Page, type PageQuery } from '../lists/page.ts';
import { decideAll, getProject, readPeople } from '../access/project.ts';
import { findReview } from '../reviews/review.ts';
import { openVault } from '../storage/vault.ts';
import { toFailureColumn, toFailureDto, type WithFailure } from '../jobs/failure.ts';

export type CohortDto = RouteOutput<'cohorts.get'>;
export type Refusals = CohortDto['refusals'];
type GateRunDto = NonNullable<CohortDto['gateRun']>;
type Summary = RouteOutput<'cohorts.list'>['items'][number];

const include = {
  cohort: true,
  datasetVersion: { include: { dataset: true } },
  synthesisRun: {
    include: {
      synthesisGenerators: {
        orderBy: { ordinal: 'asc' },
        include: { generator: { include: { generatorImport: true } } },
      },
    },
  },
  gateRuns: { orderBy: { id: 'desc' }, take: 1 },
  overrideSignatures: { orderBy: { createdAt: 'asc' } },
} as const satisfies Prisma.CohortVersionInclude;
type VersionWithParts = Prisma.CohortVersionGetPayload<{ include: typeof include }>;
/**
 * A cohort version with its dataset, synthesis run, generators, newest gate run and the signatures
 * that override it.
 */
export type CohortRow = Omit<VersionWithParts, 'state'> & { state: CohortVersionState };

export interface NewCohort {
  applicationId: string;
  permitId: string;
  datasetId: string;
  datasetVersionId: string;
  authorId: string;
  title: string;
  count: number;
  seed: number;
  labelMix: 'balanced' | 'cohort-like';
  generatorIds: readonly string[];
  ensembleId: string | null;
  dataKey: Uint8Array;
  createdAt: Date;
}

/** A cohort, its first version and the run that draws it. */
export async function insertCohort(
  tx: Transaction,
  cohort: NewCohort,
): Promise<{ cohortVersionId: string; synthesisRunId: string }> {
  const { applicationId, createdAt } = cohort;
  const [cohortId, cohortVersionId, synthesisRunId] = [uuidv7(), uuidv7(), uuidv7()];
  await tx.cohort.create({
    data: {
      id: cohortId,
      applicationId,
      permitId: cohort.permitId,
      datasetId: cohort.datasetId,
      createdById: cohort.authorId,
      title: cohort.title,
      createdAt,
    },
  });
  await tx.cohortVersion.create({
    data: {
      id: cohortVersionId,
      cohortId,
      applicationId,
      datasetVersionId: cohort.datasetVersionId,
      authorId: cohort.authorId,
      number: 1,
      state: 'synthesising',
      count: cohort.count,
      labelMix: cohort.labelMix,
      dataKey: Uint8Array.from(cohort.dataKey),
      createdAt,
    },
  });
  await tx.synthesisRun.create({
    data: {
      id: synthesisRunId,
      applicationId,
      cohortVersionId,
      requestedById: cohort.authorId,
      ensembleId: cohort.ensembleId,
      state: 'queued',
      seed: cohort.seed,
      count: cohort.count,
      createdAt,
    },
  });
  await tx.synthesisGenerator.createMany({
    data: cohort.generatorIds.map((generatorId, ordinal) => ({
      synthesisRunId,
      generatorId,
      ordinal,
    })),
  });
  return { cohortVersionId, synthesisRunId };
}

/** @throws LabError not_found */
export async function getCohortRow(tx: Transaction, id: string): Promise<CohortRow> {
  const row = await tx.cohortVersion.findUnique({ where: { id }, include });
  if (row === null) throw new LabError('not_found');
  return { ...row, state: row.state as CohortVersionState };
}

/**
 * Moves a version from a state, if it is still in it. @returns false when someone moved it
 * meanwhile
 */
export async function moveCohort(
  tx: Transaction,
  id: string,
  from: CohortVersionState,
  to: CohortVersionState,
  change: WithFailure<Prisma.CohortVersionUncheckedUpdateManyInput> = {},
): Promise<boolean> {
  const { count } = await tx.cohortVersion.updateMany({
    where: { id, state: from },
    data: { ...toFailureColumn(change), state: to },
  });
  return count === 1;
}

/** Notes why a version can't go on for now, if it is in this state. */
export async function setFailure(
  tx: Transaction,
  id: string,
  state: CohortVersionState,
  failure: Message,
): Promise<boolean> {
  const { count } = await tx.cohortVersion.updateMany({ where: { id, state }, data: { failure } });
  return count === 1;
}

export async function listCohorts(tx: Transaction, query: PageQuery): Promise<Page<Summary>> {
  const rows = await tx.cohortVersion.findMany({
    where: { id: belowId(query.cursor) },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include: {
      cohort: { include: { dataset: true } },
      overrideSignatures: { select: { personId: true } },
    },
  });
  const personOf = await readPeople(
    tx,
    rows.map((row) => row.authorId),
  );
  return toPage(
    rows,
    query.limit,
    (row) => row.id,
    (row) => ({
      id: row.id,
      cohortId: row.cohortId,
      title: row.cohort.title,
      number: row.number,
      state: row.state as CohortVersionState,
      count: row.count,
      datasetTitle: row.cohort.dataset.title,
      author: personOf(row.authorId),
      createdAt: row.createdAt.toISOString(),
      releasedAt: row.releasedAt?.toISOString() ?? null,
      usage: toUsage(row.usage),
      isOverridden: isOverriddenBy(row.overrideSignatures.map(({ personId }) => personId)),
    }),
  );
}

/** What `decide` needs to know of a cohort version, its project and its review. */
export async function readCohortResource(
  tx: Transaction,
  actor: Actor,
  row: CohortRow,
): Promise<Resource> {
  const project = await getProject(tx, row.applicationId);
  const review = await findReview(tx, actor, { cohortVersionId: row.id });
  return {
    ...project,
    datasetId: row.cohort.datasetId,
    review: review?.facts,
    override: toOverrideFacts(row.gateRuns[0], row.overrideSignatures),
    cohortVersion: {
      id: row.id,
      state: row.state,
      authorId: row.authorId,
      gateVerdict: (row.gateRuns[0]?.verdict ?? null) as GateVerdict | null,
      isVerdictStale: (await findStaleVerdicts(tx, [row.id])).has(row.id),
    },
  };
}

/**
 * One cohort version as the actor may see it, with gate, evidence and review. @throws LabError
 * not_found
 */
export async function getCohortDto(
  context: LabContext,
  tx: Transaction,
  actor: Actor,
  id: string,
): Promise<CohortDto> {
  const row = await getCohortRow(tx, id);
  const now = context.now();
  const resource = await readCohortResource(tx, actor, row);
  const review = await findReview(tx, actor, { cohortVersionId: id });
  const override = await toOverrideDto(tx, row.gateRuns[0], row.overrideSignatures);
  const generators = row.synthesisRun?.synthesisGenerators.map((each) => each.generator) ?? [];
  const declared = generators.flatMap(({ generatorImport }) => generatorImport ?? []);
  const personOf = await readPeople(tx, [
    row.authorId,
    ...(row.noUseReasonById === null ? [] : [row.noUseReasonById]),
    ...declared.map((each) => each.declaredById),
  ]);
  return {
    id: row.id,
    cohortId: row.cohortId,
    title: row.cohort.title,
    number: row.number,
    applicationId: row.applicationId,
    permitId: row.cohort.permitId,
    datasetId: row.cohort.datasetId,
    datasetTitle: row.datasetVersion.dataset.title,
    state: row.state,
    count: row.count,
    drawn: row.synthesisRun?.drawn ?? 0,
    labelMix: row.labelMix === 'balanced' ? 'balanced' : 'cohort-like',
    author: personOf(row.authorId),
    createdAt: row.createdAt.toISOString(),
    releasedAt: row.releasedAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    withdrawReason: row.withdrawReason,
    usage: toUsage(row.usage),
    noUseReason: noUseReasonOf(row, personOf),
    failure: toFailureDto(row.failure),
    trainingRunIds: [...new Set(generators.flatMap((generator) => generator.trainingRunId ?? []))],
    ensembleId: row.synthesisRun?.ensembleId ?? null,
    provider: (row.synthesisRun?.provider ?? null) as ComputeProvider | null,
    declaredGenerators: declared.map((each) => ({
      importId: each.id,
      title: each.title,
      framework: each.framework,
      recipe: each.recipe,
      declaredBy: personOf(each.declaredById),
      declaredAt: each.createdAt.toISOString(),
      takesLabel: (each.facts as { takesLabel: boolean } | null)?.takesLabel ?? false,
    })),
    refusals: await listRefusals(tx, row),
    gateRun: await toGateRunDto(context, row),
    override,
    isOverridden: signaturesInForce(override).length > 0,
    review: review?.dto ?? null,
    hasSampleSheet: row.sampleSheetSha256 !== null && maySeeSheet(actor, row.state),
    bundle:
      row.bundleName === null || row.bundleSha256 === null || row.bundleSize === null
        ? null
        : { name: row.bundleName, sha256: row.bundleSha256, size: Number(row.bundleSize) },
    decisions: decideAll(
      [
        'gate:run',
        'gate:read',
        'pairs:view',
        'release:override',
        'release:submit',
        'release:vote',
        'release:withdraw',
        'cohort:download',
      ],
      actor,
      resource,
      now,
    ),
  };
}

/**
 * Other cohorts that the gate refused and that one of the generators, or another state of its
 * training, drew.
 */
export async function listRefusals(
  tx: Transaction,
  { id, synthesisRun }: CohortRow,
): Promise<Refusals> {
  const generators = synthesisRun?.synthesisGenerators.map((each) => each.generator) ?? [];
  const akin = {
    OR: [
      { id: { in: generators.map((each) => each.id) } },
      { trainingRunId: { in: generators.flatMap((each) => each.trainingRunId ?? []) } },
    ],
  };
  const rows = await tx.cohortVersion.findMany({
    where: {
      id: { not: id },
      synthesisRun: { synthesisGenerators: { some: { generator: akin } } },
      gateRuns: { some: { verdict: 'refused' } },
    },
    select: {
      id: true,
      number: true,
      cohort: { select: { title: true } },
      gateRuns: { where: { verdict: 'refused' }, orderBy: { id: 'desc' }, take: 1 },
    },
    orderBy: { id: 'asc' },
  });
  return rows.flatMap(({ id: cohortVersionId, number, cohort: { title }, gateRuns }) =>
    gateRuns.map(({ finishedAt, createdAt, overridableChecks, finalChecks }) => ({
      cohortVersionId,
      title,
      number,
      at: (finishedAt ?? createdAt).toISOString(),
      checks: [...overridableChecks, ...finalChecks] as GateCheck[],
    })),
  );
}

/**
 * Before its release a cohort's images are seen by the lab's staff alone; they have not been judged
 * yet.
 */
export function maySeeSheet(actor: Actor, state: CohortVersionState): boolean {
  return isStaff(actor) || state === 'released' || state === 'withdrawn';
}

async function toGateRunDto(context: LabContext, row: CohortRow): Promise<GateRunDto | null> {
  const run = row.gateRuns[0];
  if (run === undefined) return null;
  const bytes =
    run.evidenceSha256 === null
      ? null
      : await openVault(context, row.dataKey).read(run.evidenceSha256);
  return {
    id: run.id,
    state: run.state as RunState,
    stage: run.stage,
    progress: run.progress,
    verdict: run.verdict as GateVerdict | null,
    failure: toFailureDto(run.failure),
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    evidence: bytes === null ? null : evidence.parse(JSON.parse(new TextDecoder().decode(bytes))),
    hasClosestPairs: run.pairsSheetSha256 !== null,
  };
}

/** The reason in force: one of an earlier verdict says nothing of a cohort that is of use. */
export function noUseReasonOf(
  {
    usage,
    noUseReason,
    noUseReasonById,
  }: Pick<CohortRow, 'usage' | 'noUseReason' | 'noUseReasonById'>,
  personOf: Awaited<ReturnType<typeof readPeople>>,
): CohortDto['noUseReason'] {
  return usage !== 'of-no-use' || noUseReason === null || noUseReasonById === null
    ? null
    : { by: personOf(noUseReasonById), reason: noUseReason };
}

export function toUsage(usage: string | null): CohortDto['usage'] {
  return cohortUsages.find((each) => each === usage) ?? null;
}

/** Where a generator comes from, alike for a training run and an import. */
export interface GeneratorOrigin {
  applicationId: string;
  permitId: string;
  datasetVersionId: string;
  datasetId: string;
  /** The run is completed, or the import accepted. */
  isReady: boolean;
}

/**
 * Origins of the generators asked for. @throws LabError not_found when one is missing or not to be
 * seen
 */
export async function getGeneratorOrigins(
  tx: Transaction,
  ids: readonly string[],
): Promise<GeneratorOrigin[]> {
  const rows = await tx.generator.findMany({
    where: { id: { in: [...ids] } },
    include: {
      trainingRun: { include: { datasetVersion: true } },
      generatorImport: { include: { datasetVersion: true } },
    },
  });
  if (rows.length !== new Set(ids).size) throw new LabError('not_found');
  return rows.map(({ trainingRun, generatorImport }) => {
    const origin = trainingRun ?? generatorImport;
    if (origin === null) throw new LabError('not_found');
    const { applicationId, permitId, datasetVersionId, datasetVersion, state } = origin;
    return {
      applicationId,
      permitId,
      datasetVersionId,
      datasetId: datasetVersion.datasetId,
      isReady: state === 'completed' || state === 'accepted',
    };
  });
}

/** Synthesis as the worker sees it. */
export async function findSynthesis(tx: Transaction, id: string) {
  const run = await tx.synthesisRun.findUnique({
    where: { id },
    include: {
      ensemble: true,
      synthesisGenerators: {
        orderBy: { ordinal: 'asc' },
        include: { generator: { include: { generatorImport: true } } },
      },
      cohortVersion: { include: { cohort: true, datasetVersion: { include: { dataset: true } } } },
    },
  });
  return run === null ? null : { ...run, state: run.state as RunState };
}
export type SynthesisRow = NonNullable<Awaited<ReturnType<typeof findSynthesis>>>;

export async function moveSynthesis(
  tx: Transaction,
  id: string,
  from: RunState,
  to: RunState,
  change: WithFailure<Prisma.SynthesisRunUncheckedUpdateManyInput> = {},
): Promise<boolean> {
  const { count } = await tx.synthesisRun.updateMany({
    where: { id, state: from },
    data: { ...toFailureColumn(change), state: to },
  });
  return count === 1;
}

export async function setDrawn(tx: Transaction, id: string, drawn: number): Promise<void> {
  await tx.synthesisRun.updateMany({ where: { id, state: 'running' }, data: { drawn } });
}
