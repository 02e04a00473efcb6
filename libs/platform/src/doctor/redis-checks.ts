import { readRedisFacts, type RedisFacts } from '../queue/redis-facts.ts';
import { type Finding, judge, ok, wrong } from './checks.ts';

/** BullMQ's own recommendation; it takes back no older server's lost lists. */
const OLDEST = [6, 2];

export async function checkRedis(url: string): Promise<Finding[]> {
  const { host } = new URL(url);
  let facts: RedisFacts;
  try {
    facts = await readRedisFacts(url);
  } catch (error) {
    return [wrong('queue.reached', `${host}: ${wordOf(error)}`)];
  }
  const { server, version, isPrimary, isAppendOnly, evictionPolicy, writeFault } = facts;
  return [
    ok('queue.reached', `${server} at ${host}`),
    judge('queue.version', isRecent(version), server),
    judge(
      'queue.rights',
      isPrimary && writeFault === null,
      `${isPrimary ? 'a primary' : 'a replica'}, ${writeFault === null ? 'writable' : `refuses writes: ${writeFault}`}`,
    ),
    judge('queue.persistence', isAppendOnly, `appendonly ${isAppendOnly ? 'yes' : 'no'}`),
    judge('queue.eviction', evictionPolicy === 'noeviction', `maxmemory-policy ${evictionPolicy}`),
  ];
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** A code of Redis or of the socket; nothing that could quote the password. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const refusal = /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/.exec(error.message)?.[0];
  if (refusal !== undefined) return `refused (${refusal})`;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? `not reached (${code})` : 'no answer';
}
