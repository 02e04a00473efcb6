import { z } from 'zod';
import { permitStates } from '../states.ts';
import { decisions } from './decisions.ts';
import { at, id, personRef, sha256 } from './fields.ts';

export const terms = z.object({
  id,
  version: z.int(),
  textSv: z.string(),
  textEn: z.string(),
  sha256Sv: sha256,
  sha256En: sha256,
  createdAt: at,
});
export const permit = z.object({
  id,
  applicationId: id,
  title: z.string(),
  purpose: z.string(),
  state: z.enum(permitStates),
  validFrom: at,
  validUntil: at,
  revokedAt: at.nullable(),
  revokeReason: z.string().nullable(),
  datasets: z.array(z.object({ id, title: z.string() })),
  people: z.array(personRef.extend({ signedAt: at.nullable() })),
  terms,
  decisions,
});

// Datasets
