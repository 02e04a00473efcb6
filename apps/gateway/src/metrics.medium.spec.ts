import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLab } from '@scapis/lab';
import {
  createIdentity,
  type Metrics,
  openLog,
  openMemoryDriver,
  openMetrics,
  openStorage,
  openTracing,
} from '@scapis/platform';
import { openTestDatabase, type TestDatabase } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from './gateway.ts';

// A gateway without a provider of sign-in: what it answers to strangers is enough to be counted.

const folder = mkdtempSync(join(tmpdir(), 'scapis-gateway-'));
let test: TestDatabase;
let app: NestExpressApplication;
let metrics: Metrics;
let url: string;
let log = '';

beforeAll(async () => {
  test = await openTestDatabase();
  metrics = openMetrics('gateway');
  const config = {
    PUBLIC_URL: 'http://127.0.0.1:3000',
    TRUSTED_PROXIES: ['loopback'],
    KEYCLOAK_URL: 'http://127.0.0.1:1',
    KEYCLOAK_REALM: 'scapis',
    KEYCLOAK_CLIENT_ID: 'scapis-gateway',
    KEYCLOAK_CLIENT_SECRET: 'none',
    SESSION_SECRET: randomBytes(32).toString('base64'),
  };
  app = await createGateway({
    config,
    lab: createLab({
      database: test.db,
      storage: openStorage(openMemoryDriver()),
      now: () => new Date(),
      masterKey: randomBytes(32),
    }),
    identity: createIdentity(config, test.db),
    database: test.db,
    log: openLog({ LOG_LEVEL: 'info' }, 'gateway', { write: (text) => void (log += text) }),
    metrics,
    tracing: await openTracing({ OTLP_TRACES_URL: undefined }, 'gateway'),
    webFolder: folder,
    version: '0.0.0',
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await test.close();
  rmSync(folder, { recursive: true });
});

async function countsOf(): Promise<string[]> {
  const { text } = await metrics.render();
  return text.match(/^scapis_http_requests_total\{.*$/gm) ?? [];
}

describe('the metrics of the gateway', () => {
  it('count requests by pattern, so that no id of anything is a label', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    for (const path of [
      '/health',
      `/api/datasets/${one}`,
      `/api/datasets/${other}`,
      `/api/nothing/${one}`,
      `/a/page/${one}`,
      '/api/docs/openapi.json',
    ])
      await (await fetch(`${url}${path}`)).arrayBuffer();
    await expect
      .poll(countsOf)
      .toEqual(
        expect.arrayContaining([
          'scapis_http_requests_total{route="/health",method="GET",status="200"} 1',
          'scapis_http_requests_total{route="/api/datasets/:id",method="GET",status="401"} 2',
          'scapis_http_requests_total{route="unmatched",method="GET",status="404"} 1',
          'scapis_http_requests_total{route="web",method="GET",status="404"} 1',
          'scapis_http_requests_total{route="docs",method="GET",status="200"} 1',
        ]),
      );
    const { text } = await metrics.render();
    expect(text).not.toMatch(new RegExp(`${one}|${other}`));
    expect(text).toMatch(
      /^scapis_http_request_duration_seconds_count\{route="\/api\/datasets\/:id",method="GET"\} 2$/m,
    );
  });
});
