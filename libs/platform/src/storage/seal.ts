import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { type BlobReader, type Content, damaged } from './blob.ts';

// A sealed object, version 1:
//   8 bytes   magic
//   16 bytes  salt; the object's own keys are HKDF-SHA256(data key, salt)
//   frames    up to 65,536 bytes of content each, AES-256-GCM, nonce = the frame's number, then its
//             16-byte tag
//   8 bytes   size of the content, little-endian
//   32 bytes  HMAC-SHA256 over magic, salt, size and the content's sha256
// The object's keys are used for this one object, so that a counter is a safe nonce (NIST SP
// 800-38D 8.2.1). Frames can be read in any order; the closing MAC is checked first, so that a
// shortened, lengthened or exchanged object is refused before its first byte is shown.

const MAGIC = Buffer.from('SCAPIS\x00\x01', 'latin1');
const SALT = 16;
const HEAD = MAGIC.length + SALT;
const FRAME = 65_536;
const TAG = 16;
const FOOT = 8 + 32;

interface ObjectKeys {
  cipher: Buffer;
  mac: Buffer;
}

function deriveKeys(dataKey: KeyObject, salt: Buffer): ObjectKeys {
  const bytes = Buffer.from(hkdfSync('sha256', dataKey, salt, 'scapis sealed object 1', 64));
  return { cipher: bytes.subarray(0, 32), mac: bytes.subarray(32) };
}

function nonceOf(frame: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(BigInt(frame));
  return nonce;
}

function footOf(keys: ObjectKeys, salt: Buffer, sha256: string, size: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  const mac = createHmac('sha256', keys.mac)
    .update(MAGIC)
    .update(salt)
    .update(length)
    .update(Buffer.from(sha256, 'hex'))
    .digest();
  return Buffer.concat([length, mac]);
}

/** Encrypts a stream of any chunking, in one pass. */
export class SealingWriter {
  private readonly keys: ObjectKeys;
  private readonly salt = randomBytes(SALT);
  private readonly sink: (bytes: Uint8Array) => Promise<void>;
  private readonly pending = Buffer.alloc(FRAME);
  private filled = 0;
  private frame = 0;

  constructor(dataKey: KeyObject, sink: (bytes: Uint8Array) => Promise<void>) {
    this.keys = deriveKeys(dataKey, this.salt);
    this.sink = sink;
  }

  async begin(): Promise<void> {
    await this.sink(Buffer.concat([MAGIC, this.salt]));
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const taken = Math.min(FRAME - this.filled, bytes.length - at);
      this.pending.set(bytes.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled === FRAME) await this.flush();
    }
  }

  async end(sha256: string, size: number): Promise<void> {
    if (this.filled > 0) await this.flush();
    await this.sink(footOf(this.keys, this.salt, sha256, size));
  }

  private async flush(): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', this.keys.cipher, nonceOf(this.frame++));
    const body = cipher.update(this.pending.subarray(0, this.filled));
    this.filled = 0;
    await this.sink(Buffer.concat([body, cipher.final(), cipher.getAuthTag()]));
  }
}

/**
 * The content of a sealed blob, at any position.
 * @throws LabError storage_damaged: another key, another object under this name, or not all of it.
 */
export async function openSealed(
  blob: BlobReader,
  dataKey: KeyObject,
  sha256: string,
): Promise<Content> {
  if (blob.size < HEAD + FOOT) throw damaged('shorter than any sealed object');
  const head = await blob.read(0, HEAD);
  const salt = head.subarray(MAGIC.length);
  const foot = await blob.read(blob.size - FOOT, FOOT);
  if (!head.subarray(0, MAGIC.length).equals(MAGIC) || foot.length !== FOOT)
    throw damaged('not a sealed object');
  const size = Number(foot.readBigUInt64LE());
  const keys = deriveKeys(dataKey, salt);
  if (!timingSafeEqual(foot, footOf(keys, salt, sha256, size)))
    throw damaged('the seal does not fit the object');
  const frames = Math.ceil(size / FRAME);
  if (blob.size !== HEAD + size + frames * TAG + FOOT)
    throw damaged('the object has lost or gained bytes');

  return {
    size,
    async read(position, length) {
      const last = Math.min(position + length, size);
      const [from, to] = [Math.floor(position / FRAME), Math.ceil(last / FRAME)];
      const start = HEAD + from * (FRAME + TAG);
      const sealed = await blob.read(
        start,
        Math.min(to * (FRAME + TAG), size + frames * TAG) - from * (FRAME + TAG),
      );
      const parts: Buffer[] = [];
      for (let frame = from; frame < to; frame++) {
        const at = (frame - from) * (FRAME + TAG);
        parts.push(
          openFrame(keys, frame, sealed.subarray(at, Math.min(at + FRAME + TAG, sealed.length))),
        );
      }
      return Buffer.concat(parts).subarray(position - from * FRAME, last - from * FRAME);
    },
    close: () => blob.close(),
  };
}

function openFrame(keys: ObjectKeys, frame: number, sealed: Buffer): Buffer {
  if (sealed.length <= TAG) throw damaged(`frame ${frame} is missing`);
  const decipher = createDecipheriv('aes-256-gcm', keys.cipher, nonceOf(frame), {
    authTagLength: TAG,
  });
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  const body = decipher.update(sealed.subarray(0, sealed.length - TAG));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    throw damaged(`frame ${frame} was changed`);
  }
}
