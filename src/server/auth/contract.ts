import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';
import { givenPassword, newPassword, personName } from './credentials.contract';
import type { Role, Scope } from './principal';

export const role = z.enum(['viewer', 'operator', 'admin', 'owner'] as const satisfies readonly Role[]);
export const scope = z.enum(['*', 'agents', 'calls', 'chat', 'conversations', 'realtime', 'usage', 'metrics'] as const satisfies readonly Scope[]);

export const me = z.object({
  kind: z.enum(['user', 'api_key', 'device', 'open_network', 'trunk']),
  id: z.string(),
  label: z.string().meta({ description: 'The person’s e-mail, or the key’s name.' }),
  name: z.string().meta({ description: 'What the person is called; the label of whoever is no person.' }),
  has_password: z.boolean().meta({ description: 'Whether a person signs in with a password; false for whoever comes in through single sign-on alone.' }),
  role,
  scopes: z.array(scope),
  workspace: z.object({ id: z.uuid(), name: z.string(), time_zone: z.string() }),
}).meta({ id: 'Me' });

export const updateMeInput = z.object({ name: personName });

export const changePasswordInput = z.object({ current_password: givenPassword, new_password: newPassword });

export const signIn = z.object({
  id: z.uuid(),
  user_agent: z.string(),
  address: z.string().meta({ description: 'Where the person signed in from; empty when unknown.' }),
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime().meta({ description: 'To the minute.' }),
  is_current: z.boolean(),
}).meta({ id: 'SignIn' });

export const listSignInsOutput = z.object({ sign_ins: z.array(signIn) });

export const revokeSignInInput = z.object({ sign_in_id: z.string() });

export const signInOptions = z.object({
  password: z.boolean(),
  oidc: z.object({ name: z.string().meta({ description: 'What the button says.' }) }).nullable(),
}).meta({ id: 'SignInOptions' });

/** The codes in `/login?error=` that single sign-on ends with, in words. Codes, because anybody can make a link with a text of their own. */
export const SIGN_IN_ERRORS = {
  OidcNotInvited: 'Nobody with your e-mail address has an account here. Ask an administrator for an invitation.',
  OidcUnverified: 'Your e-mail address is not verified at the sign-in provider.',
  OidcOtherIdentity: 'This account is linked to another identity of the sign-in provider. Ask an administrator.',
  NoWorkspace: 'Your account belongs to no workspace any more. Ask an administrator for an invitation.',
  Locked: 'Too many failed sign-ins. Try again later.',
  Broken: 'Sign-in does not work at the moment; try again soon.',
  CredentialsSignin: 'Wrong e-mail or password.',
  Configuration: 'Sign-in is not configured on this server.',
  OAuthSignin: 'The sign-in provider cannot be reached. Try again, or sign in with your password.',
  OAuthCallback: 'The sign-in provider’s answer was not accepted. Try again.',
  Callback: 'Nothing came of it: the sign-in was cancelled, or the provider refused it.',
  AccessDenied: 'The sign-in was refused.',
} as const satisfies Record<string, string>;
export type SignInErrorCode = keyof typeof SIGN_IN_ERRORS;

export const meRoute = {
  openapi: { method: 'GET', path: '/api/me', tags: ['Identity'], summary: 'Who these credentials are' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const updateMeRoute = {
  openapi: { method: 'PUT', path: '/api/me', tags: ['Identity'], summary: 'Change one’s own name' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const changePasswordRoute = {
  openapi: { method: 'POST', path: '/api/me/password', tags: ['Identity'], summary: 'Change one’s own password; every other sign-in is revoked' },
  status: 204,
  auth: { role: 'viewer' },
  errors: ['conflict', 'rate_limited'],
} satisfies RouteMeta;

export const listSignInsRoute = {
  openapi: { method: 'GET', path: '/api/me/sign-ins', tags: ['Identity'], summary: 'Where one is signed in, last seen first' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const revokeSignInRoute = {
  openapi: { method: 'DELETE', path: '/api/me/sign-ins/{sign_in_id}', tags: ['Identity'], summary: 'Revoke one of one’s own sign-ins; its live sessions are closed' },
  status: 204,
  auth: { role: 'viewer' },
  errors: ['not_found'],
} satisfies RouteMeta;

export const signInOptionsRoute = {
  openapi: { method: 'GET', path: '/api/sign-in-options', tags: ['Identity'], summary: 'Ways to sign in' },
  auth: 'public',
} satisfies RouteMeta;

export type Me = z.infer<typeof me>;
export type SignIn = z.infer<typeof signIn>;
export type SignInOptions = z.infer<typeof signInOptions>;
