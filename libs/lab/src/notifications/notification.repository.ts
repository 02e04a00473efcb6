import type { NotificationKind, ObjectKind, RouteOutput } from '@scapis/contracts';
import type { Transaction } from '@scapis/platform';
import { belowId, type PageQuery, toPage } from '../lists/page.ts';

/** Delivers once: a job that runs again changes nothing. */
export async function deliver(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.notification.updateMany({
    where: { id, deliveredAt: null },
    data: { deliveredAt: now },
  });
}

export async function listNotifications(
  tx: Transaction,
  personId: string,
  page: PageQuery,
): Promise<RouteOutput<'notifications.list'>> {
  const rows = await tx.notification.findMany({
    where: { id: belowId(page.cursor), personId, deliveredAt: { not: null } },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
  });
  return toPage(
    rows,
    page.limit,
    (row) => row.id,
    (row) => ({
      id: row.id,
      kind: row.kind as NotificationKind,
      objectKind: row.objectKind as ObjectKind,
      objectId: row.objectId,
      title: row.title,
      createdAt: row.createdAt.toISOString(),
      readAt: row.readAt?.toISOString() ?? null,
    }),
  );
}

/** False when the person has no such message. Reading it again keeps the first time. */
export async function markRead(
  tx: Transaction,
  personId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.notification.updateMany({
    where: { id, personId, readAt: null },
    data: { readAt: now },
  });
  return count === 1 || (await tx.notification.count({ where: { id, personId } })) === 1;
}
