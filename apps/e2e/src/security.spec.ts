import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import {
  actions,
  problem,
  routeNames,
  routes,
  type RouteName,
  type RouteSpec,
} from '@scapis/contracts';
import { phantomUpload } from '@scapis/phantom';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { cookieHeader, type Jar, signInByForm } from './browser-session.ts';
import { cast, lab, people, personNames, request, tokenOf } from './lab-access.ts';
import { ingested, signInAll, upload } from './story.ts';

const noId = '01900000-0000-7000-8000-000000000000';
const walk = routeNames.map((name): { name: RouteName; spec: RouteSpec; path: string } => {
  const spec: RouteSpec = routes[name];
  return {
    name,
    spec,
    path: spec.path.replaceAll(/:(id|personId)/g, noId).replace(':kind', 'permit'),
  };
});

/** A refusal is a problem document with the id under which the lab has logged it. */
async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; text: string; details: unknown }> {
  const { status, headers } = response;
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { code, text, details, requestId } = problem.parse(await response.json());
  expect(requestId).toBe(headers.get('x-request-id'));
  expect(text).not.toMatch(/at \w+ \(|node_modules|SELECT|prisma|\/work|\/tmp/i);
  return { status, code, text, details };
}

beforeAll(signInAll);

describe('who is nobody', () => {
  it.each(walk)('$name', async ({ spec, path }) => {
    const response = await request(null, path, { method: spec.method });
    if (spec.access !== 'public')
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'not_signed_in' });
    else if (path === '/api/callback')
      expect(await problemOf(response)).toMatchObject({ status: 401 });
    else expect([200, 302]).toContain(response.status);
  });

  it('stays nobody with a forged token', async () => {
    const real = await tokenOf('firstAdmin');
    const [head = '', claims = '', signature = ''] = real.split('.');
    const encode = (value: unknown): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const changed = {
      ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
      preferred_username: people.stranger.username,
    };
    const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${claims}`;
    const symmetric = `${encode({ alg: 'HS256', typ: 'JWT' })}.${claims}`;
    const forged = [
      'garbage',
      'a.b.c',
      `${unsigned}.`,
      `${unsigned}.${signature}`,
      `${symmetric}.${createHmac('sha256', 'demo-only-change-me').update(symmetric).digest('base64url')}`,
      `${head}.${encode(changed)}.${signature}`,
      `${head}.${claims}.${signature.slice(0, -4)}AAAA`,
      `${head}.${claims}`,
      real.slice(0, -1),
      ` ${real}x`,
    ];
    for (const token of forged) {
      const response = await request(null, '/api/session', {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([token.slice(0, 30), (await problemOf(response)).status]).toEqual([
        token.slice(0, 30),
        401,
      ]);
    }
    for (const authorization of ['Basic Y2VjaWxpYTp4', 'Bearer', `Token ${real}`])
      expect((await request(null, '/api/session', { headers: { authorization } })).status).toBe(
        401,
      );
    expect((await request(null, `/api/session?access_token=${real}`)).status).toBe(401);
  });
});

describe('who has not the role', () => {
  const guarded = walk.flatMap(({ name, spec, path }) => {
    const roles: readonly string[] =
      spec.access === 'public' || spec.access === 'signed-in' ? [] : actions[spec.access];
    const outsiders = personNames.filter(
      (person) => roles.length > 0 && !people[person].roles.some((role) => roles.includes(role)),
    );
    return outsiders.map((person) => ({ name, spec, path, person }));
  });

  it('is refused at the door of every act that asks for one', async () => {
    expect(guarded.length).toBeGreaterThan(60);
    for (const { name, spec, path, person } of guarded) {
      const answer = await problemOf(await request(person, path, { method: spec.method }));
      expect({ name, person, status: answer.status, code: answer.code }).toEqual({
        name,
        person,
        status: 403,
        code: 'forbidden',
      });
      expect(answer.details).toMatchObject({
        allowed: false,
        conditions: expect.arrayContaining([
          expect.objectContaining({ code: 'has-role', met: false }),
        ]),
      });
    }
  });
});

describe('a browser session', () => {
  let jar: Jar = new Map();
  const withCookie = (path: string, headers: Record<string, string>, method = 'POST') =>
    fetch(new URL(path, lab.url), {
      method,
      headers: { cookie: cookieHeader(jar), 'content-type': 'application/json', ...headers },
      body: method === 'POST' ? JSON.stringify({ title: 'By cookie' }) : null,
    });

  beforeAll(async () => {
    const signedIn = await signInByForm('applicant', '//evil.example/steal');
    ({ jar } = signedIn);
    expect(signedIn.endedAt.href).toBe(`${lab.url}/`);
  });

  it('changes nothing for another site', async () => {
    const own = { 'x-scapis-client': '1' };
    for (const headers of [
      {},
      { ...own, 'sec-fetch-site': 'cross-site' },
      { ...own, 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'same-origin' },
      { 'x-scapis-client': '2' },
    ]) {
      expect(
        await problemOf(await withCookie('/api/applications', headers as Record<string, string>)),
      ).toMatchObject({ status: 403, code: 'cross_site_request' });
    }
    expect(
      (await withCookie('/api/applications', { ...own, 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(200);
    expect((await withCookie('/api/session', {}, 'GET')).status).toBe(200);
  });

  it('lies in cookies that no script and no other site can use, and ends at sign-out', async () => {
    const login = await fetch(new URL('/api/login', lab.url), { redirect: 'manual' });
    for (const cookie of login.headers.getSetCookie()) expect(cookie).toMatch(/HttpOnly/i);
    for (const cookie of login.headers.getSetCookie())
      expect(cookie).toMatch(/SameSite=(Lax|Strict)/i);
    const location = new URL(login.headers.get('location') ?? '');
    expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    expect(location.searchParams.get('response_type')).toBe('code');
    // A code that another browser has begun to fetch (login CSRF).
    expect(
      (
        await fetch(
          new URL(`/api/callback?code=abc&state=${location.searchParams.get('state')}`, lab.url),
          { redirect: 'manual' },
        )
      ).status,
    ).toBe(401);

    const kept: Jar = new Map(jar);
    expect((await withCookie('/api/logout', { 'x-scapis-client': '1' })).status).toBe(200);
    expect(
      (await fetch(new URL('/api/session', lab.url), { headers: { cookie: cookieHeader(kept) } }))
        .status,
    ).toBe(401);
  });

  it('cannot be begun without end from one address', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 62; count += 1) {
      statuses.push(
        (
          await fetch(new URL('/api/login', lab.url), {
            redirect: 'manual',
            headers: { 'x-forwarded-for': '203.0.113.9' },
          })
        ).status,
      );
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses[0]).toBe(302);
  });
});

describe('every answer', () => {
  it.each([
    ['the page', '/', 200],
    ['a page of the app', '/applications', 200],
    ['the API', '/api/session', 401],
    ['a path that is not there', '/api/nothing', 404],
    ['the state of the process', '/health', 200],
    ['the documentation', '/api/docs/', 200],
    ['a bad id', '/api/applications/1', 400],
  ])('carries the security headers: %s', async (_, path, status) => {
    const response = await request(status === 400 ? 'applicant' : null, path, {
      headers: { accept: 'text/html', origin: 'https://evil.example' },
    });
    const { headers } = response;
    expect(response.status).toBe(status);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'self'",
      "script-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ])
      expect(policy).toContain(part);
    expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    if (path.startsWith('/api/') && !path.startsWith('/api/docs'))
      expect(headers.get('cache-control')).toBe('no-store');
    await response.body?.cancel();
  });

  it('does not come from outside the folder of the web app', async () => {
    for (const path of [
      '/../../package.json',
      '/assets/../../../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/api/docs/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/.lab/lab.json',
    ]) {
      const text = await rawGet(path);
      expect(text).not.toContain('scapis-lab"');
      expect(text).not.toContain('masterKey');
    }
  });
});

describe('a bad request', () => {
  it.each<[string, string, RequestInit, number, string]>([
    [
      'JSON that is none',
      '/api/applications',
      { method: 'POST', body: '{"title":', headers: { 'content-type': 'application/json' } },
      400,
      'invalid_input',
    ],
    [
      'JSON that is too large',
      '/api/applications',
      {
        method: 'POST',
        body: JSON.stringify({ purpose: 'x'.repeat(300_000) }),
        headers: { 'content-type': 'application/json' },
      },
      413,
      'too_large',
    ],
    [
      'a field of another kind',
      '/api/applications',
      {
        method: 'POST',
        body: '{"title":{"$gt":""}}',
        headers: { 'content-type': 'application/json' },
      },
      400,
      'invalid_input',
    ],
    [
      'a list for a body',
      '/api/applications',
      { method: 'POST', body: '[1]', headers: { 'content-type': 'application/json' } },
      400,
      'invalid_input',
    ],
    ['an id that is none', "/api/applications/' OR 1=1 --", {}, 400, 'invalid_input'],
    ['a page too large', '/api/applications?limit=100000', {}, 400, 'invalid_input'],
    ['a broken cursor', '/api/applications?cursor=zzz', {}, 400, 'cursor_unknown'],
    ['a path with a broken escape', '/api/applications/%E0%A4%A', {}, 400, 'invalid_input'],
    ['an asset of an earlier build', '/assets/index-00000000.js', {}, 404, 'not_found'],
    ['nothing there', '/api/nothing', { method: 'DELETE' }, 404, 'not_found'],
    ['an unknown kind', `/api/provenance/secret/${noId}`, {}, 404, 'not_found'],
    ['an id without form in a graph', '/api/provenance/permit/1', {}, 404, 'not_found'],
  ])('is answered with a problem: %s', async (_, path, init, status, code) => {
    expect(await problemOf(await request('applicant', path, init))).toMatchObject({ status, code });
  });

  it('names the fields', async () => {
    const response = await request('firstAdmin', '/api/datasets', {
      method: 'POST',
      body: '{"title":"x"}',
      headers: { 'content-type': 'application/json' },
    });
    expect((await problemOf(response)).details).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'title' }),
        expect.objectContaining({ path: 'description' }),
      ]),
    );
  });
});

describe('an upload made to harm, or broken', () => {
  const good = phantomUpload({ subjects: 1, slices: 3, seed: 9 }).files;
  const labels = good['labels.csv'] ?? new Uint8Array();
  const zip = (files: Parameters<typeof zipSync>[0], level: 0 | 9 = 0): Buffer =>
    Buffer.from(zipSync(files, { level }));
  const cases: [string, () => Buffer, RegExp][] = [
    ['a path that leads out', () => zip({ ...good, '../../evil.dcm': labels }), /leads out/],
    ['an absolute path', () => zip({ ...good, '/etc/cron.d/evil': labels }), /leads out|absolute/],
    [
      'a link',
      () =>
        zip({
          ...good,
          'link.dcm': [Buffer.from('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }],
        }),
      /link/,
    ],
    [
      'a bomb',
      () => zip({ 'bomb.dcm': new Uint8Array(40_000_000), 'labels.csv': labels }, 9),
      /beyond measure/,
    ],
    ['no zip', () => Buffer.from('MZ this is a program'), /not a zip/],
    ['no file', () => zip({}), /no file|not a zip/],
    ['a cut zip', () => zip(good).subarray(0, 5_000), /not a zip|cut off/],
  ];

  it('fails as a whole, with a sentence, and shows nothing of it', async () => {
    const versions = await Promise.all(
      cases.map(async ([name, make, sentence]) => ({
        name,
        sentence,
        ...(await upload(`Harmful: ${name}`, new Blob([Uint8Array.from(make())]))),
      })),
    );
    for (const { name, sentence, versionId } of versions) {
      const version = await ingested(versionId);
      expect([name, version.state]).toEqual([name, 'failed']);
      expect(version.failure?.text).toMatch(sentence);
      expect(version).toMatchObject({ counts: null, hasContactSheet: false });
    }
    const messages = (await cast.firstAdmin.call('notifications.list', { query: { limit: 200 } }))
      .items;
    await expect
      .poll(() => messages.filter(({ kind }) => kind === 'dataset.failed').length)
      .toBeGreaterThanOrEqual(cases.length);
  });

  it('is refused at once when it is empty', async () => {
    await expect(upload('Empty', new Blob([]))).rejects.toMatchObject({
      status: 422,
      code: 'upload_empty',
    });
  });
});

describe('the log', () => {
  it('holds no token, password, cookie or body', async () => {
    const text = ['gateway', 'worker']
      .map((name) => readFileSync(join(lab.folder, 'lab', 'logs', `${name}.log`), 'utf8'))
      .join('\n');
    expect(text).toContain('"route"');
    for (const name of personNames) {
      expect(text).not.toContain(people[name].password);
      expect(text).not.toContain((await tokenOf(name)).split('.')[1]);
    }
    expect(text).not.toMatch(/Bearer |scapis_session|By cookie/);
  });
});

/** A path as it is written: fetch would tidy it up first. */
function rawGet(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(lab.url);
    httpRequest({ hostname, port, path }, (response) => {
      let text = '';
      response
        .on('data', (chunk: Buffer) => (text += chunk.toString()))
        .on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
