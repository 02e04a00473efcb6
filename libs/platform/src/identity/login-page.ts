import { message, type Locale, type LoginMessage } from '@scapis/contracts';
import type { DemoPerson } from './realm.ts';

export type Notice = 'wrong' | 'locked' | 'gone' | 'signed_out' | 'error';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --ink: #16202c; --paper: #f4f6f8; --card: #fff; --line: #767f8a; --accent: #0b5a78; --on: #fff; --bad: #a11212 }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #10161d; --card: #1a222c; --line: #8a95a1; --accent: #7cc7e8; --on: #08222e; --bad: #ff9c9c } }
  * { box-sizing: border-box } body { margin: 0; background: var(--paper); color: var(--ink);
  * min-height: 100vh; display: grid; place-items: center; padding: 1rem }
  main { width: 100%; max-width: 25rem; background: var(--card); border-radius: .75rem; padding: 2rem; box-shadow: 0 1px 3px #0003, 0 8px 30px #0001 }
  p.lab { margin: 0; font-weight: 600; color: var(--accent) } h1 { margin: 0 0 1.25rem; font-size: 1.6rem }
  label { display: block; font-weight: 600; margin-top: 1rem }
  input { width: 100%; font: inherit; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit }
  button { width: 100%; margin-top: 1.5rem; padding: .7rem; font: inherit; font-weight: 600; border: 0; border-radius: .4rem; background: var(--accent); color: var(--on); cursor: pointer }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px } a { color: var(--accent) }
  [role=alert] { color: var(--bad); font-weight: 600; margin: 0 0 .5rem } footer { margin-top: 1.5rem; font-size: .9rem }
  summary { cursor: pointer } table { border-collapse: collapse; width: 100%; margin-top: .5rem } td, th { text-align: left; padding: .2rem .5rem .2rem 0; vertical-align: top } code { font-size: .85rem }`;

/** Hash-free and script-free: the page needs its own style sheet and nothing else. */
export const LOGIN_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** The sign-in page. `action` null leaves the form out, for a page that only tells something. */
export function renderLoginPage(
  language: Locale,
  options: {
    action: string | null;
    otherLanguage: string | null;
    username?: string;
    notice?: Notice | undefined;
    people: readonly DemoPerson[];
  },
): string {
  const t = (code: LoginMessage): string => message(code, {}, language);
  const { action, otherLanguage, username = '', notice, people } = options;
  const heading = notice === 'signed_out' ? t('login_signed_out') : t('login_title');
  const alert =
    notice !== undefined && notice !== 'signed_out'
      ? `<p role="alert" id="notice">${t(`login_${notice}`)}</p>`
      : '';
  const form =
    action === null
      ? ''
      : `<form method="post" action="${escapeHtml(action)}">
      <label for="username">${t('login_username')}</label>
      <input id="username" name="username" value="${escapeHtml(username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="200"${notice === 'wrong' ? ' aria-describedby="notice" aria-invalid="true"' : ''} autofocus>
      <label for="password">${t('login_password')}</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
      <button type="submit">${t('login_submit')}</button>
    </form>`;
  const rows = people
    .map(
      (one) =>
        `<tr><td><code>${escapeHtml(one.username)}</code><br><code>${escapeHtml(one.password)}</code></td><td>${escapeHtml(one.roles.join(', '))}</td></tr>`,
    )
    .join('');
  const demo =
    action === null
      ? ''
      : `<details><summary>${t('login_demo')}</summary><p>${t('login_demo_note')}</p><table><thead><tr><th scope="col">${t('login_username')}, ${t('login_password').toLowerCase()}</th><th scope="col">${t('login_roles')}</th></tr></thead><tbody>${rows}</tbody></table></details>`;
  const link =
    otherLanguage === null
      ? ''
      : `<p><a href="${escapeHtml(otherLanguage)}" lang="${language === 'sv' ? 'en' : 'sv'}">${t('login_other_language')}</a></p>`;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${heading} - ${t('login_lab')}</title><style>${STYLE}</style></head>
<body><main><p class="lab">${t('login_lab')}</p><h1>${heading}</h1>${alert}${form}<footer>${demo}${link}</footer></main></body></html>`;
}
