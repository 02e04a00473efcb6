import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type RouteSpec, routes } from '@scapis/contracts';
import { withRequestId } from '@scapis/platform';
import express, { type Application, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import swaggerUi from 'swagger-ui-dist';
import { AccessGuard } from './access.guard.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { ApplicationController } from './application.controller.ts';
import { AuditController } from './audit.controller.ts';
import { BytesController } from './bytes.controller.ts';
import { CohortController } from './cohort.controller.ts';
import { DatasetController } from './dataset.controller.ts';
import { EventsController } from './events.controller.ts';
import { GeneratorImportController } from './generator-import.controller.ts';
import { HealthController } from './health.controller.ts';
import { HomeController } from './home.controller.ts';
import { tokens, type GatewayParts } from './lab.token.ts';
import { buildOpenApi } from './openapi.ts';
import { PermitController } from './permit.controller.ts';
import { ProblemFilter } from './problem.filter.ts';
import { limitRequests } from './rate-limit.ts';
import type { LabRequest } from './route.ts';
import { SessionController } from './session.controller.ts';
import { TrainingController } from './training.controller.ts';

export const controllers: Type[] = [
  ApplicationController,
  AuditController,
  BytesController,
  CohortController,
  DatasetController,
  EventsController,
  GeneratorImportController,
  HealthController,
  HomeController,
  PermitController,
  SessionController,
  TrainingController,
];

/** JSON bodies are forms; uploads stream past this limit by routes of their own. */
const MOST_JSON_BYTES = 256 * 1024;

/**
 * Builds the HTTP process around the lab: security headers, limits, access guard, one error filter,
 * the web app. Does not listen yet.
 */
export async function createGateway(parts: GatewayParts): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(moduleOf(parts), {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.use(identify(parts));
  app.use(securityHeaders(parts.config.PUBLIC_URL.startsWith('https:')));
  limitRequests(app.getHttpAdapter().getInstance() as Application, parts.config.TRUSTED_PROXIES);
  app.use(express.json({ limit: MOST_JSON_BYTES }));
  app.use('/api', (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  serveDocs(app, parts.version);
  serveWeb(app, parts.webFolder);
  app.useGlobalGuards(new AccessGuard(parts.identity, parts.lab));
  app.useGlobalInterceptors(new AnswerInterceptor());
  app.useGlobalFilters(new ProblemFilter(parts.log));
  return app;
}

@Module({})
class GatewayModule {}

function moduleOf(parts: GatewayParts): DynamicModule {
  return {
    module: GatewayModule,
    controllers,
    providers: [
      { provide: tokens.LAB, useValue: parts.lab },
      { provide: tokens.GATEWAY, useValue: parts },
    ],
  };
}

/**
 * Gives each request an id and a line in the log: verb, path without query, status and time; never
 * a body, a name or a token. The metrics have the pattern in place of the path, which holds ids.
 */
function identify({ log, metrics, tracing }: Pick<GatewayParts, 'log' | 'metrics' | 'tracing'>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const requestId = randomUUID();
    (request as LabRequest).requestId = requestId;
    response.setHeader('X-Request-Id', requestId);
    const began = performance.now();
    // As it came: what answers below a prefix sees the rest alone.
    const { method, path } = request;
    response.on('close', () => {
      const ms = performance.now() - began;
      const route = patternOf(request, path);
      metrics.count('scapis_http_requests_total', {
        route,
        method,
        status: String(response.statusCode),
      });
      metrics.observe('scapis_http_request_duration_seconds', { route, method }, ms / 1_000);
      // Probes and the files of the web app lead nowhere.
      if (route.startsWith('/api/'))
        tracing.request(requestId, {
          name: `${method} ${route}`,
          beganAt: Date.now() - ms,
          endedAt: Date.now(),
          hasFailed: response.statusCode >= 500,
          attributes: {
            'http.request.method': method,
            'http.route': route,
            'http.response.status_code': response.statusCode,
          },
        });
      log.info(
        {
          requestId,
          method,
          route: path,
          status: response.statusCode,
          ms: Math.round(ms),
        },
        'request',
      );
    });
    withRequestId(requestId, next);
  };
}

const patterns: ReadonlySet<string> = new Set(
  Object.values<RouteSpec>(routes).map(({ path }) => path),
);

/** A closed list: what anybody may write into an address must not make a label. */
function patternOf(request: Request, path: string): string {
  const { path: pattern } = (request.route ?? {}) as { path?: unknown };
  if (typeof pattern === 'string' && patterns.has(pattern)) return pattern;
  if (path.startsWith('/api/docs')) return 'docs';
  return request.method === 'GET' && !path.startsWith('/api/') ? 'web' : 'unmatched';
}

/**
 * Content security policy without inline script or style element (the web app makes its theme as a
 * constructed style sheet).
 */
function securityHeaders(isHttps: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        ...(isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: isHttps ? { maxAge: 63_072_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/**
 * The API's description at /api/docs, drawn by Swagger UI from its own package, without anything
 * from outside.
 */
function serveDocs(app: NestExpressApplication, version: string): void {
  const document = JSON.stringify(buildOpenApi(version));
  const start = `window.ui = SwaggerUIBundle({ url: '/api/docs/openapi.json', dom_id: '#swagger-ui', deepLinking: true });`;
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>SCAPIS computer lab: API</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;
  app.use(
    '/api/docs',
    (request: Request, response: Response, next: NextFunction) => {
      if (request.path === '/openapi.json') response.type('application/json').send(document);
      else if (request.path === '/start.js') response.type('text/javascript').send(start);
      else if (request.path === '/') response.type('text/html').send(page);
      else next();
    },
    express.static(swaggerUi.getAbsoluteFSPath(), { index: false, maxAge: '1h' }),
  );
}

/**
 * The web app: hashed assets may be kept for ever, the page itself never; every path that is
 * neither asset nor API is the app's own. An asset of an earlier build is 404.
 */
function serveWeb(app: NestExpressApplication, folder: string): void {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) return;
  app.use(
    express.static(folder, {
      index: false,
      setHeaders: (response, path) =>
        void response.setHeader(
          'Cache-Control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    }),
  );
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage =
      request.method === 'GET' &&
      !/^\/(api|health|ready|assets)(\/|$)/.test(request.path) &&
      request.accepts('html') !== false;
    if (!isPage) return next();
    response.setHeader('Cache-Control', 'no-store');
    // Read each time: a new build must not leave this process with a page that names assets of the
    // old one.
    response.sendFile(index, { cacheControl: false });
  });
}
