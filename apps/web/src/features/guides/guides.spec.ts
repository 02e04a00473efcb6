import {
  applicationStates,
  cohortVersionStates,
  datasetVersionStates,
  locales,
  type Locale,
} from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { en } from '../../i18n/messages/en/index.ts';
import { sv } from '../../i18n/messages/sv/index.ts';
import { toGuide } from './markdown.ts';

const texts = import.meta.glob<string>('../../../../../docs/guides/*/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const messages = { en, sv };
/** Guides to the lab's own pages, and one to other programs. */
const ofPages = ['applicant', 'reviewer', 'lab-admin'] as const;
const bilingual = [...ofPages, 'readers'] as const;
const textOf = (locale: Locale, name: string): string =>
  texts[`../../../../../docs/guides/${locale}/${name}.md`] ?? '';

function sentencesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(sentencesOf)
    : [];
}

describe('guides', () => {
  it.each(Object.entries(texts))('%s becomes a page', (_path, text) => {
    const { title, sections, html } = toGuide(text);
    expect(title).not.toBe('');
    expect(sections.length).toBeGreaterThan(2);
    expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    expect(html).not.toMatch(/<script|style=|on\w+=/);
  });

  it('a block of code scrolls by keyboard, and shows what stands in it', () => {
    const { html } = toGuide('# A\n\n```sh\nlab <FILE> && echo done\n```\n');
    expect(html).toContain(
      '<pre tabindex="0"><code>lab &lt;FILE&gt; &amp;&amp; echo done</code></pre>',
    );
  });

  it.each(bilingual)('%s: both languages have the same parts', (name) => {
    const shapeOf = (locale: Locale): string[] =>
      [...textOf(locale, name).matchAll(/^(#+|\d+\.|-|\|)/gm)].map(([mark]) => mark);
    expect(shapeOf('sv')).toEqual(shapeOf('en'));
  });

  // Bold is kept for what stands on a page, so a reader finds it there, and a label that is renamed
  // fails here.
  it.each(ofPages.flatMap((name) => locales.map((locale) => [name, locale] as const)))(
    '%s in %s: what is bold stands on a page of the lab',
    (name, locale) => {
      const sentences = new Set(sentencesOf(messages[locale]));
      const bold = [...textOf(locale, name).matchAll(/\*\*(.+?)\*\*/g)].map(([, text]) => text);
      expect(bold.length).toBeGreaterThan(10);
      expect(bold.filter((text) => text !== undefined && !sentences.has(text))).toEqual([]);
    },
  );

  it.each([
    ['applicant', applicationStates],
    ['applicant', cohortVersionStates],
    ['lab-admin', applicationStates],
    ['lab-admin', datasetVersionStates],
  ] as const)('%s explains each state by the name that its page gives it', (name, states) => {
    for (const locale of locales)
      for (const state of states)
        expect(textOf(locale, name)).toContain(`\n| ${messages[locale].states[state]} | `);
  });
});

describe('toGuide', () => {
  it('links guides to their pages, and leaves other files of the repository without a link', () => {
    const { html } = toGuide(
      '# A\n\n[b](reviewer.md#vote) [c](../../gate.md) [d](../../../SECURITY.md) [e](https://example.org)',
    );
    expect(html).toContain('<a href="/guides/reviewer#vote">b</a>');
    expect(html).toContain('<a href="/guides/gate">c</a>');
    expect(html).toContain(' d ');
    expect(html).toContain('<a href="https://example.org">e</a>');
  });

  it('refuses raw HTML, block and inline, and a text without a title', () => {
    expect(() => toGuide('# A\n\n<div>b</div>')).toThrow('raw HTML');
    expect(() => toGuide('# A\n\nb <img src=x> c')).toThrow('raw HTML');
    expect(() => toGuide('text')).toThrow('title');
  });

  it('gives headings the ids that GitHub gives them', () => {
    expect(toGuide('# A\n\n## Why can I not do this?\n\n## Så läser du').sections).toEqual([
      { id: 'why-can-i-not-do-this', title: 'Why can I not do this?' },
      { id: 'så-läser-du', title: 'Så läser du' },
    ]);
  });
});
