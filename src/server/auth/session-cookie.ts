import { decode } from 'next-auth/jwt';
import type { Secret } from '../platform/secret';

export const SESSION_COOKIE = 'sessionid';

export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at <= 0) continue;
    const name = pair.slice(0, at).trim();
    if (!cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim().replace(/^"(.*)"$/, '$1'));
  }
  return cookies;
}

/** The token as the browser sent it; next-auth splits one of more than about 4 KB into sessionid.0, sessionid.1, … */
export function sessionToken(cookieHeader: string | undefined): string | null {
  const cookies = parseCookies(cookieHeader);
  const whole = cookies.get(SESSION_COOKIE);
  if (whole) return whole;
  let token = '';
  for (let part = 0; ; part++) {
    const piece = cookies.get(`${SESSION_COOKIE}.${part}`);
    if (piece === undefined) return token || null;
    token += piece;
  }
}

/** What a genuine cookie says; whether its sign-in still counts is the database's to say. */
export async function readSessionToken(token: string, secret: Secret): Promise<{ userId: string; signInId: string } | null> {
  const claims = await decode({ token, secret: secret.reveal() }).catch(() => null);
  return typeof claims?.sub === 'string' && typeof claims.signInId === 'string' ? { userId: claims.sub, signInId: claims.signInId } : null;
}
