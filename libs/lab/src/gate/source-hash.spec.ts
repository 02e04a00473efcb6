import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findRepositoryRoot } from '@scapis/platform';
import { describe, expect, it } from 'vitest';
import { codeOfGate, factsOfContracts, listSources } from './source-hash.ts';

const root = findRepositoryRoot();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Tables of contracts that hold sentences beside facts, and what words them. */
const wordsOfContracts =
  /^libs\/contracts\/src\/(gate\/(checks|thresholds|canaries|reasons|details)\.ts|gate\/checks\/|locale\.ts|sentences\.ts)/;
/** How many signatures override a refusal decides no verdict. */
const ofOverrides = 'libs/contracts/src/states.ts';

/** @returns the names that an import brings in as values; `import type` brings none */
function valuesOf(clause: string): string[] {
  if (clause.startsWith('type ')) return [];
  return clause
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(' as ')[0] ?? name);
}

/** @returns the file of a library that exports a name through its door */
function homeOf(library: string, name: string): string {
  const src = `libs/${library}/src`;
  const doorText = read(`${src}/index.ts`);
  for (const [, names = '', from = ''] of doorText.matchAll(
    /export \{([^}]*)\} from '\.\/([^']+)'/g,
  ))
    if (valuesOf(names).includes(name)) return `${src}/${from}`;
  for (const [, from = ''] of doorText.matchAll(/export \* from '\.\/([^']+)'/g))
    if (
      new RegExp(`export (async )?(const|function|class) ${name}\\b`).test(read(`${src}/${from}`))
    )
      return `${src}/${from}`;
  throw new Error(`No file of ${library} exports ${name}.`);
}

/** @returns every file that runs where the given ones do, through imports of values */
function closureOf(entries: readonly string[]): string[] {
  const reached = new Set(entries);
  for (const file of reached) {
    for (const [, clause = '', from = ''] of read(file).matchAll(
      /(?:import|export) ((?:type )?(?:\{[^}]*\}|\* as \w+)) from '([^']+)'/g,
    )) {
      const values = valuesOf(clause);
      if (values.length === 0) continue;
      if (from.startsWith('.')) reached.add(join(dirname(file), from));
      const library = /^@scapis\/(\w+)$/.exec(from)?.[1];
      if (library !== undefined) for (const name of values) reached.add(homeOf(library, name));
    }
    for (const [, from = ''] of read(file).matchAll(/new URL\('(\.[^']+\.ts)'/g))
      reached.add(join(dirname(file), from));
  }
  return [...reached].sort();
}

const entries = [
  'libs/gate/src/run/gate.ts',
  'libs/domain/src/gate-rules.ts',
  'libs/domain/src/privacy-accountant.ts',
];

describe('code of the gate', () => {
  it('holds every file that decides the verdict', () => {
    const sources = new Set(listSources(root));
    expect(
      closureOf(entries).filter(
        (file) => !sources.has(file) && !wordsOfContracts.test(file) && file !== ofOverrides,
      ),
    ).toEqual([]);
  });

  it('holds no test, no sentence, and no part of libs/gate that judges nothing', () => {
    const sources = listSources(root);
    expect(sources.length).toBeGreaterThan(60);
    for (const file of sources) {
      expect(file).not.toMatch(/\.(spec|fixture)\.ts$|op-cases|check-gradients|__/);
      expect(file).not.toMatch(wordsOfContracts);
      expect(file).not.toMatch(/gate\/src\/(power|selection|index)/);
    }
    expect(sources).toContain('libs/domain/src/privacy-accountant.ts');
    const ofGate = globSync('libs/gate/src/{attacks,checks,copies,utility}/*.ts', {
      cwd: root,
    }).filter((file) => !/\.(spec|fixture)\.ts$/.test(file));
    expect(sources).toEqual(expect.arrayContaining(ofGate));
  });

  it('takes the facts of contracts without their words', () => {
    const text = JSON.stringify(factsOfContracts());
    expect(text).toContain('"name":"copy-pixel","id":"P1b","family":"privacy"');
    expect(text).toContain('"attackAuc":0.55');
    expect(text).not.toMatch(/[.?] |[åäöÅÄÖ]/);
  });

  it('names its version, its sources and what runs it', () => {
    expect(codeOfGate()).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      sourcesSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      onnxRuntime: expect.any(String),
      node: process.version,
    });
  });
});
