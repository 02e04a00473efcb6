import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { clientHeader, LabError } from '@scapis/contracts';
import { decideRole } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import type { Identity } from '@scapis/platform';
import { type LabRequest, routeOf } from './route.ts';

/**
 * Authentication and role check of every request. A handler without a row in the route table is a
 * fault, so nothing answers by accident. Permits, states and teams are checked by the lab's own
 * `decide`.
 */
export class AccessGuard implements CanActivate {
  readonly #identity: Identity;
  readonly #lab: Lab;

  constructor(identity: Identity, lab: Lab) {
    this.#identity = identity;
    this.#lab = lab;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { spec } = routeOf(context);
    if (spec.access === 'public') return true;
    const request = context.switchToHttp().getRequest<LabRequest>();
    const { principal, via, endsAt } = await this.#identity.authenticate({
      authorization: request.headers.authorization,
      cookie: request.headers.cookie,
    });
    if (via === 'session') checkSameSite(request);
    request.actor = await this.#lab.people.recognise(principal);
    request.sessionEndsAt = endsAt;
    if (spec.access === 'signed-in') return true;
    const decision = decideRole(spec.access, request.actor);
    if (!decision.allowed) throw new LabError('forbidden', { details: decision });
    return true;
  }
}

/**
 * Cross-site request forgery: a browser sends the session cookie with requests that other sites
 * start, too. A change must carry `clientHeader`, and its Sec-Fetch-Site must be same-origin where
 * the browser sends one.
 */
function checkSameSite(request: LabRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const isOwnClient = request.headers[clientHeader.name] === clientHeader.value;
  if (!isOwnClient || (site !== undefined && site !== 'same-origin'))
    throw new LabError('cross_site_request');
}
