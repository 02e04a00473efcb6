import { lab, people, type PersonName } from './lab-access.ts';

/** Cookies of 127.0.0.1, by name: browsers share them between ports, and so does this. */
export type Jar = Map<string, string>;

/**
 * Signs a person in as a browser does: the gateway, the provider's form, back to the gateway.
 * @returns the cookies, and where it ended.
 */
export async function signInByForm(
  name: PersonName,
  to = '/',
): Promise<{ jar: Jar; endedAt: URL }> {
  const jar: Jar = new Map();
  const form = await follow(jar, new URL(`/api/login?to=${encodeURIComponent(to)}`, lab.url));
  const action = /<form method="post" action="([^"]+)"/.exec(form.html)?.[1];
  if (action === undefined)
    throw new Error(`No sign-in form at ${form.at.href}: ${form.html.slice(0, 300)}`);
  const { username, password } = people[name];
  const { at } = await follow(
    jar,
    new URL(action.replaceAll('&#38;', '&'), form.at),
    new URLSearchParams({ username, password }),
  );
  return { jar, endedAt: at };
}

export const cookieHeader = (jar: Jar): string =>
  [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

async function follow(
  jar: Jar,
  start: URL,
  form?: URLSearchParams,
): Promise<{ at: URL; html: string }> {
  let [at, body] = [start, form];
  for (let hops = 0; hops < 20; hops += 1) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: cookieHeader(jar), accept: 'text/html' },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    for (const header of response.headers.getSetCookie()) {
      const [pair = ''] = header.split(';');
      const place = pair.indexOf('=');
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(header)) jar.delete(pair.slice(0, place));
      else jar.set(pair.slice(0, place), pair.slice(place + 1));
    }
    const location = response.headers.get('location');
    if (location === null) return { at, html: await response.text() };
    await response.body?.cancel();
    [at, body] = [new URL(location, at), undefined];
  }
  throw new Error('The sign-in goes round in circles.');
}
