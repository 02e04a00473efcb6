import type { AuditEventType, ObjectKind, RouteInput, RouteOutput } from '@scapis/contracts';
import type { Transaction } from '@scapis/platform';
import { belowNumber, toPage } from '../lists/page.ts';
import { readPeople } from '../access/project.ts';

/** Newest first, paged by sequence; each filter has its index with the sequence behind it. */
export async function listAuditEvents(
  tx: Transaction,
  query: RouteInput<'audit.list'>['query'],
): Promise<RouteOutput<'audit.list'>> {
  const rows = await tx.auditEvent.findMany({
    where: { sequence: belowNumber(query.cursor), objectId: query.objectId, type: query.type },
    orderBy: { sequence: 'desc' },
    take: query.limit + 1,
  });
  const nameOf = await readPeople(
    tx,
    rows.map((row) => row.actorId),
  );
  return toPage(
    rows,
    query.limit,
    (row) => String(row.sequence),
    (row) => ({
      sequence: Number(row.sequence),
      at: row.createdAt.toISOString(),
      actor: row.actorId === null ? null : nameOf(row.actorId),
      type: row.type as AuditEventType,
      objectKind: row.objectKind as ObjectKind,
      objectId: row.objectId,
      detail: toDetail(row.detail),
      hash: row.hash,
    }),
  );
}

/**
 * One statement, hence one snapshot: rows, head and verdict belong together while others write on.
 */
export async function verifyChain(
  tx: Transaction,
): Promise<{ rows: number; firstBadSequence: number | null; head: string | null }> {
  const [found] = await tx.$queryRaw<{ bad: bigint | null; rows: bigint; head: string | null }[]>`
    SELECT lab_verify_audit() AS bad, (SELECT count(*) FROM audit_event) AS rows, (SELECT hash FROM audit_event ORDER BY sequence DESC LIMIT 1) AS head`;
  if (found === undefined) throw new Error('verify: the database gave no answer');
  return {
    rows: Number(found.rows),
    firstBadSequence: found.bad === null ? null : Number(found.bad),
    head: found.head,
  };
}

function toDetail(detail: unknown): Record<string, unknown> {
  return typeof detail === 'object' && detail !== null && !Array.isArray(detail)
    ? { ...detail }
    : {};
}
