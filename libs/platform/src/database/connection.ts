import pg from 'pg';

/**
 * What each session begins with, whatever the server, the database or the role is set to. These
 * settings decide how values are read from text and written as text:
 * - `@prisma/adapter-pg` sends an instant without its zone and cuts the zone off what it reads, so
 *   any zone but UTC would move every time by its offset;
 * - pg reads dates of the ISO form alone;
 * - at 0 or below, `extra_float_digits` rounds a double to 15 digits.
 * A statement and no start-up option, since a connection string may carry `options` of its own and
 * PgBouncer may drop them.
 */
const SESSION = `set timezone to 'UTC'; set datestyle to 'ISO, MDY'; set extra_float_digits to 1`;

export interface ConnectionOptions extends Omit<
  pg.PoolConfig,
  'connectionString' | 'options' | 'verify'
> {
  /** The schema of names that have none; default the role's own. */
  searchPath?: string;
}

/** For every pool of the lab, and for libraries that open one. Dials nothing. */
export function poolConfig(
  url: string,
  { searchPath, ...options }: ConnectionOptions = {},
): pg.PoolConfig {
  const session =
    searchPath === undefined ? SESSION : `${SESSION}; set search_path to ${searchPath}`;
  return {
    ...options,
    connectionString: url,
    verify: (client, done) => void client.query(session).then(() => done(), done),
  };
}

/** A pool that drops an idle connection when it breaks; the next query meets the fault itself. */
export function openPool(url: string, options: ConnectionOptions = {}): pg.Pool {
  const pool = new pg.Pool(poolConfig(url, options));
  pool.on('error', () => undefined);
  return pool;
}

/** One connection, dialled. The caller ends it. @throws when the server refuses it */
export async function connect(url: string, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ ...options, connectionString: url });
  // One that breaks while nobody asks anything must not end the process; the next query throws.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(SESSION);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
