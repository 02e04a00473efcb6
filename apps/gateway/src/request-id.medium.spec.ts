import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLab, ensureTerms } from '@scapis/lab';
import { phantomUpload } from '@scapis/phantom';
import {
  createIdentity,
  createTokenSource,
  type EmbeddedLab,
  findRepositoryRoot,
  loadEnv,
  openDatabase,
  openFolderDriver,
  openLog,
  openMetrics,
  openStorage,
  openTracing,
  startEmbeddedLab,
} from '@scapis/platform';
import { toZip } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from './gateway.ts';

// One request through gateway, outbox, worker and the process that computes, by their logs and by
// the spans that a collector is sent.

const folder = mkdtempSync(join(tmpdir(), 'scapis-request-'));
// Root's server user must be able to pass through.
chmodSync(folder, 0o711);
const undo: (() => unknown)[] = [];
let embedded: EmbeddedLab;
let app: NestExpressApplication;
let worker: ChildProcess;
let url: string;
let log = '';

/** A span as OTLP over HTTP has it in JSON. */
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  process: string;
}
const spans: Span[] = [];
interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'process'>[] }[];
  }[];
}

/** The end of a collector that takes spans. @returns its address */
async function collectSpans(): Promise<string> {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      for (const { resource, scopeSpans } of (body as Export).resourceSpans) {
        const name = resource.attributes.find(({ key }) => key === 'service.name');
        for (const span of scopeSpans.flatMap((scope) => scope.spans))
          spans.push({ ...span, process: name?.value.stringValue ?? '' });
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

beforeAll(async () => {
  embedded = await startEmbeddedLab({ dataFolder: join(folder, 'lab') });
  undo.push(() => embedded.stop());
  const settings = { ...embedded.settings, OTLP_TRACES_URL: await collectSpans() };
  const config = loadEnv(settings, {});
  const tracing = await openTracing(config, 'gateway');
  undo.push(() => tracing.stop());
  const database = openDatabase(config.DATABASE_URL);
  undo.push(() => database.close());
  await ensureTerms(database);
  app = await createGateway({
    config,
    lab: createLab({
      database,
      storage: openStorage(await openFolderDriver(config.STORAGE_PATH)),
      now: () => new Date(),
      masterKey: config.MASTER_KEY,
    }),
    identity: createIdentity(config, database),
    database,
    log: openLog(config, 'gateway', { write: (text) => void (log += text) }),
    metrics: openMetrics('gateway'),
    tracing,
    webFolder: folder,
    version: '0.0.0',
  });
  undo.push(() => app.close());
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  worker = spawn(
    process.execPath,
    [join(findRepositoryRoot(), 'apps', 'worker', 'src', 'main.ts')],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: '', ...settings } },
  );
  worker.stdout?.on('data', (text) => (log += String(text)));
  undo.push(() => worker.kill('SIGKILL'));
});
afterAll(async () => {
  for (const step of undo.reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  process: string;
  requestId?: string;
  msg: string;
  job?: string;
  outcome?: string;
}
const linesOf = (requestId: string | null): Line[] =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.requestId === requestId);

describe('a request', () => {
  it('is named in every line of the log and each span that comes of it, in whichever process', async () => {
    const cecilia = { username: 'cecilia', password: 'cecilia-demo-2026' };
    const token = await createTokenSource(
      {
        KEYCLOAK_URL: embedded.settings.KEYCLOAK_URL ?? '',
        KEYCLOAK_REALM: embedded.settings.KEYCLOAK_REALM ?? '',
      },
      cecilia,
    )();
    const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      });
      expect(response.status).toBeLessThan(300);
      return response;
    };
    const idIn = async (response: Response): Promise<string> =>
      ((await response.json()) as { id: string }).id;
    const datasetId = await idIn(
      await call('/api/datasets', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'Phantom CT', description: 'Analytic thorax, no patient' }),
      }),
    );
    const versionId = await idIn(await call(`/api/datasets/${datasetId}/versions`));
    const uploaded = await call(`/api/dataset-versions/${versionId}/upload`, {
      method: 'PUT',
      headers: { 'content-type': 'application/zip' },
      body: new Uint8Array(toZip(phantomUpload({ seed: 4, subjects: 2 }).files)),
    });
    const requestId = uploaded.headers.get('x-request-id') ?? '';
    const jobs = (): string[] =>
      linesOf(requestId).flatMap(({ process, job, outcome }) =>
        outcome === undefined ? [] : `${process} ${job} ${outcome}`,
      );
    // Taken in by the process that computes, which tells the admin so by a job of its own.
    await expect
      .poll(jobs, { timeout: 120_000, interval: 100 })
      .toEqual(
        expect.arrayContaining([
          'worker dataset.ingest completed',
          'worker notification.deliver completed',
        ]),
      );
    expect(linesOf(requestId)).toContainEqual(
      expect.objectContaining({ process: 'gateway', msg: 'request', status: 200 }),
    );
    expect(linesOf(requestId).filter(({ msg }) => msg === 'request')).toHaveLength(1);

    const traceId = requestId.replaceAll('-', '');
    const own = (): Span[] => spans.filter((span) => span.traceId === traceId);
    const expected = [
      'scapis-compute: compute dataset.ingest',
      'scapis-gateway: PUT /api/dataset-versions/:id/upload',
      ...['dataset.ingest', 'notification.deliver'].flatMap((job) =>
        ['outbox', 'queue', 'job'].map((step) => `scapis-worker: ${step} ${job}`),
      ),
    ];
    await expect
      .poll(() => own().map(({ process, name }) => `${process}: ${name}`), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(expected));
    const byId = new Map(own().map((span) => [span.spanId, span]));
    const named = (name: string): Span => own().find((span) => span.name === name) ?? expect.fail();
    const root = named('PUT /api/dataset-versions/:id/upload');
    expect(root.parentSpanId).toBeUndefined();
    for (const span of own().filter((each) => each !== root))
      expect(byId.get(span.parentSpanId ?? '')?.name).toBe(
        span.process === 'scapis-compute' ? 'job dataset.ingest' : root.name,
      );
    for (const span of own())
      expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
    // No id but those of the trace: patterns, jobs and states alone.
    expect(JSON.stringify(own().map(({ name, attributes }) => [name, attributes]))).not.toMatch(
      /[0-9a-f]{8}-[0-9a-f]{4}-|cecilia/,
    );
  });
});
