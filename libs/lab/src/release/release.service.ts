import {
  type Action,
  cohortVersionTransitions,
  type CohortVersionState,
  type Decision,
  type RouteOutput,
  type VoteDecision,
} from '@scapis/contracts';
import { type Actor, decide, transition } from '@scapis/domain';
import { addToOutbox, type Transaction } from '@scapis/platform';
import type { LabParts } from '../lab.ts';
import { checkDecision } from '../record/project.ts';
import { audit, notify, type ObjectRef, peopleWithRole, relate } from '../record/record.ts';
import { castVote, closeWhenDecided, openReview } from '../record/votes.ts';
import { getReleaseView, listDownloaders, lockVersion, moveVersion, type VersionView } from './release.repository.ts';

type CohortVersionDto = RouteOutput<'cohorts.get'>;

/** What the release asks of the cohorts feature: the version's page, as it stands after an act. */
export interface CohortPages {
  get(actor: Actor, id: string): Promise<CohortVersionDto>;
}

/** From a cohort that passed the gate to one that may leave: two blinded votes, never the author's or the team's, and the way back. */
export class ReleaseService {
  readonly #parts: LabParts;
  readonly #cohorts: CohortPages;

  constructor(parts: LabParts, cohorts: CohortPages) {
    this.#parts = parts;
    this.#cohorts = cohorts;
  }

  /** Submits a version that passed the gate; the reviewers outside the team are told. */
  async submit(actor: Actor, id: string): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:submit', async (tx, view) => {
      const { event } = await this.#move(tx, view, 'in-review');
      const reviewId = await openReview(tx, { applicationId: view.applicationId, cohortVersionId: id });
      const review: ObjectRef = { kind: 'review', id: reviewId };
      await relate(tx, view.applicationId, [
        { from: review, relation: 'used', to: ref(id) },
        ...(view.gateRunId === null
          ? []
          : [{ from: review, relation: 'wasInformedBy' as const, to: { kind: 'gate-run', id: view.gateRunId } as const }]),
      ]);
      const reviewers = (await peopleWithRole(tx, 'reviewer')).filter((personId) => !view.teamIds.includes(personId));
      await notify(tx, { people: reviewers, kind: 'release.submitted', object: ref(id), title: view.title });
      await audit(tx, { actorId: actor.personId, type: event, object: ref(id), detail: { reviewId, gateRunId: view.gateRunId } });
    });
  }

  /** A blinded vote; when two agree the version goes to packing, or is refused. */
  async vote(actor: Actor, id: string, decision: VoteDecision, comment: string): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:vote', async (tx, view) => {
      if (view.review === null) throw new Error(`version ${id} is in review without a review`);
      const reviewId = view.review.facts.id;
      const { commitment } = await castVote(tx, { reviewId, personId: actor.personId, decision, comment });
      const decided = await closeWhenDecided(tx, reviewId, this.#parts.now());
      const voted = { actorId: actor.personId, type: 'release.voted', object: ref(id), detail: { reviewId, commitment } } as const;
      if (decided === null) return audit(tx, voted);
      const { event } = await this.#move(tx, view, decided.outcome === 'approve' ? 'packing' : 'rejected');
      // Who voted is told in the provenance only now: the review is closed.
      await relate(
        tx,
        view.applicationId,
        decided.voterIds.map((personId) => ({
          from: { kind: 'review', id: reviewId },
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: personId },
        })),
      );
      if (decided.outcome === 'approve') await addToOutbox(tx, 'release.pack', { cohortVersionId: id });
      else await notify(tx, { people: view.teamIds, kind: 'release.rejected', object: ref(id), title: view.title });
      await audit(tx, voted);
      await audit(tx, { actorId: actor.personId, type: event, object: ref(id), detail: { reviewId } });
    });
  }

  /** Ends the handing out of a released version. It stays listed with the reason, and everyone who has a copy is told. */
  async withdraw(actor: Actor, id: string, reason: string): Promise<CohortVersionDto> {
    return this.#act(actor, id, 'release:withdraw', async (tx, view) => {
      const { event } = await this.#move(tx, view, 'withdrawn', { withdrawReason: reason, withdrawnAt: this.#parts.now() });
      await notify(tx, {
        people: [...view.teamIds, ...(await listDownloaders(tx, id))],
        kind: 'release.withdrawn',
        object: ref(id),
        title: view.title,
      });
      await audit(tx, { actorId: actor.personId, type: event, object: ref(id) });
    });
  }

  /** The steps to the download, met and not met: the same answer that each byte range asks for. */
  async access(actor: Actor, id: string): Promise<Decision> {
    return this.#parts.database.as(actor, async (tx) => {
      const { subject } = await getReleaseView(tx, actor, id);
      checkDecision('cohort:read', actor, subject, this.#parts.now());
      return decide({ action: 'cohort:download', actor, subject, now: this.#parts.now() });
    });
  }

  async #act(
    actor: Actor,
    id: string,
    action: Action,
    work: (tx: Transaction, view: VersionView) => Promise<void>,
  ): Promise<CohortVersionDto> {
    await this.#parts.database.as(actor, async (tx) => {
      await lockVersion(tx, id);
      const view = await getReleaseView(tx, actor, id);
      checkDecision(action, actor, view.subject, this.#parts.now());
      await work(tx, view);
    });
    return this.#cohorts.get(actor, id);
  }

  async #move(tx: Transaction, view: VersionView, to: CohortVersionState, facts: Parameters<typeof moveVersion>[4] = {}) {
    const step = transition(cohortVersionTransitions, view.state, to);
    await moveVersion(tx, view.id, view.state, to, facts);
    return step;
  }
}

function ref(id: string): ObjectRef {
  return { kind: 'cohort-version', id };
}
