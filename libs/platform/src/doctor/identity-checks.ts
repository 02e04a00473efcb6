import { LabError, roles } from '@scapis/contracts';
import { z } from 'zod';
import { createOidcClient } from '../identity/oidc-client.ts';
import { createTokenChecks, type ClientConfig, readClaims } from '../identity/tokens.ts';
import { type Finding, judge, ok, unknown, wrong } from './checks.ts';

/** As the gateway's, which refuses tokens beyond it; a second more, since a date has no parts. */
const MOST_CLOCK_S = 6;
const ANSWER_WITHIN_MS = 5_000;

const discoverySchema = z.object({ issuer: z.string(), authorization_endpoint: z.string() });

/**
 * @param token an access token of a person, if there is one
 * @param now this machine's clock, in ms
 */
export async function checkIdentity(
  config: ClientConfig,
  token: string | undefined,
  now: () => number,
): Promise<Finding[]> {
  const realm = `${config.KEYCLOAK_URL}/realms/${config.KEYCLOAK_REALM}`;
  let response: Response;
  let askedAt: number;
  try {
    askedAt = now();
    response = await fetch(`${realm}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (error) {
    return [wrong('identity.reached', `${realm}: ${networkWordOf(error)}`)];
  }
  const discovery = discoverySchema.safeParse(await response.json().catch(() => null));
  if (!response.ok || !discovery.success)
    return [wrong('identity.reached', `${realm} answered ${response.status}`)];
  const { issuer, authorization_endpoint } = discovery.data;
  return [
    ok('identity.reached', realm),
    judge('identity.issuer', issuer === realm, issuer),
    await checkClient(config),
    await checkRedirect(config, authorization_endpoint),
    await checkToken(config, token),
    checkClock(response.headers.get('date'), token, askedAt),
  ];
}

function networkWordOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return `not reached${typeof code === 'string' ? ` (${code})` : ''}`;
}

/** A token that is none: who asks must be known all the same. */
async function checkClient(config: ClientConfig): Promise<Finding> {
  const { KEYCLOAK_CLIENT_ID: id } = config;
  try {
    await createOidcClient(config).findCurrentRoles('no token');
    return ok('identity.client', `${id}, known by its secret`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return wrong('identity.client', `${id}: ${error.privateDetail ?? error.code}`);
  }
}

/** The page of sign-in, or what says that nobody is sent there. */
async function checkRedirect(config: ClientConfig, endpoint: string): Promise<Finding> {
  const address = `${config.PUBLIC_URL}/api/callback`;
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    client_id: config.KEYCLOAK_CLIENT_ID,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: address,
    state: 'doctor',
    nonce: 'doctor',
    // Of no verifier: nothing is ever exchanged for it.
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }).toString();
  const { status } = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  return judge(
    'identity.redirect',
    status < 400,
    status < 400 ? address : `${address} is refused (${status})`,
  );
}

async function checkToken(config: ClientConfig, token: string | undefined): Promise<Finding> {
  if (token === undefined)
    return unknown(
      'identity.token',
      'no token at hand',
      'Set LAB_TOKEN to the access token of a person who has signed in, and run this again.',
    );
  const claims = readClaims(token);
  if (claims === null) return wrong('identity.token', 'LAB_TOKEN is no token of OpenID Connect');
  const audience = [claims.aud].flat();
  const own = (claims.realm_access?.roles ?? []).filter((name) =>
    (roles as readonly string[]).includes(name),
  );
  const faults = [
    claims.iss === `${config.KEYCLOAK_URL}/realms/${config.KEYCLOAK_REALM}`
      ? ''
      : `its issuer is ${claims.iss ?? 'missing'}`,
    audience.includes(config.KEYCLOAK_CLIENT_ID)
      ? ''
      : `its audience is ${audience.join(', ') || 'missing'}, without ${config.KEYCLOAK_CLIENT_ID}`,
    claims.sub === undefined ? 'it has no sub' : '',
    own.length === 0 ? 'it has no role of the lab' : '',
  ].filter(Boolean);
  if (faults.length > 0) return wrong('identity.token', faults.join('; '));
  try {
    await createTokenChecks(config).access(token);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const detail = `${error.code}: ${error.privateDetail ?? ''}`;
    return wrong(
      'identity.token',
      `it is refused (${detail})`,
      'Take a new token of a person: it is good for minutes.',
    );
  }
  return ok('identity.token', `for ${audience.join(', ')}, with sub and ${own.join(', ')}`);
}

/**
 * By the date of its answer, which Keycloak itself does not send, but most proxies before it do;
 * else by a token, which cannot have been made later than now.
 */
function checkClock(date: string | null, token: string | undefined, askedAt: number): Finding {
  const theirs = date === null ? NaN : Date.parse(date);
  if (!Number.isNaN(theirs)) {
    const seconds = Math.round((askedAt - theirs) / 1000);
    const saw = `this host is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`;
    return judge(
      'identity.clock',
      Math.abs(seconds) <= MOST_CLOCK_S,
      seconds === 0 ? 'the same' : saw,
    );
  }
  const madeAt = token === undefined ? undefined : readClaims(token)?.iat;
  const early = madeAt === undefined ? 0 : Math.round(madeAt - askedAt / 1000);
  return early > MOST_CLOCK_S
    ? wrong('identity.clock', `this host is ${early} s behind or more, by the token`)
    : unknown(
        'identity.clock',
        'no answer tells its time',
        'See that the clock of its host follows NTP.',
      );
}
