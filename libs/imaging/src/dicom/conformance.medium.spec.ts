import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findPeer } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { chestHu, ctObject } from './ct.fixture.ts';
import { setText } from './dataset.ts';
import { deidentify } from '../deidentification/deidentify.ts';
import { writeDicom } from './dicom.ts';
import { createPseudonymizer } from '../deidentification/pseudonyms.ts';
import { writeSyntheticCt } from '../series/synthetic-ct.ts';

/**
 * What we write, judged by dciodvfy (Debian dicom3tools), which has no code in common with us. Its
 * build of 2022 doesn't know Synthetic Data (0008,001C), added to the standard in 2023; those
 * findings are allowed and no others.
 */
const allowed =
  /\(0x0008,0x001c\)|contains attributes not present in standard DICOM IOD - this is a Standard Extended SOP Class/;

let folder = '';
let program = '';
beforeAll(async () => {
  program = findPeer('dciodvfy');
  folder = await mkdtemp(path.join(tmpdir(), 'conformance-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function findings(bytes: Uint8Array): Promise<string[]> {
  const location = path.join(folder, 'image.dcm');
  await writeFile(location, bytes);
  // dciodvfy ends with 1 when it has findings, and writes them to stderr.
  const output = await new Promise<string>((resolve) =>
    execFile(program, [location], (_error, stdout, stderr) => resolve(`${stdout}\n${stderr}`)),
  );
  expect(output).toContain('CTImage');
  return output.split('\n').filter((line) => /Error|Warning/.test(line) && !allowed.test(line));
}

describe('dciodvfy', () => {
  it('has nothing against a synthetic image', async () => {
    for (const sex of ['female', 'male'] as const) {
      const { bytes } = writeSyntheticCt({
        image: { rows: 32, columns: 32, hu: chestHu() },
        spacing: [5.3125, 5.3125],
        sliceThicknessMm: 3,
        cohortId: '0199f0a2-7c1e-7000-8000-000000000001',
        index: 1,
        labels: { calciumGrade: 'severe', sex, ageBand: '60-64' },
        generator: { name: 'scapis-gan-64', sha256: 'ab'.repeat(32), seed: '1' },
      });
      expect(await findings(bytes)).toEqual([]);
    }
  });

  it('finds no more in a de-identified image than there was before', async () => {
    const object = ctObject((dataset) => {
      for (const tag of ['00080050', '00200010']) setText(dataset, tag, 'SH', 'A1');
      for (const tag of ['00100030', '00080023']) setText(dataset, tag, 'DA', '19640823');
      for (const tag of ['00080030', '00080033']) setText(dataset, tag, 'TM', '101112');
      for (const tag of ['00200011', '00200012', '00200013']) setText(dataset, tag, 'IS', '1');
      setText(dataset, '00080070', 'LO', 'Scanner AB');
      setText(dataset, '00080090', 'PN', 'Öberg^Eva');
      setText(dataset, '00100040', 'CS', 'F');
      setText(dataset, '00180050', 'DS', '3');
      setText(dataset, '00180060', 'DS', '120');
      setText(dataset, '00185100', 'CS', 'HFS');
      setText(dataset, '00200052', 'UI', '1.2.752.99.2');
      setText(dataset, '00201040', 'LO', '');
      setText(dataset, '00281054', 'LO', 'HU');
    });
    const before = await findings(writeDicom(object));
    expect(before).toEqual([]);
    const after = await findings(
      writeDicom(deidentify(object, createPseudonymizer(new Uint8Array(32).fill(1))).object),
    );
    // An emptied Study ID is what the profile asks for.
    expect(after.filter((line) => !line.includes('needed to build DICOMDIR - Study ID'))).toEqual(
      [],
    );
  });
});
