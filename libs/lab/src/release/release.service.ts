import { createHash } from 'node:crypto';
import {
  type Action,
  type CohortUsage,
  cohortVersionTransitions,
  type CohortVersionState,
  type Decision,
  evidence as evidenceSchema,
  type GateCheck,
  LabError,
  type RouteInput,
  type RouteOutput,
  type VoteDecision,
} from '@scapis/contracts';
import { type Actor, decide, isOverriddenBy, toVerdict, transition } from '@scapis/domain';
import { addToOutbox, type Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { checkDecision } from '../access/project.ts';
import { openVault } from '../storage/vault.ts';
import {
  addProvenance,
  appendAudit,
  notify,
  type ObjectRef,
  peopleWithRole,
} from '../audit/trail.ts';
import { castVote, closeWhenDecided, openReview } from '../reviews/votes.ts';
import {
  getReleaseView,
  insertOverrideSignature,
  listDownloaders,
  listOvertaken,
  lockVersion,
  moveVersion,
  type VersionView,
} from './release.repository.ts';

type CohortVersionDto = RouteOutput<'cohorts.get'>;

/** What the release asks of the cohorts feature: the version's page, as it stands after an act. */
export interface CohortPages {
  get(actor: Actor, id: string): Promise<CohortVersionDto>;
}

/**
 * From a cohort that the gate has judged to one that may leave: two blinded votes, never the
 * author's or the team's, and the way back.
 */
export class ReleaseService {
  readonly #context: LabContext;
  readonly #cohorts: CohortPages;

  constructor(context: LabContext, cohorts: CohortPages) {
    this.#context = context;
    this.#cohorts = cohorts;
  }

  /**
   * Signs, in the person's own name, that a version may be reviewed in spite of the privacy checks
   * that it failed. The second signature lets its team submit it; both stay with it for ever. What
   * it may be used for then follows from its fidelity and utility checks, as for one that passed.
   * @throws LabError forbidden with the decision, override_incomplete, reason_repeated for
   * another's reason, conflict
   */
  async override(
    actor: Actor,
    id: string,
    { checks, reason }: RouteInput<'cohorts.override'>['body'],
  ): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:override', async (tx, view) => {
      const { overridable, signedIds } = view.resource.override;
      if (view.gateRunId === null) throw new Error(`version ${id} is refused without a gate run`);
      if (
        checks.length !== overridable.length ||
        overridable.some((check) => !checks.includes(check))
      )
        throw new LabError('override_incomplete', {
          details: overridable.map((check) => ({ path: 'checks', message: check })),
        });
      if (view.override?.signatures.some((signature) => isSameText(signature.reason, reason)))
        throw new LabError('reason_repeated', { details: [{ path: 'reason' }] });
      const signatureId = await insertOverrideSignature(tx, {
        applicationId: view.applicationId,
        cohortVersionId: id,
        gateRunId: view.gateRunId,
        personId: actor.personId,
        checks,
        reason,
        createdAt: this.#context.now(),
      });
      const signature: ObjectRef = { kind: 'override', id: signatureId };
      await addProvenance(tx, view.applicationId, [
        { from: signature, relation: 'used', to: { kind: 'gate-run', id: view.gateRunId } },
        {
          from: signature,
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: actor.personId },
        },
        { from: ref(id), relation: 'wasInformedBy', to: signature },
      ]);
      // The log holds no free text; the commitment binds the reason to the chain.
      const commitment = createHash('sha256')
        .update(`${signatureId}|${checks.join(',')}|${reason}`)
        .digest('hex');
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'release.override-signed',
        object: ref(id),
        detail: { signatureId, gateRunId: view.gateRunId, checks, commitment },
      });
      if (!isOverriddenBy([...signedIds, actor.personId])) {
        const others = [
          ...(await peopleWithRole(tx, 'lab-admin')),
          ...(await peopleWithRole(tx, 'reviewer')),
        ];
        const people = others.filter(
          (personId) => personId !== actor.personId && !view.teamIds.includes(personId),
        );
        return notify(tx, {
          people,
          kind: 'release.override-signed',
          object: ref(id),
          title: view.title,
        });
      }
      const { event } = await this.#move(tx, view, 'overridden', {
        usage: await this.#usageWithout(view, overridable),
      });
      await notify(tx, {
        people: view.teamIds,
        kind: 'release.overridden',
        object: ref(id),
        title: view.title,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: event,
        object: ref(id),
        detail: { gateRunId: view.gateRunId, checks },
      });
    });
  }

  /** What the verdict's rule says of the version's use when these checks are set aside. */
  async #usageWithout(
    { id, evidence }: VersionView,
    setAside: readonly GateCheck[],
  ): Promise<CohortUsage> {
    if (evidence === null) throw new Error(`version ${id} is refused without evidence`);
    const bytes = await openVault(this.#context, evidence.dataKey).read(evidence.sha256);
    const { checks } = evidenceSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const verdict = toVerdict(
      checks.map((result) =>
        setAside.includes(result.check) ? { ...result, verdict: 'pass' } : result,
      ),
    );
    return verdict === 'passed'
      ? 'unrestricted'
      : verdict === 'of-no-use'
        ? verdict
        : 'method-development-only';
  }

  /**
   * Submits a version that passed the gate, or that two people let through; the reviewers outside
   * the team are told. One of no use takes a written reason, which stays with it.
   * @throws LabError no_use_reason_needed
   */
  async submit(
    actor: Actor,
    id: string,
    noUseReason: string | null = null,
  ): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:submit', async (tx, view) => {
      const isOfNoUse = view.usage === 'of-no-use';
      if (isOfNoUse && noUseReason === null)
        throw new LabError('no_use_reason_needed', { details: [{ path: 'noUseReason' }] });
      const { event } = await this.#move(
        tx,
        view,
        'in-review',
        isOfNoUse && noUseReason !== null ? { noUseReason, noUseReasonById: actor.personId } : {},
      );
      const reviewId = await openReview(tx, {
        applicationId: view.applicationId,
        cohortVersionId: id,
      });
      const review: ObjectRef = { kind: 'review', id: reviewId };
      await addProvenance(tx, view.applicationId, [
        { from: review, relation: 'used', to: ref(id) },
        ...(view.gateRunId === null
          ? []
          : [
              {
                from: review,
                relation: 'wasInformedBy' as const,
                to: { kind: 'gate-run', id: view.gateRunId } as const,
              },
            ]),
      ]);
      const reviewers = (await peopleWithRole(tx, 'reviewer')).filter(
        (personId) => !view.teamIds.includes(personId),
      );
      await notify(tx, {
        people: reviewers,
        kind: 'release.submitted',
        object: ref(id),
        title: view.title,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: event,
        object: ref(id),
        detail: {
          reviewId,
          gateRunId: view.gateRunId,
          // The log holds no free text; the commitment binds the reason to the chain.
          ...(isOfNoUse && {
            noUseReasonSha256: createHash('sha256').update(`${id}|${noUseReason}`).digest('hex'),
          }),
        },
      });
    });
  }

  /** A blinded vote; when two agree the version goes to packing, or is refused. */
  async vote(
    actor: Actor,
    id: string,
    decision: VoteDecision,
    comment: string,
  ): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:vote', async (tx, view) => {
      if (view.review === null) throw new Error(`version ${id} is in review without a review`);
      const reviewId = view.review.facts.id;
      const { commitment } = await castVote(tx, {
        reviewId,
        personId: actor.personId,
        decision,
        comment,
      });
      const decided = await closeWhenDecided(tx, reviewId, this.#context.now());
      const voted = {
        actorId: actor.personId,
        type: 'release.voted',
        object: ref(id),
        detail: { reviewId, commitment },
      } as const;
      if (decided === null) return appendAudit(tx, voted);
      const { event } = await this.#move(
        tx,
        view,
        decided.outcome === 'approve' ? 'packing' : 'rejected',
      );
      // Who voted is told in the provenance only now: the review is closed.
      await addProvenance(
        tx,
        view.applicationId,
        decided.voterIds.map((personId) => ({
          from: { kind: 'review', id: reviewId },
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: personId },
        })),
      );
      if (decided.outcome === 'approve') {
        await addToOutbox(tx, 'release.pack', { cohortVersionId: id });
        for (const other of await listOvertaken(tx, view.datasetId))
          await notify(tx, {
            people: other.teamIds,
            kind: 'gate.overtaken',
            object: ref(other.id),
            title: other.title,
          });
      } else
        await notify(tx, {
          people: view.teamIds,
          kind: 'release.rejected',
          object: ref(id),
          title: view.title,
        });
      await appendAudit(tx, voted);
      await appendAudit(tx, {
        actorId: actor.personId,
        type: event,
        object: ref(id),
        detail: { reviewId },
      });
    });
  }

  /**
   * Ends the handing out of a released version. It stays listed with the reason, and everyone who
   * has a copy is told.
   */
  async withdraw(actor: Actor, id: string, reason: string): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:withdraw', async (tx, view) => {
      const { event } = await this.#move(tx, view, 'withdrawn', {
        withdrawReason: reason,
        withdrawnAt: this.#context.now(),
      });
      await notify(tx, {
        people: [...view.teamIds, ...(await listDownloaders(tx, id))],
        kind: 'release.withdrawn',
        object: ref(id),
        title: view.title,
      });
      await appendAudit(tx, { actorId: actor.personId, type: event, object: ref(id) });
    });
  }

  /** The steps to the download, met and not met: the same answer that each byte range asks for. */
  async access(actor: Actor, id: string): Promise<Decision> {
    return this.#context.database.as(actor, async (tx) => {
      const { resource } = await getReleaseView(tx, actor, id);
      checkDecision('cohort:read', actor, resource, this.#context.now());
      return decide({ action: 'cohort:download', actor, resource, now: this.#context.now() });
    });
  }

  async #act(
    actor: Actor,
    id: string,
    action: Action,
    work: (tx: Transaction, view: VersionView) => Promise<void>,
  ): Promise<CohortVersionDto> {
    await this.#context.database.as(actor, async (tx) => {
      await lockVersion(tx, id);
      const view = await getReleaseView(tx, actor, id);
      checkDecision(action, actor, view.resource, this.#context.now());
      await work(tx, view);
    });
    return this.#cohorts.get(actor, id);
  }

  async #move(
    tx: Transaction,
    view: VersionView,
    to: CohortVersionState,
    facts: Parameters<typeof moveVersion>[4] = {},
  ) {
    const step = transition(cohortVersionTransitions, view.state, to);
    await moveVersion(tx, view.id, view.state, to, facts);
    return step;
  }
}

/** As the database compares two reasons (trigger override_signature_rules). */
function isSameText(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function ref(id: string): ObjectRef {
  return { kind: 'cohort-version', id };
}
