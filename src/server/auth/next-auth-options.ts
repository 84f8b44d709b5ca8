import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { nextAuthBridge, type BridgedSignIn } from './next-bridge';

const COOKIE_NAME = 'sessionid';
const SESSION_SECONDS = 14 * 86_400; // as long as the sign-in's row

export interface NextAuthRequest {
  userAgent: string;
  address: string;
  https: boolean;
  /** Told why a sign-in was refused: next-auth itself knows only that it was. */
  onRefused: (refusal: Extract<BridgedSignIn, { ok: false }>) => void;
}

/** Made anew for each request, because whether cookies are secure depends on how the page was reached. */
export function nextAuthOptions(request: NextAuthRequest): NextAuthOptions {
  const bridge = nextAuthBridge();
  return {
    secret: bridge.secret,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/login', error: '/login', signOut: '/login' },
    useSecureCookies: request.https,
    cookies: { sessionToken: { name: COOKIE_NAME, options: { httpOnly: true, sameSite: 'lax', path: '/', secure: request.https } } },
    providers: [
      Credentials({
        credentials: { email: { label: 'E-mail', type: 'email' }, password: { label: 'Password', type: 'password' } },
        authorize: async (given) => {
          const result = await bridge.signIn({ email: given?.email ?? '', password: given?.password ?? '', userAgent: request.userAgent, address: request.address });
          if (!result.ok) {
            request.onRefused(result);
            return null;
          }
          return { id: result.userId, email: result.email, name: result.name, signInId: result.signInId };
        },
      }),
    ],
    callbacks: {
      jwt: async ({ token, user }) => {
        if (user) return { sub: user.id, email: user.email, name: user.name, signInId: user.signInId };
        // Throwing is next-auth's way to end a session: it answers an empty one and clears the cookie.
        if (!token.sub || !token.signInId || !(await bridge.isCurrent({ userId: token.sub, signInId: token.signInId }))) throw new Error('revoked');
        return token;
      },
    },
    events: {
      signOut: async ({ token }) => { if (token?.signInId) await bridge.signOut(token.signInId); },
    },
    logger: {
      error: (code) => { if (code !== 'JWT_SESSION_ERROR') bridge.warn(code); },
      warn: (code) => { if (code !== 'NEXTAUTH_URL') bridge.warn(code); },
      debug: () => {},
    },
  };
}

declare module 'next-auth' {
  interface User { signInId?: string }
}

declare module 'next-auth/jwt' {
  interface JWT { signInId?: string }
}
