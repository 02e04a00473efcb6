import { describe, expect, it } from 'vitest';
import { locales, type Words } from '../locale.ts';
import { sharedSentences } from './checks/finding.ts';
import type { CheckRow } from './checks/row.ts';
import { gateCheckNames, gateChecks, isJudged, testedChecks } from './checks.ts';
import { gateReasons } from './reasons.ts';
import { gateTexts } from './texts.ts';
import { gateThresholds, thresholdRows } from './thresholds.ts';

const rows = Object.entries<CheckRow>(gateChecks);
const partsOf = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, part = '']) => part).sort();
/** One style of per cent a language: 95% in English, 95 % in Swedish. */
const otherPerCent = { en: /\d\s%/, sv: /\d%/ };

describe.each(locales)('the checks in %s', (locale) => {
  it.each(rows)('%s: has its words', (_name, { question, name, text, advice, distribution }) => {
    expect(question[locale]).toMatch(/^[A-ZÅÄÖ].*\?( \([^)]+\))?$/);
    expect(name[locale]).toMatch(/^[A-ZÅÄÖ].{3,}[^.]$/);
    for (const sentences of [text, ...(advice === undefined ? [] : [advice])])
      expect(sentences[locale]).toMatch(/^[A-ZÅÄÖ].{10,}[.?]$/s);
    if (distribution !== undefined)
      for (const words of [distribution.title, distribution.axis])
        expect(words[locale].trim()).not.toBe('');
  });

  it.each(rows)('%s: writes per cent as the language does', (_name, row) => {
    const words: Words[] = [
      row.question,
      row.name,
      row.text,
      ...Object.values(row.finding.sentences),
    ];
    if (row.advice !== undefined) words.push(row.advice);
    for (const each of words) expect(each[locale]).not.toMatch(otherPerCent[locale]);
  });
});

describe('the checks', () => {
  it.each(rows)('%s: says the same in both languages, in words of each', (_name, row) => {
    for (const { en, sv } of [
      row.question,
      row.text,
      ...Object.values(row.finding.sentences),
      ...(row.advice === undefined ? [] : [row.advice]),
    ])
      expect(sv).not.toBe(en);
    for (const { en, sv } of [
      ...Object.values(row.finding.sentences),
      ...Object.values(sharedSentences),
    ])
      expect(partsOf(sv)).toEqual(partsOf(en));
  });

  it('numbers each check once, and advises where it can fail', () => {
    const ids = rows.map(([, { id }]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of gateCheckNames)
      expect((gateChecks[name] as CheckRow).advice !== undefined).toBe(isJudged(name));
    expect(testedChecks.reduce((sum, name) => sum + gateChecks[name].tests, 0)).toBe(37);
  });

  it('name each threshold as the limit of some check, and each has a default and a name', () => {
    const limits = new Set(rows.flatMap(([, row]) => row.limits));
    expect([...limits].sort()).toEqual(Object.keys(thresholdRows).sort());
    expect(Object.keys(thresholdRows)).toEqual(Object.keys(gateThresholds.shape));
    expect(
      Object.values(gateThresholds.parse({})).every((value) => typeof value === 'number'),
    ).toBe(true);
  });

  it('and their reasons and other texts write per cent as each language does', () => {
    for (const locale of locales) {
      const texts = [
        ...Object.values(gateReasons).map((words) => words[locale]),
        ...Object.values(sharedSentences).map((words) => words[locale]),
        ...Object.values(gateTexts[locale]).flatMap((table) => Object.values(table)),
      ];
      for (const text of texts) expect(text).not.toMatch(otherPerCent[locale]);
    }
  });
});
