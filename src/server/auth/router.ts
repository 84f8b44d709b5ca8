import { z } from 'zod';
import { procedure, publicProcedure, router } from '../api/trpc';
import { changePassword } from './change-password';
import { closeLiveSockets } from './close-live-sockets';
import {
  changePasswordInput, changePasswordRoute, listSignInsOutput, listSignInsRoute, me, meRoute, revokeSignInInput, revokeSignInRoute, signInOptions, signInOptionsRoute,
  updateMeInput, updateMeRoute,
} from './contract';
import { getMe, updateMe } from './me';
import { personOf } from './person';
import { findSignIns, revokeOwnSignIn } from './sign-ins';

export const meRouter = router({
  get: procedure.meta(meRoute).output(me).query(({ ctx }) => getMe(ctx.db, ctx.principal)),
  update: procedure.meta(updateMeRoute).input(updateMeInput).output(me).mutation(({ ctx, input }) => updateMe(ctx.db, { principal: ctx.principal, name: input.name })),
  changePassword: procedure.meta(changePasswordRoute).input(changePasswordInput).output(z.void()).mutation(async ({ ctx, input }) => {
    const { revokedSignIns } = await changePassword({ db: ctx.db, throttle: ctx.services.signInThrottle }, {
      principal: ctx.principal, address: ctx.caller.address, currentPassword: input.current_password, newPassword: input.new_password,
    });
    await Promise.all(revokedSignIns.map((signInId) => closeLiveSockets(ctx, { signInId })));
  }),
  signIns: procedure.meta(listSignInsRoute).output(listSignInsOutput).query(async ({ ctx }) => {
    const { userId, signInId } = personOf(ctx.principal);
    return { sign_ins: await findSignIns(ctx.db, { userId, currentId: signInId }) };
  }),
  revokeSignIn: procedure.meta(revokeSignInRoute).input(revokeSignInInput).output(z.void()).mutation(async ({ ctx, input }) => {
    await revokeOwnSignIn(ctx.db, { userId: personOf(ctx.principal).userId, signInId: input.sign_in_id });
    await closeLiveSockets(ctx, { signInId: input.sign_in_id });
  }),
});

export const signInOptionsRouter = router({
  get: publicProcedure.meta(signInOptionsRoute).output(signInOptions).query(({ ctx }) => {
    const { oidc } = ctx.services.config;
    return { password: true, oidc: oidc ? { name: oidc.name } : null };
  }),
});
