import { z } from 'zod';

const answerSchema = z.object({ access_token: z.string(), expires_in: z.number() });

/** Renewed this long before its end, so that a request under way doesn't outlive it. */
const MARGIN_MS = 30_000;

/**
 * Access tokens for a demo person, without a browser, through the public client `scapis-cli` of
 * docker/realm.json: for the demo, the end-to-end tests and scripts. The function it returns gives
 * a token that is good for half a minute at least.
 */
export function createTokenSource(
  config: { KEYCLOAK_URL: string; KEYCLOAK_REALM: string },
  person: { username: string; password: string },
): () => Promise<string> {
  let current: { token: string; endsAt: number } | undefined;
  let pending: Promise<string> | undefined;
  const fetchToken = async (): Promise<string> => {
    const response = await fetch(
      `${config.KEYCLOAK_URL}/realms/${config.KEYCLOAK_REALM}/protocol/openid-connect/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          client_id: 'scapis-cli',
          scope: 'openid',
          username: person.username,
          password: person.password,
        }),
      },
    );
    if (!response.ok)
      throw new Error(
        `The identity provider refused ${person.username} (${response.status}). Is the client scapis-cli of docker/realm.json in the realm?`,
      );
    const { access_token: token, expires_in: seconds } = answerSchema.parse(await response.json());
    current = { token, endsAt: Date.now() + seconds * 1000 };
    return token;
  };
  return async () => {
    if (current !== undefined && current.endsAt - MARGIN_MS > Date.now()) return current.token;
    pending ??= fetchToken().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}
