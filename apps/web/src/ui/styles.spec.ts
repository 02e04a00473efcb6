import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

// The compiler takes any name of a class for a string, and the browser ignores one that no sheet
// has.

const src = join(import.meta.dirname, '..');
const names = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const defined = new Map(
  globSync('**/*.module.css', { cwd: src }).map((path) => {
    const text = readFileSync(join(src, path), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
    return [path, new Set(names(text, /\.(?!mantine-)([a-zA-Z][\w-]*)/g))];
  }),
);
const used = new Map([...defined.keys()].map((path) => [path, new Set<string>()]));
for (const path of globSync('**/*.tsx', { cwd: src })) {
  const text = readFileSync(join(src, path), 'utf8');
  for (const [, name = '', sheet = ''] of text.matchAll(
    /^import (\w+) from '(.*\.module\.css)';/gm,
  )) {
    const of = used.get(relative(src, join(src, dirname(path), sheet)));
    for (const each of names(text, new RegExp(`\\b${name}\\.(\\w+)`, 'g'))) of?.add(each);
  }
}

it.each([...defined])('%s has each class that a component names, and no other', (path, classes) => {
  expect([...(used.get(path) ?? [])].sort()).toEqual([...classes].sort());
});
