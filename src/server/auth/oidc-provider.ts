import type { OAuthConfig } from 'next-auth/providers/oauth';
import type { NextAuthBridge } from './next-bridge';

/** Also the last part of the address that the provider sends people back to: /api/auth/callback/oidc */
export const OIDC_PROVIDER_ID = 'oidc';

/** The claims that we read; `iss`, audience, nonce and signature were checked by then. */
export interface OidcClaims {
  iss: string;
  sub: string;
  email?: string;
  email_verified?: boolean | string;
  name?: string;
}

const PROVIDER_TIMEOUT_MS = 10_000;

/** One generic provider: everything about it is in its discovery document. */
export function oidcProvider(oidc: NonNullable<NextAuthBridge['oidc']>): OAuthConfig<OidcClaims> {
  return {
    id: OIDC_PROVIDER_ID,
    name: oidc.name,
    type: 'oauth',
    wellKnown: `${oidc.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    httpOptions: { timeout: PROVIDER_TIMEOUT_MS },
    userinfo: {
      // Some providers put the e-mail into the ID token, others (as the specification has it) answer it at userinfo only.
      request: async ({ client, tokens }) => {
        const claims = tokens.id_token === undefined ? {} : decodeClaims(tokens.id_token);
        if (claims.email !== undefined) return claims;
        const told = await client.userinfo(tokens.access_token ?? '');
        if (told.sub !== claims.sub) throw new Error('userinfo speaks of somebody else than the ID token'); // OpenID Connect Core 5.3.2
        return { ...told, ...claims };
      },
    },
    profile: (claims) => ({ id: claims.sub, email: claims.email ?? null, name: claims.name ?? '' }),
  };
}

/** Of a token that openid-client has verified already. */
const decodeClaims = (idToken: string): Partial<OidcClaims> => JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as Partial<OidcClaims>;
