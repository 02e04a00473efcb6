import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { LabContext } from '../context.ts';
import { checkDecision } from '../access/project.ts';
import { appendAudit } from './trail.ts';
import { listAuditEvents, verifyChain } from './audit.repository.ts';

/** A million rows are hashed again in about ten seconds. */
const VERIFY_TIMEOUT_MS = 600_000;

/** The hash-chained log, for those who watch over the lab. */
export class AuditService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /** Newest first. */
  async list(
    actor: Actor,
    query: RouteInput<'audit.list'>['query'],
  ): Promise<RouteOutput<'audit.list'>> {
    checkDecision('audit:read', actor, {}, this.#context.now());
    return this.#context.database.as(actor, (tx) => listAuditEvents(tx, query));
  }

  /** Works every hash out again. That someone verified, and the result, is itself a row. */
  async verify(actor: Actor): Promise<RouteOutput<'audit.verify'>> {
    checkDecision('audit:read', actor, {}, this.#context.now());
    const found = await this.#context.database.as(actor, verifyChain, {
      timeoutMs: VERIFY_TIMEOUT_MS,
    });
    await this.#context.database.as(actor, (tx) =>
      appendAudit(tx, {
        actorId: actor.personId,
        type: 'audit.verified',
        object: { kind: 'audit', id: found.head ?? 'empty' },
        detail: { rows: found.rows, firstBadSequence: found.firstBadSequence },
      }),
    );
    return { ...found, verifiedAt: this.#context.now().toISOString() };
  }

  /**
   * The same for `npm run lab -- verify-audit`, run by hand on the machine, where nobody is signed
   * in.
   */
  async unsafeVerify(): Promise<RouteOutput<'audit.verify'>> {
    const found = await this.#context.database.unsafeAsSystem('verify-audit', verifyChain, {
      timeoutMs: VERIFY_TIMEOUT_MS,
    });
    return { ...found, verifiedAt: this.#context.now().toISOString() };
  }
}
