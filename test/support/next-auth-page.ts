import type { NextApiRequest, NextApiResponse } from 'next';
import NextAuth from 'next-auth';
import { nextAuthOptions } from '@/server/auth/next-auth-options';
import { parseCookies } from '@/server/auth/session-cookie';
import type { NodeHandler } from '@/server/http/next-fallback';

/** The sign-in route without Next around it: next-auth itself, with our options, over plain Node. Any other page is a word. */
export const nextAuthPage: NodeHandler = async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://own');
  if (!url.pathname.startsWith('/api/auth/')) {
    response.end('page');
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const asked = Object.assign(request, {
    query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split('/').slice(3) },
    cookies: Object.fromEntries([...parseCookies(request.headers.cookie)].map(([name, value]) => [name, decodeURIComponent(value)])),
    body: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
  }) as unknown as NextApiRequest;
  const answered = Object.assign(response, {
    status: (code: number) => { response.statusCode = code; return answered; },
    send: (body: unknown) => { response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {})); return answered; },
    json: (body: unknown) => { response.setHeader('content-type', 'application/json'); response.end(JSON.stringify(body)); return answered; },
  }) as unknown as NextApiResponse;
  await (NextAuth as unknown as (request: NextApiRequest, response: NextApiResponse, options: ReturnType<typeof nextAuthOptions>) => Promise<void>)(asked, answered, nextAuthOptions({
    userAgent: request.headers['user-agent'] ?? '', address: String(request.headers['x-parley-caller'] ?? ''), https: false, onRefused: () => {},
  }));
};
