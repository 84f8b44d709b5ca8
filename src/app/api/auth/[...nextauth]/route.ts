import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { nextAuthOptions, type NextAuthRequest } from '@/server/auth/next-auth-options';
import { signInErrorUrl } from '@/server/auth/sign-in-error-url';

type Refusal = Parameters<NextAuthRequest['onRefused']>[0];
type RouteContext = { params: Promise<{ nextauth: string[] }> };

function refusalAnswer(refusal: Refusal, origin: string): Response | null {
  if (refusal.reason === 'wrong') return null; // next-auth says that itself
  const headers = { 'cache-control': 'no-store', ...(refusal.reason === 'locked' ? { 'retry-after': String(refusal.retryAfterSeconds) } : {}) };
  const minutes = refusal.reason === 'locked' ? Math.ceil(refusal.retryAfterSeconds / 60) : 0;
  const detail = refusal.reason === 'broken'
    ? 'Sign-in does not work at the moment; try again soon'
    : `Too many failed sign-ins; try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`;
  return Response.json({ detail, url: signInErrorUrl(origin, detail) }, { status: refusal.reason === 'locked' ? 429 : 503, headers });
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
