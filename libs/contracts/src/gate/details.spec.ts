import { describe, expect, it } from 'vitest';
import { ageBands, calciumGrades, sexes } from '../labels.ts';
import { locales, type Words } from '../locale.ts';
import { canaryTransformationNames } from './canaries.ts';
import type { CheckRow } from './checks/row.ts';
import { gateCheckNames, gateChecks, type GateCheck } from './checks.ts';
import { detailsOf, detailWords, nameValue, valueWords } from './details.ts';
import type { CheckResult } from './evidence.ts';
import { axisWords, chartWords, lineWords, plotsOf } from './plots.ts';
import { findRemark, gateReasonNames, gateReasons, reasonsOf } from './reasons.ts';
import { gateTexts } from './texts.ts';
import { unnamedIn } from './unnamed.ts';

const distributionChecks = gateCheckNames.filter(
  (check: GateCheck) => (gateChecks[check] as CheckRow).distribution !== undefined,
);
const result = (more: Partial<CheckResult>): CheckResult => ({
  check: 'copy-pixel',
  verdict: 'pass',
  value: 1,
  baseline: null,
  threshold: null,
  passesWhen: null,
  unit: 'count',
  interval: null,
  details: {},
  histograms: [],
  curves: [],
  ...more,
});
const curve = (
  name: string,
  y: number[],
  yName = 'truePositives',
): CheckResult['curves'][number] => ({
  name,
  x: { name: 'falsePositives', values: [0, 1] },
  y: { name: yName, values: y },
});

describe('the names of the gate', () => {
  it('have words in each language, and sentences of their own', () => {
    const tables: Record<string, Words>[] = [
      detailWords,
      valueWords,
      chartWords,
      axisWords,
      lineWords,
    ];
    for (const [name, { en, sv }] of tables.flatMap((table) => Object.entries(table))) {
      expect([name, en.trim(), sv.trim()]).not.toContain('');
      if (sv.split(' ').length > 4) expect(sv).not.toBe(en);
    }
  });

  it.each(locales)('are in words in %s, alone and in lists', (locale) => {
    for (const value of [...calciumGrades, ...sexes, ...ageBands])
      expect(nameValue(value, locale)).toBe(valueWords[value][locale]);
    for (const form of canaryTransformationNames)
      expect(nameValue(form, locale)).toBe(gateTexts[locale].forms[form]);
    expect(nameValue('', locale)).toBe('–');
  });

  it('put details and their values into words, and leave out what stands in sentences', () => {
    const details = {
      made: true,
      reason: 'r',
      reasonCode: 'fewPeople',
      problems: '',
      'lung: median real': -800,
      'task: recall real': 1,
      tooSmall: 'severe, male, 50-54; none, female, 60-64',
      isConclusive: false,
      old: 'gone',
    };
    expect(detailsOf(result({ details }), 'sv')).toEqual([
      ['Lunga: median, verkliga (HU)', -800],
      ['Uppgiftens rum: återkallning, verkliga', 1],
      ['För små', 'svår, män, 50 till 54 år; ingen, kvinnor, 60 till 64 år'],
      ['Övre ändpunkten under gränsen', false],
      ['old', 'gone'],
    ]);
    expect(unnamedIn({ checks: [result({ details })] })).toEqual(['old', 'gone']);
  });
});

describe('plots', () => {
  it.each(distributionChecks)('%s says what its distribution is of, in both languages', (check) => {
    const found = locales.map(
      (locale) =>
        plotsOf(
          result({
            check,
            histograms: [{ name: 'members', edges: [0, 1], counts: [2] }],
            details: { copyDistance: 0.2 },
          }),
          locale,
        ).distribution,
    );
    expect(found.map((each) => each?.histograms[0]?.name)).toEqual([
      'träningspersoner',
      'training people',
    ]);
    expect(found[0]?.title).not.toBe(found[1]?.title);
    for (const each of found)
      expect(each).toMatchObject({
        title: expect.stringMatching(/^[A-ZÅÄÖ].{10,70}$/),
        axis: expect.stringMatching(/./),
        limit: 0.2,
      });
  });

  it('put a curve and its control into one chart, and the same curve of several runs', () => {
    const { charts } = plotsOf(
      result({
        curves: [
          curve('roc', [0, 1]),
          curve('rocControl', [0, NaN]),
          curve('memorisationGap 1', [0, 1], 'memorisationGap'),
          curve('memorisationGap 2', [0, 2], 'memorisationGap'),
          curve('spectrum', [NaN, NaN]),
        ],
      }),
      'en',
    );
    expect(charts).toEqual([
      {
        title: 'People found against false alarms',
        axis: 'false alarms, logarithmic',
        isLog: true,
        lines: [
          {
            name: 'the attack',
            points: [
              [0, 0],
              [1, 1],
            ],
          },
          { name: 'control: training people against training people', points: [[0, 0]] },
        ],
      },
      {
        title: 'Training people favoured over others, in standard errors',
        axis: 'false alarms, logarithmic',
        isLog: false,
        lines: [
          {
            name: 'run 1',
            points: [
              [0, 0],
              [1, 1],
            ],
          },
          {
            name: 'run 2',
            points: [
              [0, 0],
              [1, 2],
            ],
          },
        ],
      },
    ]);
    expect(plotsOf(result({}), 'en')).toEqual({ distribution: null, charts: [] });
  });
});

describe('reasons', () => {
  it.each(gateReasonNames)('%s has the same parts in both languages, each with a name', (code) => {
    const [en, sv] = (['en', 'sv'] as const).map((locale) =>
      [...gateReasons[code][locale].matchAll(/\{(\w+)\}/g)].map(([, part = '']) => part).sort(),
    );
    expect(sv).toEqual(en);
    expect(
      unnamedIn({
        checks: [result({ details: Object.fromEntries((en ?? []).map((part) => [part, 1])) })],
      }),
    ).toEqual([]);
    expect(gateReasons[code].sv).not.toBe(gateReasons[code].en);
  });

  it('write several at once, each with numbers of its own', () => {
    const details = {
      reasonCode: 'syntheticImages, otherSize, unheardOf',
      'syntheticImages: found': 120,
      'syntheticImages: needed': 2_000,
      'otherSize: size': 64,
      'otherSize: sets': 'training, control',
    };
    expect(reasonsOf(details, 'en')).toEqual([
      'Synthetic images: 120, at least 2,000 are needed.',
      'The cohort’s images have 64 pixels a side, and those of these sets another number: training, control.',
    ]);
    expect(reasonsOf(details, 'sv').map((each) => each.replaceAll(/\s/g, ' '))).toEqual([
      'Syntetiska bilder: 120, minst 2 000 krävs.',
      'Kohortens bilder har 64 bildpunkter per sida, och dessa mängders ett annat antal: träning, kontroll.',
    ]);
  });

  it('leave the words of an older file as they are', () => {
    expect(findRemark({ details: { made: false, reason: 'Too few.' } })).toBe('Too few.');
    expect(findRemark({ details: { problems: 'too few' } })).toBe('too few');
    const coded: CheckResult['details'][] = [
      {},
      { problems: '' },
      { reason: 'Too few.', reasonCode: 'fewPeople' },
    ];
    for (const details of coded) expect(findRemark({ details })).toBeNull();
  });
});
