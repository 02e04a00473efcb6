import {
  type CohortVersionState,
  type GateCheck,
  type CohortUsage,
  type GateVerdict,
  LabError,
} from '@scapis/contracts';
import { teamOf, type Actor, type Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { toUsage } from '../cohorts/cohorts.repository.ts';
import { findStaleVerdicts } from '../cohorts/stale-verdict.ts';
import { type OverrideDto, toOverrideDto, toOverrideFacts } from '../reviews/override.ts';
import { getProject, readProjects } from '../access/project.ts';
import { findReview, type ReviewView } from '../reviews/review.ts';

/**
 * A cohort version as read in one transaction for its release, with the facts that `decide` needs.
 */
export interface VersionView {
  id: string;
  applicationId: string;
  permitId: string;
  datasetId: string;
  state: CohortVersionState;
  /** The cohort's title, for messages. */
  title: string;
  usage: CohortUsage | null;
  bundle: { name: string; sha256: string; size: number } | null;
  gateRunId: string | null;
  /** Sha256 of the newest gate run's evidence, and the key that opens it. */
  evidence: { sha256: string; dataKey: Uint8Array } | null;
  /** The gate's refusal with its signatures; null where it did not refuse. */
  override: OverrideDto | null;
  review: ReviewView | null;
  teamIds: string[];
  resource: Resource & Required<Pick<Resource, 'application' | 'cohortVersion' | 'override'>>;
}

/**
 * Takes the version for this transaction. @throws LabError not_found when there is none that the
 * actor may see.
 */
export async function lockVersion(tx: Transaction, id: string): Promise<void> {
  const rows = await tx.$queryRaw<
    unknown[]
  >`SELECT id FROM cohort_version WHERE id = ${id}::uuid FOR UPDATE`;
  if (rows.length === 0) throw new LabError('not_found');
}

/** @throws LabError not_found when there is none that the actor may see. */
export async function getReleaseView(
  tx: Transaction,
  actor: Actor,
  id: string,
): Promise<VersionView> {
  const row = await tx.cohortVersion.findUnique({
    where: { id },
    include: {
      cohort: { select: { title: true, datasetId: true, permitId: true } },
      gateRuns: {
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 1,
        select: {
          id: true,
          state: true,
          verdict: true,
          overridableChecks: true,
          finalChecks: true,
          evidenceSha256: true,
        },
      },
      overrideSignatures: { orderBy: { createdAt: 'asc' } },
    },
  });
  if (row === null) throw new LabError('not_found');
  const project = await getProject(tx, row.applicationId);
  const review = await findReview(tx, actor, { cohortVersionId: id });
  const gateRun = row.gateRuns[0];
  const state = row.state as CohortVersionState;
  return {
    id,
    applicationId: row.applicationId,
    permitId: row.cohort.permitId,
    datasetId: row.cohort.datasetId,
    state,
    title: row.cohort.title,
    usage: toUsage(row.usage),
    gateRunId: gateRun?.id ?? null,
    evidence:
      gateRun?.evidenceSha256 == null
        ? null
        : { sha256: gateRun.evidenceSha256, dataKey: row.dataKey },
    override: await toOverrideDto(tx, gateRun, row.overrideSignatures),
    review,
    bundle:
      row.bundleName === null || row.bundleSha256 === null || row.bundleSize === null
        ? null
        : { name: row.bundleName, sha256: row.bundleSha256, size: Number(row.bundleSize) },
    teamIds: [...new Set(teamOf(project))],
    resource: {
      ...project,
      datasetId: row.cohort.datasetId,
      review: review?.facts,
      override: toOverrideFacts(gateRun, row.overrideSignatures),
      cohortVersion: {
        id,
        state,
        authorId: row.authorId,
        gateVerdict:
          gateRun?.state === 'completed' ? (gateRun.verdict as GateVerdict | null) : null,
        isVerdictStale: (await findStaleVerdicts(tx, [id])).has(id),
      },
    },
  };
}

/**
 * The row's step from one state to the next. @throws LabError conflict when it is no longer in
 * `from`.
 */
export async function moveVersion(
  tx: Transaction,
  id: string,
  from: CohortVersionState,
  to: CohortVersionState,
  facts: {
    withdrawReason?: string;
    withdrawnAt?: Date;
    usage?: string;
    noUseReason?: string;
    noUseReasonById?: string;
  } = {},
): Promise<void> {
  const { count } = await tx.cohortVersion.updateMany({
    where: { id, state: from },
    data: { state: to, ...facts },
  });
  if (count !== 1) throw new LabError('conflict');
}

/**
 * Signs that a refused version may be reviewed. @throws LabError conflict when they have signed
 * already; the database's own rules beside it
 */
export async function insertOverrideSignature(
  tx: Transaction,
  row: {
    applicationId: string;
    cohortVersionId: string;
    gateRunId: string;
    personId: string;
    checks: GateCheck[];
    reason: string;
    createdAt: Date;
  },
): Promise<string> {
  const id = uuidv7();
  await tx.overrideSignature.create({ data: { ...row, id } });
  return id;
}

/**
 * @returns versions of the dataset that the gate let through and that have been overtaken by one
 * that now leaves, with the people behind each.
 */
export async function listOvertaken(
  tx: Transaction,
  datasetId: string,
): Promise<{ id: string; title: string; teamIds: string[] }[]> {
  const rows = await tx.cohortVersion.findMany({
    where: {
      datasetVersion: { datasetId },
      state: { in: ['passed', 'overridden', 'in-review'] satisfies CohortVersionState[] },
    },
    select: { id: true, applicationId: true, cohort: { select: { title: true } } },
    orderBy: { id: 'asc' },
  });
  const overtaken = await findStaleVerdicts(
    tx,
    rows.map(({ id }) => id),
  );
  const projects = await readProjects(
    tx,
    rows.map(({ applicationId }) => applicationId),
  );
  return rows.flatMap(({ id, applicationId, cohort: { title } }) => {
    const project = projects.get(applicationId);
    return project === undefined || !overtaken.has(id)
      ? []
      : [{ id, title, teamIds: [...new Set(teamOf(project))] }];
  });
}

/** Everyone who has, or began to take, a copy: they are told of a withdrawal. */
export async function listDownloaders(tx: Transaction, cohortVersionId: string): Promise<string[]> {
  const rows = await tx.download.findMany({
    where: { cohortVersionId },
    select: { personId: true },
    distinct: ['personId'],
  });
  return rows.map((row) => row.personId);
}
