import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { roles } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findRepositoryRoot } from '../config/root.ts';
import { RealmError, renderDemoRealm, renderRealm } from './realm-table.ts';

const settings = {
  PUBLIC_URL: 'https://lab.example.org',
  KEYCLOAK_REALM: 'imaging',
  KEYCLOAK_CLIENT_ID: 'lab-gateway',
};
const realmFile = z.looseObject({
  realm: z.string(),
  attributes: z.object({ 'acr.loa.map': z.string() }),
  browserFlow: z.string(),
  directGrantFlow: z.string(),
  registrationFlow: z.string(),
  roles: z.object({ realm: z.array(z.looseObject({ name: z.string() })) }),
  clients: z.array(z.looseObject({ clientId: z.string() })),
  authenticatorConfig: z.array(
    z.object({ alias: z.string(), config: z.record(z.string(), z.string()) }),
  ),
  authenticationFlows: z.array(
    z.looseObject({
      alias: z.string(),
      topLevel: z.boolean(),
      authenticationExecutions: z.array(
        z.looseObject({
          flowAlias: z.string().optional(),
          authenticatorConfig: z.string().optional(),
        }),
      ),
    }),
  ),
});
const read = (text: string) => realmFile.parse(JSON.parse(text));
const real = read(renderRealm(settings));
const demo = read(renderDemoRealm());

describe('the realm of a real lab', () => {
  it('is the demo without its people, its secret and its password client', () => {
    const renamed = read(
      renderRealm({
        PUBLIC_URL: 'http://localhost:3000',
        KEYCLOAK_REALM: 'scapis',
        KEYCLOAK_CLIENT_ID: 'scapis-gateway',
      }),
    );
    const { users, ...rest } = demo;
    expect(users).toHaveLength(6);
    const [gateway, cli] = demo.clients;
    const { secret, ...withoutSecret } = gateway ?? expect.fail('no client');
    expect(secret).toBe('demo-only-change-me');
    expect(cli).toMatchObject({ clientId: 'scapis-cli', directAccessGrantsEnabled: true });
    const urls = ['http://localhost:3000', 'http://127.0.0.1:3000'];
    expect(withoutSecret['webOrigins']).toEqual(urls);
    expect({ ...rest, clients: [] }).toEqual({ ...renamed, clients: [] });
    expect(Object.keys(withoutSecret)).toEqual(Object.keys(renamed.clients[0] ?? {}));
  });

  it('holds no secret, no person and no client but the gateway', () => {
    expect(renderRealm(settings)).not.toMatch(
      /"(secret|password|credentials|users|value|privateKey|publicKey)"|demo|example\.org\.|@/,
    );
    expect(real.clients.map(({ clientId }) => clientId)).toEqual(['lab-gateway']);
    expect(real.clients[0]).toMatchObject({
      publicClient: false,
      directAccessGrantsEnabled: false,
      serviceAccountsEnabled: false,
    });
  });

  it('lets the client back to PUBLIC_URL alone, as the audience of its own tokens', () => {
    expect(real.realm).toBe('imaging');
    expect(real.clients[0]).toMatchObject({
      redirectUris: ['https://lab.example.org/api/callback'],
      webOrigins: ['https://lab.example.org'],
      attributes: {
        'post.logout.redirect.uris': 'https://lab.example.org/*',
        'pkce.code.challenge.method': 'S256',
      },
      protocolMappers: [{ config: { 'included.client.audience': 'lab-gateway' } }],
    });
    expect(real.clients[0]?.['defaultClientScopes']).toEqual(
      expect.arrayContaining(['basic', 'roles', 'acr']),
    );
  });

  it('has every role of the lab', () => {
    expect(real.roles.realm.map(({ name }) => name)).toEqual([...roles]);
  });

  it('names each level of acr in its flows, and no flow or setting that it lacks', () => {
    const levels = Object.values(
      z.record(z.string(), z.int()).parse(JSON.parse(real.attributes['acr.loa.map'])),
    );
    expect(levels).toEqual([1, 2]);
    const executions = real.authenticationFlows.flatMap((flow) => flow.authenticationExecutions);
    const inUse = (alias: string): boolean =>
      executions.some((each) => each.authenticatorConfig === alias);
    expect(
      real.authenticatorConfig.flatMap(({ config }) => config['loa-condition-level'] ?? []),
    ).toEqual(levels.map(String));
    expect(real.authenticatorConfig.every(({ alias }) => inUse(alias))).toBe(true);
    const [below, top] = [false, true].map((topLevel) =>
      real.authenticationFlows.flatMap((flow) => (flow.topLevel === topLevel ? flow.alias : [])),
    );
    expect(executions.flatMap(({ flowAlias }) => flowAlias ?? []).sort()).toEqual(below?.sort());
    expect([real.browserFlow, real.directGrantFlow, real.registrationFlow].sort()).toEqual(
      top?.sort(),
    );
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000/'])(
    'may be at %s, on this machine',
    (PUBLIC_URL) => {
      expect(renderRealm({ ...settings, PUBLIC_URL })).toContain('/api/callback"');
    },
  );

  it.each([
    { PUBLIC_URL: 'http://lab.example.org', sentence: /begins with http.* reverse proxy with TLS/ },
    { PUBLIC_URL: 'http://localhost.example.org', sentence: /begins with http/ },
    { PUBLIC_URL: 'http://10.0.0.4', sentence: /begins with http/ },
    { PUBLIC_URL: 'https://example.org/lab', sentence: /without user, path or query/ },
    { PUBLIC_URL: 'https://a:b@example.org', sentence: /without user, path or query/ },
  ])('is refused at $PUBLIC_URL', ({ PUBLIC_URL, sentence }) => {
    expect(() => renderRealm({ ...settings, PUBLIC_URL })).toThrow(RealmError);
    expect(() => renderRealm({ ...settings, PUBLIC_URL })).toThrow(sentence);
  });
});

describe('the realm of the demo', () => {
  it('is docker/realm.json', () => {
    expect(readFileSync(join(findRepositoryRoot(), 'docker', 'realm.json'), 'utf8')).toBe(
      renderDemoRealm(),
    );
  });
});
