import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type { LabError, Role } from '@scapis/contracts';
import { type ClockDifference, judgeClock } from './clock.ts';
import { openPool } from './connection.ts';
import { isRetryable, toLabError } from './database-error.ts';
import { Prisma, PrismaClient } from './generated/client.ts';

export { Prisma };

/** Who acts: what row-level security sees. */
export interface Actor {
  /** The `sub` of the person's token, which is also the id of his row. */
  personId: string;
  roles: readonly Role[];
}

/** Prisma inside one transaction; it ends with the callback that it was given to. */
export type Transaction = Prisma.TransactionClient;

interface TransactionOptions {
  /**
   * `Serializable` for a rule that reads what others may write meanwhile; the loser is run again.
   */
  isolation?: 'ReadCommitted' | 'Serializable';
  /** Longest time the whole transaction may take; then it is cut, and leaves nothing. */
  timeoutMs?: number;
}

/**
 * The door to the rows. There is no way in without saying who asks: `as` for a person,
 * `unsafeAsSystem` for the lab's own steps. Both run `work` in one transaction; it may run more
 * than once (serialization failure, deadlock), so whatever it does outside the database it does
 * twice: do such things after it has returned, or through the outbox.
 */
export interface Database {
  /**
   * One transaction as `actor`: row-level security shows and takes only what that person may see
   * and write.
   * @throws LabError conflict, forbidden, database_unavailable ...; what `work` throws comes
   * through as it is.
   */
  as<T>(
    actor: Actor,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /**
   * One transaction that sees all rows; `reason` names the step (for the server's log and the
   * reader), such as 'training.slice'.
   */
  unsafeAsSystem<T>(
    reason: string,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /**
   * For readiness: resolves when the database answers within two seconds. @throws LabError
   * database_unavailable
   */
  ping(): Promise<void>;
  /**
   * Compares this machine's clock with the server's. @param now this machine's clock, in ms
   * @returns what to do where they are more than two seconds apart, else null
   * @throws LabError database_unavailable
   */
  findClockFault(now?: () => number): Promise<LabError | null>;
  close(): Promise<void>;
}

const ATTEMPTS = 6;
const TRANSACTION_TIMEOUT_MS = 30_000;
/** Past Prisma's own limit, which ends a transaction without losing its connection. */
const CUT_AFTER_MS = 1_000;
/** How long a caller waits for a free connection before he is told that the database is away. */
const POOL_WAIT_MS = 5_000;
const PING_TIMEOUT_MS = 2_000;
/** The quickest answer tells most; the first of a pool also waits for its connection. */
const CLOCK_LOOKS = 3;

/**
 * Opens a pool of connections to Postgres as the app's role. Nothing is dialled before the first
 * use, and a lost connection is replaced by itself: while the database is away each call fails with
 * `database_unavailable` (503), and works again as soon as it is back.
 */
export function openDatabase(url: string, options: { maxConnections?: number } = {}): Database {
  const pool = openPool(url, {
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: POOL_WAIT_MS,
    application_name: 'scapis',
  });
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { onConnectionError: () => undefined }),
  });

  async function transact<T>(
    settings: Settings,
    work: (tx: Transaction) => Promise<T>,
    chosen: TransactionOptions = {},
  ): Promise<T> {
    const timeoutMs = chosen.timeoutMs ?? TRANSACTION_TIMEOUT_MS;
    for (let attempt = 1; ; attempt++) {
      // What `work` itself throws is its own business (a LabError with its text); only faults of
      // the database are translated or retried.
      let thrown: { error: unknown } | undefined;
      try {
        return await prisma.$transaction(
          async (tx) => {
            // Prisma's own limit ends no statement that runs, and nothing at all while this process
            // stands still: the server holds the limits too. Postgres before 17 has no third one.
            await tx.$queryRaw`select set_config('statement_timeout', ${String(timeoutMs)}, true), set_config('idle_in_transaction_session_timeout', ${String(timeoutMs + CUT_AFTER_MS)}, true), case when current_setting('transaction_timeout', true) is not null then set_config('transaction_timeout', ${String(timeoutMs + CUT_AFTER_MS)}, true) end, set_config('app.person_id', ${settings.personId}, true), set_config('app.roles', ${settings.roles}, true), set_config('app.system', ${settings.reason === '' ? '' : '1'}, true), set_config('application_name', ${settings.reason === '' ? 'scapis' : `scapis: ${settings.reason}`}, true)`;
            try {
              return await work(tx);
            } catch (error) {
              thrown = { error };
              throw error;
            }
          },
          {
            isolationLevel: chosen.isolation ?? 'ReadCommitted',
            timeout: timeoutMs,
            maxWait: POOL_WAIT_MS,
          },
        );
      } catch (error) {
        const cause = thrown?.error ?? error;
        if (!isRetryable(cause) || attempt >= ATTEMPTS) throw toLabError(cause);
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  return {
    as: (actor, work, chosen) =>
      transact(
        { personId: actor.personId, roles: actor.roles.join(','), reason: '' },
        work,
        chosen,
      ),
    unsafeAsSystem: (reason, work, chosen) =>
      transact({ personId: '', roles: '', reason }, work, chosen),
    async ping() {
      try {
        const answer = pool.query('select 1');
        // Lost the race: the answer, should it still fail, has nobody waiting for it.
        answer.catch(() => undefined);
        await Promise.race([
          answer,
          sleep(PING_TIMEOUT_MS, undefined, { ref: false }).then(() =>
            Promise.reject(new Error('no answer in time')),
          ),
        ]);
      } catch (error) {
        throw toLabError(error, 'database_unavailable');
      }
    },
    async findClockFault(now = Date.now) {
      let closest: ClockDifference | null = null;
      try {
        for (let look = 0; look < CLOCK_LOOKS; look++) {
          const began = performance.now();
          const asked = now();
          const { rows } = await pool.query<{ ms: number }>(
            'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
          );
          const withinMs = (performance.now() - began) / 2;
          const aheadMs = asked + withinMs - (rows[0]?.ms ?? NaN);
          if (closest === null || withinMs < closest.withinMs) closest = { aheadMs, withinMs };
        }
      } catch (error) {
        throw toLabError(error, 'database_unavailable');
      }
      return closest && judgeClock(closest);
    },
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

interface Settings {
  personId: string;
  roles: string;
  /** Empty for a person. */
  reason: string;
}
