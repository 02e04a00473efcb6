import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../config/config.ts';
import type { Config } from '../config/env-table.ts';
import type { Metrics } from './metrics.ts';

export type MetricsConfig = Pick<Config, 'METRICS_PORT' | 'METRICS_HOST' | 'METRICS_TOKEN'>;

export interface MetricsServer {
  /** Such as http://127.0.0.1:9464/metrics. */
  address: string;
  stop(): Promise<void>;
}

/**
 * Answers GET /metrics on a port of its own, which no proxy of the lab's pages leads to: on this
 * host alone, or with METRICS_TOKEN. Nothing without METRICS_PORT.
 * @throws ConfigError when others could read it, or the port is taken
 */
export async function serveMetrics(
  { METRICS_PORT, METRICS_HOST, METRICS_TOKEN }: MetricsConfig,
  metrics: Metrics,
): Promise<MetricsServer | null> {
  if (METRICS_PORT === undefined) return null;
  if (METRICS_TOKEN === undefined && !/^(127\.|localhost$|::1$)/.test(METRICS_HOST))
    throw new ConfigError(
      `The lab can't start: METRICS_HOST lets other hosts read the metrics. Set METRICS_TOKEN, which Prometheus then sends as its bearer token, or leave METRICS_HOST at 127.0.0.1.`,
    );
  const server = createServer((request, response) => {
    if (METRICS_TOKEN !== undefined && !isToken(request.headers.authorization, METRICS_TOKEN))
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
    else if (request.method !== 'GET' || request.url !== '/metrics') response.writeHead(404).end();
    else
      metrics.render().then(
        ({ text, contentType }) =>
          response
            .writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' })
            .end(text),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ConfigError(
          cause.code === 'EADDRINUSE'
            ? `The lab can't start: port ${METRICS_PORT} is in use by another program. Set METRICS_PORT to a free one; each process of a host needs its own.`
            : `The lab can't start: METRICS_HOST is no address of this host (${cause.code}).`,
          { cause },
        ),
      ),
    );
    server.listen(METRICS_PORT, METRICS_HOST, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    address: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
