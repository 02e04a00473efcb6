import {
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { receipt as receiptSchema, type RouteOutput } from '@scapis/contracts';

export type Receipt = RouteOutput<'cohorts.confirmDownload'>;
export type ReceiptBody = Omit<Receipt, 'signature' | 'publicKey'>;

/** RFC 8410, 7: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The lab's signing key for receipts, derived from the master key (HKDF, RFC 5869): every gateway
 * of the lab signs alike and there is no second secret to keep. A lab with another master key has
 * another public key.
 */
export function deriveReceiptKey(masterKey: Uint8Array): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', masterKey, '', 'scapis-lab/receipt-signing/1', 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

/** The lab's public key as it stands on each receipt: SubjectPublicKeyInfo, base64. */
export function toPublicKey(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** Ed25519 over the canonical JSON of all fields but the signature and the key, base64. */
export function signReceipt(body: ReceiptBody, privateKey: KeyObject): string {
  return sign(null, Buffer.from(toCanonicalJson(body), 'utf8'), privateKey).toString('base64');
}

/**
 * Whether the receipt is as the lab wrote it. The receipt names a public key itself; who wants to
 * know that it is this lab's compares it, or hands over the key that they know.
 * @param publicKey SubjectPublicKeyInfo, base64.
 */
export function verifyReceipt(
  { signature, publicKey: named, ...body }: Receipt,
  publicKey: string = named,
): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    return (
      publicKey === named &&
      verify(
        null,
        Buffer.from(toCanonicalJson(body), 'utf8'),
        key,
        Buffer.from(signature, 'base64'),
      )
    );
  } catch {
    // A key or signature that cannot be read at all proves nothing.
    return false;
  }
}

type ReceiptVerdict = 'genuine' | 'key-unknown' | 'other-key' | 'altered' | 'unreadable';

/**
 * Judges a receipt that came as a file. What is checked is the file as it stands, so that nothing
 * can be added to it either.
 * @param labKey the lab's public key as the lab published it; null when the holder does not know it
 */
export function judgeReceipt(
  text: string,
  labKey: string | null,
):
  { verdict: 'unreadable' } | { verdict: Exclude<ReceiptVerdict, 'unreadable'>; receipt: Receipt } {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { verdict: 'unreadable' };
  }
  const receipt = receiptSchema.safeParse(file).data;
  if (receipt === undefined) return { verdict: 'unreadable' };
  if (!verifyReceipt(file as Receipt)) return { verdict: 'altered', receipt };
  if (labKey === null) return { verdict: 'key-unknown', receipt };
  return { verdict: labKey === receipt.publicKey ? 'genuine' : 'other-key', receipt };
}

/**
 * Canonical JSON as RFC 8785 has it, for values of strings, whole numbers, null, lists and objects:
 * keys in order, no blanks.
 */
export function toCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${toCanonicalJson(each)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
