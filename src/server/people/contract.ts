import { z } from 'zod';
import { page, searchWords } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { role } from '../auth/contract';
import { email, LONGEST_PASSWORD, newPassword, personName } from '../auth/credentials.contract';

const pageFigures = { total: z.number().int(), limit: z.number().int(), offset: z.number().int() };

const listInput = z.object({
  q: searchWords.optional().meta({ description: 'Part of the e-mail or the name.' }),
  ...page,
});

/** Links are 192 random bits, so nobody guesses one; this keeps a flood of guesses from the database. */
const LINK_LIMIT = { max: 60, windowSeconds: 60 };

/* Users */

export const user = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role,
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime().nullable().meta({ description: 'To the minute; null for somebody who never signed in.' }),
  has_password: z.boolean(),
  is_me: z.boolean(),
}).meta({ id: 'User' });

export const listUsersInput = listInput;
export const listUsersOutput = z.object({ users: z.array(user), ...pageFigures }).meta({ id: 'UserPage' });
export const updateUserInput = z.object({ user_id: z.string(), name: personName.optional(), role: role.optional() });
export const userIdInput = z.object({ user_id: z.string() });

export const secretLink = z.object({
  url: z.url().meta({ description: 'Shown here and never again.' }),
  expires_at: z.iso.datetime(),
}).meta({ id: 'SecretLink' });

export const listUsersRoute = {
  openapi: { method: 'GET', path: '/api/users', tags: ['People'], summary: 'List the workspace’s members' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const updateUserRoute = {
  openapi: { method: 'PUT', path: '/api/users/{user_id}', tags: ['People'], summary: 'Change a member’s name or role; the last owner stays one' },
  auth: { role: 'admin' },
  errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const removeUserRoute = {
  openapi: { method: 'DELETE', path: '/api/users/{user_id}', tags: ['People'], summary: 'End a membership; sign-ins and live sessions end with it' },
  status: 204,
  auth: { role: 'admin' },
  errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const resetPasswordRoute = {
  openapi: { method: 'POST', path: '/api/users/{user_id}/password-reset', tags: ['People'], summary: 'Make a link with which a member sets a new password' },
  status: 201,
  auth: { role: 'admin' },
  errors: ['not_found'],
} satisfies RouteMeta;

/* Invitations */

export const invitation = z.object({
  id: z.uuid(),
  email: z.string(),
  role,
  invited_by: z.string().nullable().meta({ description: 'The e-mail of whoever invited; null when a key did, or when the person is gone.' }),
  status: z.enum(['open', 'expired']),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
}).meta({ id: 'Invitation' });

/** A token of a link is 32 characters after its prefix; what is much longer is none. */
const linkToken = z.object({ token: z.string().max(200) });

export const listInvitationsInput = listInput;
export const listInvitationsOutput = z.object({ invitations: z.array(invitation), ...pageFigures }).meta({ id: 'InvitationPage' });
export const createInvitationInput = z.object({ email, role });
export const createInvitationOutput = z.object({ invitation, url: z.url().meta({ description: 'The link to hand over. Shown here and never again.' }) }).meta({ id: 'CreatedInvitation' });
export const revokeInvitationInput = z.object({ invitation_id: z.string() });
export const lookupInvitationInput = linkToken;
export const lookupInvitationOutput = z.object({
  email: z.string(),
  role,
  workspace_name: z.string(),
  expires_at: z.iso.datetime(),
  has_account: z.boolean().meta({ description: 'Whether the e-mail has an account here, whose password accepting takes; else accepting makes one.' }),
}).meta({ id: 'InvitationLookup' });
export const acceptInvitationInput = linkToken.extend({
  name: personName.optional().meta({ description: 'What a new person is called.' }),
  password: z.string().max(LONGEST_PASSWORD, `must have at most ${LONGEST_PASSWORD} characters`).optional()
    .meta({ description: 'A new person’s choice, at least 10 characters; else the account’s own. Whoever is signed in as that account needs none.' }),
});
export const acceptInvitationOutput = z.object({ email: z.string() });

export const listInvitationsRoute = {
  openapi: { method: 'GET', path: '/api/invitations', tags: ['People'], summary: 'List invitations that nobody has accepted yet, newest first' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const createInvitationRoute = {
  openapi: { method: 'POST', path: '/api/invitations', tags: ['People'], summary: 'Invite somebody by a link; an open invitation to the same e-mail is replaced' },
  status: 201,
  auth: { role: 'admin' },
  errors: ['conflict'],
} satisfies RouteMeta;

export const revokeInvitationRoute = {
  openapi: { method: 'DELETE', path: '/api/invitations/{invitation_id}', tags: ['People'], summary: 'Take back an invitation' },
  status: 204,
  auth: { role: 'admin' },
  errors: ['not_found'],
} satisfies RouteMeta;

export const lookupInvitationRoute = {
  openapi: { method: 'GET', path: '/api/invitations/by-token/{token}', tags: ['People'], summary: 'What a link invites to' },
  auth: 'public',
  limit: LINK_LIMIT,
  errors: ['not_found', 'rate_limited'],
} satisfies RouteMeta;

export const acceptInvitationRoute = {
  openapi: { method: 'POST', path: '/api/invitations/by-token/{token}/accept', tags: ['People'], summary: 'Accept an invitation' },
  auth: 'public',
  limit: LINK_LIMIT,
  errors: ['unauthenticated', 'not_found', 'conflict', 'rate_limited'],
} satisfies RouteMeta;

/* Password resets */

export const lookupPasswordResetInput = linkToken;
export const lookupPasswordResetOutput = z.object({ email: z.string(), expires_at: z.iso.datetime() }).meta({ id: 'PasswordResetLookup' });
export const usePasswordResetInput = linkToken.extend({ password: newPassword });
export const usePasswordResetOutput = z.object({ email: z.string() });

export const lookupPasswordResetRoute = {
  openapi: { method: 'GET', path: '/api/password-resets/{token}', tags: ['People'], summary: 'Whose password a link resets' },
  auth: 'public',
  limit: LINK_LIMIT,
  errors: ['not_found', 'rate_limited'],
} satisfies RouteMeta;

export const usePasswordResetRoute = {
  openapi: { method: 'POST', path: '/api/password-resets/{token}', tags: ['People'], summary: 'Set a new password; every sign-in of the person is revoked' },
  auth: 'public',
  limit: LINK_LIMIT,
  errors: ['not_found', 'rate_limited'],
} satisfies RouteMeta;

export type User = z.infer<typeof user>;
export type Invitation = z.infer<typeof invitation>;
export type InvitationLookup = z.infer<typeof lookupInvitationOutput>;
export type ListInput = z.infer<typeof listInput>;
export type UpdateUserInput = z.infer<typeof updateUserInput>;
