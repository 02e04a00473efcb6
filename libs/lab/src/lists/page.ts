import { LabError } from '@scapis/contracts';
import { z } from 'zod';

/** What a list is asked: at most `limit` items after `cursor`. */
export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  /** Counting all rows would cost more than the page: lists here don't. */
  total: null;
}

/**
 * Keyset paging, newest first: ids are UUIDv7, so their order is the order of creation and the
 * primary key serves every page at the same cost. Ask the database for `limit + 1` rows below the
 * cursor; the surplus row says that there is a next page.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
    total: null,
  };
}

/**
 * The same where rows become items all at once, by id, and a row that the person may not see has
 * none.
 */
export async function toPageById<Row extends { id: string }, Item extends { id: string }>(
  rows: readonly Row[],
  limit: number,
  toItems: (shown: readonly Row[]) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  const items = new Map((await toItems(rows.slice(0, limit))).map((item) => [item.id, item]));
  const page = toPage(
    rows,
    limit,
    (row) => row.id,
    (row) => items.get(row.id),
  );
  return { ...page, items: page.items.filter((item) => item !== undefined) };
}

/**
 * Prisma's filter for the rows below an id cursor. @throws LabError cursor_unknown when the cursor
 * is none of ours.
 */
export function belowId(cursor: string | undefined): { lt: string } | undefined {
  if (cursor === undefined) return undefined;
  if (!z.uuid().safeParse(cursor).success) throw badCursor();
  return { lt: cursor };
}

/** As `belowId`, for lists in the order of a running number. */
export function belowNumber(cursor: string | undefined): { lt: number } | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor)) throw badCursor();
  return { lt: Number(cursor) };
}

function badCursor(): LabError {
  return new LabError('cursor_unknown', { details: [{ path: 'cursor' }] });
}
