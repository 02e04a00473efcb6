import {
  type Action,
  applicationTransitions,
  type ApplicationDraft,
  LabError,
  type RouteOutput,
  type VoteDecision,
} from '@scapis/contracts';
import { type Actor, isStaff, transition } from '@scapis/domain';
import type { Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { documentKeyOf } from '../storage/vault.ts';
import { findPersonByEmail } from '../access/people.repository.ts';
import { grantPermit } from '../permits/permit.repository.ts';
import type { PageQuery } from '../lists/page.ts';
import { checkDecision } from '../access/project.ts';
import {
  addProvenance,
  appendAudit,
  notify,
  type ObjectRef,
  peopleWithRole,
} from '../audit/trail.ts';
import { castVote, closeReview, closeWhenDecided, openReview } from '../reviews/votes.ts';
import {
  addEvent,
  addMember,
  type ApplicationView,
  createApplication,
  getApplication,
  listApplications,
  lockApplication,
  moveApplication,
  putEthicsDocument,
  removeMember,
  saveDraft,
  toApplicationDto,
  toDay,
} from './application.repository.ts';
import { endOfSwedishDay, toSwedishDay } from './calendar.ts';
import { readPdf } from './pdf.ts';

type ApplicationDto = RouteOutput<'applications.get'>;

/** From a first draft to two blinded votes and the permit that follows from them. */
export class ApplicationService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /** Begins an application; the applicant is its first team member. */
  async create(actor: Actor, draft: ApplicationDraft): Promise<ApplicationDto> {
    checkDecision('application:create', actor, {}, this.#context.now());
    const id = await this.#context.database.as(actor, async (tx) => {
      const created = await createApplication(tx, actor);
      await saveDraft(tx, created, draft);
      await this.#tell(tx, actor, created, 'application.created');
      await addProvenance(tx, created, [
        {
          from: ref(created),
          relation: 'wasAttributedTo',
          to: { kind: 'person', id: actor.personId },
        },
      ]);
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'application.created',
        object: ref(created),
      });
      return created;
    });
    return this.get(actor, id);
  }

  /** Saves what has been filled in so far. Validation never stands in the way of saving. */
  async edit(actor: Actor, id: string, draft: ApplicationDraft): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:edit', async (tx) => {
      await saveDraft(tx, id, draft);
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'application.edited',
        object: ref(id),
        detail: { fields: Object.keys(draft).sort() },
      });
    });
  }

  /**
   * By exact address, and only people who have signed in once: the lab has no list of people to
   * leaf through.
   */
  async addMember(actor: Actor, id: string, email: string): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:edit', async (tx) => {
      const personId = await findPersonByEmail(tx, email);
      if (personId === null) {
        throw new LabError('member_never_signed_in', { details: [{ path: 'email' }] });
      }
      if (!(await addMember(tx, id, personId))) return;
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'application.member-added',
        object: ref(id),
        detail: { personId },
      });
    });
  }

  async removeMember(actor: Actor, id: string, personId: string): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:edit', async (tx, { row }) => {
      if (personId === row.applicantId)
        throw new LabError('member_is_applicant', { details: [{ path: 'personId' }] });
      if (!(await removeMember(tx, id, personId))) throw new LabError('not_found');
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'application.member-removed',
        object: ref(id),
        detail: { personId },
      });
    });
  }

  /**
   * Attaches the ethics decision, in place of an earlier one. It is judged by its content and kept
   * encrypted.
   */
  async putEthicsDocument(
    actor: Actor,
    id: string,
    name: string,
    upload: AsyncIterable<Uint8Array>,
  ): Promise<ApplicationDto> {
    // Asked before the upload is read, and again with the row in hand.
    await this.#context.database.as(actor, async (tx) =>
      this.#check(
        await getApplication(tx, actor, id, this.#context.now()),
        actor,
        'application:edit',
      ),
    );
    const document = await readPdf(upload);
    const { sha256 } = await this.#context.storage.write(document, {
      key: documentKeyOf(this.#context, id),
    });
    return this.#act(actor, id, 'application:edit', async (tx) => {
      await putEthicsDocument(tx, id, { sha256, name: toFileName(name), size: document.length });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'application.document-added',
        object: ref(id),
        detail: { sha256, size: document.length },
      });
    });
  }

  async getEthicsDocument(
    actor: Actor,
    id: string,
  ): Promise<{ name: string; size: number; stream: AsyncIterable<Uint8Array> }> {
    const { row } = await this.#context.database.as(actor, async (tx) => {
      const view = await getApplication(tx, actor, id, this.#context.now());
      this.#check(view, actor, 'application:read');
      return view;
    });
    if (row.ethicsDocumentSha256 === null) throw new LabError('not_found');
    const stream = await this.#context.storage.read(row.ethicsDocumentSha256, {
      key: documentKeyOf(this.#context, id),
    });
    return {
      name: row.ethicsDocumentName ?? 'ethics.pdf',
      size: row.ethicsDocumentSize ?? 0,
      stream,
    };
  }

  async list(
    actor: Actor,
    query: PageQuery & { state?: string | undefined },
  ): Promise<RouteOutput<'applications.list'>> {
    return this.#context.database.as(actor, (tx) =>
      listApplications(tx, actor, isStaff(actor), query),
    );
  }

  async get(actor: Actor, id: string): Promise<ApplicationDto> {
    const now = this.#context.now();
    return this.#context.database.as(actor, async (tx) => {
      const view = await getApplication(tx, actor, id, now);
      this.#check(view, actor, 'application:read');
      return toApplicationDto(tx, actor, view, now);
    });
  }

  /** Sends it in: the form is complete, the review opens, the admins outside the team are told. */
  async submit(actor: Actor, id: string): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:submit', async (tx, view) => {
      const { event } = await this.#move(tx, view, 'submitted');
      const reviewId = await openReview(tx, { applicationId: id });
      await this.#tell(tx, actor, id, event);
      const admins = (await peopleWithRole(tx, 'lab-admin')).filter(
        (personId) => !view.teamIds.includes(personId),
      );
      await notify(tx, {
        people: admins,
        kind: 'application.submitted',
        object: ref(id),
        title: view.row.title,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: event,
        object: ref(id),
        detail: {
          reviewId,
          ethicsNumber: view.row.ethicsNumber,
          ethicsDocumentSha256: view.row.ethicsDocumentSha256,
        },
      });
    });
  }

  /** Taken back for good; an open review ends without a decision. */
  async withdraw(actor: Actor, id: string): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:withdraw', async (tx, view) => {
      const { event } = await this.#move(tx, view, 'withdrawn');
      if (view.review?.facts.isOpen)
        await closeReview(tx, view.review.facts.id, null, this.#context.now());
      await this.#tell(tx, actor, id, event);
      await appendAudit(tx, { actorId: actor.personId, type: event, object: ref(id) });
    });
  }

  /**
   * Returned with a comment, while nobody has voted: the team mends it and sends it in again, to a
   * new review.
   */
  async return(actor: Actor, id: string, comment: string): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:return', async (tx, view) => {
      const { event } = await this.#move(tx, view, 'returned');
      if (view.review?.facts.isOpen)
        await closeReview(tx, view.review.facts.id, null, this.#context.now());
      await this.#tell(tx, actor, id, event, comment);
      await notify(tx, {
        people: view.teamIds,
        kind: 'application.returned',
        object: ref(id),
        title: view.row.title,
      });
      await appendAudit(tx, { actorId: actor.personId, type: event, object: ref(id) });
    });
  }

  /**
   * A blinded vote; when two agree the application is decided, and an approved one gets its permit
   * in the same transaction.
   */
  async vote(
    actor: Actor,
    id: string,
    decision: VoteDecision,
    comment: string,
  ): Promise<ApplicationDto> {
    return this.#act(actor, id, 'application:vote', async (tx, view) => {
      const { row, review } = view;
      if (review === null) throw new LabError('wrong_state');
      const today = toSwedishDay(this.#context.now());
      if (decision === 'approve' && (toDay(row.accessUntil) ?? '') < today) {
        throw new LabError('access_already_ended');
      }
      const { commitment } = await castVote(tx, {
        reviewId: review.facts.id,
        personId: actor.personId,
        decision,
        comment,
      });
      const decided = await closeWhenDecided(tx, review.facts.id, this.#context.now());
      if (decided !== null) {
        await addProvenance(tx, id, [
          { from: { kind: 'review', id: review.facts.id }, relation: 'used', to: ref(id) },
          ...decided.voterIds.map((personId) => ({
            from: { kind: 'review', id: review.facts.id } as const,
            relation: 'wasAssociatedWith' as const,
            to: { kind: 'person', id: personId } as const,
          })),
        ]);
      }
      const voted = {
        actorId: actor.personId,
        type: 'application.voted',
        object: ref(id),
        detail: { reviewId: review.facts.id, commitment },
      } as const;
      if (decided?.outcome === 'approve') await this.#approve(tx, actor, view, voted);
      else if (decided?.outcome === 'reject') await this.#reject(tx, actor, view, voted);
      else await appendAudit(tx, voted);
    });
  }

  async #approve(
    tx: Transaction,
    actor: Actor,
    view: ApplicationView,
    voted: Parameters<typeof appendAudit>[1],
  ): Promise<void> {
    const { row, review, teamIds } = view;
    const accessUntil = toDay(row.accessUntil);
    if (accessUntil === null || review === null)
      throw new LabError('wrong_state', { details: { missing: view.missing } });
    const { event } = await this.#move(tx, view, 'approved');
    const validUntil = endOfSwedishDay(accessUntil);
    const permitId = await grantPermit(tx, {
      applicationId: row.id,
      title: row.title,
      purpose: row.purpose,
      validFrom: this.#context.now(),
      validUntil,
      personIds: teamIds,
      datasetIds: row.applicationDatasets.map((each) => each.datasetId),
    });
    const permit: ObjectRef = { kind: 'permit', id: permitId };
    await this.#tell(tx, actor, row.id, event);
    await addProvenance(tx, row.id, [
      { from: permit, relation: 'wasDerivedFrom', to: ref(row.id) },
      { from: permit, relation: 'wasGeneratedBy', to: { kind: 'review', id: review.facts.id } },
      ...row.applicationDatasets.map(({ datasetId }) => ({
        from: permit,
        relation: 'used' as const,
        to: { kind: 'dataset', id: datasetId } as const,
      })),
    ]);
    await notify(tx, {
      people: teamIds,
      kind: 'application.approved',
      object: ref(row.id),
      title: row.title,
    });
    await notify(tx, {
      people: teamIds,
      kind: 'permit.terms-to-sign',
      object: permit,
      title: row.title,
    });
    await appendAudit(tx, voted);
    await appendAudit(tx, {
      actorId: actor.personId,
      type: event,
      object: ref(row.id),
      detail: { reviewId: review.facts.id },
    });
    await appendAudit(tx, {
      actorId: actor.personId,
      type: 'permit.granted',
      object: permit,
      detail: {
        applicationId: row.id,
        personIds: teamIds,
        datasetIds: row.applicationDatasets.map((each) => each.datasetId),
        validUntil: validUntil.toISOString(),
      },
    });
  }

  async #reject(
    tx: Transaction,
    actor: Actor,
    view: ApplicationView,
    voted: Parameters<typeof appendAudit>[1],
  ): Promise<void> {
    const { event } = await this.#move(tx, view, 'rejected');
    await this.#tell(tx, actor, view.row.id, event);
    await notify(tx, {
      people: view.teamIds,
      kind: 'application.rejected',
      object: ref(view.row.id),
      title: view.row.title,
    });
    await appendAudit(tx, voted);
    await appendAudit(tx, {
      actorId: actor.personId,
      type: event,
      object: ref(view.row.id),
      detail: { reviewId: view.review?.facts.id },
    });
  }

  /**
   * One act on one application: taken for this transaction, decided on what it is then, changed,
   * answered as it stands afterwards. `work` writes its audit row last, since the log's lock is
   * held from there to the end of the transaction.
   */
  async #act(
    actor: Actor,
    id: string,
    action: Action,
    work: (tx: Transaction, view: ApplicationView) => Promise<void>,
  ): Promise<ApplicationDto> {
    await this.#context.database.as(actor, async (tx) => {
      await lockApplication(tx, id);
      const view = await getApplication(tx, actor, id, this.#context.now());
      this.#check(view, actor, action);
      await work(tx, view);
    });
    return this.get(actor, id);
  }

  #check(view: ApplicationView, actor: Actor, action: Action): void {
    checkDecision(action, actor, view.resource, this.#context.now());
  }

  async #move(tx: Transaction, { row, resource }: ApplicationView, to: ApplicationDto['state']) {
    const from = resource.application.state;
    const step = transition(applicationTransitions, from, to);
    await moveApplication(tx, row.id, from, to, this.#context.now());
    return step;
  }

  /** Adds a line to the story that the team reads. */
  async #tell(
    tx: Transaction,
    actor: Actor,
    id: string,
    type: Parameters<typeof addEvent>[1]['type'],
    comment?: string,
  ): Promise<void> {
    await addEvent(tx, {
      applicationId: id,
      actorId: actor.personId,
      type,
      comment,
      at: this.#context.now(),
    });
  }
}

function ref(id: string): ObjectRef {
  return { kind: 'application', id };
}

/**
 * A name to show and to save under: no path, no control or direction-changing characters (CWE-22,
 * CWE-451), ends in .pdf.
 */
function toFileName(name: string): string {
  const base = (name.split(/[\\/]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cf}"<>:|?*]/gu, '')
    .replace(/^\.+/, '')
    .trim();
  const stem = base.replace(/\.pdf$/i, '').slice(0, 120);
  return `${stem === '' ? 'ethics' : stem}.pdf`;
}
