import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidence, gateThresholds } from '@scapis/contracts';
import { writeBundle } from '@scapis/imaging';
import { describe, expect, it } from 'vitest';
import { bundleEntries, bundleFormat } from './bundle-content.ts';
import type { Release } from './release.ts';

const release: Release = {
  cohortVersionId: '01900000-0000-7000-8000-000000000001',
  title: 'Kohort',
  number: 1,
  datasetTitle: 'Phantom CT',
  labelMix: 'balanced',
  usage: 'unrestricted',
  noUseReason: null,
  seed: 1,
  generators: [{ name: 'generator', sha256: 'a'.repeat(64) }],
  images: {
    size: 16,
    hu: new Int16Array(256),
    personOf: [0],
    people: [
      {
        pseudonym: 'SYN-000001',
        labels: { calciumGrade: 'none', sex: 'female', ageBand: '50-54' },
        split: null,
      },
    ],
  },
  evidence: evidence.parse({
    schema: 'scapis-lab/evidence/2',
    cohortVersionId: 'c',
    datasetVersionId: 'd',
    verdict: 'refused',
    seed: 1,
    code: { version: '1', onnxRuntime: '1', node: '1' },
    counts: {
      synthetic: 1,
      training: 1,
      control: 1,
      reference: 1,
      trainingPeople: 1,
      controlPeople: 1,
      referencePeople: 1,
    },
    splitHashes: { T: '', H: '', R: '' },
    imagesSha256: '',
    thresholds: gateThresholds.parse({}),
    thresholdVersions: [1, 2],
    checks: [],
    selfTest: { passed: true, rows: [] },
  }),
  evidenceBytes: new Uint8Array(),
  override: [],
  terms: { version: 1, textSv: '', textEn: '' },
};
const signatureOf = (name: string, reason: string): Release['override'][number] => ({
  person: { id: '01900000-0000-7000-8000-000000000002', name },
  checks: ['copy-pixel'],
  reason,
  at: '2026-11-25T08:00:00.000Z',
});
const textsOf = (of: Release): Map<string, string> =>
  new Map([...bundleEntries(of)].map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));

describe('a bundle', () => {
  it('says in three places that it left in spite of a failed privacy check, by whom and why', () => {
    const texts = textsOf({
      ...release,
      override: [
        signatureOf('Kim Ek', 'The pair is a projection\n# that all chests share'),
        signatureOf('Lo Ask', 'I agree for a reason of my own'),
      ],
    });
    for (const name of ['FAILED-PRIVACY-CHECK.md', 'datasheet.md']) {
      expect(texts.get(name)).toMatch(
        /Released in spite of failed privacy check P1b copy-pixel \(.+\), by Kim Ek and Lo Ask\./,
      );
      // A reason stays a quotation, whatever a person writes into it.
      expect(texts.get(name)).toContain('> The pair is a projection\n> # that all chests share');
      expect(texts.get(name)).toContain('> I agree for a reason of my own');
    }
    expect(JSON.parse(texts.get('dataset.json') ?? '')).toMatchObject({
      releasedInSpiteOfFailedPrivacyChecks: [
        { by: 'Kim Ek', checks: ['copy-pixel'] },
        { by: 'Lo Ask', reason: 'I agree for a reason of my own' },
      ],
    });
    const names = [...texts.keys()];
    expect(names).toEqual([...names].sort());
  });

  it('says in three places that it is of no use, and why it left', () => {
    const noUseReason = { person: 'Kim Ek', reason: 'The class is to see\nwhat a poor cohort is.' };
    const texts = textsOf({ ...release, usage: 'of-no-use', noUseReason });
    for (const name of ['OF-NO-USE.md', 'datasheet.md']) {
      expect(texts.get(name)).toContain('Of no use by the release gate');
      expect(texts.get(name)).toContain('> The class is to see\n> what a poor cohort is.');
    }
    expect(JSON.parse(texts.get('dataset.json') ?? '')).toMatchObject({
      releasedThoughOfNoUse: { by: 'Kim Ek', reason: noUseReason.reason },
    });
    expect([...texts.keys()]).toEqual([...texts.keys()].sort());
    expect(textsOf(release).has('OF-NO-USE.md')).toBe(false);
  });

  it('has the bytes of its format', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    try {
      const { sha256 } = await writeBundle(join(folder, 'a.zip'), bundleEntries(release));
      // Pinned together: other bytes for the same release are another format.
      expect([bundleFormat, sha256]).toEqual([
        'scapis-lab/bundle/2',
        '389ffb798867b3fce6b25ebdc1f40d3375ae75d719eba22b7263941b6b058c2a',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('tells MONAI how to read an image, and names the format', () => {
    const list = JSON.parse(textsOf(release).get('dataset.json') ?? '') as {
      format: string;
      transforms: { transforms: Record<string, unknown>[] };
    };
    expect(list.format).toBe(bundleFormat);
    // Docs: docs/guides/en/readers.md has the same four steps, and what was seen with them.
    expect(
      list.transforms.transforms.map(({ _target_, ...rest }) => [_target_, rest]),
    ).toMatchObject([
      ['LoadImaged', { reader: 'PydicomReader' }],
      ['SqueezeDimd', { dim: null }],
      ['EnsureChannelFirstd', { channel_dim: 'no_channel' }],
      ['Transposed', { indices: [0, 2, 1] }],
    ]);
  });

  it('says nothing of it where the gate was passed, and names the limits it was judged by', () => {
    const texts = textsOf(release);
    expect([...texts].filter(([, text]) => /in spite/i.test(text))).toEqual([]);
    expect(texts.has('FAILED-PRIVACY-CHECK.md')).toBe(false);
    expect(JSON.parse(texts.get('dataset.json') ?? '')).not.toHaveProperty(
      'releasedInSpiteOfFailedPrivacyChecks',
    );
    expect(texts.get('datasheet.md')).toContain('limits of version 1, 2');
  });
});
