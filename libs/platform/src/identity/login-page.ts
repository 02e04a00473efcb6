import type { DemoPerson } from './realm.ts';

export type Language = 'sv' | 'en';

const texts = {
  sv: {
    title: 'Logga in',
    lab: 'SCAPIS datorlabb',
    username: 'Användarnamn',
    password: 'Lösenord',
    submit: 'Logga in',
    wrong: 'Fel användarnamn eller lösenord.',
    locked: 'För många försök. Vänta några minuter och försök igen.',
    gone: 'Inloggningen har tagit för lång tid. Gå tillbaka till labbet och logga in igen.',
    demo: 'Demopersoner',
    demoNote:
      'Den inbyggda identitetstjänsten är till för demonstration och test. Den riktiga driften använder organisationens Keycloak.',
    roles: 'Roller',
    other: 'In English',
    signedOut: 'Du är utloggad.',
    error: 'Inloggningen kunde inte fortsätta.',
  },
  en: {
    title: 'Sign in',
    lab: 'SCAPIS computer lab',
    username: 'Username',
    password: 'Password',
    submit: 'Sign in',
    wrong: 'Wrong username or password.',
    locked: 'Too many attempts. Wait a few minutes and try again.',
    gone: 'Signing in took too long. Go back to the lab and sign in again.',
    demo: 'Demo people',
    demoNote:
      "The built-in identity provider is for demonstration and tests. Real operation uses the organisation's Keycloak.",
    roles: 'Roles',
    other: 'På svenska',
    signedOut: 'You are signed out.',
    error: 'Signing in could not go on.',
  },
} as const satisfies Record<Language, Record<string, string>>;

export type Notice = 'wrong' | 'locked' | 'gone' | 'signedOut' | 'error';

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
  language: Language,
  options: {
    action: string | null;
    otherLanguage: string | null;
    username?: string;
    notice?: Notice | undefined;
    people: readonly DemoPerson[];
  },
): string {
  const t = texts[language];
  const { action, otherLanguage, username = '', notice, people } = options;
  const heading = notice === 'signedOut' ? t.signedOut : t.title;
  const alert =
    notice !== undefined && notice !== 'signedOut'
      ? `<p role="alert" id="notice">${t[notice]}</p>`
      : '';
  const form =
    action === null
      ? ''
      : `<form method="post" action="${escapeHtml(action)}">
      <label for="username">${t.username}</label>
      <input id="username" name="username" value="${escapeHtml(username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="200"${notice === 'wrong' ? ' aria-describedby="notice" aria-invalid="true"' : ''} autofocus>
      <label for="password">${t.password}</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
      <button type="submit">${t.submit}</button>
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
      : `<details><summary>${t.demo}</summary><p>${t.demoNote}</p><table><thead><tr><th scope="col">${t.username}, ${t.password.toLowerCase()}</th><th scope="col">${t.roles}</th></tr></thead><tbody>${rows}</tbody></table></details>`;
  const link =
    otherLanguage === null
      ? ''
      : `<p><a href="${escapeHtml(otherLanguage)}" lang="${language === 'sv' ? 'en' : 'sv'}">${t.other}</a></p>`;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${heading} - ${t.lab}</title><style>${STYLE}</style></head>
<body><main><p class="lab">${t.lab}</p><h1>${heading}</h1>${alert}${form}<footer>${demo}${link}</footer></main></body></html>`;
}
