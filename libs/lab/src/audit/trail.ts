import type {
  AuditEventType,
  NotificationKind,
  ObjectKind,
  ProvenanceRelation,
} from '@scapis/contracts';
import { addToOutbox, type Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';

/** A thing in the lab, by kind and id. */
export interface ObjectRef {
  kind: ObjectKind;
  id: string;
}

/**
 * Adds a row to the audit log in this transaction; its place in the hash chain is the database's
 * work (trigger audit_event_chain).
 * `actorId` null: the lab itself acted. `detail` holds ids, codes and numbers, never free text of a
 * person or an identity of a subject.
 */
export async function appendAudit(
  tx: Transaction,
  event: {
    actorId: string | null;
    type: AuditEventType;
    object: ObjectRef;
    detail?: Record<string, unknown>;
  },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO audit_event (sequence, actor_id, type, object_kind, object_id, detail, previous_hash, hash, created_at)
    VALUES (0, ${event.actorId}::uuid, ${event.type}, ${event.object.kind}, ${event.object.id}, ${JSON.stringify(event.detail ?? {})}::jsonb, '', '', now())`;
}

/**
 * Writes a message to each person, once, and the job that delivers it. `title` names the object in
 * the message's sentence.
 */
export async function notify(
  tx: Transaction,
  message: { people: Iterable<string>; kind: NotificationKind; object: ObjectRef; title: string },
): Promise<void> {
  for (const personId of new Set(message.people)) {
    const id = uuidv7();
    await tx.$executeRaw`
      INSERT INTO notification (id, person_id, kind, object_kind, object_id, title)
      VALUES (${id}::uuid, ${personId}::uuid, ${message.kind}, ${message.object.kind}, ${message.object.id}, ${message.title})`;
    await addToOutbox(tx, 'notification.deliver', { notificationId: id });
  }
}

/** Everyone who holds a role, for `notify`. */
export async function peopleWithRole(tx: Transaction, role: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`SELECT lab_people_with_role(${role}) AS id`;
  return rows.map((row) => row.id);
}

/**
 * Adds PROV relations (W3C PROV-DM): `from` relation `to`. An edge that is there already stays as
 * it is.
 */
export async function addProvenance(
  tx: Transaction,
  applicationId: string | null,
  edges: { from: ObjectRef; relation: ProvenanceRelation; to: ObjectRef }[],
): Promise<void> {
  for (const { from, relation, to } of edges) {
    await tx.$executeRaw`
      INSERT INTO provenance_edge (id, application_id, from_kind, from_id, relation, to_kind, to_id)
      VALUES (${uuidv7()}::uuid, ${applicationId}::uuid, ${from.kind}, ${from.id}, ${relation}, ${to.kind}, ${to.id}) ON CONFLICT DO NOTHING`;
  }
}
