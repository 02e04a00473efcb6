import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** The audit log and provenance. */
@Controller()
export class AuditController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('audit.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'audit.list'>,
  ): Promise<RouteOutput<'audit.list'>> {
    return this.lab.audit.list(actor, query);
  }

  @Route('audit.verify')
  verify(@By() actor: Actor): Promise<RouteOutput<'audit.verify'>> {
    return this.lab.audit.verify(actor);
  }

  @Route('provenance.get')
  provenance(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'provenance.get'>,
  ): Promise<RouteOutput<'provenance.get'>> {
    return this.lab.provenance.get(actor, params.kind, params.id);
  }
}
