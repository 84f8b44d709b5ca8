import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { nextAuthBridge, type BridgedSignIn } from './next-bridge';
import { OIDC_PROVIDER_ID, oidcProvider, type OidcClaims } from './oidc-provider';

const COOKIE_NAME = 'sessionid';
const LONGEST_NAME = 100;
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
  /** Whom the single sign-on of this request let in, in our own terms: next-auth knows the provider's profile only. */
  let admitted: { id: string; email: string; name: string; signInId: string } | undefined;
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
      ...(bridge.oidc ? [oidcProvider(bridge.oidc)] : []),
    ],
    callbacks: {
      // An answer that is text is an address to go to instead.
      signIn: async ({ account, profile }) => {
        if (account?.provider !== OIDC_PROVIDER_ID) return true;
        const claims = profile as unknown as OidcClaims;
        const result = await bridge.signInWithOidc({
          issuer: claims.iss,
          subject: claims.sub,
          email: claims.email ?? null,
          emailVerified: claims.email_verified === true || claims.email_verified === 'true',
          name: (claims.name ?? '').slice(0, LONGEST_NAME),
          userAgent: request.userAgent,
          address: request.address,
        });
        if (!result.ok) return `/login?error=${result.code}`;
        admitted = { id: result.userId, email: result.email, name: result.name, signInId: result.signInId };
        return true;
      },
      jwt: async ({ token, user: given }) => {
        const user = admitted ?? given;
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
      error: (code, metadata) => { if (code !== 'JWT_SESSION_ERROR') bridge.warn(code, code.includes('OAUTH') ? reasonOf(metadata) : undefined); },
      warn: (code) => { if (code !== 'NEXTAUTH_URL') bridge.warn(code); },
      debug: () => {},
    },
  };
}

/** What the operator needs to mend the provider's settings; neither tokens nor claims. */
function reasonOf(metadata: unknown): string | undefined {
  const error = metadata instanceof Error ? metadata : (metadata as { error?: unknown } | undefined)?.error;
  return error instanceof Error ? error.message.slice(0, 300) : undefined;
}

declare module 'next-auth' {
  interface User { signInId?: string }
}

declare module 'next-auth/jwt' {
  interface JWT { signInId?: string }
}
