import type { KeyObject } from 'node:crypto';
import { type Decision, LabError, type RouteOutput } from '@scapis/contracts';
import { type Actor, decide } from '@scapis/domain';
import type { ByteRange, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { LabContext } from '../context.ts';
import { getTermsInForce } from '../permits/permit.repository.ts';
import type { PageQuery } from '../lists/page.ts';
import { signaturesInForce } from '../reviews/override.ts';
import { readPeople } from '../access/project.ts';
import { addProvenance, appendAudit, type ObjectRef } from '../audit/trail.ts';
import { coversWhole, parseByteRange } from './byte-range.ts';
import {
  addRange,
  addReceipt,
  beginDownload,
  completeDownload,
  findReceipt,
  listReceipts,
  lockOpenDownload,
  nextReceiptNumber,
} from './download.repository.ts';
import { deriveReceiptKey, type Receipt, signReceipt, toPublicKey } from './receipt.ts';
import { getReleaseView, type VersionView } from './release.repository.ts';

/**
 * A stream asks again after this many bytes, and after this long, so a revoked permit ends it
 * there.
 */
const SEGMENT_BYTES = 8 * 2 ** 20;
const RECHECK_MS = 2_000;

export interface Bundle {
  name: string;
  size: number;
  /** Of the whole bundle; in quotes it is the strong ETag. */
  sha256: string;
}
export interface BundleDownload extends Bundle {
  /** The part that the stream holds; null for the whole bundle. */
  range: ByteRange | null;
  stream: AsyncIterable<Uint8Array>;
}

/**
 * The one way out of the lab. Every byte range, and a long one again and again, asks `decide` in
 * the database.
 */
export class DownloadService {
  readonly #context: LabContext;
  readonly #key: KeyObject;

  constructor(context: LabContext) {
    this.#context = context;
    this.#key = deriveReceiptKey(context.masterKey);
  }

  /** What a HEAD request is told. Asks as `open` does and records nothing, since nothing leaves. */
  async describe(actor: Actor, cohortVersionId: string): Promise<Bundle> {
    return this.#asking(actor, cohortVersionId, (_tx, { bundle }) => Promise.resolve(bundle));
  }

  /**
   * Opens the bundle, or the part that the Range header asks for. The first piece is allowed and
   * recorded before this returns; the stream throws LabError forbidden at the next piece once the
   * permit no longer holds.
   * @param request the Range and If-Range headers as they came; If-Range that names another bundle
   * asks for the whole.
   * @throws LabError not_found, forbidden (with the decision; the refusal is recorded),
   * range_not_satisfiable
   */
  async open(
    actor: Actor,
    cohortVersionId: string,
    request: { range?: string | undefined; ifRange?: string | undefined } = {},
  ): Promise<BundleDownload> {
    const opened = await this.#asking(actor, cohortVersionId, async (tx, { view, bundle }) => {
      const isSame =
        request.ifRange === undefined || request.ifRange.trim() === `"${bundle.sha256}"`;
      const range = isSame ? parseByteRange(request.range, bundle.size) : null;
      const whole: ByteRange = { first: 0, last: bundle.size - 1 };
      const of = {
        applicationId: view.applicationId,
        cohortVersionId,
        permitId: view.permitId,
        personId: actor.personId,
      };
      const download = await beginDownload(tx, of, this.#context.now());
      await addRange(
        tx,
        { id: download.id, applicationId: view.applicationId },
        firstSegment(range ?? whole),
        this.#context.now(),
      );
      if (download.isNew) await this.#recordOpening(tx, actor, view, download.id);
      return { bundle, range, asked: range ?? whole, downloadId: download.id };
    });
    return {
      ...opened.bundle,
      range: opened.range,
      stream: this.#stream(actor, cohortVersionId, opened),
    };
  }

  async *#stream(
    actor: Actor,
    cohortVersionId: string,
    { bundle, asked, downloadId }: { bundle: Bundle; asked: ByteRange; downloadId: string },
  ): AsyncGenerator<Uint8Array> {
    let askedAt = this.#context.now().getTime();
    for (let first = asked.first; first <= asked.last;) {
      const segment = firstSegment({ first, last: asked.last });
      if (first > asked.first) {
        await this.#asking(actor, cohortVersionId, (tx, { view }) =>
          addRange(
            tx,
            { id: downloadId, applicationId: view.applicationId },
            segment,
            this.#context.now(),
          ),
        );
        askedAt = this.#context.now().getTime();
      }
      for await (const bytes of await this.#context.storage.read(bundle.sha256, {
        range: segment,
      })) {
        if (this.#context.now().getTime() - askedAt >= RECHECK_MS) {
          await this.#asking(actor, cohortVersionId, () => Promise.resolve());
          askedAt = this.#context.now().getTime();
        }
        yield bytes as Uint8Array;
      }
      first = segment.last + 1;
    }
  }

  /**
   * The person says what checksum their complete file has. The right one ends the download and
   * gives the receipt that both sides keep; said twice, it gives the same receipt twice.
   * @throws LabError checksum_differs; download_not_begun or download_incomplete when parts were
   * never fetched.
   */
  async confirm(actor: Actor, cohortVersionId: string, sha256: string): Promise<Receipt> {
    return this.#asking(actor, cohortVersionId, async (tx, { view, bundle }) => {
      if (sha256.toLowerCase() !== bundle.sha256) {
        throw new LabError('checksum_differs', { details: [{ path: 'sha256' }] });
      }
      const of = { cohortVersionId, permitId: view.permitId, personId: actor.personId };
      const download = await lockOpenDownload(tx, of);
      if (download === null) {
        const earlier = await findReceipt(tx, of);
        if (earlier === null) throw new LabError('download_not_begun');
        return earlier;
      }
      if (!coversWhole(download.ranges, bundle.size)) throw new LabError('download_incomplete');
      return this.#issueReceipt(tx, actor, view, bundle, download);
    });
  }

  /** Receipts of the actor's projects; all of them for the lab's staff. */
  async listReceipts(actor: Actor, page: PageQuery): Promise<RouteOutput<'receipts.list'>> {
    return this.#context.database.as(actor, (tx) => listReceipts(tx, page));
  }

  /** The key that the lab's receipts are signed with, for whoever verifies one. */
  publicKey(): string {
    return toPublicKey(this.#key);
  }

  async #issueReceipt(
    tx: Transaction,
    actor: Actor,
    view: VersionView,
    bundle: Bundle,
    download: { id: string; startedAt: Date },
  ): Promise<Receipt> {
    const now = this.#context.now();
    const override = signaturesInForce(view.override);
    const person = (await readPeople(tx, [actor.personId]))(actor.personId);
    const body = {
      id: uuidv7(),
      number: await nextReceiptNumber(tx),
      cohortVersionId: view.id,
      cohortTitle: view.title,
      person,
      permitId: view.permitId,
      termsVersion: (await getTermsInForce(tx)).version,
      bundleName: bundle.name,
      bundleSha256: bundle.sha256,
      bundleSize: bundle.size,
      startedAt: download.startedAt.toISOString(),
      completedAt: now.toISOString(),
      ...(override.length > 0 && { override }),
    };
    const receipt: Receipt = {
      ...body,
      signature: signReceipt(body, this.#key),
      publicKey: toPublicKey(this.#key),
    };
    await completeDownload(tx, download.id, now);
    await addReceipt(tx, receipt, { downloadId: download.id, applicationId: view.applicationId });
    await addProvenance(tx, view.applicationId, [
      {
        from: { kind: 'receipt', id: receipt.id },
        relation: 'wasGeneratedBy',
        to: { kind: 'download', id: download.id },
      },
    ]);
    await appendAudit(tx, {
      actorId: actor.personId,
      type: 'download.completed',
      object: { kind: 'download', id: download.id },
      detail: { cohortVersionId: view.id, sha256: bundle.sha256 },
    });
    await appendAudit(tx, {
      actorId: actor.personId,
      type: 'receipt.issued',
      object: { kind: 'receipt', id: receipt.id },
      detail: { downloadId: download.id, number: receipt.number },
    });
    return receipt;
  }

  async #recordOpening(
    tx: Transaction,
    actor: Actor,
    view: VersionView,
    downloadId: string,
  ): Promise<void> {
    const download: ObjectRef = { kind: 'download', id: downloadId };
    await addProvenance(tx, view.applicationId, [
      { from: download, relation: 'used', to: { kind: 'cohort-version', id: view.id } },
      { from: download, relation: 'wasAssociatedWith', to: { kind: 'person', id: actor.personId } },
    ]);
    await appendAudit(tx, {
      actorId: actor.personId,
      type: 'download.opened',
      object: download,
      detail: { cohortVersionId: view.id, permitId: view.permitId },
    });
  }

  /**
   * Asks whether this person may take this bundle now and, if so, does `work` in the same
   * transaction; a refusal is recorded, then thrown.
   */
  async #asking<T>(
    actor: Actor,
    id: string,
    work: (tx: Transaction, found: { view: VersionView; bundle: Bundle }) => Promise<T>,
  ): Promise<T> {
    const answer = await this.#context.database.as(
      actor,
      async (tx): Promise<{ refused: Decision } | { done: T }> => {
        const view = await getReleaseView(tx, actor, id);
        const decision = decide({
          action: 'cohort:download',
          actor,
          resource: view.resource,
          now: this.#context.now(),
        });
        if (decision.allowed && view.bundle !== null)
          return { done: await work(tx, { view, bundle: view.bundle }) };
        const unmet = decision.conditions
          .filter((condition) => !condition.met)
          .map((condition) => condition.code);
        await appendAudit(tx, {
          actorId: actor.personId,
          type: 'download.refused',
          object: { kind: 'cohort-version', id },
          detail: { unmet },
        });
        return { refused: decision };
      },
    );
    if ('refused' in answer) throw new LabError('forbidden', { details: answer.refused });
    return answer.done;
  }
}

function firstSegment({ first, last }: ByteRange): ByteRange {
  return { first, last: Math.min(last, first + SEGMENT_BYTES - 1) };
}
