import { LabError, type PlainErrorCode } from '@scapis/contracts';
import { Prisma } from './generated/client.ts';

/**
 * Reads the fault out of what Prisma, its adapter or pg throw. SQLSTATE is the one thing that all
 * of them carry somewhere. https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function findSqlState(error: unknown): string | undefined {
  for (
    let at: unknown = error, depth = 0;
    typeof at === 'object' && at !== null && depth < 6;
    depth++
  ) {
    for (const key of ['originalCode', 'code'] as const) {
      const value: unknown = Reflect.get(at, key);
      if (typeof value === 'string' && /^[0-9A-Z]{5}$/.test(value) && !/^P[12]\d{3}$/.test(value))
        return value;
    }
    const meta: unknown = Reflect.get(at, 'meta');
    const driver: unknown =
      typeof meta === 'object' && meta !== null
        ? Reflect.get(meta, 'driverAdapterError')
        : undefined;
    at = driver ?? Reflect.get(at, 'cause');
  }
  return undefined;
}

/**
 * Prisma's own codes, where no SQLSTATE is left:
 * https://www.prisma.io/docs/orm/reference/error-reference
 */
const PRISMA_CODES: Readonly<Record<string, PlainErrorCode>> = {
  P1001: 'database_unavailable',
  P1002: 'database_unavailable',
  P1008: 'database_unavailable',
  P1017: 'database_unavailable',
  P2002: 'conflict',
  P2024: 'database_busy',
  P2025: 'not_found',
  P2028: 'database_busy',
  P2034: 'conflict',
};

/** SQLSTATE to code, longest match first: whole state, then its class of two letters. */
const SQL_STATES: Readonly<Record<string, PlainErrorCode>> = {
  '08': 'database_unavailable',
  '23503': 'conflict',
  '23505': 'conflict',
  '23514': 'wrong_state',
  // A transaction past its time, idle or not.
  '25P03': 'database_busy',
  '25P04': 'database_busy',
  '40': 'conflict',
  '42501': 'forbidden',
  '53': 'database_unavailable',
  '53100': 'storage_full',
  '53300': 'database_busy',
  '55P03': 'database_busy',
  '57': 'database_unavailable',
  '57014': 'database_busy',
  // Raised by the triggers of prisma/migrations/*_rules_enforced: append-only, closed review, own
  // matter, condition not met, frozen row.
  LAB01: 'wrong_state',
  LAB02: 'wrong_state',
  LAB03: 'conflict_of_interest',
  LAB04: 'wrong_state',
  LAB05: 'wrong_state',
};

/** Faults of the socket, before Postgres could say anything. */
const NETWORK =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|Connection terminated|Can't reach database|not queryable|ConnectionClosed/i;

/** All connections of the pool were in use for as long as a caller waits for one. */
const POOL_WAIT = /timeout exceeded when trying to connect/i;

/**
 * True when the same transaction may well pass if it is run again: serialization failure or
 * deadlock.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof LabError) return false;
  const state = findSqlState(error);
  return (
    state === '40001' ||
    state === '40P01' ||
    (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034')
  );
}

/**
 * What the person is told. Errors that don't come from the database pass through unchanged, so that
 * a fault in our code stays a fault in our code. `otherwise`: the code for a fault that none of the
 * tables knows.
 */
export function toLabError(error: unknown, otherwise?: PlainErrorCode): unknown {
  if (error instanceof LabError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const state = findSqlState(error);
  const fromState =
    state === undefined ? undefined : (SQL_STATES[state] ?? SQL_STATES[state.slice(0, 2)]);
  const fromPrisma =
    error instanceof Prisma.PrismaClientKnownRequestError ? PRISMA_CODES[error.code] : undefined;
  const fromNetwork = POOL_WAIT.test(message)
    ? 'database_busy'
    : error instanceof Prisma.PrismaClientInitializationError ||
        NETWORK.test(`${message} ${readCode(error)}`)
      ? 'database_unavailable'
      : undefined;
  const code = fromState ?? fromPrisma ?? fromNetwork ?? otherwise;
  if (code === undefined) return error;
  // Postgres quotes offending values in its messages; only those of our own triggers and of the
  // socket are known not to.
  const isSafe = state?.startsWith('LAB') === true || fromNetwork !== undefined;
  return new LabError(code, {
    cause: error,
    privateDetail: [state, readCode(error), isSafe ? message : ''].filter(Boolean).join(' '),
  });
}

function readCode(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
