import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { givenKey } from '../auth/authenticate';
import { isCrossSite } from '../auth/origin';
import { sessionToken } from '../auth/session-cookie';
import { AppError } from '../platform/errors';
import { isApiPath, isNextAuthPath } from './api-paths';
import { sendError } from './errors';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const PREFLIGHT_SECONDS = 86_400;

/** Answers of the API are data: a browser that is made to show one runs nothing of it. */
const API_CSP = "default-src 'none'; frame-ancestors 'none'";

/** Pages run their own scripts, by nonce, and what those load. Styles are set inline by React and Radix. */
const pageCsp = (nonce: string, dev: boolean): string => [
  "default-src 'self'",
  `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  `connect-src 'self'${dev ? ' ws: wss:' : ''}`,
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export interface SecurityOptions {
  dev: boolean;
  publicUrl: string | undefined;
}

function setHeaders(request: FastifyRequest, reply: FastifyReply, options: SecurityOptions, api: boolean): void {
  reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'content-security-policy': api ? API_CSP : pageCsp(randomBytes(16).toString('base64'), options.dev),
  });
  if (!api) reply.headers({ 'permissions-policy': 'microphone=(self), camera=(), geolocation=()', 'cross-origin-opener-policy': 'same-origin' });
  if (options.publicUrl?.startsWith('https:')) reply.header('strict-transport-security', 'max-age=31536000');
}

/** Any origin may call with a key. Credentials are never allowed, so no other page can use a cookie of ours. */
function setCors(request: FastifyRequest, reply: FastifyReply): boolean {
  reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': 'x-request-id, retry-after, location, allow' });
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  reply.headers({
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, x-api-key, content-type, accept, x-request-id, last-event-id, idempotency-key, traceparent',
    'access-control-max-age': PREFLIGHT_SECONDS,
  });
  return true;
}

/**
 * An unsafe request that counts on our cookie must come from our own page. A key beside the cookie decides alone, but an
 * Authorization header need not be one: browsers send that of a proxy in front of us with every page's requests.
 */
function isForged({ headers, method, url }: FastifyRequest, options: SecurityOptions): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const countsOnCookie = sessionToken(headers.cookie) !== null && givenKey({ headers, url }) === null;
  return (countsOnCookie || isNextAuthPath(url)) && isCrossSite(headers, options.publicUrl);
}

export function registerSecurity(app: FastifyInstance, options: SecurityOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    const api = isApiPath(request.url);
    setHeaders(request, reply, options, api);
    if (api && !isNextAuthPath(request.url) && setCors(request, reply)) reply.code(204).send();
    else if (isForged(request, options)) sendError(reply, new AppError('forbidden', 'Cross-site request refused'));
    else done();
  });
}
