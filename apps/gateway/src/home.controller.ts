import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** What waits for the person who asks. */
@Controller()
export class HomeController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('home.get')
  home(@By() actor: Actor): Promise<RouteOutput<'home.get'>> {
    return this.lab.home.get(actor);
  }

  @Route('notifications.list')
  notifications(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'notifications.list'>,
  ): Promise<RouteOutput<'notifications.list'>> {
    return this.lab.notifications.list(actor, query);
  }

  @Route('notifications.read')
  read(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'notifications.read'>,
  ): Promise<RouteOutput<'notifications.read'>> {
    return this.lab.notifications.markRead(actor, params.id);
  }
}
