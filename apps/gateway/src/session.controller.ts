import { Controller, Req, Res } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import type { Redirect } from '@scapis/platform';
import type { Response } from 'express';
import { TheGateway, TheLab, type GatewayParts } from './lab.token.ts';
import { By, Input, type LabRequest, Route } from './route.ts';

/** The browser's way in and out (OpenID Connect, authorization code with PKCE), and who it is. */
@Controller()
export class SessionController {
  constructor(
    @TheLab() private readonly lab: Lab,
    @TheGateway() private readonly gateway: GatewayParts,
  ) {}

  @Route('session.login')
  login(@Input() { query }: RouteInput<'session.login'>, @Res() response: Response): void {
    redirect(response, this.gateway.identity.beginLogin(query.to));
  }

  @Route('session.callback')
  async callback(
    @Input() { query }: RouteInput<'session.callback'>,
    @Req() request: LabRequest,
    @Res() response: Response,
  ): Promise<void> {
    const finished = await this.gateway.identity.finishLogin(query, request.headers.cookie);
    await this.lab.people.signIn(finished.principal);
    redirect(response, finished);
  }

  @Route('session.logout')
  async logout(
    @By() actor: Actor,
    @Req() request: LabRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RouteOutput<'session.logout'>> {
    const { redirectTo, cookies } = await this.gateway.identity.logout(request.headers.cookie);
    await this.lab.people.signOut(actor);
    response.setHeader('Set-Cookie', cookies);
    return { redirectTo };
  }

  @Route('session.get')
  session(@By() actor: Actor, @Req() request: LabRequest): Promise<RouteOutput<'session.get'>> {
    return this.lab.people.session(actor, request.sessionEndsAt ?? new Date());
  }
}

function redirect(response: Response, { redirectTo, cookies }: Redirect): void {
  response.setHeader('Set-Cookie', cookies);
  response.setHeader('Cache-Control', 'no-store');
  response.redirect(302, redirectTo);
}
