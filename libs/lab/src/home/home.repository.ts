import type {
  Action,
  ApplicationState,
  CohortVersionState,
  GateVerdict,
  RouteOutput,
} from '@scapis/contracts';
import type { Actor, Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import { findStaleVerdicts } from '../cohorts/stale-verdict.ts';
import { toOverrideFacts } from '../reviews/override.ts';
import { readProjects } from '../access/project.ts';

export type HomeItem = RouteOutput<'home.get'>['items'][number];
/** The actor's answer from `decide`. */
type May = (action: Action, resource: Resource) => boolean;

/** Per source: a person works from the top, and the lists have the rest. */
const MOST = 50;
/** How long something that ended badly stays on the page. */
const BAD_NEWS_DAYS = 30;
const ENDS_SOON_DAYS = 30;

const turnOf = (isMine: boolean): HomeItem['turn'] => (isMine ? 'mine' : 'others');
const daysFrom = (now: Date, days: number): Date => new Date(now.getTime() + days * 86_400_000);
const inMyProjects = (actor: Actor) => ({
  application: { applicationMembers: { some: { personId: actor.personId } } },
});
/** The open review with this person's own vote in it, if they have cast one. */
const openReview = (actor: Actor) => ({
  where: { closedAt: null },
  include: { votes: { where: { personId: actor.personId } } },
  take: 1,
});

export async function readApplicationItems(
  tx: Transaction,
  actor: Actor,
  may: May,
): Promise<HomeItem[]> {
  const include = { applicationMembers: true, reviews: openReview(actor) };
  const own = await tx.application.findMany({
    where: {
      state: { in: ['draft', 'returned', 'submitted'] },
      applicationMembers: { some: { personId: actor.personId } },
    },
    include,
    orderBy: { id: 'asc' },
    take: MOST,
  });
  const ownIds = own.map((row) => row.id);
  const forAdmins = actor.roles.includes('lab-admin')
    ? await tx.application.findMany({
        where: { state: 'submitted', id: { notIn: ownIds } },
        include,
        orderBy: { id: 'asc' },
        take: MOST,
      })
    : [];
  return [...own, ...forAdmins].map((row): HomeItem => {
    const review = row.reviews[0];
    const resource: Resource = {
      application: {
        id: row.id,
        state: row.state as ApplicationState,
        applicantId: row.applicantId,
        memberIds: row.applicationMembers.map((member) => member.personId),
        missing: [],
        votesCast: 0,
      },
      review:
        review === undefined
          ? undefined
          : { id: review.id, isOpen: true, hasMyVote: review.votes.length > 0 },
    };
    const base = {
      objectKind: 'application',
      objectId: row.id,
      title: row.title,
      since: (row.submittedAt ?? row.createdAt).toISOString(),
    } as const;
    if (row.state === 'draft')
      return {
        ...base,
        kind: 'finish-application',
        turn: turnOf(may('application:edit', resource)),
      };
    if (row.state === 'returned')
      return { ...base, kind: 'answer-return', turn: turnOf(may('application:edit', resource)) };
    return may('application:vote', resource)
      ? { ...base, kind: 'decide-application', turn: 'mine' }
      : { ...base, kind: 'waiting-for-decision', turn: 'others' };
  });
}

export async function readPermitItems(
  tx: Transaction,
  actor: Actor,
  now: Date,
): Promise<HomeItem[]> {
  const inForce = await tx.terms.findFirst({ orderBy: { version: 'desc' }, select: { id: true } });
  const rows = await tx.permit.findMany({
    where: {
      permitPersons: { some: { personId: actor.personId } },
      revokedAt: null,
      validUntil: { gte: now },
    },
    include: { termsSignatures: { where: { personId: actor.personId, termsId: inForce?.id } } },
    orderBy: { id: 'asc' },
    take: MOST,
  });
  return rows.flatMap((row) => {
    const base = {
      objectKind: 'permit',
      objectId: row.id,
      title: row.title,
      turn: 'mine',
    } as const;
    const items: HomeItem[] = [];
    if (row.termsSignatures.length === 0)
      items.push({ ...base, kind: 'sign-terms', since: row.createdAt.toISOString() });
    if (row.validUntil < daysFrom(now, ENDS_SOON_DAYS))
      items.push({
        ...base,
        kind: 'permit-ends-soon',
        since: daysFrom(row.validUntil, -ENDS_SOON_DAYS).toISOString(),
      });
    return items;
  });
}

export async function readDatasetItems(
  tx: Transaction,
  actor: Actor,
  may: May,
  now: Date,
): Promise<HomeItem[]> {
  if (!actor.roles.includes('lab-admin')) return [];
  const rows = await tx.datasetVersion.findMany({
    where: {
      OR: [
        { state: 'checked' },
        {
          state: 'failed',
          uploadedById: actor.personId,
          createdAt: { gte: daysFrom(now, -BAD_NEWS_DAYS) },
        },
      ],
    },
    select: {
      id: true,
      state: true,
      uploadedById: true,
      number: true,
      createdAt: true,
      dataset: { select: { title: true } },
    },
    orderBy: { id: 'asc' },
    take: MOST,
  });
  return rows.map((row): HomeItem => {
    const base = {
      objectKind: 'dataset-version',
      objectId: row.id,
      title: `${row.dataset.title} ${row.number}`,
      since: row.createdAt.toISOString(),
    } as const;
    if (row.state === 'failed') return { ...base, kind: 'ingest-failed', turn: 'mine' };
    return {
      ...base,
      kind: 'approve-dataset',
      turn: turnOf(
        may('dataset:approve', {
          datasetVersion: { id: row.id, state: 'checked', uploadedById: row.uploadedById },
        }),
      ),
    };
  });
}

export async function readTrainingItems(
  tx: Transaction,
  actor: Actor,
  now: Date,
): Promise<HomeItem[]> {
  const rows = await tx.trainingRun.findMany({
    where: {
      ...inMyProjects(actor),
      OR: [
        { state: { in: ['queued', 'running'] } },
        { state: 'failed', finishedAt: { gte: daysFrom(now, -BAD_NEWS_DAYS) } },
      ],
    },
    orderBy: { id: 'asc' },
    take: MOST,
  });
  return rows.map((row): HomeItem => {
    const base = { objectKind: 'training-run', objectId: row.id, title: row.title } as const;
    if (row.state === 'failed')
      return {
        ...base,
        kind: 'training-failed',
        turn: turnOf(row.requestedById === actor.personId),
        since: (row.finishedAt ?? row.createdAt).toISOString(),
      };
    return {
      ...base,
      kind: 'watch-training',
      turn: 'others',
      since: (row.startedAt ?? row.createdAt).toISOString(),
    };
  });
}

export async function readCohortItems(
  tx: Transaction,
  actor: Actor,
  may: May,
  now: Date,
): Promise<HomeItem[]> {
  const include = {
    cohort: { select: { title: true, datasetId: true } },
    gateRuns: { orderBy: { createdAt: 'desc' }, take: 1 },
    overrideSignatures: { orderBy: { createdAt: 'asc' } },
    reviews: openReview(actor),
    downloads: { where: { personId: actor.personId, completedAt: { not: null } }, take: 1 },
  } as const;
  const own = await tx.cohortVersion.findMany({
    where: {
      ...inMyProjects(actor),
      OR: [
        { state: { in: ['draft', 'passed', 'overridden', 'in-review', 'released'] } },
        { state: 'refused', createdAt: { gte: daysFrom(now, -BAD_NEWS_DAYS) } },
      ],
    },
    include,
    orderBy: { id: 'asc' },
    take: MOST,
  });
  const ownIds = own.map((row) => row.id);
  const forReviewers = actor.roles.includes('reviewer')
    ? await tx.cohortVersion.findMany({
        where: { state: 'in-review', id: { notIn: ownIds } },
        include,
        orderBy: { id: 'asc' },
        take: MOST,
      })
    : [];
  // Refused and signed once: it waits for a second person, or for nothing.
  const forSigners =
    actor.roles.includes('reviewer') || actor.roles.includes('lab-admin')
      ? await tx.cohortVersion.findMany({
          where: { state: 'refused', id: { notIn: ownIds }, overrideSignatures: { some: {} } },
          include,
          orderBy: { id: 'asc' },
          take: MOST,
        })
      : [];
  const rows = [...own, ...forReviewers, ...forSigners];
  const projects = await readProjects(
    tx,
    rows.map((row) => row.applicationId),
  );
  const stale = await findStaleVerdicts(
    tx,
    rows.map((row) => row.id),
  );
  return rows.flatMap((row): HomeItem[] => {
    const project = projects.get(row.applicationId);
    if (project === undefined) return [];
    const gateRun = row.gateRuns[0];
    const review = row.reviews[0];
    const resource: Resource = {
      ...project,
      datasetId: row.cohort.datasetId,
      cohortVersion: {
        id: row.id,
        state: row.state as CohortVersionState,
        authorId: row.authorId,
        gateVerdict:
          gateRun?.state === 'completed' ? (gateRun.verdict as GateVerdict | null) : null,
        isVerdictStale: stale.has(row.id),
      },
      override: toOverrideFacts(gateRun, row.overrideSignatures),
      review:
        review === undefined
          ? undefined
          : { id: review.id, isOpen: true, hasMyVote: review.votes.length > 0 },
    };
    const since = row.releasedAt ?? review?.openedAt ?? gateRun?.finishedAt ?? row.createdAt;
    const base = {
      objectKind: 'cohort-version',
      objectId: row.id,
      title: `${row.cohort.title} ${row.number}`,
      since: since.toISOString(),
    } as const;
    if (may('gate:run', resource)) return [{ ...base, kind: 'run-gate', turn: 'mine' }];
    switch (row.state as CohortVersionState) {
      case 'draft':
        return [{ ...base, kind: 'run-gate', turn: 'others' }];
      case 'passed':
      case 'overridden':
        return [{ ...base, kind: 'submit-release', turn: turnOf(may('release:submit', resource)) }];
      case 'refused':
        if (forSigners.includes(row))
          return may('release:override', resource)
            ? [
                {
                  ...base,
                  kind: 'sign-override',
                  turn: 'mine',
                  since: row.overrideSignatures[0]?.createdAt.toISOString() ?? base.since,
                },
              ]
            : [];
        return [{ ...base, kind: 'gate-refused', turn: turnOf(row.authorId === actor.personId) }];
      case 'in-review':
        return [
          may('release:vote', resource)
            ? { ...base, kind: 'vote-release', turn: 'mine' }
            : { ...base, kind: 'waiting-for-decision', turn: 'others' },
        ];
      case 'released':
        return row.downloads.length === 0 && may('cohort:download', resource)
          ? [{ ...base, kind: 'download-cohort', turn: 'mine' }]
          : [];
      // Nobody's turn: the worker's, or the end.
      case 'synthesising':
      case 'gating':
      case 'packing':
      case 'rejected':
      case 'withdrawn':
      case 'failed':
        return [];
    }
  });
}
