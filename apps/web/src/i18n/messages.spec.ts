import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  actionNames,
  applicationTransitions,
  auditEventTypes,
  calciumGrades,
  cohortVersionTransitions,
  conditionCodes,
  datasetVersionTransitions,
  ensembleTransitions,
  gateThresholds,
  gateVerdicts,
  generatorImportTransitions,
  homeItemKinds,
  labelMixes,
  networkWidths,
  notificationKinds,
  objectKinds,
  penaltyKinds,
  permitStates,
  canaryTransformationNames,
  provenanceRelations,
  roles,
  sexes,
  splits,
  trainingEstimate,
  trainingRunTransitions,
  trainingSettings,
} from '@scapis/contracts';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { en } from './messages/en/index.ts';
import { i18nOptions } from './index.ts';
import { sv } from './messages/sv/index.ts';

/** Every text with its key, e.g. `['shell.nav.home', 'Home']`. */
function textsOf(messages: object, path = ''): [key: string, text: string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : textsOf(value as object, `${path}${key}.`),
  );
}
const texts = { sv: new Map(textsOf(sv)), en: new Map(textsOf(en)) };
const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

/**
 * Each closed list of contracts and where its sentences stand: the pages build these keys at run
 * time.
 */
const closedLists: Record<string, readonly string[]> = {
  conditions: conditionCodes,
  'home.kinds': homeItemKinds,
  notifications: notificationKinds,
  actions: actionNames,
  roles,
  objects: objectKinds,
  events: auditEventTypes,
  states: [
    applicationTransitions,
    datasetVersionTransitions,
    trainingRunTransitions,
    ensembleTransitions,
    generatorImportTransitions,
    cohortVersionTransitions,
  ]
    .flatMap((table) => Object.keys(table))
    .concat(permitStates),
  'gate.verdicts': gateVerdicts,
  'gate.verdictTexts': gateVerdicts,
  'gate.thresholds': Object.keys(gateThresholds.shape),
  'gate.whatNow': gateVerdicts,
  'gate.forms': canaryTransformationNames,
  'provenance.relations': provenanceRelations,
  'labels.grades': calciumGrades,
  'labels.sexes': sexes,
  splits,
  'training.settings': Object.keys(trainingSettings.shape).flatMap((name) => [
    `${name}.name`,
    `${name}.hint`,
  ]),
  'training.choices': [...networkWidths, ...penaltyKinds],
  'training.obstacles': trainingEstimate.shape.obstacles.element.options,
  'cohorts.mixes': labelMixes.flatMap((mix) => [`${mix}.name`, `${mix}.text`]),
};

describe.each(['sv', 'en'] as const)('%s', (locale) => {
  it.each(Object.entries(closedLists))(
    'has a sentence for all of %s, and no other',
    (prefix, names) => {
      const own = [...texts[locale].keys()]
        .filter((key) => key.startsWith(`${prefix}.`))
        .map((key) => key.slice(prefix.length + 1));
      expect(own.sort()).toEqual([...new Set(names)].sort());
    },
  );

  it('finds each text under its key, dots and colons in names included', async () => {
    const i18n = i18next.createInstance();
    await i18n.init({
      ...i18nOptions,
      lng: locale,
      resources: { sv: { translation: sv }, en: { translation: en } },
    });
    const found = i18n.getFixedT(locale) as (key: string, options: object) => string;
    expect(
      [...texts[locale]]
        .filter(
          ([key, text]) =>
            found(key, { interpolation: { skipOnVariables: true }, skipInterpolation: true }) !==
            text,
        )
        .map(([key]) => key),
    ).toEqual([]);
  });

  it('has no empty text', () => {
    expect([...texts[locale]].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

describe('the two languages', () => {
  it('have the same keys', () => {
    expect([...texts.sv.keys()].sort()).toEqual([...texts.en.keys()].sort());
  });

  it('put the same values into each sentence', () => {
    expect(
      [...texts.en]
        .filter(
          ([key, text]) => variablesOf(text).join() !== variablesOf(texts.sv.get(key) ?? '').join(),
        )
        .map(([key]) => key),
    ).toEqual([]);
  });

  it('differ wherever a whole sentence stands', () => {
    const sentences = [...texts.en].filter(([, text]) => text.split(' ').length > 4);
    expect(sentences.length).toBeGreaterThan(100);
    expect(
      sentences.filter(([key, text]) => texts.sv.get(key) === text).map(([key]) => key),
    ).toEqual([]);
  });
});

/**
 * Keys as the pages name them, and those that they build: `states.${state}` is "states" and one
 * part that is open.
 */
function keysInPages(): { literals: Set<string>; built: string[][] } {
  const folder = join(import.meta.dirname, '..');
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /(?<!\.spec)\.tsx?$/.test(name) && !name.startsWith(join('i18n', 'messages', '/')),
  );
  const source = pages.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const literals = new Set(
    [...source.matchAll(/['"`]([\w.:-]+)['"`]/g)].map(([, key = '']) => key),
  );
  const built = [...source.matchAll(/`([\w.-]+\.\$\{[^`\n]*)`/g)].map(([, key = '']) =>
    key.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '*').split('.'),
  );
  return { literals, built };
}

describe('the pages', () => {
  const { literals, built } = keysInPages();
  const pathsOf = (messages: object, path: string[] = []): string[][] =>
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string' ? [[...path, key]] : pathsOf(value as object, [...path, key]),
    );
  const isUsed = (path: string[]): boolean => {
    const parts = path.map((part) => part.replace(/_(one|other)$/, ''));
    return (
      literals.has(parts.join('.')) ||
      built.some(
        (key) =>
          key.length === parts.length &&
          key.every((part, at) => part === '*' || part === parts[at]),
      )
    );
  };

  it('use each text', () => {
    expect(built.length).toBeGreaterThan(50);
    expect(isUsed(['shell', 'noSuchText'])).toBe(false);
    expect(
      pathsOf(en)
        .filter((path) => !isUsed(path))
        .map((path) => path.join('.')),
    ).toEqual([]);
  });
});
