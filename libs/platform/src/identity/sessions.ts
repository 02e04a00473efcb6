import { createHash, randomBytes } from 'node:crypto';
import { roles } from '@scapis/contracts';
import { z } from 'zod';
import type { Database, Transaction } from '../database/database.ts';
import { createSealedBox } from './sealed-box.ts';

const contentSchema = z.object({
  principal: z.object({
    personId: z.uuid(),
    username: z.string(),
    name: z.string(),
    email: z.string(),
    roles: z.array(z.enum(roles)),
  }),
  refreshToken: z.string(),
  /** Milliseconds since 1970 at which the identity provider last vouched for the person. */
  checkedAt: z.number(),
});
export type SessionContent = z.infer<typeof contentSchema>;

/**
 * Browser sessions in Postgres: they survive a restart of the gateway and hold for all its copies.
 * The table keeps only the hash of the cookie's value and the content encrypted, so a copy of the
 * table opens no session. Begin and end go by the database's clock, which all gateways share.
 */
export interface Sessions {
  /** @returns the cookie's value: 256 random bits. */
  create(content: SessionContent): Promise<string>;
  /** `endsAt`: the moment at which it ends if nothing more is asked. */
  find(value: string): Promise<(SessionContent & { endsAt: Date }) | null>;
  /**
   * Reads with the row locked, and writes what `change` returns; null ends the session. Others
   * wait, so a refresh token is spent once.
   */
  update(
    value: string,
    change: (content: SessionContent) => Promise<SessionContent | null>,
  ): Promise<SessionContent | null>;
  /** @returns what was in it, for the logout at the identity provider. */
  end(value: string): Promise<SessionContent | null>;
  /** How many have not ended. */
  count(): Promise<number>;
  /** Removes what has run out; call it now and then. */
  removeEnded(): Promise<number>;
}

interface Row {
  data: Uint8Array;
}
interface FoundRow extends Row {
  endsAt: Date;
}

/**
 * Ends after half an hour without a request, and after ten hours in any case. NIST SP 800-63B,
 * 4.2.3 (AAL2) asks for at most 30 minutes and 12 hours.
 */
export const SESSION_LIFETIME = { idleMs: 30 * 60_000, absoluteMs: 10 * 3_600_000 } as const;

export function createSessions(db: Database, secret: string): Sessions {
  const box = createSealedBox(secret, 'scapis web session 1');
  const idOf = (value: string): string => createHash('sha256').update(value).digest('hex');
  const open = (row: Row | undefined, id: string): SessionContent | null => {
    const parsed = contentSchema.safeParse(row === undefined ? null : box.open(row.data, id));
    return parsed.success ? parsed.data : null;
  };
  const inSession = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    db.unsafeAsSystem('web session', work);

  return {
    async create(content) {
      const value = randomBytes(32).toString('base64url');
      const id = idOf(value);
      const data = new Uint8Array(box.seal(content, id));
      await inSession(
        (tx) =>
          tx.$executeRaw`insert into web_session (id, person_id, data, idle_ends_at, ends_at) values (${id}, ${content.principal.personId}::uuid, ${data}, now() + ${SESSION_LIFETIME.idleMs} * interval '1 ms', now() + ${SESSION_LIFETIME.absoluteMs} * interval '1 ms')`,
      );
      return value;
    },
    async find(value) {
      const id = idOf(value);
      const rows = await inSession(
        (tx) =>
          tx.$queryRaw<
            FoundRow[]
          >`select data, least(idle_ends_at, ends_at) as "endsAt" from web_session where id = ${id} and idle_ends_at > now() and ends_at > now()`,
      );
      const content = open(rows[0], id);
      return content === null || rows[0] === undefined
        ? null
        : { ...content, endsAt: rows[0].endsAt };
    },
    async update(value, change) {
      const id = idOf(value);
      return inSession(async (tx) => {
        const rows = await tx.$queryRaw<
          Row[]
        >`select data from web_session where id = ${id} and idle_ends_at > now() and ends_at > now() for update`;
        const content = open(rows[0], id);
        const next = content === null ? null : await change(content);
        if (next === null) await tx.webSession.deleteMany({ where: { id } });
        else
          await tx.$executeRaw`update web_session set data = ${new Uint8Array(box.seal(next, id))}, idle_ends_at = now() + ${SESSION_LIFETIME.idleMs} * interval '1 ms' where id = ${id}`;
        return next;
      });
    },
    async end(value) {
      const id = idOf(value);
      const rows = await inSession(
        (tx) => tx.$queryRaw<Row[]>`delete from web_session where id = ${id} returning data`,
      );
      return open(rows[0], id);
    },
    async count() {
      const [found] = await inSession(
        (tx) =>
          tx.$queryRaw<
            { sessions: number }[]
          >`select count(*)::int as sessions from web_session where idle_ends_at > now() and ends_at > now()`,
      );
      return found?.sessions ?? 0;
    },
    removeEnded: () =>
      inSession(
        (tx) =>
          tx.$executeRaw`delete from web_session where idle_ends_at <= now() or ends_at <= now()`,
      ),
  };
}
