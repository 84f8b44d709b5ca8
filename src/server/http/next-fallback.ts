import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors';
import { API_SEGMENTS, pathOf } from './api-paths';
import { sendError } from './errors';

export type NodeHandler = (request: FastifyRequest['raw'], response: FastifyReply['raw']) => Promise<void>;

/** A sign-in form has a few hundred bytes; next-auth itself reads whatever it is sent. */
const AUTH_BODY_LIMIT = 16_384;

/** Tells next-auth, inside Next, whose address the socket saw. Overwritten on every request. */
export const CALLER_HEADER = 'x-parley-caller';

export interface NextFallbackOptions {
  page: NodeHandler;
  /** Whether the caller may see the console; others are sent to the sign-in page. */
  isSignedIn: (request: FastifyRequest) => Promise<boolean>;
}

/** Assets and icons have an extension, pages have none. Signing in and opening a link are for whoever is not signed in. */
const isOpenPage = (path: string) => /^\/(login|invite|reset-password)(\/|$)/.test(path) || /\.[a-z0-9]+$/i.test(path);

/** Where a page was asked for by Next's own client, the address without the parameter that it adds. */
const withoutRsc = (url: string) => url.replace(/([?&])_rsc=[^&]*(&|$)/, '$1').replace(/[?&]$/, '');

/**
 * Everything that no route took: JSON 404 below an API prefix, else Next. A scope of its own, because Next reads
 * bodies itself and nothing here may touch them.
 */
export function registerNextFallback(app: FastifyInstance, options: NextFallbackOptions): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));

    const toNext = (request: FastifyRequest, reply: FastifyReply): void => {
      const { raw } = request;
      // What callers say of themselves in these headers was judged by Fastify (trusted proxies); Next must not judge again.
      raw.headers['x-forwarded-host'] = request.host;
      raw.headers['x-forwarded-proto'] = request.protocol;
      raw.headers['x-forwarded-for'] = request.ip;
      raw.headers[CALLER_HEADER] = request.ip;
      // Next takes its scripts' nonce from the request's CSP header.
      const csp = reply.getHeader('content-security-policy');
      if (typeof csp === 'string') raw.headers['content-security-policy'] = csp;
      else delete raw.headers['content-security-policy'];
      // A hijacked reply sends nothing of its own: headers set so far move to the raw response. onResponse still runs.
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
      options.page(raw, reply.raw).catch((error: unknown) => {
        request.log.error({ err: error }, 'page failed');
        reply.raw.destroy();
      });
    };

    const toPage = async (request: FastifyRequest, reply: FastifyReply) => {
      const path = pathOf(request.url);
      if (isOpenPage(path) || (request.method !== 'GET' && request.method !== 'HEAD') || (await options.isSignedIn(request))) return toNext(request, reply);
      return reply.redirect(request.url === '/' ? '/login' : `/login?next=${encodeURIComponent(withoutRsc(request.url))}`, 302);
    };

    const noSuchRoute = (_request: FastifyRequest, reply: FastifyReply) => sendError(reply, new AppError('not_found', 'Not Found'));

    const refuseLargeBody = async (request: FastifyRequest, reply: FastifyReply) => {
      const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
      if (chunked !== undefined || Number(length ?? 0) > AUTH_BODY_LIMIT) return sendError(reply, new AppError('payload_too_large', `The body must say its length, and have at most ${AUTH_BODY_LIMIT} bytes`));
    };

    // A guesser is stopped by the throttle behind this route; the limit keeps a flood from reaching the password hash at all.
    scope.post('/api/auth/callback/*', { onRequest: refuseLargeBody, config: { rateLimit: { max: 60, timeWindow: '1 minute' } } }, toNext);
    scope.all('/api/auth/*', { onRequest: refuseLargeBody }, toNext);
    scope.all('/_next/*', toNext);
    for (const segment of API_SEGMENTS) {
      // Where the segment is a route itself, such as /health, its other methods are 405 already.
      if (!scope.hasRoute({ method: 'GET', url: `/${segment}` })) scope.all(`/${segment}`, noSuchRoute);
      scope.all(`/${segment}/*`, noSuchRoute);
    }
    scope.all('/*', toPage);
    done();
  });
}
