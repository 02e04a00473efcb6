import { type Locale, LabError, type RouteOutput, trainingRunTransitions } from '@scapis/contracts';
import { type Actor, isStaff, transition } from '@scapis/domain';
import type { LabContext } from '../context.ts';
import { type PageQuery, toPage } from '../lists/page.ts';
import { checkDecision } from '../access/project.ts';
import { appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import {
  addSignature,
  getPermit,
  getTermsInForce,
  listPermits,
  lockLiveTrainings,
  moveTraining,
  revokePermit,
  toPermitDtos,
} from './permit.repository.ts';

type PermitDto = RouteOutput<'permits.get'>;

/**
 * What an approved application may do; signed by each person, ended by its last day or by a
 * revocation.
 */
export class PermitService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  async list(actor: Actor, page: PageQuery): Promise<RouteOutput<'permits.list'>> {
    return this.#context.database.as(actor, async (tx) => {
      const views = await listPermits(tx, isStaff(actor) ? undefined : actor.personId, page);
      const shown = toPage(
        views,
        page.limit,
        (view) => view.row.id,
        (view) => view,
      );
      return { ...shown, items: await toPermitDtos(tx, actor, shown.items, this.#context.now()) };
    });
  }

  async get(actor: Actor, id: string): Promise<PermitDto> {
    return this.#context.database.as(actor, async (tx) => {
      const view = await getPermit(tx, id);
      checkDecision('permit:read', actor, view.resource, this.#context.now());
      const [dto] = await toPermitDtos(tx, actor, [view], this.#context.now());
      if (dto === undefined) throw new LabError('not_found');
      return dto;
    });
  }

  /**
   * Signs the terms in force: the person names the text that was on their screen by its hash, in
   * the language they read it in.
   */
  async sign(
    actor: Actor,
    id: string,
    signature: { termsId: string; textSha256: string; locale: Locale },
  ): Promise<PermitDto> {
    await this.#context.database.as(actor, async (tx) => {
      const view = await getPermit(tx, id);
      checkDecision('permit:sign', actor, view.resource, this.#context.now());
      const terms = await getTermsInForce(tx);
      if (signature.termsId !== terms.id) throw new LabError('newer_terms');
      if (signature.textSha256 !== (signature.locale === 'sv' ? terms.sha256Sv : terms.sha256En)) {
        throw new LabError('terms_text_differs', { details: [{ path: 'textSha256' }] });
      }
      const isNew = await addSignature(tx, {
        permitId: id,
        personId: actor.personId,
        ...signature,
        loginMethod: 'oidc',
        signedAt: this.#context.now(),
      });
      if (!isNew) throw new LabError('conflict');
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'permit.terms-signed',
        object: ref(id),
        detail: {
          termsId: terms.id,
          version: terms.version,
          locale: signature.locale,
          textSha256: signature.textSha256,
        },
      });
    });
    return this.get(actor, id);
  }

  /**
   * Ends all access under the permit with this commit: its training runs stop at their next look at
   * the row, and every byte range asks
   * `decide` again, so a running download ends too.
   */
  async revoke(actor: Actor, id: string, reason: string): Promise<PermitDto> {
    await this.#context.database.as(actor, async (tx) => {
      const { row, resource } = await getPermit(tx, id);
      checkDecision('permit:revoke', actor, resource, this.#context.now());
      await revokePermit(tx, id, {
        revokedById: actor.personId,
        revokedAt: this.#context.now(),
        revokeReason: reason,
      });
      const cancelled = [];
      for (const run of await lockLiveTrainings(tx, id)) {
        cancelled.push({
          id: run.id,
          event: transition(trainingRunTransitions, run.state, 'cancelled').event,
        });
        await moveTraining(tx, run.id, run.state, 'cancelled', this.#context.now());
      }
      await notify(tx, {
        people: resource.permit.personIds,
        kind: 'permit.revoked',
        object: ref(id),
        title: row.title,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'permit.revoked',
        object: ref(id),
        detail: { cancelledTrainingRuns: cancelled.length },
      });
      for (const run of cancelled)
        await appendAudit(tx, {
          actorId: actor.personId,
          type: run.event,
          object: { kind: 'training-run', id: run.id },
          detail: { permitId: id },
        });
    });
    return this.get(actor, id);
  }
}

function ref(id: string): ObjectRef {
  return { kind: 'permit', id };
}
