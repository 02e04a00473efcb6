import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadEnvOf } from '../config/config.ts';
import { openMetrics } from './metrics.ts';
import { type MetricsServer, serveMetrics } from './serve-metrics.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

async function serve(settings: Record<string, string>): Promise<MetricsServer | null> {
  const config = loadEnvOf(['METRICS_PORT', 'METRICS_HOST', 'METRICS_TOKEN'], {}, settings);
  const server = await serveMetrics(config, openMetrics('gateway'));
  undo.push(() => server?.stop());
  return server;
}

describe('the port of the metrics', () => {
  it('is not opened where none is named', async () => {
    expect(await serve({})).toBeNull();
  });

  it('answers on this host, and nothing but the metrics', async () => {
    const { address = '' } = (await serve({ METRICS_PORT: '0' })) ?? {};
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const answer = await fetch(address);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain('process_resident_memory_bytes');
    expect((await fetch(address, { method: 'POST' })).status).toBe(404);
    expect((await fetch(address.replace('/metrics', '/'))).status).toBe(404);
  });

  it('asks for the token where one is set', async () => {
    const token = 'a-token-of-sixteen-or-more';
    const { address = '' } =
      (await serve({ METRICS_PORT: '0', METRICS_HOST: '0.0.0.0', METRICS_TOKEN: token })) ?? {};
    const here = address.replace('0.0.0.0', '127.0.0.1');
    const statusWith = async (authorization?: string): Promise<number> =>
      (await fetch(here, { headers: authorization === undefined ? {} : { authorization } })).status;
    expect(await statusWith(`Bearer ${token}`)).toBe(200);
    for (const wrong of [undefined, '', 'Bearer', `Bearer ${token}x`, `Basic ${token}`])
      expect(await statusWith(wrong)).toBe(401);
  });

  it.each(['0.0.0.0', '::', '192.0.2.7', 'lab.example.org'])(
    'is not opened to others (%s) without one',
    async (METRICS_HOST) => {
      await expect(serve({ METRICS_PORT: '0', METRICS_HOST })).rejects.toThrow(
        /METRICS_HOST lets other hosts read the metrics\. Set METRICS_TOKEN/,
      );
    },
  );

  it('says when another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    undo.push(() => other.close());
    await once(other, 'listening');
    const METRICS_PORT = String((other.address() as AddressInfo).port);
    await expect(serve({ METRICS_PORT })).rejects.toThrow(
      new RegExp(`port ${METRICS_PORT} is in use by another program\\. Set METRICS_PORT`),
    );
  });
});
