/** The part of oidc-provider 9.13 that we use; the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Client {
    clientId: string;
    grantTypeAllowed(grantType: string): boolean;
  }
  export interface OidcContext {
    client: Client;
    params: Record<string, string | undefined>;
    result?: { consent?: { grantId?: string } };
    session: { accountId?: string; uid: string; grantIdFor(clientId: string): string | undefined };
    entity(name: string, value: unknown): void;
  }
  export interface Context {
    body: unknown;
    type: string;
    status: number;
    req: IncomingMessage;
    oidc: OidcContext;
    acceptsLanguages(...languages: string[]): string | false;
  }
  export interface StoredToken {
    accountId: string;
    clientId: string;
    grantId: string;
    sessionUid?: string;
    sid?: string;
    scope?: string;
    authTime?: number;
    expiration: number;
    isExpired: boolean;
    resourceServer?: unknown;
    save(ttl?: number): Promise<string>;
    destroy(): Promise<void>;
  }
  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }
  export interface Session {
    accountId?: string;
    destroy(): Promise<void>;
  }
  interface TokenClass {
    new (values: Record<string, unknown>): StoredToken;
    find(value: string): Promise<StoredToken | undefined>;
    revokeByGrantId(grantId: string): Promise<void>;
  }
  export interface Interaction {
    uid: string;
    prompt: { name: string };
    params: Record<string, unknown>;
  }
  export interface JwtParts {
    header: Record<string, unknown> | undefined;
    payload: Record<string, unknown>;
  }
  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    issuer: string;
    proxy: boolean;
    AccessToken: TokenClass;
    RefreshToken: TokenClass;
    Grant: {
      new (values: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    Session: { findByUid(uid: string): Promise<Session | undefined> };
    Client: { find(clientId: string): Promise<Client | undefined> };
    ResourceServer: new (identifier: string, info: Record<string, unknown>) => unknown;
    IdToken: new (
      claims: Record<string, unknown>,
      context: { ctx: Context },
    ) => {
      scope: string;
      set(name: string, value: unknown): void;
      issue(options: { use: 'idtoken' }): Promise<string>;
    };
    registerGrantType(
      name: string,
      handler: (ctx: Context) => Promise<void>,
      parameters: readonly string[],
    ): void;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    interactionFinished(
      req: IncomingMessage,
      res: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>;
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    on(event: string, listener: (...values: unknown[]) => void): void;
  }
  export const errors: {
    InvalidGrant: new (description: string) => Error;
    InvalidRequest: new (description: string) => Error;
  };
  export default Provider;
}
