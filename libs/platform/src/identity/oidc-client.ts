import { LabError, type Role } from '@scapis/contracts';
import { z } from 'zod';
import { type ClientConfig, rolesOf } from './tokens.ts';

const tokensSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
});
type TokenResponse = z.infer<typeof tokensSchema>;

/**
 * The gateway's own calls to Keycloak, as its confidential client. All throw LabError
 * identity_unavailable when it can't be reached.
 */
export interface OidcClient {
  loginUrl(parameters: Record<string, string>): string;
  /** @throws LabError not_signed_in when the provider refuses the code or the refresh token. */
  fetchTokens(parameters: Record<string, string>): Promise<TokenResponse>;
  /**
   * Is this access token still good: person enabled, session not ended? (RFC 7662)
   * @returns the roles that the person has now, which may be others than those in the token; null
   * when it is not good. Keycloak 26 works the claims out anew by the mappers of the client.
   */
  findCurrentRoles(accessToken: string): Promise<Role[] | null>;
  /**
   * Ends the refresh token and the single sign-on session that it came from. A token that is
   * already dead is fine.
   */
  endSession(refreshToken: string): Promise<void>;
  ping(): Promise<void>;
}

const TIMEOUT_MS = 5_000;

export function createOidcClient(config: ClientConfig): OidcClient {
  const realm = `${config.KEYCLOAK_URL}/realms/${config.KEYCLOAK_REALM}`;
  const base = `${realm}/protocol/openid-connect`;
  // RFC 6749 2.3.1: both halves form-encoded, then joined.
  const basic = Buffer.from(
    `${encodeURIComponent(config.KEYCLOAK_CLIENT_ID)}:${encodeURIComponent(config.KEYCLOAK_CLIENT_SECRET)}`,
  ).toString('base64');

  async function call(url: string, parameters?: Record<string, string>): Promise<Response> {
    const init: RequestInit = { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' };
    if (parameters !== undefined)
      Object.assign(init, {
        method: 'POST',
        body: new URLSearchParams(parameters),
        headers: { authorization: `Basic ${basic}` },
      });
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (cause) {
      throw new LabError('identity_unavailable', {
        cause,
        privateDetail: 'identity provider not reached',
      });
    }
    // 401 is about our own client secret: the lab is set up wrong, and no person can mend that by
    // signing in again.
    if (response.status >= 500 || response.status === 401)
      throw new LabError('identity_unavailable', {
        privateDetail: `identity provider answered ${response.status}`,
      });
    return response;
  }

  return {
    loginUrl: (parameters) =>
      `${base}/auth?${new URLSearchParams({ client_id: config.KEYCLOAK_CLIENT_ID, response_type: 'code', scope: 'openid profile email', ...parameters }).toString()}`,
    async fetchTokens(parameters) {
      const response = await call(`${base}/token`, parameters);
      const parsed = tokensSchema.safeParse(await response.json().catch(() => null));
      if (!response.ok || !parsed.success)
        throw new LabError('not_signed_in', {
          privateDetail: `token endpoint answered ${response.status}`,
        });
      return parsed.data;
    },
    async findCurrentRoles(accessToken) {
      const response = await call(`${base}/token/introspect`, {
        token: accessToken,
        token_type_hint: 'access_token',
      });
      const answer: unknown = await response.json().catch(() => null);
      const isActive =
        typeof answer === 'object' &&
        answer !== null &&
        'active' in answer &&
        answer.active === true;
      return isActive ? rolesOf(answer) : null;
    },
    async endSession(refreshToken) {
      await call(`${base}/logout`, {
        client_id: config.KEYCLOAK_CLIENT_ID,
        client_secret: config.KEYCLOAK_CLIENT_SECRET,
        refresh_token: refreshToken,
      });
    },
    async ping() {
      const response = await call(`${realm}/.well-known/openid-configuration`);
      if (!response.ok)
        throw new LabError('identity_unavailable', {
          privateDetail: `discovery answered ${response.status}: is KEYCLOAK_REALM right?`,
        });
    },
  };
}
