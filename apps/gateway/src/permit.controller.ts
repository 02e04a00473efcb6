import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Permits: read, signed, revoked. */
@Controller()
export class PermitController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('permits.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'permits.list'>,
  ): Promise<RouteOutput<'permits.list'>> {
    return this.lab.permits.list(actor, query);
  }

  @Route('permits.get')
  get(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'permits.get'>,
  ): Promise<RouteOutput<'permits.get'>> {
    return this.lab.permits.get(actor, params.id);
  }

  @Route('permits.sign')
  sign(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'permits.sign'>,
  ): Promise<RouteOutput<'permits.sign'>> {
    return this.lab.permits.sign(actor, params.id, body);
  }

  @Route('permits.revoke')
  revoke(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'permits.revoke'>,
  ): Promise<RouteOutput<'permits.revoke'>> {
    return this.lab.permits.revoke(actor, params.id, body.reason);
  }
}
