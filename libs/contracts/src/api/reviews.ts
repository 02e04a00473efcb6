import { z } from 'zod';
import { voteDecisions } from '../states.ts';
import { at, id, personRef } from './fields.ts';

export const vote = z.object({
  person: personRef,
  decision: z.enum(voteDecisions),
  comment: z.string(),
  at,
});
/**
 * A review as this person may see it: until it is closed, only his own vote and how many have voted
 * (blinded).
 */
export const review = z.object({
  id,
  openedAt: at,
  closedAt: at.nullable(),
  outcome: z.enum(voteDecisions).nullable(),
  votesCast: z.int(),
  votesNeeded: z.int(),
  votes: z.array(vote),
});
