import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

function pages(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pages(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const rootPages = readdirSync(root).filter((name) => name.endsWith('.md'));
const all = [...rootPages, ...pages('docs'), ...pages('findings')];
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Without fenced and inline code, where brackets are not links. */
const proseOf = (text: string): string =>
  text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');

/** The ids that GitHub gives to a page's headings. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .trim()
      .replaceAll(/\s+/g, '-'),
  );

describe('documents', () => {
  it.each(all)('%s: every link leads somewhere', (page) => {
    const broken = [...proseOf(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^(https?:|mailto:)/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const path = file === '' ? page : join(dirname(page), file);
        if (!existsSync(join(root, path))) return true;
        return anchor !== undefined && !anchorsOf(textOf(path)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it.each(all)('%s: every file that it names is there', (page) => {
    const named = [
      ...textOf(page).matchAll(
        /(?<![\w/.-])(?:libs|apps|tools|docs|docker|prisma|findings)\/[\w./-]+\.\w+/g,
      ),
    ].map(([path]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
