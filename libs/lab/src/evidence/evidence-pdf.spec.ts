import { inflateSync } from 'node:zlib';
import {
  findingOf,
  gateCheckNames,
  gateChecks,
  gateThresholds,
  locales,
  type CheckResult,
  type Evidence,
} from '@scapis/contracts';
import { describe, expect, it, vi } from 'vitest';
import { isPdf } from '../applications/pdf.ts';
import { renderEvidencePdf, type EvidenceFacts } from './evidence-pdf.ts';

/**
 * What the paper says: the text of each content stream as it is shown, words and lines run
 * together.
 */
function textOf(file: Uint8Array): string {
  const latin1 = Buffer.from(file).toString('latin1');
  const streams = [
    ...latin1.matchAll(/\/Length (\d+)\n[^>]*\/Filter \/FlateDecode\n>>\nstream\n/g),
  ].map((match) => {
    const from = match.index + match[0].length;
    return inflateSync(file.subarray(from, from + Number(match[1]))).toString('latin1');
  });
  const shown = streams.flatMap((stream) =>
    [...stream.matchAll(/\[([^\]]*)\] TJ/g)].map(([, run = '']) =>
      [...run.matchAll(/<([0-9a-f]*)>/g)]
        .map(([, hex = '']) => new TextDecoder('windows-1252').decode(Buffer.from(hex, 'hex')))
        .join(''),
    ),
  );
  return shown.join(' ').replaceAll(/\s+/g, ' ');
}

const evidence: Evidence = {
  schema: 'scapis-lab/evidence/2',
  cohortVersionId: 'c',
  datasetVersionId: 'd',
  verdict: 'refused',
  seed: 1,
  code: { version: '1', onnxRuntime: '2', node: '3' },
  counts: {
    synthetic: 1,
    training: 2,
    control: 3,
    reference: 4,
    trainingPeople: 5,
    controlPeople: 6,
    referencePeople: 7,
  },
  splitHashes: { T: 'ttt', H: 'hhh', R: 'rrr' },
  imagesSha256: 'iii',
  released: [],
  thresholds: gateThresholds.parse({}),
  checks: gateCheckNames.map((check, at): CheckResult => ({
    check,
    verdict: at === 2 ? 'fail' : 'pass',
    value: at === 3 ? null : 0.5,
    baseline: 1,
    threshold: at === 4 ? null : 0.25,
    passesWhen: at === 5 ? 'between' : 'at-least',
    unit: 'ratio',
    interval: at === 6 ? [0.4, 0.6] : null,
    details:
      at === 3
        ? { made: false, reason: 'Too few (images).' }
        : at === 5
          ? { thresholdHigh: 2 }
          : at === 8
            ? { made: false, reason: 'English alone.', reasonCode: 'fewPeople', peopleNeeded: 10 }
            : {},
    histograms: at === 2 ? [{ name: 'synthetic', edges: [0, 1, 2], counts: [3, 1] }] : [],
    curves:
      at === 7
        ? [
            ...['roc', 'rocControl'].map((name) => ({
              name,
              x: { name: 'falsePositives', values: [0, 0.1, 1] },
              y: { name: 'truePositives', values: [0, 0.3, 1] },
            })),
            {
              name: 'spectrum',
              x: { name: 'frequency', values: [0, 1] },
              y: { name: 'control', values: [1, NaN] },
            },
          ]
        : [],
  })),
  selfTest: {
    passed: true,
    rows: [
      { form: 'exact', planted: 10, caughtContrastive: 10, caughtPixel: 9, caught: 10, needed: 9 },
    ],
  },
};
const facts: EvidenceFacts = {
  title: 'Höga kalkvärden (försök)',
  number: 2,
  datasetTitle: 'Åldersgrupp 50–64 中',
  judgedAt: new Date('2026-11-25T12:00:00Z'),
  evidenceSha256: 'e'.repeat(64),
  override: [],
  isReleased: false,
  noUseReason: null,
  refusals: [],
};
const sameText = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('evidence as PDF', () => {
  it.each([
    [
      'en',
      [
        'Verdict: refused',
        'exact',
        '10 of 10',
        '95%: 0.4 to 0.6',
        'at least 0.25',
        'between 0.25 and 2',
        'Judged 2026-11-25 12:00 UTC',
        'other real people',
        '1 of 5',
        'The check needs at least 10 people',
        'From each image to the closest training image, by content',
        'People found against false alarms',
        'false alarms, logarithmic',
        'the attack control: training people',
      ],
    ],
    [
      'sv',
      [
        'Utslag: stoppad',
        'exakt',
        '10 av 10',
        '95 %: 0,4 till 0,6',
        'minst 0,25',
        'mellan 0,25 och 2',
        'Bedömd 2026-11-25 12:00 UTC',
        'andra verkliga personer',
        '1 av 5',
        'Kontrollen kräver minst 10 personer',
        'Från varje bild till närmaste träningsbild, efter innehåll',
        'Funna personer mot falsklarm',
        'angreppet kontroll: träningspersoner',
      ],
    ],
  ] as const)(
    'tells in %s every check, the verdict, the self-test, the plots and what is needed to run it again',
    async (language, sentences) => {
      const file = await renderEvidencePdf(evidence, facts, language);
      expect(isPdf(Buffer.from(file))).toBe(true);
      const text = textOf(file);
      for (const each of [
        'Höga kalkvärden (försök), version 2',
        'Åldersgrupp 50–64 ?',
        'Too few (images).',
        'sha256 iii',
        'e'.repeat(64),
        ...sentences,
      ])
        expect(text).toContain(each);
      for (const check of gateCheckNames) {
        expect(text).toContain(gateChecks[check].name[language]);
        expect(text).toContain(sameText(gateChecks[check].text[language]));
      }
      for (const result of evidence.checks) {
        const { found, more } = findingOf(result, evidence, language);
        for (const said of [found, more]) expect(text).toContain(sameText(said));
      }
      for (const each of ['NaN', 'Infinity', 'English alone']) expect(text).not.toContain(each);
    },
  );

  it.each(locales)(
    'tells screen readers its language, its title and its parts, in %s',
    async (language) => {
      const file = Buffer.from(await renderEvidencePdf(evidence, facts, language)).toString(
        'latin1',
      );
      for (const entry of [
        `/Lang (${language})`,
        '/DisplayDocTitle true',
        '/Marked true',
        '/S /H1',
        '/S /H2',
        '/S /Table',
        '/Scope /Column',
        '/Scope /Row',
        '/S /Figure',
      ])
        expect(file).toContain(entry);
      expect(file.split('/S /TR').length - 1).toBeGreaterThan(gateCheckNames.length);
    },
  );

  it('says who set a failed privacy check aside, when and why, and nothing of it where nobody did', async () => {
    const override: EvidenceFacts['override'] = [
      {
        person: { id: 'a', name: 'Astrid Åkesson' },
        checks: ['copy-pixel'],
        reason: 'The pairs show two different hearts.',
        at: '2026-11-25T13:00:00.000Z',
      },
    ];
    const released = textOf(
      await renderEvidencePdf(evidence, { ...facts, override, isReleased: true }, 'en'),
    );
    for (const each of [
      'Released in spite of a failed privacy check',
      'Astrid Åkesson, 2026-11-25 13:00 UTC',
      'Set aside: P1b Copies by pixel',
      'The pairs show two different hearts.',
    ])
      expect(released).toContain(each);
    const refusals: EvidenceFacts['refusals'] = [
      {
        cohortVersionId: 'b',
        title: 'Försök',
        number: 1,
        at: '2026-11-24T08:00:00.000Z',
        checks: ['copy-pixel'],
      },
    ];
    expect(textOf(await renderEvidencePdf(evidence, { ...facts, refusals }, 'sv'))).toContain(
      'Försök, version 1, 2026-11-24 08:00 UTC: P1b Kopior bildpunkt för bildpunkt',
    );
    expect(textOf(await renderEvidencePdf(evidence, { ...facts, override }, 'sv'))).toContain(
      'Spärren är åsidosatt trots underkänd integritetskontroll',
    );
    expect(textOf(await renderEvidencePdf(evidence, facts, 'en'))).not.toContain('in spite of');
  });

  it.each([facts.judgedAt, null])(
    'gives the same bytes each time, judged at %s',
    async (judgedAt) => {
      vi.useFakeTimers({ now: 0, toFake: ['Date'] });
      const first = await renderEvidencePdf(evidence, { ...facts, judgedAt }, 'sv');
      vi.setSystemTime(1e12);
      const second = await renderEvidencePdf(evidence, { ...facts, judgedAt }, 'sv');
      vi.useRealTimers();
      expect(Buffer.from(first).equals(second)).toBe(true);
    },
  );
});
