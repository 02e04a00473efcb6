import { Inject } from '@nestjs/common';
import type { Lab } from '@scapis/lab';
import type { Config, Database, Identity, Log, Metrics, Tracing } from '@scapis/platform';

/** What the HTTP process is made of. */
export interface GatewayParts {
  config: Pick<Config, 'PUBLIC_URL' | 'TRUSTED_PROXIES'>;
  lab: Lab;
  identity: Identity;
  database: Database;
  log: Log;
  metrics: Pick<Metrics, 'count' | 'observe'>;
  tracing: Pick<Tracing, 'request'>;
  /** Folder of the built web app; without it the gateway answers the API only. */
  webFolder: string;
  version: string;
}

const LAB = Symbol('lab');
const GATEWAY = Symbol('gateway');
export const tokens = { LAB, GATEWAY };

/** The lab's use cases: all that a controller calls. */
export const TheLab = (): ParameterDecorator => Inject(LAB);
/** What only the HTTP process has: identity, readiness, the session's end. */
export const TheGateway = (): ParameterDecorator => Inject(GATEWAY);
