import { z } from 'zod';
import { auditEventTypes, objectKinds, provenanceRelations } from '../audit.ts';
import { at, personRef, sha256 } from './fields.ts';

export const auditEvent = z.object({
  sequence: z.int(),
  at,
  actor: personRef.nullable(),
  type: z.enum(auditEventTypes),
  objectKind: z.enum(objectKinds),
  objectId: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: sha256,
});
export const auditVerification = z.object({
  rows: z.int(),
  firstBadSequence: z.int().nullable(),
  head: sha256.nullable(),
  verifiedAt: at,
});
export const provenanceGraph = z.object({
  nodes: z.array(
    z.object({ kind: z.enum(objectKinds), id: z.string(), title: z.string(), at: at.nullable() }),
  ),
  edges: z.array(
    z.object({ from: z.string(), relation: z.enum(provenanceRelations), to: z.string() }),
  ),
});
