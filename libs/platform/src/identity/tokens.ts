import { LabError, type Role, roles } from '@scapis/contracts';
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import Keycloak from 'keycloak-connect';
import { z } from 'zod';
import type { Config } from '../config/env-table.ts';

/** The gateway as a client of its identity provider. */
export type ClientConfig = Pick<
  Config,
  'KEYCLOAK_URL' | 'KEYCLOAK_REALM' | 'KEYCLOAK_CLIENT_ID' | 'KEYCLOAK_CLIENT_SECRET' | 'PUBLIC_URL'
>;
export type IdentityConfig = ClientConfig & Pick<Config, 'SESSION_SECRET'>;

/** A person as his token tells of him. */
export interface Principal {
  /** The token's `sub`: the person's id everywhere in the lab. */
  personId: string;
  username: string;
  name: string;
  email: string;
  /** The lab's own roles; others of the realm are left out. */
  roles: Role[];
}

/**
 * Checks what the identity provider has signed. Each method throws LabError not_signed_in, or
 * identity_unavailable when its keys can't be fetched; `access` also service_account.
 */
export interface TokenChecks {
  access(token: string): Promise<Principal>;
  /** `nonce`: the one of this sign-in. Returns the `sub`. */
  id(token: string, nonce: string): Promise<string>;
}

const claimsSchema = z.object({
  sub: z.uuid(),
  typ: z.literal('Bearer'),
  preferred_username: z.string().min(1),
  name: z.string().default(''),
  email: z.string().default(''),
});

const unverifiedSchema = z.object({
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).default([]),
  sub: z.string().optional(),
  iat: z.number().optional(),
  realm_access: z.object({ roles: z.array(z.string()) }).optional(),
});

/**
 * What a token says, believed by nobody: to tell an operator why it is refused.
 * @returns null when it is no token
 */
export function readClaims(token: string): z.infer<typeof unverifiedSchema> | null {
  try {
    return unverifiedSchema.parse(decodeJwt(token));
  } catch {
    return null;
  }
}

/**
 * Keycloak's user behind a client that signs in for itself (client credentials). It names the user
 * so, lets no person take such a name, and adds the caller's address to the token by the scope
 * `service_account`. Two such accounts would be one person's two voices.
 */
const serviceAccountSchema = z.union([
  z.object({ preferred_username: z.string().startsWith('service-account-') }),
  z.object({ clientAddress: z.unknown() }).refine((claims) => claims.clientAddress !== undefined),
]);

const rolesSchema = z.object({
  realm_access: z.object({ roles: z.array(z.string()) }).default({ roles: [] }),
});

const ROLES: ReadonlySet<string> = new Set(roles);
const isRole = (name: string): name is Role => ROLES.has(name);

/** The lab's own roles in the claims of a token or of an introspection. */
export function rolesOf(claims: unknown): Role[] {
  const parsed = rolesSchema.safeParse(claims);
  return parsed.success ? parsed.data.realm_access.roles.filter(isRole) : [];
}

/** Clocks of two machines may differ by this much. */
const CLOCK_TOLERANCE_S = 5;
const KEY_FETCH_MS = 5_000;

/**
 * Two checks, one after the other. jose is strict about what keycloak-connect takes on trust: the
 * algorithm (RS256 and nothing else), that
 * `exp` is there at all, the header's form. keycloak-connect adds Keycloak's own rules: token type,
 * not-before policy, authorized party.
 */
export function createTokenChecks(config: ClientConfig): TokenChecks {
  const issuer = `${config.KEYCLOAK_URL}/realms/${config.KEYCLOAK_REALM}`;
  // A short cooldown: after a key rotation the first token with the new key must not wait; floods
  // of foreign key ids still cost little.
  const keys = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`), {
    cooldownDuration: 1_000,
    timeoutDuration: KEY_FETCH_MS,
  });
  const keycloak = new Keycloak(
    {},
    {
      realm: config.KEYCLOAK_REALM,
      'auth-server-url': config.KEYCLOAK_URL,
      resource: config.KEYCLOAK_CLIENT_ID,
      'ssl-required': 'external',
      'confidential-port': 0,
      ...{
        credentials: { secret: config.KEYCLOAK_CLIENT_SECRET },
        'verify-token-audience': true,
        'min-time-between-jwks-requests': 1,
      },
    },
  );

  async function verify(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: config.KEYCLOAK_CLIENT_ID,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return payload;
    } catch (cause) {
      const isTokenFault =
        cause instanceof errors.JOSEError &&
        !(cause instanceof errors.JWKSTimeout) &&
        cause.code !== 'ERR_JOSE_GENERIC';
      throw new LabError(isTokenFault ? 'not_signed_in' : 'identity_unavailable', {
        cause,
        privateDetail: cause instanceof errors.JOSEError ? cause.code : 'keys not reachable',
      });
    }
  }

  async function checkByKeycloak(accessToken: string): Promise<void> {
    try {
      await keycloak.grantManager.createGrant(JSON.stringify({ access_token: accessToken }));
    } catch (cause) {
      throw new LabError('not_signed_in', {
        cause,
        privateDetail: 'keycloak-connect refused the token',
      });
    }
  }

  return {
    async access(token) {
      const payload = await verify(token);
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success)
        throw new LabError('not_signed_in', { privateDetail: 'not an access token of a person' });
      await checkByKeycloak(token);
      if (serviceAccountSchema.safeParse(payload).success) throw new LabError('service_account');
      const { sub, preferred_username, name, email } = claims.data;
      return {
        personId: sub,
        username: preferred_username,
        name: name || preferred_username,
        email,
        roles: rolesOf(payload),
      };
    },
    async id(token, nonce) {
      const payload = await verify(token);
      const isOurs =
        payload['nonce'] === nonce &&
        payload['typ'] === 'ID' &&
        (payload['azp'] === undefined || payload['azp'] === config.KEYCLOAK_CLIENT_ID);
      if (!isOurs || payload.sub === undefined)
        throw new LabError('not_signed_in', {
          privateDetail: 'the ID token is not of this sign-in',
        });
      return payload.sub;
    },
  };
}
