/** The value of one cookie of a Cookie header, or undefined. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

export interface CookieOptions {
  isSecure: boolean;
  path: string;
  /** Zero takes the cookie away; undefined: until the browser is closed. */
  maxAgeSeconds?: number;
}

/**
 * A Set-Cookie header: HttpOnly and SameSite=Lax always, so that scripts can't read it and other
 * sites' posts don't carry it.
 */
export function writeCookie(
  name: string,
  value: string,
  { isSecure, path, maxAgeSeconds }: CookieOptions,
): string {
  return [
    `${name}=${value}`,
    `Path=${path}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(isSecure ? ['Secure'] : []),
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
  ].join('; ');
}
