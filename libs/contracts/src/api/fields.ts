import { z } from 'zod';
import { computeProviderNames } from '../compute.ts';
import { type Action, actionNames } from '../roles.ts';

export const id = z.uuid();
export const at = z.iso.datetime();
export const date = z.iso.date();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
/** A page of a list; `nextCursor` null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.int().nullable() });

export const personRef = z.object({ id, name: z.string() });

export const actionName = z.enum(actionNames as [Action, ...Action[]]);
export const provider = z
  .enum(computeProviderNames)
  .nullable()
  .describe('what computed it; only cpu gives the same bytes for the same seed');
