import { receipt as receiptSchema, type RouteOutput } from '@scapis/contracts';
import type { ByteRange, Transaction } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { belowNumber, type PageQuery, toPage } from '../lists/page.ts';
import type { Receipt } from './receipt.ts';

/**
 * The person's download of a version under a permit: begun, not yet confirmed. At most one at a
 * time (index download_one_open).
 */
export interface OpenDownload {
  id: string;
  startedAt: Date;
  /** True when this call began it. */
  isNew: boolean;
}

export async function beginDownload(
  tx: Transaction,
  of: { applicationId: string; cohortVersionId: string; permitId: string; personId: string },
  now: Date,
): Promise<OpenDownload> {
  const { count } = await tx.download.createMany({
    data: [{ id: uuidv7(), ...of, startedAt: now }],
    skipDuplicates: true,
  });
  const row = await tx.download.findFirstOrThrow({ where: { ...of, completedAt: null } });
  return { id: row.id, startedAt: row.startedAt, isNew: count === 1 };
}

/**
 * Notes a range before its first byte goes out, so that the record never says less than what left.
 * @returns the row's id, for `endRange`
 */
export async function addRange(
  tx: Transaction,
  download: { id: string; applicationId: string },
  { first, last }: ByteRange,
  now: Date,
): Promise<string> {
  const id = uuidv7();
  await tx.downloadRange.create({
    data: {
      id,
      downloadId: download.id,
      applicationId: download.applicationId,
      firstByte: BigInt(first),
      lastByte: BigInt(last),
      servedAt: now,
    },
  });
  await tx.download.update({
    where: { id: download.id },
    data: { bytesServed: { increment: BigInt(last - first + 1) } },
  });
  return id;
}

/** Notes how much of a range was delivered, counted from its first byte. A range ends once. */
export async function endRange(tx: Transaction, id: string, deliveredBytes: number): Promise<void> {
  await tx.downloadRange.update({
    where: { id },
    data: { deliveredBytes: BigInt(deliveredBytes) },
  });
}

export interface Delivery {
  id: string;
  startedAt: Date;
  delivered: ByteRange[];
  /** True while a range has not ended; for good, when its gateway was killed. */
  isRunning: boolean;
}

/** The open download, taken for this transaction; null when the person has none. */
export async function lockOpenDownload(
  tx: Transaction,
  of: { cohortVersionId: string; permitId: string; personId: string },
): Promise<Delivery | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM download WHERE cohort_version_id = ${of.cohortVersionId}::uuid AND permit_id = ${of.permitId}::uuid AND person_id = ${of.personId}::uuid AND completed_at IS NULL FOR UPDATE`;
  if (row === undefined) return null;
  const download = await tx.download.findUniqueOrThrow({
    where: { id: row.id },
    include: { downloadRanges: true },
  });
  return {
    id: download.id,
    startedAt: download.startedAt,
    delivered: download.downloadRanges.flatMap(({ firstByte, deliveredBytes }) =>
      deliveredBytes === null || deliveredBytes === 0n
        ? []
        : [{ first: Number(firstByte), last: Number(firstByte + deliveredBytes) - 1 }],
    ),
    isRunning: download.downloadRanges.some(({ deliveredBytes }) => deliveredBytes === null),
  };
}

export async function completeDownload(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.download.update({ where: { id }, data: { completedAt: now } });
}

/** The next number of the receipts' row. A gap says that a confirmation was broken off. */
export async function nextReceiptNumber(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<
    { number: bigint }[]
  >`SELECT nextval(pg_get_serial_sequence('receipt', 'number')) AS number`;
  return Number(row?.number);
}

export async function addReceipt(
  tx: Transaction,
  { signature, ...body }: Receipt,
  of: { downloadId: string; applicationId: string },
): Promise<void> {
  await tx.receipt.create({
    data: {
      id: body.id,
      number: body.number,
      ...of,
      personId: body.person.id,
      body,
      signature,
      createdAt: body.completedAt,
    },
  });
}

/**
 * The newest receipt of this person for this version, if they have one: the answer to a
 * confirmation that is sent twice.
 */
export async function findReceipt(
  tx: Transaction,
  of: { cohortVersionId: string; permitId: string; personId: string },
): Promise<Receipt | null> {
  const row = await tx.receipt.findFirst({ where: { download: of }, orderBy: { number: 'desc' } });
  return row === null ? null : toReceipt(row);
}

export async function listReceipts(
  tx: Transaction,
  page: PageQuery,
): Promise<RouteOutput<'receipts.list'>> {
  const rows = await tx.receipt.findMany({
    where: { number: belowNumber(page.cursor) },
    orderBy: { number: 'desc' },
    take: page.limit + 1,
  });
  return toPage(rows, page.limit, (row) => String(row.number), toReceipt);
}

/** The body is stored as it was signed, with the public key of that day. */
function toReceipt(row: { body: unknown; signature: string }): Receipt {
  return receiptSchema.parse({ ...(row.body as object), signature: row.signature });
}
