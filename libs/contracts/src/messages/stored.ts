import { z } from 'zod';

const plainParam = z.union([z.string(), z.number(), z.array(z.string())]);
/** A message within another. */
const fault = z.object({ code: z.string(), params: z.record(z.string(), plainParam) });

/** A message as the database holds it, of this version or another. */
export const storedMessage = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([...plainParam.options, z.array(fault)])),
});
export type StoredMessage = z.output<typeof storedMessage>;

/** A message as the API gives it: `text` is the English sentence. */
export const spokenMessage = storedMessage.extend({ text: z.string() });

/** The answer to a call that was refused. */
export const problem = spokenMessage.extend({
  details: z.unknown().optional(),
  requestId: z.string(),
});
export type Problem = z.output<typeof problem>;
