import { LabError } from '@scapis/contracts';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config/env-table.ts';
import { currentRequestId } from './request-id.ts';

/**
 * Structured log, one JSON object per line. Each line that is written while a request is worked on
 * carries its id (`withRequestId`).
 */
export type Log = Logger;

/**
 * Names under which a secret or a personal value may travel, at the top of a logged object or one
 * level down. The rule is still to log ids, codes and counts only: a log is read by people who may
 * not see the data.
 */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'code',
  'client_secret',
  'connectionString',
  'key',
  'name',
  'username',
  'email',
  'patientName',
  'patientId',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'fileName',
  'path',
  'body',
  'payload',
];
const REDACTED = SECRET_NAMES.flatMap((name) =>
  name.includes('-') ? [`["${name}"]`, `*["${name}"]`] : [name, `*.${name}`],
);

/**
 * `process` names the process in each line (gateway, worker). `destination`: standard output unless
 * given.
 */
export function openLog(
  config: Pick<Config, 'LOG_LEVEL'>,
  process: string,
  destination?: DestinationStream,
): Log {
  const options = {
    level: config.LOG_LEVEL,
    base: { process },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: REDACTED, censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: (): object => {
      const requestId = currentRequestId();
      return requestId === null ? {} : { requestId };
    },
    serializers: { error: describeError, err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** The engine's own faults: their messages name properties and types, never values. */
const SAFE_KINDS = new Set(['TypeError', 'ReferenceError', 'ConfigError', 'FolderInUseError']);

/**
 * What a log may keep of an error: its kind, code, private detail and where it was thrown. Messages
 * of foreign errors are left out, since Postgres and DICOM errors quote the values that offended
 * them; their chain of causes is kept the same way.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    fault: code,
    message: error instanceof LabError || SAFE_KINDS.has(error.name) ? error.message : undefined,
    privateDetail: error instanceof LabError ? error.privateDetail : undefined,
    at: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
    cause: error.cause === undefined ? undefined : describeError(error.cause),
  };
}
