import { Controller, Res } from '@nestjs/common';
import type { RouteOutput } from '@scapis/contracts';
import type { Response } from 'express';
import { TheGateway, type GatewayParts } from './lab.token.ts';
import { Route } from './route.ts';

/** For the orchestrator: is the process up, and do the parts it stands on answer? */
@Controller()
export class HealthController {
  constructor(@TheGateway() private readonly gateway: GatewayParts) {}

  @Route('health.live')
  live(): RouteOutput<'health.live'> {
    return { status: 'ok' };
  }

  @Route('health.ready')
  async ready(
    @Res({ passthrough: true }) response: Response,
  ): Promise<RouteOutput<'health.ready'>> {
    const { database, identity } = this.gateway;
    const answers = (ping: Promise<void>): Promise<boolean> =>
      ping.then(
        () => true,
        () => false,
      );
    const [isDatabase, isIdentity, clockFault] = await Promise.all([
      answers(database.ping()),
      answers(identity.ping()),
      database.findClockFault().catch(() => undefined),
    ]);
    const parts = { database: isDatabase, identity: isIdentity, clock: clockFault === null };
    const isReady = Object.values(parts).every(Boolean);
    if (!isReady) response.status(503);
    return { status: isReady ? 'ready' : 'not-ready', parts };
  }
}
