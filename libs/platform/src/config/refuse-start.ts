import { LabError } from '@scapis/contracts';
import { findSqlState } from '../database/database-error.ts';
import { ConfigError } from './config.ts';

/**
 * What Postgres says to a process that has just begun: SQLSTATE, or its class of two letters, to
 * what to do. https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const START_FAULTS: Readonly<Record<string, string>> = {
  '28': 'Postgres refuses the user or the password of DATABASE_URL (or of DATABASE_OWNER_URL, in a migration). Mend the address; the migrations give the app user the password of DATABASE_URL.',
  '3D000': 'Postgres has no database of the name in DATABASE_URL. Run: node tools/migrate.ts',
  '42P01': 'The database lacks tables of this version. Run: node tools/migrate.ts',
  '42703': 'The database lacks columns of this version. Run: node tools/migrate.ts',
  '42501':
    'Postgres denies a right. The user of DATABASE_OWNER_URL must own the database; then run: node tools/migrate.ts',
  '3F000': 'The database lacks the tables of the queue. Run: node tools/migrate.ts',
};

/**
 * Ends a process that can't start: a sentence that says what to do, and no stack trace, where the
 * fault is one of the surroundings.
 * @throws `error` itself when it is a fault of the program
 */
export function refuseStart(error: unknown): never {
  const sentence = explainStart(error);
  if (sentence === null) throw error;
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** @returns what to do about what Postgres has said; null where it has said nothing known */
export function adviceOf(error: unknown): string | null {
  const state = findSqlState(error) ?? '';
  return START_FAULTS[state] ?? START_FAULTS[state.slice(0, 2)] ?? null;
}

/** @returns what to do about a fault of the surroundings; null for any other error */
export function explainStart(error: unknown): string | null {
  if (error instanceof ConfigError) return error.message;
  const advice = adviceOf(error);
  if (advice !== null) return `The lab can't start. ${advice}`;
  return error instanceof LabError
    ? `The lab can't start. ${error.message} ${error.privateDetail ?? ''}`.trimEnd()
    : null;
}
