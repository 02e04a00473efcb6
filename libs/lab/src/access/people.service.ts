import { actionNames, actions, LabError, type Role, type RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { appendAudit } from '../audit/trail.ts';
import { getPerson, type Principal, putPerson } from './people.repository.ts';

/** How long a person who calls with a token is taken as known before their row is read again. */
const KNOWN_FOR_MS = 60_000;
const MOST_KNOWN = 10_000;

/**
 * Who works here. Rows come from the identity provider by signing in; nobody is entered by hand.
 */
export class PeopleService {
  readonly #context: LabContext;
  readonly #known = new Map<string, { facts: string; until: number }>();

  constructor(context: LabContext) {
    this.#context = context;
  }

  /** A session begins: the person's row is renewed and the log tells of it. */
  async signIn(principal: Principal): Promise<Actor> {
    await this.#context.database.as(principal, async (tx) => {
      await putPerson(tx, principal, this.#context.now());
      await appendAudit(tx, {
        actorId: principal.personId,
        type: 'session.opened',
        object: { kind: 'person', id: principal.personId },
        detail: { roles: principal.roles },
      });
    });
    return { personId: principal.personId, roles: principal.roles };
  }

  /**
   * For each call: makes sure that the caller has a row and that it says what the token says. Costs
   * nothing for a person seen within the last minute with the same facts; a changed role is written
   * at once.
   */
  async recognise(principal: Principal): Promise<Actor> {
    const actor: Actor = { personId: principal.personId, roles: principal.roles };
    const facts = JSON.stringify([
      principal.username,
      principal.name,
      principal.email,
      [...principal.roles].sort(),
    ]);
    const now = this.#context.now().getTime();
    const known = this.#known.get(principal.personId);
    if (known !== undefined && known.facts === facts && known.until > now) return actor;
    await this.#context.database.as(principal, (tx) =>
      putPerson(tx, principal, this.#context.now()),
    );
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(principal.personId, { facts, until: now + KNOWN_FOR_MS });
    return actor;
  }

  /**
   * Who I am, and the doors that my roles open. `endsAt`: when the session ends, which only the
   * gateway knows.
   */
  async session(actor: Actor, endsAt: Date): Promise<RouteOutput<'session.get'>> {
    const person = await this.#context.database.as(actor, (tx) => getPerson(tx, actor.personId));
    if (person === null) throw new LabError('not_signed_in');
    const opens = (wanted: readonly Role[]): boolean =>
      wanted.length === 0 || wanted.some((role) => actor.roles.includes(role));
    return {
      person,
      roles: [...actor.roles],
      actions: actionNames.filter((action) => opens(actions[action])),
      endsAt: endsAt.toISOString(),
    };
  }

  async signOut(actor: Actor): Promise<void> {
    await this.#context.database.as(actor, (tx) =>
      appendAudit(tx, {
        actorId: actor.personId,
        type: 'session.closed',
        object: { kind: 'person', id: actor.personId },
      }),
    );
  }
}
