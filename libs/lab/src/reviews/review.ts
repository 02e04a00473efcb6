import { votesNeeded, type review, type VoteDecision } from '@scapis/contracts';
import type { Actor, Resource } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import type { z } from 'zod';
import { readPeople } from '../access/project.ts';

/**
 * A review as the caller may see it, and what `decide` needs of it. The database shows only their
 * own vote until it is closed.
 */
export interface ReviewView {
  dto: z.infer<typeof review>;
  facts: NonNullable<Resource['review']>;
}

/**
 * The newest review of a release (`cohortVersionId`) or of an application; null when none was
 * opened.
 */
export async function findReview(
  tx: Transaction,
  actor: Actor,
  of: { cohortVersionId: string } | { applicationId: string },
): Promise<ReviewView | null> {
  const row = await tx.review.findFirst({
    where:
      'cohortVersionId' in of
        ? { kind: 'release', cohortVersionId: of.cohortVersionId }
        : { kind: 'application', applicationId: of.applicationId },
    include: { votes: { orderBy: { createdAt: 'asc' } } },
    orderBy: { openedAt: 'desc' },
  });
  if (row === null) return null;
  const counted = await tx.$queryRaw<
    { cast: number }[]
  >`SELECT lab_votes_cast(${row.id}::uuid) AS cast`;
  const nameOf = await readPeople(
    tx,
    row.votes.map((vote) => vote.personId),
  );
  return {
    dto: {
      id: row.id,
      openedAt: row.openedAt.toISOString(),
      closedAt: row.closedAt?.toISOString() ?? null,
      outcome: row.outcome as VoteDecision | null,
      votesCast: counted[0]?.cast ?? 0,
      votesNeeded,
      votes: row.votes.map((vote) => ({
        person: nameOf(vote.personId),
        decision: vote.decision as VoteDecision,
        comment: vote.comment,
        at: vote.createdAt.toISOString(),
      })),
    },
    facts: {
      id: row.id,
      isOpen: row.closedAt === null,
      hasMyVote: row.votes.some((vote) => vote.personId === actor.personId),
    },
  };
}
