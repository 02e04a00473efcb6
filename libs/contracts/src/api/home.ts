import { z } from 'zod';
import { notificationKinds, objectKinds } from '../audit.ts';
import { roles } from '../roles.ts';
import { actionName, at, id, personRef } from './fields.ts';

export const session = z.object({
  person: personRef.extend({ username: z.string(), email: z.string() }),
  roles: z.array(z.enum(roles)),
  actions: z.array(actionName).describe("acts whose door this person's roles open"),
  endsAt: at,
});

/**
 * One thing that waits for this person, or that he waits for. The page words it from `home.<kind>`.
 */
export const homeItemKinds = [
  'finish-application',
  'answer-return',
  'sign-terms',
  'decide-application',
  'approve-dataset',
  'vote-release',
  'watch-training',
  'run-gate',
  'submit-release',
  'download-cohort',
  'waiting-for-decision',
  'permit-ends-soon',
  'ingest-failed',
  'training-failed',
  'gate-refused',
  'sign-override',
] as const;
export const homeItem = z.object({
  kind: z.enum(homeItemKinds),
  turn: z.enum(['mine', 'others']),
  objectKind: z.enum(objectKinds),
  objectId: z.string(),
  title: z.string(),
  since: at,
});
export const home = z.object({ items: z.array(homeItem), counts: z.record(z.string(), z.int()) });

export const notification = z.object({
  id,
  kind: z.enum(notificationKinds),
  objectKind: z.enum(objectKinds),
  objectId: z.string(),
  title: z.string(),
  createdAt: at,
  readAt: at.nullable(),
});

// Applications and permits
