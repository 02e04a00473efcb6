import type { AddressInfo } from 'node:net';
import { loadEnvOf } from '@scapis/platform';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { limitRequests } from './rate-limit.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** How many logins each client has left after one of each, as the gateway counts them. */
async function remaining(
  setting: string | undefined,
  forwarded: readonly string[],
): Promise<number[]> {
  const { TRUSTED_PROXIES } = loadEnvOf(['TRUSTED_PROXIES'], {}, { TRUSTED_PROXIES: setting });
  const app = express();
  limitRequests(app, TRUSTED_PROXIES);
  app.get('/api/login', (_request, response) => void response.end());
  const server = app.listen(0, '127.0.0.1');
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/login`;
  const counts: number[] = [];
  for (const address of forwarded) {
    const response = await fetch(url, { headers: { 'x-forwarded-for': address } });
    counts.push(
      Number(/"60-in-1min".*?;?r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]),
    );
  }
  return counts;
}

describe('the rate limit', () => {
  const cases: [string, string | undefined, string[], number[]][] = [
    [
      'counts each client behind a proxy on this host',
      undefined,
      ['192.0.2.1', '192.0.2.2'],
      [59, 59],
    ],
    ['counts one client once', undefined, ['192.0.2.1', '192.0.2.1'], [59, 58]],
    [
      'believes no list of a host that is not trusted',
      '10.1.0.0/16',
      ['192.0.2.1', '192.0.2.2'],
      [59, 58],
    ],
    [
      'takes the last address that no trusted proxy has, whatever the client put before it',
      'loopback, 10.1.0.0/16',
      ['203.0.113.9, 192.0.2.1, 10.1.0.5', '203.0.113.10, 192.0.2.1, 10.1.0.6'],
      [59, 58],
    ],
    [
      'has every client of a proxy elsewhere as one, while that proxy is not trusted',
      undefined,
      ['192.0.2.1, 10.1.0.5', '192.0.2.2, 10.1.0.5'],
      [59, 58],
    ],
    [
      'tells clients of a trusted proxy elsewhere apart',
      'loopback,10.1.0.5',
      ['192.0.2.1, 10.1.0.5', '192.0.2.2, 10.1.0.5'],
      [59, 59],
    ],
  ];
  it.each(cases)('%s', async (_name, setting, forwarded, counts) => {
    expect(await remaining(setting, forwarded)).toEqual(counts);
  });
});
