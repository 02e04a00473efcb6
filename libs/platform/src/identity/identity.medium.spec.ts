import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@scapis/contracts';
import { openTestDatabase, type TestDatabase } from '@scapis/testing';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Browser } from './browser.fixture.ts';
import { type EmbeddedIdentity, startEmbeddedIdentity } from './embedded-identity.ts';
import { createIdentity, type Identity, type IdentityOptions } from './identity.ts';
import { readDemoPeople } from './realm.ts';
import { SESSION_LIFETIME } from './sessions.ts';
import { createTokenSource } from './token-source.ts';

const PUBLIC_URL = 'http://127.0.0.1:39399';
const folder = mkdtempSync(join(tmpdir(), 'scapis-identity-'));
const keyFile = join(folder, 'keys.json');
const people = readDemoPeople();
const astrid = people[0] ?? expect.fail('no demo people');
let test: TestDatabase;
let provider: EmbeddedIdentity;

beforeAll(async () => {
  test = await openTestDatabase();
  provider = await startEmbeddedIdentity({
    publicUrl: PUBLIC_URL,
    clientSecret: 'of the test: %&=+',
    keyFile,
  });
});
afterAll(async () => {
  await provider.stop();
  await test.close();
  rmSync(folder, { recursive: true });
});

const config = () => ({
  KEYCLOAK_URL: provider.url,
  KEYCLOAK_REALM: 'scapis',
  KEYCLOAK_CLIENT_ID: 'scapis-gateway',
  KEYCLOAK_CLIENT_SECRET: 'of the test: %&=+',
  PUBLIC_URL,
  SESSION_SECRET: 'a secret of thirty-two characters or more',
});
const open = (options?: IdentityOptions): Identity => createIdentity(config(), test.db, options);
const tokenOf = (person: { username: string; password: string }): Promise<string> =>
  createTokenSource(config(), person)();
const refusal = (code: string): unknown => expect.objectContaining({ code });

async function signIn(
  identity: Identity,
  person: { username: string; password: string },
  to?: string,
): Promise<{ browser: Browser; redirectTo: string }> {
  const browser = new Browser();
  const begun = identity.beginLogin(to);
  browser.setCookies(begun.cookies);
  const { url } = await browser.signIn(begun.redirectTo, person.username, person.password);
  const back = new URL(url);
  expect(`${back.origin}${back.pathname}`).toBe(`${PUBLIC_URL}/api/callback`);
  const finished = await identity.finishLogin(
    Object.fromEntries(back.searchParams),
    browser.cookieFor('/api/callback'),
  );
  browser.setCookies(finished.cookies);
  return { browser, redirectTo: finished.redirectTo };
}

describe('a bearer token', () => {
  it.each(people)('of $username gives the person and his roles', async (person) => {
    const { principal, via } = await open().authenticate({
      authorization: `Bearer ${await tokenOf(person)}`,
    });
    expect(principal).toEqual({
      personId: person.personId,
      username: person.username,
      name: person.name,
      email: person.email,
      roles: person.roles,
    });
    expect(via).toBe('bearer');
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  const claims = (): Record<string, unknown> => ({
    iss: `${provider.url}/realms/scapis`,
    aud: ['scapis-gateway', 'account'],
    sub: astrid.personId,
    typ: 'Bearer',
    azp: 'scapis-cli',
    preferred_username: 'astrid',
    iat: now(),
    exp: now() + 300,
    realm_access: { roles: ['lab-admin'] },
  });
  const ownKey = async (): Promise<{ jwk: JWK; key: Awaited<ReturnType<typeof importJWK>> }> => {
    const jwk = (JSON.parse(readFileSync(keyFile, 'utf8')) as JWK[])[0] ?? expect.fail('no key');
    return { jwk, key: await importJWK(jwk, 'RS256') };
  };
  const sign = async (payload: Record<string, unknown>): Promise<string> => {
    const { jwk, key } = await ownKey();
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '' }).sign(key);
  };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('made by the test itself passes, so that the refusals below are not for its making', async () => {
    expect(
      (await open().authenticate({ authorization: `Bearer ${await sign(claims())}` })).principal
        .username,
    ).toBe('astrid');
  });

  const forgeries: Record<string, () => Promise<string>> = {
    'without a signature (alg none)': () =>
      Promise.resolve(`${part({ alg: 'none', typ: 'JWT' })}.${part(claims())}.`),
    'signed HS256 with the public key as secret': async () => {
      const { jwk } = await ownKey();
      return new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: jwk.kid ?? '' })
        .sign(Buffer.from(jwk.n ?? ''));
    },
    'signed with PS256 by the right key': async () => {
      const { jwk } = await ownKey();
      return new SignJWT(claims())
        .setProtectedHeader({ alg: 'PS256', kid: jwk.kid ?? '' })
        .sign(await importJWK({ ...jwk, alg: 'PS256' }, 'PS256'));
    },
    'of a foreign key under a foreign id': async () => {
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: 'stranger' })
        .sign(privateKey);
    },
    'of a foreign key under our id': async () => {
      const { jwk } = await ownKey();
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '' })
        .sign(privateKey);
    },
    'that brings its key along': async () => {
      const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
      return new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(publicKey) })
        .sign(privateKey);
    },
    'for another audience': () => sign({ ...claims(), aud: ['account'] }),
    'without an audience': () => sign({ ...claims(), aud: undefined }),
    'of another issuer': () => sign({ ...claims(), iss: `${provider.url}/realms/other` }),
    'without an end': () => sign({ ...claims(), exp: undefined }),
    'that has ended': () => sign({ ...claims(), iat: now() - 600, exp: now() - 60 }),
    'that is not yet valid': () => sign({ ...claims(), nbf: now() + 60 }),
    'that is an ID token': () => sign({ ...claims(), typ: 'ID' }),
    'that is a refresh token': () => sign({ ...claims(), typ: 'Refresh' }),
    'without a person': () => sign({ ...claims(), sub: undefined }),
    'whose person is no id': () => sign({ ...claims(), sub: 'admin' }),
    'with a changed payload': async () => {
      const [head, , signature] = (await tokenOf(astrid)).split('.');
      return `${head}.${part({ ...claims(), realm_access: { roles: ['lab-admin'] } })}.${signature}`;
    },
    'that is not one': () => Promise.resolve('canary.canary.canary'),
  };
  it.each(Object.entries(forgeries))('%s is refused', async (_name, forge) => {
    await expect(open().authenticate({ authorization: `Bearer ${await forge()}` })).rejects.toThrow(
      refusal('not_signed_in'),
    );
  });

  it.each(['', 'Bearer', 'Basic YTpi', 'Bearer a b', 'bearer\ttoken'])(
    'header %j is refused',
    async (authorization) => {
      await expect(open().authenticate({ authorization })).rejects.toThrow(
        refusal('not_signed_in'),
      );
    },
  );

  it('signed by a new key passes soon after a rotation, and one of the old key still', async () => {
    const identity = open();
    const before = await tokenOf(astrid);
    await identity.authenticate({ authorization: `Bearer ${before}` });
    await provider.rotateKeys();
    const after = await tokenOf(astrid);
    expect(after.split('.')[0]).not.toBe(before.split('.')[0]);
    // Keys that were fetched a moment ago are not fetched again within a second.
    await vi.waitFor(() => identity.authenticate({ authorization: `Bearer ${after}` }), {
      timeout: 30_000,
    });
    await identity.authenticate({ authorization: `Bearer ${before}` });
  });

  it('of a person who was switched off is refused though it has not ended', async () => {
    const identity = open({ recheckMs: 0 });
    const token = await tokenOf(astrid);
    provider.setEnabled('astrid', false);
    try {
      await expect(identity.authenticate({ authorization: `Bearer ${token}` })).rejects.toThrow(
        refusal('not_signed_in'),
      );
    } finally {
      provider.setEnabled('astrid', true);
    }
  });

  it('gives the roles that the person has now, not those of its making', async () => {
    let time = Date.now();
    const identity = open({ recheckMs: 30_000, now: () => time });
    const authorization = `Bearer ${await tokenOf(astrid)}`;
    const roles = async (): Promise<Role[]> =>
      (await identity.authenticate({ authorization })).principal.roles;
    expect(await roles()).toEqual(['applicant']);
    for (const now of [['lab-admin', 'offline_access'], [], ['applicant']]) {
      const before = await roles();
      provider.setRoles('astrid', now);
      time += 29_000;
      expect(await roles()).toEqual(before);
      time += 2_000;
      expect(await roles()).toEqual(now.filter((role) => role !== 'offline_access'));
    }
  });

  it('of a service account is refused, and says that a person is needed', async () => {
    for (const account of [
      { preferred_username: 'service-account-scapis-robot' },
      { clientAddress: '10.0.0.7', clientHost: '10.0.0.7', client_id: 'scapis-robot' },
    ])
      await expect(
        open().authenticate({ authorization: `Bearer ${await sign({ ...claims(), ...account })}` }),
      ).rejects.toThrow(refusal('service_account'));
  });

  it('can be vouched for by nobody while the provider is away', async () => {
    const token = await tokenOf(astrid);
    const away = createIdentity({ ...config(), KEYCLOAK_URL: 'http://127.0.0.1:9' }, test.db);
    await expect(away.authenticate({ authorization: `Bearer ${token}` })).rejects.toThrow(
      refusal('identity_unavailable'),
    );
    await expect(away.ping()).rejects.toThrow(refusal('identity_unavailable'));
    await open().ping();
  });
});

describe('a browser', () => {
  it('signs in with code and PKCE, and comes back to the page it wanted', async () => {
    const identity = open();
    const { browser, redirectTo } = await signIn(identity, astrid, '/applications?state=draft');
    expect(redirectTo).toBe('/applications?state=draft');
    const { principal, via } = await identity.authenticate({
      cookie: browser.cookieFor('/api/home'),
    });
    expect([principal.username, via]).toEqual(['astrid', 'session']);
    const [row] = await test.query<{ data: Buffer }>(
      'select data from web_session order by created_at desc limit 1',
    );
    expect(row?.data.includes('astrid')).toBe(false);
  });

  it('keeps its session over a restart of the gateway', async () => {
    const { browser } = await signIn(open(), astrid);
    expect((await open().authenticate({ cookie: browser.cookieFor('/') })).principal.username).toBe(
      'astrid',
    );
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    undefined,
  ])('is not sent on to %s', async (to) => {
    expect((await signIn(open(), astrid, to)).redirectTo).toBe('/');
  });

  it('is told in both languages what is wrong, and locked out after ten tries', async () => {
    const [, , , , , frida = astrid] = people;
    const begun = open().beginLogin('/');
    const browser = new Browser();
    const page = await browser.visit(begun.redirectTo);
    expect(page.html).toMatch(
      /<html lang="en">[^]*<label for="username">Username[^]*<label for="password">Password/,
    );
    const swedish = await browser.visit(
      new URL(/<a href="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&#38;', '&') ?? '', page.url)
        .href,
    );
    expect(swedish.html).toMatch(/<html lang="sv">[^]*Användarnamn[^]*Lösenord/);
    const post = (password: string): Promise<{ status: number; html: string }> =>
      browser.visit(page.url, { username: frida.username, password });
    const first = await post('guess');
    expect(first.status).toBe(401);
    expect(first.html).toContain('role="alert"');
    for (let tries = 1; tries < 10; tries++) await post('guess');
    expect((await post(frida.password)).status).toBe(429);
    expect(
      (await browser.visit(page.url, { username: '"><script>', password: 'x' })).html,
    ).not.toContain('"><script>');
  });

  it('that did not begin cannot end: no cookie, foreign state, foreign provider answer, second use', async () => {
    const identity = open();
    const browser = new Browser();
    const begun = identity.beginLogin('/');
    browser.setCookies(begun.cookies);
    const { url } = await browser.signIn(begun.redirectTo, astrid.username, astrid.password);
    const query = Object.fromEntries(new URL(url).searchParams);
    const cookie = browser.cookieFor('/api/callback');
    await expect(identity.finishLogin(query, undefined)).rejects.toThrow(refusal('not_signed_in'));
    await expect(identity.finishLogin({ ...query, state: 'x'.repeat(32) }, cookie)).rejects.toThrow(
      refusal('not_signed_in'),
    );
    await expect(
      identity.finishLogin({ error: 'access_denied', state: query['state'] }, cookie),
    ).rejects.toThrow(refusal('not_signed_in'));
    await expect(identity.finishLogin({ ...query, code: 'made-up' }, cookie)).rejects.toThrow(
      refusal('not_signed_in'),
    );
    const other = new Browser();
    other.setCookies(identity.beginLogin('/').cookies);
    await expect(identity.finishLogin(query, other.cookieFor('/api/callback'))).rejects.toThrow(
      refusal('not_signed_in'),
    );
    await identity.finishLogin(query, cookie);
    await expect(identity.finishLogin(query, cookie)).rejects.toThrow(refusal('not_signed_in'));
  });

  it('needs PKCE, and gets no code for an address that is not the lab', async () => {
    const begun = new URL(open().beginLogin('/').redirectTo);
    begun.searchParams.delete('code_challenge');
    expect((await new Browser().visit(begun.href)).url).toContain('error=invalid_request');
    const elsewhere = new URL(open().beginLogin('/').redirectTo);
    elsewhere.searchParams.set('redirect_uri', 'https://evil.example/api/callback');
    const answer = await new Browser().visit(elsewhere.href);
    expect([answer.status, new URL(answer.url).origin]).toEqual([400, provider.url]);
  });

  it('that signs out is out everywhere: here, in other tabs, and at the provider', async () => {
    const identity = open();
    const { browser } = await signIn(identity, astrid);
    const cookie = browser.cookieFor('/');
    const out = await identity.logout(cookie);
    expect(out.cookies[0]).toMatch(/Max-Age=0/);
    await expect(identity.authenticate({ cookie })).rejects.toThrow(refusal('not_signed_in'));
    const again = await browser.visit(identity.beginLogin('/').redirectTo);
    expect(again.html).toContain('<form method="post"');
    await identity.logout(cookie);
  });

  it('is renewed with the refresh token, once for all requests that come together', async () => {
    const { browser } = await signIn(open(), astrid);
    const cookie = browser.cookieFor('/');
    const strict = open({ recheckMs: 0 });
    for (let round = 0; round < 3; round++) await strict.authenticate({ cookie });
    const loose = open({ recheckMs: 60_000, now: () => Date.now() + 61_000 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => loose.authenticate({ cookie })),
    );
    expect(answers.every(({ principal }) => principal.username === 'astrid')).toBe(true);
  });

  it('of a person who was switched off loses its session at the next check', async () => {
    const { browser } = await signIn(open(), astrid);
    const cookie = browser.cookieFor('/');
    provider.setEnabled('astrid', false);
    try {
      expect((await open().authenticate({ cookie })).principal.username).toBe('astrid');
      await expect(open({ recheckMs: 0 }).authenticate({ cookie })).rejects.toThrow(
        refusal('not_signed_in'),
      );
    } finally {
      provider.setEnabled('astrid', true);
    }
    await expect(open().authenticate({ cookie })).rejects.toThrow(refusal('not_signed_in'));
  });

  it('loses its session after the idle and after the absolute time', async () => {
    const minute = 60_000;
    for (const [column, lifetimeMs] of [
      ['idle_ends_at', SESSION_LIFETIME.idleMs],
      ['ends_at', SESSION_LIFETIME.absoluteMs],
    ] as const) {
      await test.query('delete from web_session');
      const identity = open();
      const { browser } = await signIn(identity, astrid);
      const cookie = browser.cookieFor('/');
      // The row as it will be when that time has gone by.
      const passes = (ms: number): Promise<unknown> =>
        test.query(`update web_session set ${column} = ${column} - ${ms} * interval '1 ms'`);
      await passes(lifetimeMs - minute);
      await identity.authenticate({ cookie });
      await passes(minute);
      await expect(identity.authenticate({ cookie })).rejects.toThrow(refusal('not_signed_in'));
      expect(await identity.removeEndedSessions()).toBe(1);
    }
  });

  it('gets cookies that scripts and other sites cannot use, Secure over https', () => {
    const plain = open().beginLogin('/').cookies[0] ?? '';
    expect(plain).toMatch(/; HttpOnly; SameSite=Lax/);
    expect(plain).not.toMatch(/Secure/);
    const secure = createIdentity(
      { ...config(), PUBLIC_URL: 'https://lab.example.org' },
      test.db,
    ).beginLogin('/').cookies[0];
    expect(secure).toMatch(/; HttpOnly; SameSite=Lax; Secure/);
  });

  it.each(['scapis_session_39399=', 'scapis_session_39399=guess', 'other=1', ''])(
    'with the cookie %j is nobody',
    async (cookie) => {
      await expect(open().authenticate({ cookie })).rejects.toThrow(refusal('not_signed_in'));
    },
  );
});
