import { LabError, type Locale, type RouteOutput, type RunState } from '@scapis/contracts';
import { type Actor, permitState, type Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { belowId, type PageQuery } from '../lists/page.ts';
import { decideAll, readPeople } from '../access/project.ts';

type PermitDto = RouteOutput<'permits.get'>;
type TermsDto = PermitDto['terms'];
type Row = Awaited<ReturnType<typeof readRows>>[number];

/** A permit as read in one transaction, with the facts that `decide` needs. */
export interface PermitView {
  row: Row;
  terms: TermsDto;
  resource: Required<Pick<Resource, 'application' | 'permit'>>;
}

async function readRows(
  tx: Transaction,
  query: { ids?: string[]; personId?: string | undefined; page?: PageQuery },
) {
  return tx.permit.findMany({
    where: {
      id: query.ids === undefined ? belowId(query.page?.cursor) : { in: query.ids },
      permitPersons:
        query.personId === undefined ? undefined : { some: { personId: query.personId } },
    },
    include: {
      application: { include: { applicationMembers: true } },
      permitPersons: true,
      permitDatasets: { include: { dataset: { select: { id: true, title: true } } } },
      termsSignatures: true,
    },
    orderBy: { id: 'desc' },
    take: query.page === undefined ? undefined : query.page.limit + 1,
  });
}

/** The terms that everyone must have signed: the newest version. */
export async function getTermsInForce(tx: Transaction): Promise<TermsDto> {
  const row = await tx.terms.findFirst({ orderBy: { version: 'desc' } });
  if (row === null) throw new LabError('terms_missing');
  return { ...row, createdAt: row.createdAt.toISOString() };
}

/** False when this version is there already; it is never overwritten. */
export async function insertTerms(
  tx: Transaction,
  terms: {
    id: string;
    version: number;
    textSv: string;
    textEn: string;
    sha256Sv: string;
    sha256En: string;
  },
): Promise<boolean> {
  const { count } = await tx.terms.createMany({ data: [terms], skipDuplicates: true });
  return count === 1;
}

/** @throws LabError terms_edited when the database has this version with another text. */
export async function checkTermsUnchanged(
  tx: Transaction,
  terms: { version: number; sha256Sv: string; sha256En: string },
): Promise<void> {
  if ((await tx.terms.count({ where: terms })) === 1) return;
  throw new LabError('terms_edited', { params: { version: terms.version } });
}

/** @throws LabError not_found when there is none that the actor may see. */
export async function getPermit(tx: Transaction, id: string): Promise<PermitView> {
  const [row] = await readRows(tx, { ids: [id] });
  if (row === undefined) throw new LabError('not_found');
  return toView(row, await getTermsInForce(tx));
}

/**
 * Newest first; one row more than asked for when there is a next page. `personId`: only permits
 * that name this person.
 */
export async function listPermits(
  tx: Transaction,
  personId: string | undefined,
  page: PageQuery,
): Promise<PermitView[]> {
  const rows = await readRows(tx, { personId, page });
  if (rows.length === 0) return [];
  const terms = await getTermsInForce(tx);
  return rows.map((row) => toView(row, terms));
}

function toView(row: Row, terms: TermsDto): PermitView {
  return {
    row,
    terms,
    resource: {
      application: {
        id: row.applicationId,
        state: 'approved',
        applicantId: row.application.applicantId,
        memberIds: row.application.applicationMembers.map((member) => member.personId),
        missing: [],
        votesCast: 0,
      },
      permit: {
        id: row.id,
        validFrom: row.validFrom,
        validUntil: row.validUntil,
        revokedAt: row.revokedAt,
        personIds: row.permitPersons.map((person) => person.personId),
        datasetIds: row.permitDatasets.map((each) => each.datasetId),
        signedIds: signaturesInForce(row, terms).map((signature) => signature.personId),
      },
    },
  };
}

function signaturesInForce(row: Row, terms: TermsDto): Row['termsSignatures'] {
  return row.termsSignatures.filter((signature) => signature.termsId === terms.id);
}

export async function toPermitDtos(
  tx: Transaction,
  actor: Actor,
  views: readonly PermitView[],
  now: Date,
): Promise<PermitDto[]> {
  const nameOf = await readPeople(
    tx,
    views.flatMap((view) => view.row.permitPersons.map((person) => person.personId)),
  );
  return views.map(({ row, terms, resource }) => {
    const signedAt = new Map(
      signaturesInForce(row, terms).map((signature) => [
        signature.personId,
        signature.signedAt.toISOString(),
      ]),
    );
    return {
      id: row.id,
      applicationId: row.applicationId,
      title: row.title,
      purpose: row.purpose,
      state: permitState(row, now),
      validFrom: row.validFrom.toISOString(),
      validUntil: row.validUntil.toISOString(),
      revokedAt: row.revokedAt?.toISOString() ?? null,
      revokeReason: row.revokeReason,
      datasets: row.permitDatasets.map(({ dataset }) => dataset),
      people: row.permitPersons.map(({ personId }) => ({
        ...nameOf(personId),
        signedAt: signedAt.get(personId) ?? null,
      })),
      terms,
      decisions: decideAll(['permit:read', 'permit:sign', 'permit:revoke'], actor, resource, now),
    };
  });
}

/**
 * Writes the permit that an approved application gives, with its people and datasets as they stand.
 */
export async function grantPermit(
  tx: Transaction,
  grant: {
    applicationId: string;
    title: string;
    purpose: string;
    validFrom: Date;
    validUntil: Date;
    personIds: readonly string[];
    datasetIds: readonly string[];
  },
): Promise<string> {
  const id = uuidv7();
  const { personIds, datasetIds, ...facts } = grant;
  await tx.permit.create({ data: { id, ...facts } });
  await tx.permitPerson.createMany({
    data: personIds.map((personId) => ({ permitId: id, personId })),
  });
  await tx.permitDataset.createMany({
    data: datasetIds.map((datasetId) => ({ permitId: id, datasetId })),
  });
  return id;
}

/** False when the person had signed this version before. */
export async function addSignature(
  tx: Transaction,
  signature: {
    permitId: string;
    termsId: string;
    personId: string;
    textSha256: string;
    locale: Locale;
    loginMethod: string;
    signedAt: Date;
  },
): Promise<boolean> {
  const { count } = await tx.termsSignature.createMany({
    data: [{ id: uuidv7(), ...signature }],
    skipDuplicates: true,
  });
  return count === 1;
}

/** @throws LabError conflict when someone else revoked it meanwhile. */
export async function revokePermit(
  tx: Transaction,
  id: string,
  by: { revokedById: string; revokedAt: Date; revokeReason: string },
): Promise<void> {
  const { count } = await tx.permit.updateMany({ where: { id, revokedAt: null }, data: by });
  if (count !== 1) throw new LabError('conflict');
}

/** Training runs under the permit that have not ended, locked for this transaction. */
export async function lockLiveTrainings(
  tx: Transaction,
  permitId: string,
): Promise<{ id: string; state: RunState }[]> {
  return tx.$queryRaw<{ id: string; state: RunState }[]>`
    SELECT id, state FROM training_run WHERE permit_id = ${permitId}::uuid AND state IN ('queued', 'running') ORDER BY id FOR UPDATE`;
}

export async function moveTraining(
  tx: Transaction,
  id: string,
  from: RunState,
  to: RunState,
  finishedAt: Date,
): Promise<void> {
  const { count } = await tx.trainingRun.updateMany({
    where: { id, state: from },
    data: { state: to, finishedAt },
  });
  if (count !== 1) throw new LabError('conflict');
}
