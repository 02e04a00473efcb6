/** As much of a browser as signing in needs: cookies by path, redirects by hand, forms. */
export class Browser {
  private readonly jar = new Map<string, { value: string; path: string }>();

  setCookies(headers: readonly string[]): void {
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
      const [name = '', value = ''] = [
        pair.slice(0, pair.indexOf('=')),
        pair.slice(pair.indexOf('=') + 1),
      ];
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      const isGone = attributes.some(
        (one) => /^max-age=0$/i.test(one) || /^expires=Thu, 01 Jan 1970/i.test(one),
      );
      if (isGone) this.jar.delete(`${name}${path}`);
      else this.jar.set(`${name}${path}`, { value, path });
    }
  }

  cookieFor(path: string): string {
    return [...this.jar]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([key, cookie]) => `${key.slice(0, -cookie.path.length)}=${cookie.value}`)
      .join('; ');
  }

  /**
   * One request; follows redirects within the provider, and stops at the first one that leads
   * elsewhere.
   */
  async visit(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ url: string; status: number; html: string }> {
    for (let at = new URL(url), body = form; ; body = undefined) {
      const response = await fetch(at, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: this.cookieFor(at.pathname), 'accept-language': 'en' },
        ...(body && { body: new URLSearchParams(body) }),
      });
      this.setCookies(response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (location === null)
        return { url: at.href, status: response.status, html: await response.text() };
      const next = new URL(location, at);
      if (next.origin !== at.origin) return { url: next.href, status: response.status, html: '' };
      at = next;
    }
  }

  /**
   * Fills the sign-in page in, from the address of the provider to the address that it sends the
   * browser back to.
   */
  async signIn(
    loginUrl: string,
    username: string,
    password: string,
  ): Promise<{ url: string; status: number; html: string }> {
    const page = await this.visit(loginUrl);
    const action = /<form method="post" action="([^"]+)"/.exec(page.html)?.[1];
    return action === undefined
      ? page
      : this.visit(new URL(action.replaceAll('&#38;', '&'), page.url).href, { username, password });
  }
}
