import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { agent, getAgentInput, getAgentRoute, listAgentsInput, listAgentsRoute } from './contract';
import { presentAgent } from './present-agent';
import { findAgents, getAgent } from './queries';

export const agentsRouter = router({
  list: procedure.meta(listAgentsRoute).input(listAgentsInput).output(z.array(agent)).query(async ({ ctx, input }) => {
    const rows = await findAgents(ctx.db, { workspaceId: ctx.workspaceId, ...input });
    return rows.map((row) => presentAgent(row, ctx.services.config, ctx.services.defaultModel));
  }),
  get: procedure.meta(getAgentRoute).input(getAgentInput).output(agent).query(async ({ ctx, input }) =>
    presentAgent(await getAgent(ctx.db, { workspaceId: ctx.workspaceId, agentId: input.agent_id }), ctx.services.config, ctx.services.defaultModel)),
});
