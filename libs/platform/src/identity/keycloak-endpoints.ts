import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { readForm } from './form.ts';
import type { RequestContext } from './login.ts';
import { AUDIENCE } from './provider.ts';

// What Keycloak does and oidc-provider doesn't: user info and introspection for signed access
// tokens, and logout by refresh token.

/** GET or POST with a bearer token: the person's claims. */
export async function handleUserinfo(context: RequestContext): Promise<void> {
  const token = /^Bearer (.+)$/i.exec(context.req.headers.authorization ?? '')?.[1];
  const claims = token === undefined ? null : await verify(context, token);
  if (claims === null)
    return sendJson(
      context.res,
      401,
      { error: 'invalid_token' },
      { 'www-authenticate': 'Bearer error="invalid_token"' },
    );
  const {
    sub,
    name,
    given_name,
    family_name,
    preferred_username,
    email,
    email_verified,
    realm_access,
  } = claims;
  return sendJson(context.res, 200, {
    sub,
    name,
    given_name,
    family_name,
    preferred_username,
    email,
    email_verified,
    realm_access,
  });
}

/**
 * RFC 7662, for the confidential client: is this token still good, whose is it, and which roles has
 * that person now? As in Keycloak, those of the token do not count.
 */
export async function handleIntrospection(context: RequestContext): Promise<void> {
  const form = await readForm(context.req);
  if (!isGateway(context, form)) return sendJson(context.res, 401, { error: 'invalid_client' });
  const claims = await verify(context, form.get('token') ?? '');
  return sendJson(
    context.res,
    200,
    claims === null
      ? { active: false }
      : {
          active: true,
          client_id: claims['azp'],
          username: claims['preferred_username'],
          token_type: 'Bearer',
          ...claims,
          realm_access: { roles: context.accounts.find(claims.sub ?? '')?.realmRoles ?? [] },
        },
  );
}

/**
 * Keycloak's logout for a server that holds the refresh token: ends the token's family and the
 * browser's single sign-on with it.
 * @returns false when the post is not of that kind; it is then the browser's own logout, for
 * oidc-provider.
 */
export async function handleBackchannelLogout(context: RequestContext): Promise<boolean> {
  const { provider, req, res } = context;
  const form = await readForm(req);
  const value = form.get('refresh_token');
  if (value === null) {
    // The body is read; this is where oidc-provider finds it then.
    Object.assign(req, { body: Object.fromEntries(form) });
    return false;
  }
  const token = await provider.RefreshToken.find(value);
  const isPublic = context.realm.clients.some(
    (client) => client.clientId === form.get('client_id') && client.publicClient,
  );
  if (!isPublic && !isGateway(context, form)) {
    sendJson(res, 401, { error: 'invalid_client' });
    return true;
  }
  if (token === undefined || token.clientId !== (isPublic ? form.get('client_id') : AUDIENCE)) {
    sendJson(res, 400, { error: 'invalid_grant' });
    return true;
  }
  if (token.sessionUid !== undefined)
    await (await provider.Session.findByUid(token.sessionUid))?.destroy();
  await provider.RefreshToken.revokeByGrantId(token.grantId);
  res.writeHead(204).end();
  return true;
}

/**
 * The claims of an access token of ours that is still good: signed, not expired, its person
 * enabled, its browser session not ended.
 */
async function verify(
  { keys, issuer, accounts }: RequestContext,
  token: string,
): Promise<JWTPayload | null> {
  try {
    const jwks = createLocalJWKSet({
      keys: keys.map(({ kty, n, e, kid, alg, use }) => ({ kty, n, e, kid, alg, use })),
    });
    const { payload } = await jwtVerify(token, jwks, {
      issuer,
      audience: AUDIENCE,
      algorithms: ['RS256'],
    });
    return payload['typ'] === 'Bearer' && accounts.find(payload.sub ?? '') !== undefined
      ? payload
      : null;
  } catch {
    return null;
  }
}

/** Basic authentication or form fields, as the two ways that Keycloak takes. */
function isGateway({ realm, clientSecret, req }: RequestContext, form: URLSearchParams): boolean {
  const expected =
    clientSecret ?? realm.clients.find((client) => client.clientId === AUDIENCE)?.secret;
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const [id, secret] =
    basic === undefined
      ? [form.get('client_id') ?? '', form.get('client_secret') ?? '']
      : splitBasic(basic);
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return (
    expected !== undefined && id === AUDIENCE && timingSafeEqual(digest(secret), digest(expected))
  );
}

/** RFC 6749 2.3.1: both halves are form-encoded before they are joined. */
function splitBasic(encoded: string): [string, string] {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return [decodeURIComponent(text.slice(0, colon)), decodeURIComponent(text.slice(colon + 1))];
}

function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...headers,
  });
  res.end(JSON.stringify(body));
}
