import { z } from 'zod';
import type { Context } from '../api/context';
import { procedure, publicProcedure, router } from '../api/trpc';
import { closeLiveSockets } from '../auth/close-live-sockets';
import type { Principal } from '../auth/principal';
import { AppError } from '../platform/errors';
import { acceptInvitation } from './accept-invitation';
import {
  acceptInvitationInput, acceptInvitationOutput, acceptInvitationRoute, createInvitationInput, createInvitationOutput, createInvitationRoute, listInvitationsInput,
  listInvitationsOutput, listInvitationsRoute, listUsersInput, listUsersOutput, listUsersRoute, lookupInvitationInput, lookupInvitationOutput, lookupInvitationRoute,
  lookupPasswordResetInput, lookupPasswordResetOutput, lookupPasswordResetRoute, removeUserRoute, resetPasswordRoute, revokeInvitationInput, revokeInvitationRoute,
  secretLink, updateUserInput, updateUserRoute, usePasswordResetInput, usePasswordResetOutput, usePasswordResetRoute, user, userIdInput,
} from './contract';
import { findInvitations, lookupInvitation } from './find-invitations';
import { findUsers } from './find-users';
import { createInvitation, revokeInvitation } from './invite';
import { createPasswordReset, lookupPasswordReset, usePasswordReset } from './password-resets';
import { removeUser } from './remove-user';
import { updateUser } from './update-user';

export const usersRouter = router({
  list: procedure.meta(listUsersRoute).input(listUsersInput).output(listUsersOutput)
    .query(({ ctx, input }) => findUsers(ctx.db, { principal: ctx.principal, filter: input })),
  update: procedure.meta(updateUserRoute).input(updateUserInput).output(user).mutation(async ({ ctx, input }) => {
    const updated = await updateUser(ctx.db, { principal: ctx.principal, input });
    if (updated.lowered) await closeLiveSockets(ctx, { kind: 'user', id: updated.user.id });
    return updated.user;
  }),
  remove: procedure.meta(removeUserRoute).input(userIdInput).output(z.void()).mutation(async ({ ctx, input }) => {
    await removeUser(ctx.db, { principal: ctx.principal, userId: input.user_id });
    await closeLiveSockets(ctx, { kind: 'user', id: input.user_id });
  }),
  resetPassword: procedure.meta(resetPasswordRoute).input(userIdInput).output(secretLink)
    .mutation(({ ctx, input }) => createPasswordReset(ctx.db, { principal: ctx.principal, userId: input.user_id, origin: ctx.caller.origin })),
});

export const invitationsRouter = router({
  list: procedure.meta(listInvitationsRoute).input(listInvitationsInput).output(listInvitationsOutput)
    .query(({ ctx, input }) => findInvitations(ctx.db, { workspaceId: ctx.workspaceId, filter: input })),
  create: procedure.meta(createInvitationRoute).input(createInvitationInput).output(createInvitationOutput)
    .mutation(({ ctx, input }) => createInvitation(ctx.db, { principal: ctx.principal, ...input, origin: ctx.caller.origin })),
  revoke: procedure.meta(revokeInvitationRoute).input(revokeInvitationInput).output(z.void())
    .mutation(({ ctx, input }) => revokeInvitation(ctx.db, { principal: ctx.principal, id: input.invitation_id })),
  lookup: publicProcedure.meta(lookupInvitationRoute).input(lookupInvitationInput).output(lookupInvitationOutput)
    .query(({ ctx, input }) => lookupInvitation(ctx.services.db, input.token)),
  accept: publicProcedure.meta(acceptInvitationRoute).input(acceptInvitationInput).output(acceptInvitationOutput).mutation(async ({ ctx, input }) =>
    acceptInvitation({ db: ctx.services.db, throttle: ctx.services.signInThrottle }, {
      token: input.token, name: input.name, password: input.password, address: ctx.caller.address, principal: await whoeverAsks(ctx),
    })),
});

export const passwordResetsRouter = router({
  lookup: publicProcedure.meta(lookupPasswordResetRoute).input(lookupPasswordResetInput).output(lookupPasswordResetOutput)
    .query(({ ctx, input }) => lookupPasswordReset(ctx.services.db, input.token)),
  use: publicProcedure.meta(usePasswordResetRoute).input(usePasswordResetInput).output(usePasswordResetOutput).mutation(async ({ ctx, input }) => {
    const { userId, email } = await usePasswordReset(ctx.services.db, input);
    await closeLiveSockets(ctx, { kind: 'user', id: userId });
    return { email };
  }),
});

/** A public route asks nobody for credentials, and yet looks at those that came along. */
async function whoeverAsks(ctx: Context): Promise<Principal | null> {
  try {
    return await ctx.authenticate();
  } catch (error) {
    if (error instanceof AppError && (error.kind === 'unauthenticated' || error.kind === 'forbidden')) return null;
    throw error;
  }
}
