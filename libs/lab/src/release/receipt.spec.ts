import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  deriveReceiptKey,
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

test('the key is the same for one master key and another for another', () => {
  expect(toPublicKey(deriveReceiptKey(masterKey))).toBe(receipt.publicKey);
  expect(toPublicKey(deriveReceiptKey(randomBytes(32)))).not.toBe(receipt.publicKey);
});

test('canonical JSON orders keys at every depth', () => {
  expect(toCanonicalJson({ b: [1, { d: null, c: 'ö"' }], a: 2 })).toBe(
    '{"a":2,"b":[1,{"c":"ö\\"","d":null}]}',
  );
});
