import { type JobPayload, LabError, type RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import type { PageQuery } from '../lists/page.ts';
import { deliver, listNotifications, markRead } from './notification.repository.ts';

/**
 * Messages to people. They are written in the transaction of the change they tell of
 * (record/record.ts) and shown once delivered.
 */
export class NotificationService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /**
   * The job `notification.deliver`: in this version to the page; a mail goes out from here once the
   * lab has a mail server.
   */
  async deliver({ notificationId }: JobPayload<'notification.deliver'>): Promise<void> {
    await this.#context.database.unsafeAsSystem('notification.deliver', (tx) =>
      deliver(tx, notificationId, this.#context.now()),
    );
  }

  async list(actor: Actor, page: PageQuery): Promise<RouteOutput<'notifications.list'>> {
    return this.#context.database.as(actor, (tx) => listNotifications(tx, actor.personId, page));
  }

  /** @throws LabError not_found when it is no message of this person. */
  async markRead(actor: Actor, id: string): Promise<void> {
    if (
      !(await this.#context.database.as(actor, (tx) =>
        markRead(tx, actor.personId, id, this.#context.now()),
      ))
    )
      throw new LabError('not_found');
  }
}
