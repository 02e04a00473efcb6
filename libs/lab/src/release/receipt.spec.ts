import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { newestReceiptFormat, receiptStatement } from '@scapis/contracts';
import { expect, test } from 'vitest';
import {
  deriveReceiptKey,
  judgeReceipt,
  type Receipt,
  type ReceiptBody,
  signReceipt,
  toCanonicalJson,
  toPublicKey,
  verifyReceipt,
} from './receipt.ts';

const masterKey = randomBytes(32);
const key = deriveReceiptKey(masterKey);
const body: ReceiptBody = {
  schema: newestReceiptFormat,
  id: '01900000-0000-7000-8000-000000000001',
  number: 7,
  cohortVersionId: '01900000-0000-7000-8000-000000000002',
  cohortTitle: 'Kalk i kranskärl',
  person: { id: '01900000-0000-7000-8000-000000000003', name: 'Åsa' },
  permitId: '01900000-0000-7000-8000-000000000004',
  termsVersion: 1,
  bundleName: 'cohort.zip',
  bundleSha256: 'a'.repeat(64),
  bundleSize: 123_456_789,
  startedAt: '2026-11-23T08:00:00.000Z',
  completedAt: '2026-11-23T08:01:00.000Z',
  statement: receiptStatement(newestReceiptFormat),
};
const receipt: Receipt = {
  ...body,
  signature: signReceipt(body, key),
  publicKey: toPublicKey(key),
};

test('a receipt verifies, whatever the order of its fields', () => {
  expect(verifyReceipt(receipt)).toBe(true);
  expect(verifyReceipt(Object.fromEntries(Object.entries(receipt).reverse()) as Receipt)).toBe(
    true,
  );
});

test.each(Object.keys(body) as (keyof ReceiptBody)[])(
  'a receipt whose %s was changed does not verify',
  (field) => {
    const value = body[field];
    const changed =
      typeof value === 'number'
        ? value + 1
        : typeof value === 'string'
          ? `${value}0`
          : { ...value, name: 'Eva' };
    expect(verifyReceipt({ ...receipt, [field]: changed })).toBe(false);
  },
);

test("a receipt signed by someone else does not pass for the lab's", () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const forged: Receipt = {
    ...body,
    bundleSize: 1,
    signature: signReceipt({ ...body, bundleSize: 1 }, privateKey),
    publicKey: toPublicKey(privateKey),
  };
  expect(verifyReceipt(forged)).toBe(true);
  expect(verifyReceipt(forged, receipt.publicKey)).toBe(false);
  expect(verifyReceipt({ ...forged, publicKey: receipt.publicKey })).toBe(false);
  expect(verifyReceipt({ ...receipt, publicKey: 'rubbish' })).toBe(false);
});

test('a receipt of the first form still verifies', () => {
  const old = {
    id: '01900000-0000-7000-8000-000000000001',
    number: 3,
    cohortVersionId: '01900000-0000-7000-8000-000000000002',
    cohortTitle: 'Kalk i kranskärl',
    person: { id: '01900000-0000-7000-8000-000000000003', name: 'Åsa' },
    permitId: '01900000-0000-7000-8000-000000000004',
    termsVersion: 1,
    bundleName: 'cohort.zip',
    bundleSha256: 'a'.repeat(64),
    bundleSize: 1_000,
    startedAt: '2026-11-23T08:00:00.000Z',
    completedAt: '2026-11-23T08:01:00.000Z',
    signature:
      'mUbK2Za8l4bwgT/tjJWQxQSq6oUZ2hmKdFrVR1QzJeR/dIC7y+cbp2OS5ikR2jjlKlNKguOK+x8hzbmdB4Q+Ag==',
    publicKey: 'MCowBQYDK2VwAyEACLxmr7Foa1zmWnKg/dtEs9x1TMKUmRNls5Zk+LvNo80=',
  };
  expect(judgeReceipt(JSON.stringify(old), old.publicKey).verdict).toBe('genuine');
  expect(judgeReceipt(JSON.stringify({ ...old, schema: body.schema }), old.publicKey).verdict).toBe(
    'altered',
  );
});

test.each<[string, string, string | null]>([
  ['genuine', JSON.stringify(receipt, null, 2), receipt.publicKey],
  ['key-unknown', JSON.stringify(receipt), null],
  ['other-key', JSON.stringify(receipt), toPublicKey(deriveReceiptKey(randomBytes(32)))],
  ['altered', JSON.stringify({ ...receipt, bundleSize: 1 }), receipt.publicKey],
  ['altered', JSON.stringify({ ...receipt, note: 'paid' }), receipt.publicKey],
  ['altered', JSON.stringify({ ...receipt, signature: '' }), receipt.publicKey],
  ['unreadable', JSON.stringify({ ...receipt, number: 'seven' }), receipt.publicKey],
  ['unreadable', 'Receipt no. 7', receipt.publicKey],
])('a file is judged %s', (verdict, text, labKey) => {
  expect(judgeReceipt(text, labKey).verdict).toBe(verdict);
});

test('the key is the same for one master key and another for another', () => {
  expect(toPublicKey(deriveReceiptKey(masterKey))).toBe(receipt.publicKey);
  expect(toPublicKey(deriveReceiptKey(randomBytes(32)))).not.toBe(receipt.publicKey);
});

test('canonical JSON orders keys at every depth', () => {
  expect(toCanonicalJson({ b: [1, { d: null, c: 'ö"' }], a: 2 })).toBe(
    '{"a":2,"b":[1,{"c":"ö\\"","d":null}]}',
  );
});
