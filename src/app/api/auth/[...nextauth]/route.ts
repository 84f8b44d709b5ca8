import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { nextAuthOptions } from '@/server/auth/next-auth-options';
import { signInErrorUrl } from '@/server/auth/sign-in-error-url';

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** next-auth, but that a locked-out caller is told so: 429 with Retry-After instead of "wrong password". */
async function handler(request: NextRequest, context: RouteContext): Promise<Response> {
  const { headers } = request;
  let retryAfterSeconds: number | undefined;
  const options = nextAuthOptions({
    userAgent: headers.get('user-agent') ?? '',
    address: headers.get('x-parley-caller') ?? '',
    https: headers.get('x-forwarded-proto') === 'https',
    onRefused: (refusal) => { if (refusal.reason === 'locked') retryAfterSeconds = refusal.retryAfterSeconds; },
  });
  const response = (await NextAuth(request, context, options)) as Response;
  if (retryAfterSeconds === undefined) return response;
  const minutes = Math.ceil(retryAfterSeconds / 60);
  const detail = `Too many failed sign-ins; try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`;
  return Response.json(
    { detail, url: signInErrorUrl(new URL(request.url).origin, detail) },
    { status: 429, headers: { 'retry-after': String(retryAfterSeconds), 'cache-control': 'no-store' } },
  );
}

export { handler as GET, handler as POST };
