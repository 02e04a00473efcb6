import { createHmac } from 'node:crypto';

import { findPersonnummer } from './personnummer.ts';

/**
 * Names that stand for identities: the same person, UID and shift for the same secret, in every
 * batch; unlinkable without it. A plain hash would not do: whoever knows a personnummer could hash
 * it and look it up, and there are few enough to try all.
 */
export type Pseudonymizer = {
  /**
   * @returns the pseudonym of a Patient ID, e.g. `P-7Q2M4KX5TBD3VZ6A`; the same for all spellings
   * of one personnummer.
   */
  patient(patientId: string): string;
  /** @returns a UID in place of another, whatever that is. */
  uid(uid: string): string;
  /** @returns the whole days, -365 to -1, by which all dates of this person move. */
  dateShiftDays(patientId: string): number;
};

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const minSecretBytes = 32;

/**
 * @param secret at least 32 random bytes, one per dataset; it must never leave the lab. @throws
 * RangeError when it is shorter
 */
export function createPseudonymizer(secret: Uint8Array): Pseudonymizer {
  if (secret.length < minSecretBytes)
    throw new RangeError(
      `The pseudonym secret has ${secret.length} bytes. Give at least ${minSecretBytes} random ones.`,
    );
  const keyed = (purpose: string, value: string): Buffer =>
    createHmac('sha256', secret).update(`${purpose}\0${value}`).digest();
  return {
    patient: (patientId) =>
      `P-${[...keyed('patient', toCanonicalPatientId(patientId)).subarray(0, 16)].map((byte) => base32[byte % 32]).join('')}`,
    uid: (uid) => toUuidUid(keyed('uid', uid)),
    dateShiftDays: (patientId) =>
      -1 - (keyed('date', toCanonicalPatientId(patientId)).readUInt32BE(0) % 365),
  };
}

/**
 * @returns 2.25 and the digest's first 128 bits as a UUID of version 8 (PS3.5 B.2, RFC 9562 5.8).
 */
export function toUuidUid(digest: Uint8Array): string {
  const uuid = Buffer.from(digest.subarray(0, 16));
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${uuid.toString('hex')}`)}`;
}

/**
 * One person must not become two because one hospital writes 19640823-3234 and another 6408233234:
 * the two could then stand on both sides of a train/test split. A valid personnummer or
 * samordningsnummer is cut to its ten digits; any other ID is only trimmed.
 */
function toCanonicalPatientId(patientId: string): string {
  const trimmed = patientId.trim().toUpperCase();
  const isWhole = /^(?:19|20)?\d{6}[-+ ]?\d{4}$/.test(trimmed);
  const [found] = isWhole ? findPersonnummer(trimmed, { isStrict: true }) : [];
  return found ? `${found.date}${found.number}` : trimmed;
}
