import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface OidcPerson {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  /** A provider that mixes people up: userinfo answers for somebody else than the ID token. */
  subAtUserinfo?: string;
}

export const OIDC_CLIENT = { id: 'parley', secret: 'a client secret of the tests' } as const;

export interface TestOidcProvider extends AsyncDisposable {
  issuer: string;
  /** Who signs in there next; null closes the window without signing in. */
  person: OidcPerson | null;
  /** Which client may send people here; asked once, when its address is known. */
  serve(redirectUri: string): void;
}

/** A certified OpenID provider on a free port, whose sign-in page lets `person` in without asking. */
export async function startOidcProvider(options: { emailInIdToken: boolean }): Promise<TestOidcProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  const idp: TestOidcProvider = {
    issuer,
    person: null,
    serve(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [{ client_id: OIDC_CLIENT.id, client_secret: OIDC_CLIENT.secret, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }],
        jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' } as never] },
        cookies: { keys: [randomBytes(16).toString('hex')] },
        conformIdTokenClaims: !options.emailInIdToken,
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
        pkce: { required: () => true },
        findAccount: (_context, sub) => ({
          accountId: sub,
          claims: (use) => {
            const { subAtUserinfo, ...claims } = idp.person ?? {};
            return { ...claims, sub: use === 'userinfo' && subAtUserinfo !== undefined ? subAtUserinfo : sub };
          },
        }),
        loadExistingGrant: async (context) => {
          const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client!.clientId, accountId: context.oidc.session!.accountId! });
          grant.addOIDCScope('openid email profile');
          await grant.save();
          return grant;
        },
        ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Grant: 60, Interaction: 60, Session: 60 },
      });
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
        const result = idp.person ? { login: { accountId: idp.person.sub } } : { error: 'access_denied', error_description: 'the window was closed' };
        void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return idp;
}
