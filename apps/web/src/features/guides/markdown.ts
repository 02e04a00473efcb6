import { Marked, type Token, type Tokens } from 'marked';

/** A guide as the page shows it. */
export interface Guide {
  title: string;
  /** The second-level headings, in order. */
  sections: readonly { id: string; title: string }[];
  html: string;
}

/**
 * Renders a guide of docs/guides. The web app's build calls this, so the browser gets HTML that was
 * made from this repository alone.
 *
 * @throws Error if the text holds raw HTML, which would reach the page as it stands, or if it does
 * not begin with a first-level heading
 */
export function toGuide(markdown: string): Guide {
  const sections: { id: string; title: string }[] = [];
  const marked = new Marked({
    renderer: {
      html({ text }: Tokens.HTML | Tokens.Tag): string {
        throw new Error(`A guide holds no raw HTML: ${text}`);
      },
      heading({ tokens, depth, text }: Tokens.Heading): string {
        const id = toId(text);
        const inner = this.parser.parseInline(tokens);
        if (depth === 2) sections.push({ id, title: toPlainText(tokens) });
        return `<h${depth} id="${id}">${inner}</h${depth}>\n`;
      },
      // Wider than a phone: it scrolls by itself, so the keyboard must reach it (WCAG 2.1.1).
      code({ text }: Tokens.Code): string {
        return `<pre tabindex="0"><code>${toHtmlText(text)}</code></pre>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const inner = this.parser.parseInline(tokens);
        const target = toTarget(href);
        return target === null ? inner : `<a href="${target}">${inner}</a>`;
      },
    },
  });
  const [first, ...rest] = marked.lexer(markdown).filter(({ type }) => type !== 'space');
  if (first?.type !== 'heading' || (first as Tokens.Heading).depth !== 1)
    throw new Error('A guide begins with its title.');
  return {
    title: toPlainText((first as Tokens.Heading).tokens),
    html: marked.parser(rest),
    sections,
  };
}

/** What GitHub makes of a heading, so that a link to a section holds in both places. */
const toId = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s+/g, '-');

const toHtmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const toPlainText = (tokens: readonly Token[]): string =>
  tokens.map((token) => ('text' in token ? String(token.text) : '')).join('');

/**
 * The address of a link on the lab's own pages. Null for a file of the repository that the lab does
 * not show: its name stands there without a link.
 */
function toTarget(href: string): string | null {
  if (/^(https:|mailto:|#)/.test(href)) return href;
  const guide = /^(?:\.\.\/(?:en|sv)\/)?([a-z-]+)\.md(#.*)?$/.exec(href);
  if (guide) return `/guides/${guide[1]}${guide[2] ?? ''}`;
  return /^\.\.\/\.\.\/gate\.md(#.*)?$/.test(href) ? '/guides/gate' : null;
}
