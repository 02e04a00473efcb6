import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LabError, type Role } from '@scapis/contracts';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { readCookie, writeCookie } from './cookies.ts';
import { createOidcClient } from './oidc-client.ts';
import { createSealedBox } from './sealed-box.ts';
import { createSessions, SESSION_LIFETIME, type SessionContent } from './sessions.ts';
import { createTokenChecks, type IdentityConfig, type Principal } from './tokens.ts';

/** The headers of a request that say who asks. */
interface Credentials {
  authorization?: string | undefined;
  cookie?: string | undefined;
}

interface SignedIn {
  principal: Principal;
  /**
   * A browser sends its cookie for other sites' pages too, so what changes something needs a second
   * proof (the gateway's own header) with it.
   */
  via: 'bearer' | 'session';
  /** When this proof ends: the token's expiry, or the session's end if nothing more is asked. */
  endsAt: Date;
}

/** An answer to the browser: where to go, and the Set-Cookie headers. */
export interface Redirect {
  redirectTo: string;
  cookies: string[];
}

/**
 * Who asks, and the browser's way in and out. Works the same with Keycloak and the embedded
 * provider.
 */
export interface Identity {
  /**
   * The person behind a request: a bearer token if there is one, else the session cookie.
   * @throws LabError not_signed_in; identity_unavailable when nobody can vouch for him just now.
   */
  authenticate(credentials: Credentials): Promise<SignedIn>;
  /** Sends the browser to the identity provider. `to`: the page wanted, a path of the lab. */
  beginLogin(to: string | undefined): Redirect;
  /**
   * What the browser brings back. Only the browser that began can end: `state` is bound to its
   * cookie. @throws LabError not_signed_in
   */
  finishLogin(
    query: Readonly<Record<string, unknown>>,
    cookie: string | undefined,
  ): Promise<Redirect & { principal: Principal }>;
  /** Ends the session here and at the identity provider, whatever it says. */
  logout(cookie: string | undefined): Promise<Redirect>;
  /** Browser sessions that have not ended. */
  countSessions(): Promise<number>;
  /** Removes sessions that have run out. */
  removeEndedSessions(): Promise<number>;
  ping(): Promise<void>;
}

export interface IdentityOptions {
  /**
   * How old the provider's word about a person may be: switched off there, or without a role,
   * they are refused here within this time.
   */
  recheckMs?: number;
  /** Milliseconds since 1970; a test's own clock. */
  now?: () => number;
}

const RECHECK_MS = 30_000;
const LOGIN_MS = 10 * 60_000;
const CALLBACK_PATH = '/api/callback';
const MAX_REMEMBERED = 10_000;

const pendingSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  endsAt: z.number(),
});
const callbackSchema = z.object({ code: z.string().min(1), state: z.string().min(1) });

export function createIdentity(
  config: IdentityConfig,
  db: Database,
  options: IdentityOptions = {},
): Identity {
  const recheckMs = options.recheckMs ?? RECHECK_MS;
  const now = options.now ?? Date.now;
  const checks = createTokenChecks(config);
  const client = createOidcClient(config);
  const sessions = createSessions(db, config.SESSION_SECRET);
  const pendingBox = createSealedBox(config.SESSION_SECRET, 'scapis sign-in under way 1');
  const publicUrl = new URL(config.PUBLIC_URL);
  const isSecure = publicUrl.protocol === 'https:';
  // Browsers share cookies between the ports of one host; two labs on it must not take each
  // other's.
  const suffix = publicUrl.port || (isSecure ? '443' : '80');
  const sessionCookie = isSecure ? `__Host-scapis_session_${suffix}` : `scapis_session_${suffix}`;
  const redirectUri = `${config.PUBLIC_URL}${CALLBACK_PATH}`;
  const pendingCookie = (state: string): string => `scapis_login_${suffix}_${state.slice(0, 8)}`;
  const dropSession = (): string =>
    writeCookie(sessionCookie, '', { isSecure, path: '/', maxAgeSeconds: 0 });
  /** Hash of a bearer token -> when the provider last called it active, and for which roles. */
  const vouched = new Map<string, { at: number; roles: Role[] }>();

  async function authenticateBearer(token: string): Promise<Principal> {
    const principal = await checks.access(token);
    const id = createHash('sha256').update(token).digest('base64');
    const known = vouched.get(id);
    if (known !== undefined && now() - known.at <= recheckMs)
      return { ...principal, roles: known.roles };
    // Those in the token are as old as the token: up to Keycloak's accessTokenLifespan.
    const roles = await client.findCurrentRoles(token);
    if (roles === null) {
      vouched.delete(id);
      throw new LabError('not_signed_in', { privateDetail: 'token no longer active' });
    }
    if (vouched.size >= MAX_REMEMBERED) vouched.clear();
    vouched.set(id, { at: now(), roles });
    return { ...principal, roles };
  }

  async function authenticateSession(value: string): Promise<Omit<SignedIn, 'via'>> {
    const isFresh = ({ checkedAt }: SessionContent): boolean => now() - checkedAt <= recheckMs;
    const found = await sessions.find(value);
    if (found === null) throw new LabError('not_signed_in', { privateDetail: 'no such session' });
    if (isFresh(found)) return { principal: found.principal, endsAt: found.endsAt };
    // Of requests that come together one asks the provider; the others wait for the row and find it
    // fresh.
    const renewed = await sessions.update(value, async (content) =>
      isFresh(content) ? content : renew(content),
    );
    if (renewed === null)
      throw new LabError('not_signed_in', {
        privateDetail: 'the identity provider ended the session',
      });
    return { principal: renewed.principal, endsAt: found.endsAt };
  }

  async function renew(content: SessionContent): Promise<SessionContent | null> {
    try {
      const tokens = await client.fetchTokens({
        grant_type: 'refresh_token',
        refresh_token: content.refreshToken,
      });
      const principal = await checks.access(tokens.access_token);
      if (principal.personId !== content.principal.personId) return null;
      return {
        principal,
        refreshToken: tokens.refresh_token ?? content.refreshToken,
        checkedAt: now(),
      };
    } catch (error) {
      if (error instanceof LabError && error.code === 'not_signed_in') return null;
      throw error;
    }
  }

  return {
    async authenticate({ authorization, cookie }) {
      if (authorization !== undefined) {
        const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
        if (token === undefined)
          throw new LabError('not_signed_in', { privateDetail: 'not a bearer token' });
        return {
          principal: await authenticateBearer(token),
          via: 'bearer',
          endsAt: expiryOf(token),
        };
      }
      const value = readCookie(cookie, sessionCookie);
      if (!value) throw new LabError('not_signed_in');
      return { ...(await authenticateSession(value)), via: 'session' };
    },

    beginLogin(to) {
      const [state, nonce, verifier] = [randomBytes(24), randomBytes(24), randomBytes(48)].map(
        (bytes) => bytes.toString('base64url'),
      ) as [string, string, string];
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const name = pendingCookie(state);
      const sealed = pendingBox
        .seal({ state, nonce, verifier, to: checkPath(to), endsAt: now() + LOGIN_MS }, name)
        .toString('base64url');
      return {
        redirectTo: client.loginUrl({
          redirect_uri: redirectUri,
          state,
          nonce,
          code_challenge: challenge,
          code_challenge_method: 'S256',
        }),
        cookies: [
          writeCookie(name, sealed, {
            isSecure,
            path: CALLBACK_PATH,
            maxAgeSeconds: LOGIN_MS / 1000,
          }),
        ],
      };
    },

    async finishLogin(query, cookie) {
      const answer = callbackSchema.safeParse(query);
      if (!answer.success)
        throw new LabError('not_signed_in', {
          privateDetail: 'the identity provider sent no code',
        });
      const { code, state } = answer.data;
      const name = pendingCookie(state);
      const pending = pendingSchema.safeParse(
        pendingBox.open(Buffer.from(readCookie(cookie, name) ?? '', 'base64url'), name),
      );
      if (!pending.success || pending.data.endsAt < now() || !isSame(pending.data.state, state)) {
        throw new LabError('not_signed_in', {
          privateDetail: 'this browser began no such sign-in',
        });
      }
      const { nonce, verifier, to } = pending.data;
      const tokens = await client.fetchTokens({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
      if (tokens.id_token === undefined || tokens.refresh_token === undefined)
        throw new LabError('not_signed_in', {
          privateDetail: 'the provider gave no ID or refresh token',
        });
      const principal = await checks.access(tokens.access_token);
      if ((await checks.id(tokens.id_token, nonce)) !== principal.personId)
        throw new LabError('not_signed_in', { privateDetail: 'two tokens of two people' });
      const previous = readCookie(cookie, sessionCookie);
      if (previous) await sessions.end(previous);
      const value = await sessions.create({
        principal,
        refreshToken: tokens.refresh_token,
        checkedAt: now(),
      });
      return {
        principal,
        redirectTo: to,
        cookies: [
          writeCookie(name, '', { isSecure, path: CALLBACK_PATH, maxAgeSeconds: 0 }),
          writeCookie(sessionCookie, value, {
            isSecure,
            path: '/',
            maxAgeSeconds: Math.round(SESSION_LIFETIME.absoluteMs / 1000),
          }),
        ],
      };
    },

    async logout(cookie) {
      const value = readCookie(cookie, sessionCookie);
      const ended = value ? await sessions.end(value) : null;
      // Our own session is gone either way; a provider that is away must not keep the person signed
      // in here.
      if (ended !== null) await client.endSession(ended.refreshToken).catch(() => undefined);
      return { redirectTo: '/', cookies: [dropSession()] };
    },

    countSessions: () => sessions.count(),
    removeEndedSessions: () => sessions.removeEnded(),
    ping: () => client.ping(),
  };
}

/** `exp` of a token that has been verified already. */
function expiryOf(token: string): Date {
  const { exp } = z
    .object({ exp: z.number() })
    .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  return new Date(exp * 1000);
}

/** A path of the lab itself: `//elsewhere` and `/\elsewhere` are other sites to a browser. */
function checkPath(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(to) ? to : '/';
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
