import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { chooseFreePort } from '../embedded/postgres.ts';
import { createAccounts } from './accounts.ts';
import { createKeyStore } from './key-store.ts';
import {
  handleBackchannelLogout,
  handleIntrospection,
  handleUserinfo,
} from './keycloak-endpoints.ts';
import { handleLogin } from './login.ts';
import { buildProvider, PATHS, type ProviderParts } from './provider.ts';
import { readRealm } from './realm.ts';
import { createTokenStore } from './token-store.ts';

export interface EmbeddedIdentityOptions {
  /** Fixed port, or undefined for a free one. */
  port?: number | undefined;
  /** docker/realm.json unless given. */
  realmFile?: string | undefined;
  /**
   * Where the gateway is reached: its callback is a permitted redirect besides those of the realm.
   */
  publicUrl: string;
  /** The gateway's own, instead of the one in the realm that everybody can read. */
  clientSecret?: string | undefined;
  /** File that keeps the signing keys between starts (mode 600); unset: new ones each time. */
  keyFile?: string | undefined;
}

export interface EmbeddedIdentity {
  /** What KEYCLOAK_URL is set to. */
  url: string;
  port: number;
  /** Signs with a new key from now on; tokens of the old one stay valid until they expire. */
  rotateKeys(): Promise<void>;
  /** As an administrator's switch in Keycloak: a disabled person gets no token and no fresh one. */
  setEnabled(username: string, isEnabled: boolean): void;
  /** As an administrator's change in Keycloak: tokens from now on, and introspection at once. */
  setRoles(username: string, roles: readonly string[]): void;
  stop(): Promise<void>;
}

/**
 * An identity provider in this process that answers at Keycloak's paths, with Keycloak's claims,
 * from a Keycloak realm file: oidc-provider (certified) underneath. For demonstration, development
 * and tests; the gateway can't tell the two apart.
 * @throws Error saying what to do when the port is in use.
 */
export async function startEmbeddedIdentity(
  options: EmbeddedIdentityOptions,
): Promise<EmbeddedIdentity> {
  const realm = readRealm(options.realmFile);
  const port = options.port ?? (await chooseFreePort());
  const url = `http://127.0.0.1:${port}`;
  const base = `/realms/${realm.realm}`;
  const keys = await createKeyStore(options.keyFile);
  const accounts = createAccounts(realm);
  const store = createTokenStore();
  const parts = (): ProviderParts => ({
    realm,
    accounts,
    store,
    keys: keys.all(),
    issuer: `${url}${base}`,
    base,
    port,
    publicUrl: options.publicUrl,
    clientSecret: options.clientSecret,
  });
  let provider = buildProvider(parts());

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { pathname } = new URL(req.url ?? '/', url);
    const context = { ...parts(), provider, req, res };
    if (pathname.startsWith(`${base}${PATHS.login}/`))
      return handleLogin(context, pathname.slice(`${base}${PATHS.login}/`.length));
    if (pathname === `${base}${PATHS.userinfo}`) return handleUserinfo(context);
    if (pathname === `${base}${PATHS.introspection}` && req.method === 'POST')
      return handleIntrospection(context);
    if (
      pathname === `${base}${PATHS.logout}` &&
      req.method === 'POST' &&
      (await handleBackchannelLogout(context))
    )
      return undefined;
    if (!pathname.startsWith(`${base}/`)) return void res.writeHead(404).end();
    // What a framework's mount does: oidc-provider reads its own prefix from the difference of the
    // two.
    Object.assign(req, { originalUrl: req.url });
    req.url = (req.url ?? '').slice(base.length);
    return provider.callback()(req, res);
  };
  const server = createServer((req, res) => {
    answer(req, res).catch(() => {
      if (!res.headersSent) res.writeHead(500);
      res.end();
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Error(
          `Port ${port} is in use by another program. Choose another port for the identity provider, or leave it unset for a free one.`,
          { cause },
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    url,
    port,
    async rotateKeys() {
      await keys.rotate();
      provider = buildProvider(parts());
    },
    setEnabled: (username, isEnabled) => accounts.setEnabled(username, isEnabled),
    setRoles: (username, roles) => accounts.setRoles(username, roles),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
