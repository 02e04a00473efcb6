import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLab, ensureTerms } from '@scapis/lab';
import {
  createIdentity,
  findRepositoryRoot,
  loadEnvOf,
  openDatabase,
  openFolderDriver,
  openLog,
  openMetrics,
  openStorage,
  openTracing,
  refuseStart,
  serveMetrics,
} from '@scapis/platform';
import { createGateway } from './gateway.ts';

// The HTTP process: reads its settings, opens its doors, listens, and closes in order when asked to
// stop.

const SESSION_SWEEP_MS = 10 * 60_000;

const config = readConfig();
const log = openLog(config, 'gateway');
const root = findRepositoryRoot();
const database = openDatabase(config.DATABASE_URL);
const storage = openStorage(await openFolderDriver(config.STORAGE_PATH).catch(refuseStart));
const identity = createIdentity(config, database);
const lab = createLab({
  database,
  storage,
  now: () => new Date(),
  masterKey: config.MASTER_KEY,
  trainingMemoryBytes: config.TRAINING_MEMORY_MIB * 1024 ** 2,
});
await ensureTerms(database).catch(refuseStart);
const clockFault = await database.findClockFault().catch(refuseStart);
if (clockFault) refuseStart(clockFault);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

const metrics = openMetrics('gateway');
metrics.onScrape(['scapis_sessions'], async () =>
  metrics.set('scapis_sessions', {}, await identity.countSessions()),
);
const tracing = await openTracing(config, 'gateway');
const metricsServer = await serveMetrics(config, metrics).catch(refuseStart);

const app = await createGateway({
  config,
  lab,
  identity,
  database,
  log,
  metrics,
  tracing,
  webFolder: join(root, 'dist', 'apps', 'web'),
  version,
});
try {
  await app.listen(config.GATEWAY_PORT, config.GATEWAY_HOST);
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  process.stderr.write(
    isTaken
      ? `Port ${config.GATEWAY_PORT} is in use by another program. Set GATEWAY_PORT to a free one.\n`
      : `The gateway cannot listen: ${String(error)}\n`,
  );
  process.exit(1);
}
log.info({ address: await app.getUrl(), metrics: metricsServer?.address }, 'listening');

const sweep = setInterval(
  () =>
    void identity
      .removeEndedSessions()
      .catch((error: unknown) => log.warn({ err: error }, 'session sweep')),
  SESSION_SWEEP_MS,
);
let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    clearInterval(sweep);
    // Event streams and downloads never end by themselves; what is under way gets a moment, then
    // the process goes.
    setTimeout(() => process.exit(0), 3_000).unref();
    void app
      .close()
      .then(() => metricsServer?.stop())
      .then(() => tracing.stop())
      .then(() => database.close())
      .finally(() => process.exit(0));
  });
}

function readConfig() {
  try {
    return loadEnvOf([
      'DATABASE_URL',
      'KEYCLOAK_URL',
      'KEYCLOAK_REALM',
      'KEYCLOAK_CLIENT_ID',
      'KEYCLOAK_CLIENT_SECRET',
      'GATEWAY_HOST',
      'GATEWAY_PORT',
      'METRICS_PORT',
      'METRICS_HOST',
      'METRICS_TOKEN',
      'OTLP_TRACES_URL',
      'PUBLIC_URL',
      'TRUSTED_PROXIES',
      'STORAGE_PATH',
      'MASTER_KEY',
      'SESSION_SECRET',
      'LOG_LEVEL',
      'TRAINING_MEMORY_MIB',
    ]);
  } catch (error) {
    return refuseStart(error);
  }
}
