import { eq } from 'drizzle-orm';
import { procedure, router } from '../api/trpc';
import { AppError } from '../platform/errors';
import { workspaces } from '../workspaces/tables';
import { me, meRoute } from './contract';

export const meRouter = router({
  get: procedure.meta(meRoute).output(me).query(async ({ ctx }) => {
    const { kind, id, label, role, scopes, workspaceId } = ctx.principal;
    const [workspace] = await ctx.db.select({ id: workspaces.id, name: workspaces.name, time_zone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId));
    if (!workspace) throw new AppError('not_found', 'The workspace is gone');
    return { kind, id, label, role, scopes: [...scopes], workspace };
  }),
});
