import type { IncomingHttpHeaders } from 'node:http';
import { asc } from 'drizzle-orm';
import { authenticateDevice, isDeviceToken } from '../devices';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { workspaces } from '../workspaces/tables';
import { findApiKey } from './api-keys';
import { authSecret } from './derived-key';
import { findHolder } from './find-holder';
import { callerAddress, inNetworks, parseNetworks } from './network';
import { hasOwnHost, hasOwnOrigin, isCrossSite } from './origin';
import type { Principal } from './principal';
import { readSessionToken, sessionToken } from './session-cookie';
import { isSessionToken, verifySessionToken } from './session-token';
import { findSignedIn } from './sign-in';

export interface AuthRequest {
  headers: IncomingHttpHeaders;
  /** The socket's address; for a WebSocket that web piped, the one in the sealed x-parley-peer header. */
  remoteAddress: string;
  url: string;
  webSocket?: boolean;
}

export interface Authenticator {
  authenticate(request: AuthRequest): Promise<Principal>;
}

/** A token for one conversation is the longest; nothing that long is hashed for anybody without need. */
const MAX_KEY_LENGTH = 1_024;

/** A key or token in a header, or in `?token=` of a WebSocket, whose clients often cannot set headers. */
export function givenKey(request: Pick<AuthRequest, 'headers' | 'url' | 'webSocket'>): string | null {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer) return bearer;
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header.trim() !== '') return header.trim();
  if (!request.webSocket) return null;
  return new URLSearchParams(request.url.split('?', 2)[1] ?? '').get('token') || null;
}

/**
 * Every way in, in this order: what was given (an API key, a device's token, a token for one conversation, told apart
 * by how they begin), session cookie, open network. What was given decides alone: a key that was revoked must not fall
 * back to the cookie or the network it happens to come with.
 */
export function createAuthenticator(deps: { db: Database; config: Config }): Authenticator {
  const { db, config } = deps;
  const secret = authSecret(config);
  const trusted = parseNetworks(config.web.trustedProxies);
  const open = parseNetworks(config.network.open);
  const { publicUrl } = config.web;

  async function byCookie(request: AuthRequest): Promise<Principal | null> {
    const token = sessionToken(request.headers.cookie);
    if (!token) return null;
    // Browsers send cookies with any page's WebSocket and apply no CORS to it: the Origin is all there is.
    if (request.webSocket && !hasOwnOrigin(request.headers, publicUrl))
      throw new AppError('forbidden', 'This WebSocket was opened by a page of another origin');
    const session = await readSessionToken(token, secret);
    return session && findSignedIn(db, session);
  }

  async function byNetwork(request: AuthRequest): Promise<Principal | null> {
    if (open.length === 0) return null;
    const address = callerAddress(request, trusted);
    if (address === null || !inNetworks(address, open)) return null;
    // A browser inside the network also shows pages from outside it, and those must not act through it.
    if (isCrossSite(request.headers, publicUrl) || !hasOwnHost(request.headers, publicUrl)) return null;
    const [workspace] = await db.select({ id: workspaces.id }).from(workspaces).orderBy(asc(workspaces.createdAt)).limit(1);
    return workspace ? { kind: 'open_network', id: workspace.id, workspaceId: workspace.id, role: 'operator', scopes: ['*'], label: 'api-user' } : null;
  }

  /** For the WebSocket it was made for, and while whoever asked for it could ask again. */
  async function byConversationToken(token: string, request: AuthRequest): Promise<Principal | null> {
    const claims = request.webSocket ? verifySessionToken(token, secret, new Date()) : null;
    if (!claims) return null;
    const holder = claims.kind === 'open_network' ? await byNetwork(request) : await findHolder(db, claims);
    if (holder?.id !== claims.id) return null;
    const { agentId, conversationId, sessionId } = claims;
    return { ...holder, bound: { agentId, conversationId, sessionId } };
  }

  async function byGiven(key: string, request: AuthRequest): Promise<Principal> {
    const short = key.length <= MAX_KEY_LENGTH;
    if (isSessionToken(key)) {
      const principal = short ? await byConversationToken(key, request) : null;
      if (!principal) throw new AppError('unauthenticated', 'This token opens no conversation: it is for one WebSocket, for ten minutes, while the credentials that asked for it work');
      return principal;
    }
    if (isDeviceToken(key)) {
      const principal = short ? await authenticateDevice(db, { token: key, address: callerAddress(request, trusted) }) : null;
      if (!principal) throw new AppError('unauthenticated', 'Unknown, replaced or revoked device token');
      return principal;
    }
    const principal = short ? await findApiKey(db, key) : null;
    if (!principal) throw new AppError('unauthenticated', 'Unknown, expired or revoked API key');
    return principal;
  }

  return {
    async authenticate(request) {
      const key = givenKey(request);
      if (key !== null) return byGiven(key, request);
      const principal = (await byCookie(request)) ?? (await byNetwork(request));
      if (!principal) throw new AppError('unauthenticated', 'Sign in, or send an API key in "Authorization: Bearer KEY" or "X-API-Key: KEY"');
      return principal;
    },
  };
}
