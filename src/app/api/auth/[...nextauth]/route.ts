import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { nextAuthOptions, type NextAuthRequest } from '@/server/auth/next-auth-options';
import { signInErrorUrl } from '@/server/auth/sign-in-error-url';

type Refusal = Parameters<NextAuthRequest['onRefused']>[0];
type RouteContext = { params: Promise<{ nextauth: string[] }> };

function refusalAnswer(refusal: Refusal, origin: string): Response | null {
  if (refusal.reason === 'wrong') return null; // next-auth says that itself
  const { status, detail } = wordsOf(refusal);
  const headers = { 'cache-control': 'no-store', ...(refusal.reason === 'locked' ? { 'retry-after': String(refusal.retryAfterSeconds) } : {}) };
  return Response.json({ detail, url: signInErrorUrl(origin, detail) }, { status, headers });
}

function wordsOf(refusal: Exclude<Refusal, { reason: 'wrong' }>): { status: number; detail: string } {
  if (refusal.reason === 'refused') return { status: 403, detail: refusal.detail };
  if (refusal.reason === 'broken') return { status: 503, detail: 'Sign-in does not work at the moment; try again soon' };
  const minutes = Math.ceil(refusal.retryAfterSeconds / 60);
  return { status: 429, detail: `Too many failed sign-ins; try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}` };
}

/** next-auth, but that a locked-out caller is told so (429 with Retry-After), and that our own failure is no wrong password (503). */
async function handler(request: NextRequest, context: RouteContext): Promise<Response> {
  const { headers } = request;
  const refusals: Refusal[] = [];
  const options = nextAuthOptions({
    userAgent: headers.get('user-agent') ?? '',
    address: headers.get('x-parley-caller') ?? '',
    https: headers.get('x-forwarded-proto') === 'https',
    onRefused: (refusal) => { refusals.push(refusal); },
  });
  const response = (await NextAuth(request, context, options)) as Response;
  return (refusals[0] && refusalAnswer(refusals[0], new URL(request.url).origin)) ?? response;
}

export { handler as GET, handler as POST };
