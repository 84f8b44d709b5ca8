import { procedure, router } from '../api/trpc';
import {
  createWorkspaceInput, createWorkspaceRoute, currentWorkspaceRoute, listWorkspacesOutput, listWorkspacesRoute, myWorkspace, switchWorkspaceInput, switchWorkspaceRoute,
  updateWorkspaceInput, updateWorkspaceRoute, workspace,
} from './contract';
import { createWorkspace } from './create-workspace';
import { findWorkspaces, getWorkspace } from './find-workspaces';
import { switchWorkspace } from './switch-workspace';
import { updateWorkspace } from './update-workspace';

export const workspacesRouter = router({
  list: procedure.meta(listWorkspacesRoute).output(listWorkspacesOutput).query(async ({ ctx }) => ({ workspaces: await findWorkspaces(ctx.db, ctx.principal) })),
  create: procedure.meta(createWorkspaceRoute).input(createWorkspaceInput).output(myWorkspace)
    .mutation(({ ctx, input }) => createWorkspace(ctx.db, { principal: ctx.principal, name: input.name })),
  switch: procedure.meta(switchWorkspaceRoute).input(switchWorkspaceInput).output(myWorkspace)
    .mutation(({ ctx, input }) => switchWorkspace(ctx.db, { principal: ctx.principal, workspaceId: input.workspace_id })),
  current: procedure.meta(currentWorkspaceRoute).output(workspace).query(({ ctx }) => getWorkspace(ctx.db, ctx.workspaceId)),
  update: procedure.meta(updateWorkspaceRoute).input(updateWorkspaceInput).output(workspace)
    .mutation(({ ctx, input }) => updateWorkspace(ctx.db, { principal: ctx.principal, input })),
});
