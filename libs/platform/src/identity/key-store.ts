import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';

/**
 * The newest key signs; older ones only verify. As many as are kept: the tokens of the one before
 * last are long expired.
 */
const KEPT = 3;

export interface KeyStore {
  /** Private JWKs, newest first. */
  all(): JWK[];
  rotate(): Promise<void>;
}

/**
 * RS256 signing keys, kept in `file` when given (mode 600) so that a restart doesn't void every
 * token.
 */
export async function createKeyStore(file: string | undefined): Promise<KeyStore> {
  let keys: JWK[] =
    file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JWK[]) : [];
  const rotate = async (): Promise<void> => {
    const { privateKey } = await generateKeyPair('RS256', {
      modulusLength: 2048,
      extractable: true,
    });
    keys = [
      { ...(await exportJWK(privateKey)), kid: randomUUID(), use: 'sig', alg: 'RS256' },
      ...keys,
    ].slice(0, KEPT);
    if (file === undefined) return;
    writeFileSync(`${file}.new`, JSON.stringify(keys), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  if (keys.length === 0) await rotate();
  return { all: () => keys, rotate };
}
