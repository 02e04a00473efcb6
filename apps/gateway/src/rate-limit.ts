import { LabError } from '@scapis/contracts';
import type { Application, Request } from 'express';
import rateLimit, { type RateLimitRequestHandler } from 'express-rate-limit';
import { toProblem } from './problem.filter.ts';
import type { LabRequest } from './route.ts';

const WINDOW_MS = 60_000;
const MOST_REQUESTS = 3_000;
const MOST_LOGINS = 60;

/**
 * Bounds what one address may ask for in a minute. Whose address that is, X-Forwarded-For says only
 * where `trustedProxies` wrote it: anybody else could write an address of their choice each time.
 * Fails thus: behind a proxy that isn't trusted all people share one address, and one limit.
 */
export function limitRequests(app: Application, trustedProxies: readonly string[]): void {
  app.set('trust proxy', [...trustedProxies]);
  app.use(limit(MOST_REQUESTS));
  app.use('/api/login', limit(MOST_LOGINS));
}

function limit(most: number): RateLimitRequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: most,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (request: Request, response) => {
      const error = new LabError('too_many_requests');
      response
        .status(error.status)
        .type('application/problem+json')
        .send(JSON.stringify(toProblem(error, (request as LabRequest).requestId)));
    },
  });
}
