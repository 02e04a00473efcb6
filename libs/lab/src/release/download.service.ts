import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Decision,
  LabError,
  newestReceiptFormat,
  receiptStatement,
  type RouteOutput,
} from '@scapis/contracts';
import { type Actor, decide } from '@scapis/domain';
import type { ByteRange, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import type { LabContext } from '../context.ts';
import { getTermsInForce } from '../permits/permit.repository.ts';
import type { PageQuery } from '../lists/page.ts';
import { signaturesInForce } from '../reviews/override.ts';
import { readPeople } from '../access/project.ts';
import { addProvenance, appendAudit, type ObjectRef } from '../audit/trail.ts';
import { findGaps, parseByteRange } from './byte-range.ts';
import {
  addRange,
  addReceipt,
  beginDownload,
  completeDownload,
  endRange,
  findReceipt,
  listReceipts,
  lockOpenDownload,
  nextReceiptNumber,
} from './download.repository.ts';
import {
  deriveReceiptKey,
  type Receipt,
  type ReceiptBody,
  signReceipt,
  toPublicKey,
} from './receipt.ts';
import { getReleaseView, type VersionView } from './release.repository.ts';

/**
 * A stream asks again after this many bytes, and after this long, so a revoked permit ends it
 * there.
 */
const SEGMENT_BYTES = 8 * 2 ** 20;
const RECHECK_MS = 2_000;
/**
 * Bytes handed over at a time. What breaks off within a piece is not counted as delivered, so a
 * piece is smaller than the send buffer of any connection: the reader can then hardly hold more
 * than the record says.
 */
const PIECE_BYTES = 16 * 2 ** 10;
/**
 * A reader has the last byte before its range is recorded as ended. A confirmation waits so long
 * for that.
 */
const SETTLE_MS = 100;
const SETTLE_TIMES = 20;

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
      const rangeId = await addRange(
        tx,
        { id: download.id, applicationId: view.applicationId },
        firstSegment(range ?? whole),
        this.#context.now(),
      );
      if (download.isNew) await this.#recordOpening(tx, actor, view, download.id);
      return { bundle, range, asked: range ?? whole, downloadId: download.id, rangeId };
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
    opened: { bundle: Bundle; asked: ByteRange; downloadId: string; rangeId: string },
  ): AsyncGenerator<Uint8Array> {
    const { bundle, asked, downloadId } = opened;
    let { rangeId } = opened;
    for (let first = asked.first; first <= asked.last;) {
      const segment = firstSegment({ first, last: asked.last });
      if (first > asked.first)
        rangeId = await this.#asking(actor, cohortVersionId, (tx, { view }) =>
          addRange(
            tx,
            { id: downloadId, applicationId: view.applicationId },
            segment,
            this.#context.now(),
          ),
        );
      yield* this.#segment(actor, cohortVersionId, { bundle, segment, rangeId });
      first = segment.last + 1;
    }
  }

  /**
   * The bytes of one recorded range. A piece counts as delivered when the consumer comes back for
   * the next one; that much is recorded also when the consumer or the permit ends it before.
   */
  async *#segment(
    actor: Actor,
    cohortVersionId: string,
    { bundle, segment, rangeId }: { bundle: Bundle; segment: ByteRange; rangeId: string },
  ): AsyncGenerator<Uint8Array> {
    let askedAt = this.#context.now().getTime();
    let delivered = 0;
    try {
      for await (const bytes of await this.#context.storage.read(bundle.sha256, {
        range: segment,
      })) {
        for (const piece of piecesOf(bytes as Uint8Array)) {
          if (this.#context.now().getTime() - askedAt >= RECHECK_MS) {
            await this.#asking(actor, cohortVersionId, () => Promise.resolve());
            askedAt = this.#context.now().getTime();
          }
          yield piece;
          delivered += piece.length;
        }
      }
    } finally {
      // As the system: what was delivered stays so when the person has left the team meanwhile.
      await this.#context.database.unsafeAsSystem('download.delivered', (tx) =>
        endRange(tx, rangeId, delivered),
      );
    }
  }

  /**
   * The person says what checksum their complete file has. The right one ends the download and
   * gives the receipt that both sides keep; said twice, it gives the same receipt twice.
   * @throws LabError checksum_differs; download_not_begun; download_incomplete with the byte ranges
   * that were never delivered.
   */
  async confirm(actor: Actor, cohortVersionId: string, sha256: string): Promise<Receipt> {
    for (let waits = 0; ; waits += 1) {
      const answer = await this.#confirmNow(actor, cohortVersionId, sha256);
      if ('receipt' in answer) return answer.receipt;
      if (!answer.isRunning || waits === SETTLE_TIMES)
        throw new LabError('download_incomplete', { details: { missing: answer.missing } });
      await sleep(SETTLE_MS);
    }
  }

  async #confirmNow(
    actor: Actor,
    cohortVersionId: string,
    sha256: string,
  ): Promise<{ receipt: Receipt } | { missing: ByteRange[]; isRunning: boolean }> {
    return this.#asking(actor, cohortVersionId, async (tx, { view, bundle }) => {
      if (sha256.toLowerCase() !== bundle.sha256) {
        throw new LabError('checksum_differs', { details: [{ path: 'sha256' }] });
      }
      const of = { cohortVersionId, permitId: view.permitId, personId: actor.personId };
      const download = await lockOpenDownload(tx, of);
      if (download === null) {
        const earlier = await findReceipt(tx, of);
        if (earlier === null) throw new LabError('download_not_begun');
        return { receipt: earlier };
      }
      const missing = findGaps(download.delivered, bundle.size);
      return missing.length > 0
        ? { missing, isRunning: download.isRunning }
        : { receipt: await this.#issueReceipt(tx, actor, view, bundle, download) };
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
    const body: ReceiptBody = {
      schema: newestReceiptFormat,
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
      statement: receiptStatement(newestReceiptFormat),
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

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
