import { createHash } from 'node:crypto';
import { LabError, votesNeeded, type VoteDecision } from '@scapis/contracts';
import type { Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';

// A decision that two people take blinded. The database enforces the rules again (trigger
// vote_rules, policy blinded); see record/review.ts for reading.

/** Opens the review of an application, or of one of its cohort versions. */
export async function openReview(
  tx: Transaction,
  of: { applicationId: string; cohortVersionId?: string },
): Promise<string> {
  const id = uuidv7();
  await tx.review.create({
    data: { id, ...of, kind: of.cohortVersionId === undefined ? 'application' : 'release' },
  });
  return id;
}

/**
 * Casts a vote. What comes back goes to the audit log: it binds the vote to the hash chain without
 * telling, while the review is open, how it fell. Once the review is closed anyone who sees the
 * vote can work the commitment out again: sha256 of `id|decision|comment`, where the id's 74 random
 * bits keep it from being guessed.
 * @throws LabError already_voted; conflict_of_interest or wrong_state from the database's own
 * rules.
 */
export async function castVote(
  tx: Transaction,
  vote: { reviewId: string; personId: string; decision: VoteDecision; comment: string },
): Promise<{ commitment: string }> {
  const id = uuidv7();
  const written = await tx.$executeRaw`
    INSERT INTO vote (id, review_id, person_id, decision, comment)
    VALUES (${id}::uuid, ${vote.reviewId}::uuid, ${vote.personId}::uuid, ${vote.decision}, ${vote.comment}) ON CONFLICT (review_id, person_id) DO NOTHING`;
  if (written === 0) throw new LabError('already_voted');
  return {
    commitment: createHash('sha256').update(`${id}|${vote.decision}|${vote.comment}`).digest('hex'),
  };
}

/**
 * Closes the review when enough people agree. @returns what they decided and who voted; null while
 * there is no decision.
 */
export async function closeWhenDecided(
  tx: Transaction,
  reviewId: string,
  now: Date,
): Promise<{ outcome: VoteDecision; voterIds: string[] } | null> {
  const [found] = await tx.$queryRaw<
    { outcome: VoteDecision | null }[]
  >`SELECT lab_review_outcome(${reviewId}::uuid, ${votesNeeded}) AS outcome`;
  const outcome = found?.outcome ?? null;
  if (outcome === null) return null;
  await closeReview(tx, reviewId, outcome, now);
  const votes = await tx.vote.findMany({ where: { reviewId }, select: { personId: true } });
  return { outcome, voterIds: votes.map((vote) => vote.personId) };
}

/** `outcome` null: the matter was taken back or returned before a decision. */
export async function closeReview(
  tx: Transaction,
  reviewId: string,
  outcome: VoteDecision | null,
  now: Date,
): Promise<void> {
  const { count } = await tx.review.updateMany({
    where: { id: reviewId, closedAt: null },
    data: { outcome, closedAt: now },
  });
  if (count !== 1) throw new LabError('conflict');
}
