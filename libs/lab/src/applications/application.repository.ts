import {
  type ApplicationDraft,
  type ApplicationState,
  type AuditEventType,
  LabError,
  type RouteOutput,
} from '@scapis/contracts';
import type { Actor, Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { belowId, type Page, type PageQuery, toPage } from '../lists/page.ts';
import { decideAll, readPeople } from '../access/project.ts';
import { findReview, type ReviewView } from '../reviews/review.ts';
import { toSwedishDay } from './calendar.ts';
import { findMissingFields } from './form.ts';

type ApplicationDto = RouteOutput<'applications.get'>;
type ApplicationSummaryDto = RouteOutput<'applications.list'>['items'][number];
type Row = Awaited<ReturnType<typeof readRow>>;
type SummaryRow = Awaited<ReturnType<Transaction['application']['findUniqueOrThrow']>> & {
  permit: { id: string } | null;
};

/**
 * An application as read in one transaction: its row, its review, and the facts that `decide`
 * needs.
 */
export interface ApplicationView {
  row: Row;
  review: ReviewView | null;
  resource: Resource & Required<Pick<Resource, 'application'>>;
  /** Everyone of the team, the applicant among them. */
  teamIds: string[];
  missing: string[];
}

async function readRow(tx: Transaction, id: string) {
  const row = await tx.application.findUnique({
    where: { id },
    include: {
      applicationMembers: { orderBy: { addedAt: 'asc' } },
      applicationDatasets: {
        include: { dataset: { select: { id: true, title: true } } },
        orderBy: { datasetId: 'asc' },
      },
      applicationEvents: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
      permit: { include: { termsSignatures: true } },
    },
  });
  if (row === null) throw new LabError('not_found');
  return row;
}

/**
 * Takes the application for this transaction, so that of two who act at once the second sees what
 * the first did.
 * @throws LabError not_found when there is none that the actor may see.
 */
export async function lockApplication(tx: Transaction, id: string): Promise<void> {
  const rows = await tx.$queryRaw<
    unknown[]
  >`SELECT id FROM application WHERE id = ${id}::uuid FOR UPDATE`;
  if (rows.length === 0) throw new LabError('not_found');
}

/** @throws LabError not_found when there is none that the actor may see. */
export async function getApplication(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<ApplicationView> {
  const row = await readRow(tx, id);
  const review = await findReview(tx, actor, { applicationId: id });
  const teamIds = [
    ...new Set([row.applicantId, ...row.applicationMembers.map((member) => member.personId)]),
  ];
  const missing = findMissingFields(
    {
      ...row,
      ethicsValidUntil: toDay(row.ethicsValidUntil),
      accessUntil: toDay(row.accessUntil),
      datasetIds: row.applicationDatasets.map((each) => each.datasetId),
      hasEthicsDocument: row.ethicsDocumentSha256 !== null,
    },
    toSwedishDay(now),
  );
  return {
    row,
    review,
    teamIds,
    missing,
    resource: {
      application: {
        id,
        state: row.state as ApplicationState,
        applicantId: row.applicantId,
        memberIds: teamIds,
        missing,
        votesCast: review !== null && review.facts.isOpen ? review.dto.votesCast : 0,
      },
      review: review?.facts,
    },
  };
}

const applicationActions = [
  'application:read',
  'application:edit',
  'application:submit',
  'application:withdraw',
  'application:return',
  'application:vote',
] as const;

export async function toApplicationDto(
  tx: Transaction,
  actor: Actor,
  view: ApplicationView,
  now: Date,
): Promise<ApplicationDto> {
  const { row, review, missing, resource, teamIds } = view;
  const nameOf = await readPeople(tx, [
    ...teamIds,
    ...row.applicationEvents.map((event) => event.actorId),
  ]);
  const inForce = await tx.terms.findFirst({ orderBy: { version: 'desc' }, select: { id: true } });
  const signed = new Set(
    row.permit?.termsSignatures
      .filter((signature) => signature.termsId === inForce?.id)
      .map((signature) => signature.personId),
  );
  return {
    ...toSummary(row, nameOf),
    responsibleResearcher: row.responsibleResearcher,
    purpose: row.purpose,
    ethicsNumber: row.ethicsNumber,
    ethicsValidUntil: toDay(row.ethicsValidUntil),
    accessUntil: toDay(row.accessUntil),
    ethicsDocument:
      row.ethicsDocumentSha256 === null
        ? null
        : {
            name: row.ethicsDocumentName ?? '',
            size: row.ethicsDocumentSize ?? 0,
            sha256: row.ethicsDocumentSha256,
          },
    datasets: row.applicationDatasets.map(({ dataset }) => dataset),
    members: teamIds.map((id) => ({ ...nameOf(id), hasSignedTerms: signed.has(id) })),
    events: row.applicationEvents.map((event) => ({
      at: event.createdAt.toISOString(),
      actor: event.actorId === null ? null : nameOf(event.actorId),
      type: event.type as AuditEventType,
      comment: event.comment,
    })),
    review: review?.dto ?? null,
    missing,
    decisions: decideAll(applicationActions, actor, resource, now),
  };
}

/**
 * Newest first. A member's list starts from their memberships (index application_member.person_id),
 * a staff member's from the applications themselves: row-level security alone would ask for each of
 * ten thousand rows whether they belong to it.
 */
export async function listApplications(
  tx: Transaction,
  actor: Actor,
  isStaff: boolean,
  query: PageQuery & { state?: string | undefined },
): Promise<Page<ApplicationSummaryDto>> {
  const rows = await tx.application.findMany({
    where: {
      id: belowId(query.cursor),
      state: query.state,
      applicationMembers: isStaff ? undefined : { some: { personId: actor.personId } },
    },
    include: { permit: { select: { id: true } } },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
  });
  const nameOf = await readPeople(
    tx,
    rows.map((row) => row.applicantId),
  );
  return toPage(
    rows,
    query.limit,
    (row) => row.id,
    (row) => toSummary(row, nameOf),
  );
}

export async function createApplication(tx: Transaction, actor: Actor): Promise<string> {
  const id = uuidv7();
  await tx.application.create({ data: { id, applicantId: actor.personId, state: 'draft' } });
  await tx.applicationMember.create({ data: { applicationId: id, personId: actor.personId } });
  return id;
}

/**
 * Writes the fields that the draft names and leaves the others. @throws LabError invalid_input when
 * it names a dataset that isn't there.
 */
export async function saveDraft(
  tx: Transaction,
  id: string,
  { datasetIds, ethicsValidUntil, accessUntil, ...texts }: ApplicationDraft,
): Promise<void> {
  await tx.application.update({
    where: { id },
    data: {
      ...texts,
      ethicsValidUntil: fromDay(ethicsValidUntil),
      accessUntil: fromDay(accessUntil),
    },
  });
  if (datasetIds === undefined) return;
  const wanted = [...new Set(datasetIds)];
  const known = await tx.dataset.count({ where: { id: { in: wanted } } });
  if (known !== wanted.length) {
    throw new LabError('dataset_unknown', { details: [{ path: 'datasetIds' }] });
  }
  await tx.applicationDataset.deleteMany({
    where: { applicationId: id, datasetId: { notIn: wanted } },
  });
  await tx.applicationDataset.createMany({
    data: wanted.map((datasetId) => ({ applicationId: id, datasetId })),
    skipDuplicates: true,
  });
}

/** False when the person was a member already. */
export async function addMember(tx: Transaction, id: string, personId: string): Promise<boolean> {
  const { count } = await tx.applicationMember.createMany({
    data: [{ applicationId: id, personId }],
    skipDuplicates: true,
  });
  return count === 1;
}

export async function removeMember(
  tx: Transaction,
  id: string,
  personId: string,
): Promise<boolean> {
  const { count } = await tx.applicationMember.deleteMany({
    where: { applicationId: id, personId },
  });
  return count === 1;
}

export async function putEthicsDocument(
  tx: Transaction,
  id: string,
  document: { sha256: string; name: string; size: number },
): Promise<void> {
  await tx.application.update({
    where: { id },
    data: {
      ethicsDocumentSha256: document.sha256,
      ethicsDocumentName: document.name,
      ethicsDocumentSize: document.size,
    },
  });
}

/**
 * The row's step from one state to the next. @throws LabError conflict when it is no longer in
 * `from`.
 */
export async function moveApplication(
  tx: Transaction,
  id: string,
  from: ApplicationState,
  to: ApplicationState,
  now: Date,
): Promise<void> {
  const times =
    to === 'submitted'
      ? { submittedAt: now }
      : to === 'approved' || to === 'rejected'
        ? { decidedAt: now }
        : {};
  const { count } = await tx.application.updateMany({
    where: { id, state: from },
    data: { state: to, ...times },
  });
  if (count !== 1) throw new LabError('conflict');
}

export async function addEvent(
  tx: Transaction,
  event: {
    applicationId: string;
    actorId: string;
    type: AuditEventType;
    comment?: string;
    at: Date;
  },
): Promise<void> {
  const { at, ...facts } = event;
  await tx.applicationEvent.create({ data: { id: uuidv7(), ...facts, createdAt: at } });
}

function toSummary(
  row: SummaryRow,
  nameOf: (id: string) => { id: string; name: string },
): ApplicationSummaryDto {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    organisation: row.organisation,
    state: row.state as ApplicationState,
    applicant: nameOf(row.applicantId),
    createdAt: row.createdAt.toISOString(),
    submittedAt: row.submittedAt?.toISOString() ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    permitId: row.permit?.id ?? null,
  };
}

/** Postgres dates come as midnight UTC. */
export function toDay(date: Date | null): string | null {
  return date === null ? null : date.toISOString().slice(0, 10);
}

function fromDay(day: string | null | undefined): Date | null | undefined {
  return typeof day === 'string' ? new Date(`${day}T00:00:00Z`) : day;
}
