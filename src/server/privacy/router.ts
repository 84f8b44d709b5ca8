import { procedure, router } from '../api/trpc';
import { authSecret } from '../auth/derived-key';
import { erased, eraseInput, eraseRoute } from './contract';
import { eraseCaller } from './erase-caller';

export const privacyRouter = router({
  erase: procedure.meta(eraseRoute).input(eraseInput).output(erased).mutation(({ ctx, input }) => eraseCaller(
    { db: ctx.db, sessions: ctx.services.sessions, calls: ctx.services.calls, secret: authSecret(ctx.services.config), log: ctx.log },
    { principal: ctx.principal, userLabel: input.user_label },
  )),
});
