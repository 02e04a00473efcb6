// The apps compile this file from their own folders, where an ambient module is not found else.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./oidc-provider.d.ts" />
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { readForm } from './form.ts';
import type { Locale } from '@scapis/contracts';
import { LOGIN_PAGE_POLICY, type Notice, renderLoginPage } from './login-page.ts';
import { PATHS, type ProviderParts } from './provider.ts';

export interface RequestContext extends ProviderParts {
  provider: Provider;
  req: IncomingMessage;
  res: ServerResponse;
}

/**
 * The page that asks for name and password, and its answer. `uid` is the sign-in under way, which a
 * cookie binds to this browser.
 */
export async function handleLogin(context: RequestContext, uid: string): Promise<void> {
  const { provider, accounts, req, res, base } = context;
  const language = languageOf(req);
  const path = `${base}${PATHS.login}/${encodeURIComponent(uid)}`;
  const show = (status: number, isOpen: boolean, notice?: Notice, username?: string): void => {
    const people = context.realm.users.map((user) => ({
      personId: user.id,
      username: user.username,
      password: user.credentials[0]?.value ?? '',
      name: '',
      email: '',
      roles: user.realmRoles,
    }));
    const html = renderLoginPage(language, {
      action: isOpen ? `${path}?lang=${language}` : null,
      otherLanguage: isOpen ? `${path}?lang=${language === 'sv' ? 'en' : 'sv'}` : null,
      notice,
      people,
      ...(username !== undefined && { username }),
    });
    res.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': LOGIN_PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    res.end(html);
  };

  const details = await provider.interactionDetails(req, res).catch(() => null);
  // Also the answer to a forged post from another site: it lacks the cookie.
  if (details === null || details.uid !== uid) return show(400, false, 'gone');
  if (req.method !== 'POST') return show(200, true);
  const form = await readForm(req);
  const username = form.get('username') ?? '';
  const outcome = accounts.checkPassword(username, form.get('password') ?? '');
  if ('refusal' in outcome)
    return show(outcome.refusal === 'locked' ? 429 : 401, true, outcome.refusal, username);
  return provider.interactionFinished(req, res, {
    login: { accountId: outcome.user.id, amr: ['pwd'] },
  });
}

/** `lang` in the address, else what the browser prefers, else Swedish. */
function languageOf(req: IncomingMessage): Locale {
  const chosen = new URL(req.url ?? '/', 'http://x').searchParams.get('lang');
  if (chosen === 'sv' || chosen === 'en') return chosen;
  const wanted = (req.headers['accept-language'] ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase());
  return wanted.find((one): one is Locale => one === 'sv' || one === 'en') ?? 'sv';
}
