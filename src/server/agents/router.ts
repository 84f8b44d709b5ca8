import { z } from 'zod';
import type { Services } from '../api/context';
import { procedure, router } from '../api/trpc';
import type { Principal } from '../auth/principal';
import { AppError } from '../platform/errors';
import type { AgentDeps } from './agent-deps';
import {
  agent, agentIdInput, agentProviders, agentTools, agentToolsRoute, availableProviders, availableProvidersRoute, createAgentInput, createAgentRoute,
  fieldDefinition, getAgentProvidersRoute, getAgentRoute, getDefaultAgentRoute, listAgentsInput, listAgentsRoute, providerFieldsInput, providerFieldsRoute,
  removeAgentRoute, setAgentProvidersInput, setAgentProvidersRoute, setDefaultAgentRoute, updateAgentInput, updateAgentRoute, type Agent,
} from './contract';
import { createAgent } from './create-agent';
import { sightOf, visibleTo } from './may-use-agent';
import { presentAgent, presentProviders, type PresentContext } from './present-agent';
import { createCatalog } from './providers/catalog';
import { installedSpeech } from './providers/speech';
import { getAgent, getDefaultAgent, listAgents, type AgentRow } from './queries';
import { removeAgent } from './remove-agent';
import { setDefaultAgent } from './set-default-agent';
import { updateAgent } from './update-agent';

interface Caller {
  services: Services;
  principal: Principal;
}

/** What reading needs; the catalog is for changes alone. */
const contextOf = async ({ services, principal }: Caller): Promise<PresentContext> =>
  ({ defaultModel: await services.defaultModelOf(principal.workspaceId), installed: installedSpeech(services.config.speech) });

async function depsOf(caller: Caller): Promise<AgentDeps> {
  const { services, principal } = caller;
  const { db, config, tools } = services;
  const [{ defaultModel, installed }, keys] = await Promise.all([contextOf(caller), services.providerKeys.of(principal.workspaceId)]);
  const catalog = createCatalog({ config, defaultModel }, (vendor) => config.ai.keys[vendor] !== undefined || keys.has(vendor));
  return { db, principal, catalog, tools, defaultModel, bareIsOpenAi: config.ai.openaiBaseUrl !== undefined, installed };
}

const present = async (caller: Caller, row: AgentRow | Promise<AgentRow>): Promise<Agent> => presentAgent(await row, await contextOf(caller));

const seen = ({ services, principal }: Caller, agentId: string): Promise<AgentRow> =>
  getAgent(services.db, { workspaceId: principal.workspaceId, agentId, only: visibleTo(principal) });

export const agentsRouter = router({
  list: procedure.meta(listAgentsRoute).input(listAgentsInput).output(z.array(agent)).query(async ({ ctx, input }) => {
    const [rows, context] = await Promise.all([listAgents(ctx.db, { workspaceId: ctx.workspaceId, ...input, ...sightOf(ctx.principal) }), contextOf(ctx)]);
    return rows.map((row) => presentAgent(row, context));
  }),
  create: procedure.meta(createAgentRoute).input(createAgentInput).output(agent).mutation(async ({ ctx, input }) => present(ctx, createAgent(await depsOf(ctx), input))),
  get: procedure.meta(getAgentRoute).input(agentIdInput).output(agent).query(({ ctx, input }) => present(ctx, seen(ctx, input.agent_id))),
  update: procedure.meta(updateAgentRoute).input(updateAgentInput).output(agent).mutation(async ({ ctx, input }) => present(ctx, updateAgent(await depsOf(ctx), input))),
  remove: procedure.meta(removeAgentRoute).input(agentIdInput).output(z.null()).mutation(async ({ ctx, input }) => {
    await removeAgent(ctx, input.agent_id);
    return null;
  }),
  getDefault: procedure.meta(getDefaultAgentRoute).output(agent).query(({ ctx }) => present(ctx, getDefaultAgent(ctx.db, ctx.workspaceId))),
  setDefault: procedure.meta(setDefaultAgentRoute).input(agentIdInput).output(agent).mutation(({ ctx, input }) => present(ctx, setDefaultAgent(ctx, input.agent_id))),
  getProviders: procedure.meta(getAgentProvidersRoute).input(agentIdInput).output(agentProviders)
    .query(async ({ ctx, input }) => presentProviders(await seen(ctx, input.agent_id), await contextOf(ctx))),
  setProviders: procedure.meta(setAgentProvidersRoute).input(setAgentProvidersInput).output(agent).mutation(async ({ ctx, input: { agent_id, llm, stt, tts } }) =>
    present(ctx, updateAgent(await depsOf(ctx), { agent_id, llm_config: llm, stt_config: stt, tts_config: tts }))),
  providers: procedure.meta(availableProvidersRoute).output(availableProviders).query(async ({ ctx }) => (await depsOf(ctx)).catalog.available()),
  providerFields: procedure.meta(providerFieldsRoute).input(providerFieldsInput).output(z.record(z.string(), fieldDefinition)).query(async ({ ctx, input }) => {
    const found = (await depsOf(ctx)).catalog.find(input.type, input.name);
    if (!found) throw new AppError('not_found', `There is no ${input.type} provider named '${input.name.slice(0, 64)}'`);
    return { ...found.fields };
  }),
  tools: procedure.meta(agentToolsRoute).output(agentTools).query(({ ctx }) => ({
    tools: ctx.services.tools.all.map(({ name, label, description, enabled }) => ({ name, label, description, enabled })),
  })),
});
