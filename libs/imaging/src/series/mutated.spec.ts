import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { ingestReasons, ingestVerdicts } from '@scapis/contracts';
import { chance } from '@scapis/testing';
import { afterAll, expect, it } from 'vitest';

import { deidentifyToFile } from '../deidentification/deidentify.ts';
import { createPseudonymizer } from '../deidentification/pseudonyms.ts';
import { readDicom } from '../dicom/dicom.ts';
import { mutated, soundFiles } from '../dicom/mutated.fixture.ts';
import { createDecoderPool } from '../pixels/decoder-pool.ts';
import { examineFile } from './verdict.ts';

const decoder = createDecoderPool({ size: 2, timeoutMs: 5000 });
afterAll(() => decoder.close());

/** Megabytes in use once nothing is left to collect. */
function usedMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

// A compressed frame that fails costs a decoder thread, so there are few of them.
it('gives each of 400 damaged files a verdict, and keeps nothing of them', async () => {
  const random = chance('mutated');
  const { plain, compressed } = await soundFiles();
  const pseudonyms = createPseudonymizer(new Uint8Array(32).fill(7));
  const verdicts = Object.fromEntries(ingestVerdicts.map((verdict) => [verdict, 0]));
  let before = 0;
  for (let count = 0; count < 400; count += 1) {
    if (count === 100) before = usedMegabytes();
    const sound = count % 20 === 0 ? compressed : plain;
    const bytes = mutated(sound[Math.floor(random() * sound.length)] ?? new Uint8Array(), random);
    const found = await examineFile(bytes, { decoder, seenImages: new Set() });
    verdicts[found.verdict] = (verdicts[found.verdict] ?? 0) + 1;
    if (found.verdict !== 'accepted') {
      expect(ingestReasons[found.reason].verdict).toBe(found.verdict);
      continue;
    }
    const file = deidentifyToFile(found.object, pseudonyms);
    const text = Buffer.from(file.bytes).toString('utf8');
    if (file.residue === null) expect(text).not.toMatch(/Åström|19640823-3234|1\.2\.752\.99/);
    expect(readDicom(file.bytes).dataset.get('7FE00010')?.kind).toBe('binary');
  }
  // Harmless damage must pass, or the test would not see what becomes of accepted files.
  expect(verdicts['accepted']).toBeGreaterThan(20);
  expect(verdicts['rejected']).toBeGreaterThan(100);
  expect(usedMegabytes() - before).toBeLessThan(32);
});
