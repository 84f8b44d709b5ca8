import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { PRINCIPAL_KINDS, type Principal } from './principal';
import { derivedKey } from './derived-key';
import type { Secret } from '../platform/secret';

/** How long a token lets somebody connect. The socket that was opened with it lives on. */
export const SESSION_TOKEN_MS = 600_000;
const PREFIX = 'pst_';

const claims = z.object({
  /** Whose credentials asked for it: looked up again when the token is used. */
  kind: z.enum(PRINCIPAL_KINDS),
  id: z.string(),
  workspaceId: z.string(),
  signInId: z.string().optional(),
  /** The one conversation that it opens. */
  agentId: z.string(),
  conversationId: z.string(),
  sessionId: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
});
export type SessionClaims = z.infer<typeof claims>;

export const isSessionToken = (text: string): boolean => text.startsWith(PREFIX);

const seal = (payload: string, secret: Secret): Buffer => createHmac('sha256', derivedKey(secret, 'session-token')).update(payload).digest();

/** A token for one WebSocket conversation, on behalf of `principal`. */
export function signSessionToken(
  grant: { principal: Principal; agentId: string; conversationId: string; sessionId: string; now: Date }, secret: Secret,
): { token: string; expiresAt: Date } {
  const { principal, now, ...bound } = grant;
  const expiresAt = new Date(now.getTime() + SESSION_TOKEN_MS);
  const { kind, id, workspaceId, signInId } = principal;
  const said: SessionClaims = { kind, id, workspaceId, ...(signInId ? { signInId } : {}), ...bound, expiresAt: expiresAt.getTime() };
  const payload = Buffer.from(JSON.stringify(said)).toString('base64url');
  return { token: `${PREFIX}${payload}.${seal(payload, secret).toString('base64url')}`, expiresAt };
}

/** What a genuine token that has not run out says; whether its holder still counts is the database's to say. */
export function verifySessionToken(token: string, secret: Secret, now: Date): SessionClaims | null {
  const [payload = '', given = '', ...rest] = token.slice(PREFIX.length).split('.');
  const received = Buffer.from(given, 'base64url');
  const expected = seal(payload, secret);
  if (rest.length > 0 || received.length !== expected.length || !timingSafeEqual(received, expected)) return null;
  const said = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return said.success && said.data.expiresAt > now.getTime() ? said.data : null;
}
