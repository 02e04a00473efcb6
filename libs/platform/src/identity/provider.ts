// The apps compile this file from their own folders, where an ambient module is not found else.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./oidc-provider.d.ts" />
import { createHash, randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import { type Context, errors, type JwtParts, Provider, type StoredToken } from 'oidc-provider';
import type { Accounts } from './accounts.ts';
import { renderLoginPage } from './login-page.ts';
import type { Realm, RealmUser } from './realm.ts';

/** Keycloak's paths below /realms/NAME. */
export const PATHS = {
  authorization: '/protocol/openid-connect/auth',
  token: '/protocol/openid-connect/token',
  jwks: '/protocol/openid-connect/certs',
  userinfo: '/protocol/openid-connect/userinfo',
  logout: '/protocol/openid-connect/logout',
  introspection: '/protocol/openid-connect/token/introspect',
  revocation: '/protocol/openid-connect/revoke',
  login: '/login-actions/authenticate',
} as const;

export interface ProviderParts {
  realm: Realm;
  accounts: Accounts;
  store: (model: string) => object;
  keys: JWK[];
  issuer: string;
  base: string;
  port: number;
  publicUrl: string;
  clientSecret: string | undefined;
}

/**
 * Every access token is for the gateway: Keycloak says so by the audience mapper of
 * docker/realm.json.
 */
export const AUDIENCE = 'scapis-gateway';
const RESOURCE = 'urn:scapis:gateway';
const SCOPES = 'openid profile email roles';

/**
 * oidc-provider set up to look like Keycloak 26. Holds no state of its own but `parts.store`, so a
 * new one may take over at any time.
 */
export function buildProvider(parts: ProviderParts): Provider {
  const { realm, accounts, base, port } = parts;
  const resourceServer = {
    scope: SCOPES,
    audience: AUDIENCE,
    accessTokenTTL: realm.accessTokenLifespan,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  };
  const cookieName = (name: string): string => `scapis_idp_${port}_${name}`;

  const provider = new Provider(parts.issuer, {
    adapter: parts.store,
    clients: clientsOf(parts),
    jwks: { keys: parts.keys },
    routes: {
      authorization: PATHS.authorization,
      token: PATHS.token,
      jwks: PATHS.jwks,
      end_session: PATHS.logout,
      revocation: PATHS.revocation,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: renderLogout,
        postLogoutSuccessSource: renderSignedOut,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => resourceServer,
      },
    },
    scopes: SCOPES.split(' '),
    responseTypes: ['code'],
    // `typ` in the ID token is Keycloak's, and keycloak-connect insists on it.
    claims: {
      openid: ['sub', 'sid', 'typ', 'azp'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
      roles: ['realm_access'],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    // Named by port: browsers share cookies between the ports of one host, and two labs may run on
    // it.
    cookies: {
      names: {
        session: cookieName('session'),
        interaction: cookieName('interaction'),
        resume: cookieName('resume'),
      },
      keys: [
        createHash('sha256')
          .update(JSON.stringify(parts.keys.at(-1)))
          .digest('hex'),
      ],
      long: { httpOnly: true, sameSite: 'lax', path: base },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      AuthorizationCode: 60,
      AccessToken: realm.accessTokenLifespan,
      IdToken: realm.accessTokenLifespan,
      Interaction: 1800,
      Session: realm.ssoSessionMaxLifespan,
      Grant: realm.ssoSessionMaxLifespan,
      RefreshToken: realm.ssoSessionIdleTimeout,
    },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    interactions: {
      url: (_ctx: Context, { uid }: { uid: string }) => `${base}${PATHS.login}/${uid}`,
    },
    findAccount: (_ctx: Context, id: string, token?: StoredToken) => {
      const user = accounts.find(id);
      return (
        user && {
          accountId: id,
          claims: () => ({ ...claimsOf(user), typ: 'ID', azp: token?.clientId }),
        }
      );
    },
    // The lab's own clients need no consent page; the grant is made as Keycloak makes it.
    loadExistingGrant: async (ctx: Context) => {
      const { client, session } = ctx.oidc;
      const known = session.grantIdFor(client.clientId);
      return (
        (known !== undefined && (await provider.Grant.find(known))) ||
        makeGrant(provider, session.accountId ?? '', client.clientId)
      );
    },
    formats: {
      customizers: {
        jwt: (_ctx: unknown, token: StoredToken, jwt: JwtParts) =>
          shapeAccessToken(accounts, token, jwt),
      },
    },
    renderError: (ctx: Context) => {
      ctx.type = 'html';
      ctx.body = renderLoginPage(languageOf(ctx), {
        action: null,
        otherLanguage: null,
        notice: 'error',
        people: [],
      });
    },
  });
  registerPasswordGrant(provider, parts);
  return provider;
}

function clientsOf({ realm, publicUrl, clientSecret }: ProviderParts): Record<string, unknown>[] {
  return realm.clients.map((client) => ({
    client_id: client.clientId,
    ...(client.publicClient
      ? { token_endpoint_auth_method: 'none' }
      : {
          client_secret: clientSecret ?? client.secret,
          token_endpoint_auth_method: 'client_secret_basic',
        }),
    grant_types: [
      ...(client.standardFlowEnabled ? ['authorization_code'] : []),
      ...(client.directAccessGrantsEnabled ? ['password'] : []),
      'refresh_token',
    ],
    response_types: client.standardFlowEnabled ? ['code'] : [],
    redirect_uris: client.standardFlowEnabled
      ? [...new Set([`${publicUrl}/api/callback`, ...client.redirectUris])]
      : [],
    post_logout_redirect_uris: client.standardFlowEnabled ? [publicUrl, `${publicUrl}/`] : [],
    id_token_signed_response_alg: 'RS256',
  }));
}

function claimsOf(user: RealmUser): Record<string, unknown> {
  return {
    sub: user.id,
    name: `${user.firstName} ${user.lastName}`,
    given_name: user.firstName,
    family_name: user.lastName,
    preferred_username: user.username,
    email: user.email,
    email_verified: user.emailVerified,
    realm_access: { roles: user.realmRoles },
  };
}

/** Claims, header and audience as Keycloak writes them. */
function shapeAccessToken(accounts: Accounts, token: StoredToken, jwt: JwtParts): void {
  const user = accounts.find(token.accountId);
  const { jti, iat, exp, iss, scope } = jwt.payload;
  jwt.header = { ...jwt.header, typ: 'JWT' };
  jwt.payload = {
    exp,
    iat,
    jti,
    iss,
    aud: [AUDIENCE, 'account'],
    typ: 'Bearer',
    azp: token.clientId,
    sid: token.sid ?? token.sessionUid,
    session_state: token.sid ?? token.sessionUid,
    scope,
    ...(user === undefined ? { sub: token.accountId } : claimsOf(user)),
  };
}

async function makeGrant(
  provider: Provider,
  accountId: string,
  clientId: string,
): Promise<unknown> {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(SCOPES);
  grant.addResourceScope(RESOURCE, SCOPES);
  await grant.save();
  return grant;
}

/**
 * Keycloak's "direct access grant", which OAuth 2.1 has dropped: only for clients that the realm
 * allows it, to sign in without a browser.
 */
function registerPasswordGrant(provider: Provider, { realm, accounts }: ProviderParts): void {
  const handler = async (ctx: Context): Promise<void> => {
    const { client, params } = ctx.oidc;
    const outcome = accounts.checkPassword(params['username'] ?? '', params['password'] ?? '');
    if ('refusal' in outcome) throw new errors.InvalidGrant('Invalid user credentials');
    const { id } = outcome.user;
    const grant = new provider.Grant({ accountId: id, clientId: client.clientId });
    grant.addOIDCScope(SCOPES);
    grant.addResourceScope(RESOURCE, SCOPES);
    const common = {
      accountId: id,
      client,
      grantId: await grant.save(),
      gty: 'password',
      sid: randomUUID(),
      scope: SCOPES,
    };
    const access = new provider.AccessToken({
      ...common,
      resourceServer: new provider.ResourceServer(RESOURCE, {
        audience: AUDIENCE,
        scope: SCOPES,
        accessTokenTTL: realm.accessTokenLifespan,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    });
    ctx.oidc.entity('AccessToken', access);
    const refresh = new provider.RefreshToken({
      ...common,
      authTime: Math.floor(Date.now() / 1000),
      resource: RESOURCE,
    });
    ctx.body = {
      access_token: await access.save(),
      expires_in: realm.accessTokenLifespan,
      refresh_token: await refresh.save(),
      refresh_expires_in: realm.ssoSessionIdleTimeout,
      token_type: 'Bearer',
      scope: SCOPES,
    };
  };
  provider.registerGrantType('password', handler, ['username', 'password', 'scope']);
}

function languageOf(ctx: Context): 'sv' | 'en' {
  return ctx.acceptsLanguages('sv', 'en') === 'en' ? 'en' : 'sv';
}

/**
 * Logging out needs no second question: the form of oidc-provider is sent off at once, by a button
 * for those without scripts.
 */
function renderLogout(ctx: Context, form: string): void {
  const nonce = randomUUID();
  const button = languageOf(ctx) === 'sv' ? 'Logga ut' : 'Sign out';
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="${languageOf(ctx)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'"><title>${button}</title></head>
<body>${form.replace('</form>', `<input type="hidden" name="logout" value="yes"><button>${button}</button></form>`)}<script nonce="${nonce}">document.forms[0].submit()</script></body></html>`;
}

function renderSignedOut(ctx: Context): void {
  ctx.type = 'html';
  ctx.body = renderLoginPage(languageOf(ctx), {
    action: null,
    otherLanguage: null,
    notice: 'signed_out',
    people: [],
  });
}
