import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Applications for access: filled in, decided by two. */
@Controller()
export class ApplicationController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('applications.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'applications.list'>,
  ): Promise<RouteOutput<'applications.list'>> {
    return this.lab.applications.list(actor, query);
  }

  @Route('applications.create')
  create(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'applications.create'>,
  ): Promise<RouteOutput<'applications.create'>> {
    return this.lab.applications.create(actor, body);
  }

  @Route('applications.get')
  get(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'applications.get'>,
  ): Promise<RouteOutput<'applications.get'>> {
    return this.lab.applications.get(actor, params.id);
  }

  @Route('applications.edit')
  edit(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'applications.edit'>,
  ): Promise<RouteOutput<'applications.edit'>> {
    return this.lab.applications.edit(actor, params.id, body);
  }

  @Route('applications.addMember')
  addMember(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'applications.addMember'>,
  ): Promise<RouteOutput<'applications.addMember'>> {
    return this.lab.applications.addMember(actor, params.id, body.email);
  }

  @Route('applications.removeMember')
  removeMember(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'applications.removeMember'>,
  ): Promise<RouteOutput<'applications.removeMember'>> {
    return this.lab.applications.removeMember(actor, params.id, params.personId);
  }

  @Route('applications.submit')
  submit(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'applications.submit'>,
  ): Promise<RouteOutput<'applications.submit'>> {
    return this.lab.applications.submit(actor, params.id);
  }

  @Route('applications.withdraw')
  withdraw(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'applications.withdraw'>,
  ): Promise<RouteOutput<'applications.withdraw'>> {
    return this.lab.applications.withdraw(actor, params.id);
  }

  @Route('applications.return')
  return(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'applications.return'>,
  ): Promise<RouteOutput<'applications.return'>> {
    return this.lab.applications.return(actor, params.id, body.comment);
  }

  @Route('applications.vote')
  vote(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'applications.vote'>,
  ): Promise<RouteOutput<'applications.vote'>> {
    return this.lab.applications.vote(actor, params.id, body.decision, body.comment);
  }
}
