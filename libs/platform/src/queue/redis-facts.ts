import { Redis } from 'ioredis';

/** What a server says of itself. */
export interface RedisFacts {
  /** Such as Redis 7.0.15 or Valkey 8.1.1. */
  server: string;
  /** Redis's, by which a Valkey also says what it understands. */
  version: string;
  isPrimary: boolean;
  isAppendOnly: boolean;
  evictionPolicy: string;
  /** The server's own word about why it took no write; null: it did. */
  writeFault: string | null;
}

const ANSWER_WITHIN_MS = 5_000;

/**
 * Asks the server by INFO, which managed services allow where they forbid CONFIG, and writes and
 * removes one key. @throws Error when it is not reached or refuses the user
 */
export async function readRedisFacts(url: string): Promise<RedisFacts> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    retryStrategy: () => null,
  });
  // The call that meets the fault only says that the connection is closed.
  let fault: unknown;
  redis.on('error', (error) => (fault ??= error));
  try {
    await redis.connect();
    const facts = new Map(
      (await redis.info())
        .split(/\r?\n/)
        .filter((line) => line.includes(':'))
        .map((line): [string, string] => {
          const at = line.indexOf(':');
          return [line.slice(0, at), line.slice(at + 1)];
        }),
    );
    const version = facts.get('redis_version') ?? '0';
    const valkey = facts.get('valkey_version');
    return {
      server: valkey === undefined ? `Redis ${version}` : `Valkey ${valkey}`,
      version,
      isPrimary: facts.get('role') === 'master',
      isAppendOnly: facts.get('aof_enabled') === '1',
      evictionPolicy: facts.get('maxmemory_policy') ?? 'unknown',
      writeFault: await tryToWrite(redis),
    };
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

async function tryToWrite(redis: Redis): Promise<string | null> {
  const key = `scapis:doctor:${process.pid}`;
  try {
    await redis.set(key, '1', 'EX', 10);
    await redis.del(key);
    return null;
  } catch (error) {
    // Its first word is its code: NOPERM, READONLY, OOM, MISCONF.
    return error instanceof Error ? (error.message.split(' ')[0] ?? '') : String(error);
  }
}
