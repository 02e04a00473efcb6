import type {
  dataset,
  datasetCounts,
  datasetFile,
  datasetSummary,
  datasetVersion,
  DatasetVersionState,
  ImageLabels,
  PrivacyBudget,
  Split,
} from '@scapis/contracts';
import { LabError } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Prisma, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { belowId, toPage, type Page, type PageQuery } from '../lists/page.ts';
import { decideAll, readPeople } from '../access/project.ts';
import { readBudget } from '../privacy-budget/privacy-budget.ts';
import { listThresholds } from './thresholds.repository.ts';
import { toFailureColumn, toFailureDto, type WithFailure } from '../jobs/failure.ts';

type DatasetDto = z.infer<typeof dataset>;
type VersionDto = z.infer<typeof datasetVersion>;
export type DatasetCounts = z.infer<typeof datasetCounts>;

/** A version as the use cases need it, keys still wrapped. */
export type VersionRow = Awaited<ReturnType<typeof getVersionRow>>;

export async function insertDataset(
  tx: Transaction,
  row: {
    id: string;
    createdById: string;
    title: string;
    description: string;
    privacy: PrivacyBudget;
    secret: Uint8Array;
    createdAt: Date;
  },
): Promise<void> {
  await tx.dataset.create({ data: { ...row, secret: Uint8Array.from(row.secret) } });
}

/** The catalogue, newest first, each with its newest approved version. */
export async function listDatasets(
  tx: Transaction,
  query: PageQuery,
): Promise<Page<z.infer<typeof datasetSummary>>> {
  const rows = await tx.dataset.findMany({
    where: { id: belowId(query.cursor) },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include: {
      datasetVersions: { where: { state: 'approved' }, orderBy: { number: 'desc' }, take: 1 },
    },
  });
  return toPage(
    rows,
    query.limit,
    (row) => row.id,
    (row) => {
      const approved = row.datasetVersions[0];
      const counts = toCounts(approved?.counts);
      return {
        id: row.id,
        title: row.title,
        description: row.description,
        approvedVersionId: approved?.id ?? null,
        subjects: counts?.subjects ?? null,
        images: counts?.images ?? null,
        createdAt: row.createdAt.toISOString(),
      };
    },
  );
}

/** @throws LabError not_found */
export async function getDataset(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<DatasetDto> {
  const row = await tx.dataset.findUnique({
    where: { id },
    include: { datasetVersions: { orderBy: { number: 'desc' } } },
  });
  if (row === null) throw new LabError('not_found');
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    createdAt: row.createdAt.toISOString(),
    thresholdVersions: await listThresholds(tx, id),
    privacy: await readBudget(tx, row),
    versions: await toVersionDtos(tx, actor, row.datasetVersions, now),
    decisions: decideAll(['dataset:ingest', 'thresholds:set'], actor, {}, now),
  };
}

/**
 * The next version of a dataset, empty; the unique number lets only one of two people at once open
 * it.
 */
export async function insertVersion(
  tx: Transaction,
  row: { datasetId: string; dataKey: Uint8Array; createdAt: Date },
): Promise<string> {
  const found = await tx.dataset.findUnique({
    where: { id: row.datasetId },
    include: { datasetVersions: { orderBy: { number: 'desc' }, take: 1 } },
  });
  if (found === null) throw new LabError('not_found');
  const id = uuidv7();
  const number = (found.datasetVersions[0]?.number ?? 0) + 1;
  await tx.datasetVersion.create({
    data: {
      id,
      datasetId: row.datasetId,
      number,
      state: 'empty',
      dataKey: Uint8Array.from(row.dataKey),
      createdAt: row.createdAt,
    },
  });
  return id;
}

/** @throws LabError not_found */
export async function getVersionRow(tx: Transaction, id: string) {
  const row = await tx.datasetVersion.findUnique({ where: { id }, include: { dataset: true } });
  if (row === null) throw new LabError('not_found');
  return { ...row, state: row.state as DatasetVersionState };
}

/** @throws LabError not_found */
export async function getVersion(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<VersionDto> {
  const [dto] = await toVersionDtos(tx, actor, [await getVersionRow(tx, id)], now);
  if (dto === undefined) throw new LabError('not_found');
  return dto;
}

/**
 * Moves a version from a state, if it is still in it. @throws LabError conflict when someone moved
 * it meanwhile.
 */
export async function moveVersion(
  tx: Transaction,
  id: string,
  from: DatasetVersionState,
  to: DatasetVersionState,
  change: WithFailure<Prisma.DatasetVersionUncheckedUpdateManyInput> = {},
): Promise<void> {
  const { count } = await tx.datasetVersion.updateMany({
    where: { id, state: from },
    data: { ...toFailureColumn(change), state: to },
  });
  if (count !== 1) throw new LabError('conflict');
}

/**
 * Locks a version's row against a move until the transaction ends. @throws LabError not_found
 * @returns its state
 */
export async function lockVersion(tx: Transaction, id: string): Promise<DatasetVersionState> {
  const [row] = await tx.$queryRaw<{ state: string }[]>`
    SELECT state FROM dataset_version WHERE id = ${id}::uuid FOR UPDATE`;
  if (row === undefined) throw new LabError('not_found');
  return row.state as DatasetVersionState;
}

/** Progress of an ingest under way; of none other. */
export async function setProgress(
  tx: Transaction,
  id: string,
  done: number,
  total: number,
): Promise<void> {
  await tx.datasetVersion.updateMany({
    where: { id, state: 'ingesting' },
    data: { progressDone: done, progressTotal: total },
  });
}

/** What ingest found, as rows: replaces what an earlier run that was killed may have left. */
export interface IngestRows {
  subjects: { pseudonym: string; split: Split; labels: ImageLabels }[];
  series: { uid: string; pseudonym: string; slices: number; findings: string[] }[];
  files: {
    ordinal: number;
    verdict: 'accepted' | 'quarantined' | 'rejected';
    reason: string | null;
    /** With `seriesUid`, which series of this upload it is of. */
    pseudonym: string | null;
    seriesUid: string | null;
    sopInstanceUid: string | null;
    sha256: string | null;
    size: number | null;
  }[];
}

const rowsPerInsert = 2_000;

export async function replaceRows(
  tx: Transaction,
  datasetVersionId: string,
  rows: IngestRows,
): Promise<void> {
  await tx.file.deleteMany({ where: { datasetVersionId } });
  await tx.series.deleteMany({ where: { datasetVersionId } });
  await tx.subject.deleteMany({ where: { datasetVersionId } });
  const subjectIds = new Map(rows.subjects.map((subject) => [subject.pseudonym, uuidv7()]));
  const seriesKey = (pseudonym: string, uid: string): string => `${pseudonym} ${uid}`;
  const seriesIds = new Map(
    rows.series.map(({ pseudonym, uid }) => [seriesKey(pseudonym, uid), uuidv7()]),
  );
  const idIn = (ids: Map<string, string>, key: string): string => ids.get(key) ?? uuidv7();
  await inParts(rows.subjects, (part) =>
    tx.subject.createMany({
      data: part.map(({ pseudonym, split, labels }) => ({
        id: idIn(subjectIds, pseudonym),
        datasetVersionId,
        pseudonym,
        split,
        ...labels,
      })),
    }),
  );
  await inParts(rows.series, (part) =>
    tx.series.createMany({
      data: part.map(({ uid, pseudonym, slices, findings }) => ({
        id: idIn(seriesIds, seriesKey(pseudonym, uid)),
        datasetVersionId,
        subjectId: subjectIds.get(pseudonym) ?? null,
        seriesUid: uid,
        slices,
        findings,
      })),
    }),
  );
  await inParts(rows.files, (part) =>
    tx.file.createMany({
      data: part.map(({ pseudonym, seriesUid, ...file }) => ({
        ...file,
        id: uuidv7(),
        datasetVersionId,
        seriesId:
          pseudonym === null || seriesUid === null
            ? null
            : (seriesIds.get(seriesKey(pseudonym, seriesUid)) ?? null),
      })),
    }),
  );
}

export async function listFiles(
  tx: Transaction,
  datasetVersionId: string,
  query: PageQuery & { verdict?: string | undefined },
): Promise<Page<z.infer<typeof datasetFile>>> {
  const after = query.cursor === undefined ? undefined : { gt: Number(query.cursor) };
  if (after !== undefined && !Number.isSafeInteger(after.gt)) throw new LabError('cursor_unknown');
  const rows = await tx.file.findMany({
    where: { datasetVersionId, verdict: query.verdict, ordinal: after },
    orderBy: { ordinal: 'asc' },
    take: query.limit + 1,
  });
  return toPage(
    rows,
    query.limit,
    (row) => String(row.ordinal),
    (row) => ({ ordinal: row.ordinal, verdict: row.verdict as 'accepted', reason: row.reason }),
  );
}

async function inParts<Row>(
  rows: readonly Row[],
  insert: (part: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerInsert)
    await insert(rows.slice(start, start + rowsPerInsert));
}

type VersionFacts = Omit<Prisma.DatasetVersionGetPayload<object>, 'dataKey'>;

async function toVersionDtos(
  tx: Transaction,
  actor: Actor,
  rows: readonly VersionFacts[],
  now: Date,
): Promise<VersionDto[]> {
  const personOf = await readPeople(
    tx,
    rows.flatMap((row) => [row.uploadedById, row.approvedById]),
  );
  // Applicants may not see who works in the lab: a person without a name is left out.
  const known = (id: string | null): { id: string; name: string } | null => {
    const person = id === null ? null : personOf(id);
    return person === null || person.name === '' ? null : person;
  };
  return rows.map((row) => {
    const state = row.state as DatasetVersionState;
    return {
      id: row.id,
      datasetId: row.datasetId,
      number: row.number,
      state,
      createdAt: row.createdAt.toISOString(),
      uploadedBy: known(row.uploadedById),
      approvedBy: known(row.approvedById),
      approvedAt: row.approvedAt?.toISOString() ?? null,
      counts: toCounts(row.counts),
      failure: toFailureDto(row.failure),
      hasContactSheet: row.contactSheetSha256 !== null,
      progress: state === 'ingesting' ? { done: row.progressDone, total: row.progressTotal } : null,
      deidentification: row.deidentification as Record<string, number> | null,
      findings: (row.findings ?? []) as { code: string; count: number }[],
      decisions: decideAll(
        ['dataset:ingest', 'dataset:inspect', 'dataset:approve'],
        actor,
        { datasetVersion: { id: row.id, state, uploadedById: row.uploadedById } },
        now,
      ),
    };
  });
}

function toCounts(stored: unknown): DatasetCounts | null {
  return (stored ?? null) as DatasetCounts | null;
}
