import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { AgentDeps } from './agent-deps';
import { checkRagConfig, checkTools, checkUsers, distinctTags } from './check-references';
import type { CreateAgentInput } from './contract';
import { mergeSettings } from './merge-settings';
import { presentTurnSettings, storeTurnSettings } from './providers/turn-taking';
import type { AgentRow } from './queries';
import { readLlm } from './read-llm';
import { readSpeech } from './read-speech';
import { isSlugTaken } from './slug';
import type { agents } from './tables';

type Said = Partial<Omit<CreateAgentInput, 'is_default'>>;
export type AgentValues = Omit<typeof agents.$inferInsert, 'workspaceId' | 'slug' | 'name' | 'isDefault' | 'createdBy'> & { slug?: string; name?: string };

/** The columns that a request asks for, checked; `stored` is the agent as it is, null while it is being made. */
export async function agentChanges(tx: Database, said: Said, stored: AgentRow | null, deps: AgentDeps): Promise<AgentValues> {
  const { catalog, tools, installed, principal: { workspaceId } } = deps;
  checkRagConfig(said.rag_config_id);
  if (said.slug !== undefined && said.slug !== stored?.slug && (await isSlugTaken(tx, workspaceId, said.slug, stored?.id ?? null))) throw slugTaken(said.slug);
  const llm = readLlm(said, stored && { model: stored.model, config: stored.llmConfig }, deps);
  const stt = readSpeech('stt', said, stored && { provider: stored.sttProvider, config: stored.sttConfig }, { catalog, installed: installed.stt });
  const tts = readSpeech('tts', said, stored && { provider: stored.ttsProvider, config: { ...stored.ttsConfig, ...(stored.voice === null ? {} : { voice: stored.voice }) } }, { catalog, installed: installed.tts });
  const { voice, ...ttsConfig } = tts.config;
  return {
    ...(said.name === undefined ? {} : { name: said.name }),
    ...(said.slug === undefined ? {} : { slug: said.slug }),
    ...(said.description === undefined ? {} : { description: said.description ?? '' }),
    ...(said.system_prompt === undefined ? {} : { systemPrompt: said.system_prompt ?? '' }),
    ...(said.greeting === undefined ? {} : { greeting: said.greeting?.trim() ? said.greeting : null }),
    ...(said.tags === undefined ? {} : { tags: distinctTags(said.tags ?? []) }),
    // Absent or null at creation: the tools that every agent begins with.
    ...(said.tools === undefined || (said.tools === null && !stored) ? {} : { tools: checkTools(tools, said.tools ?? [], stored?.tools ?? []) }),
    ...(said.allowed_user_ids === undefined ? {} : { allowedUserIds: said.allowed_user_ids && (await checkUsers(tx, workspaceId, said.allowed_user_ids, stored?.allowedUserIds ?? [])) }),
    ...(said.turn_settings === undefined ? {} : { turnSettings: turnSettings(said.turn_settings, stored, deps) }),
    ...(said.is_active === undefined ? {} : { isActive: said.is_active }),
    model: llm.model, llmConfig: llm.config,
    sttProvider: stt.provider, sttConfig: stt.config,
    ttsProvider: tts.provider, ttsConfig, voice: typeof voice === 'string' ? voice : null,
  };
}

const turnSettings = (said: Record<string, unknown> | null, stored: AgentRow | null, { catalog }: AgentDeps) =>
  storeTurnSettings(mergeSettings(catalog.get('turn', 'builtin', 'turn_settings'), { said, stored: presentTurnSettings(stored?.turnSettings ?? {}), keeps: true, path: 'turn_settings' }));

export const slugTaken = (slug: string): AppError => new AppError('conflict', `slug: another agent has the slug '${slug}'`, { issues: [{ path: 'slug', message: 'is taken' }] });

/** The default agent answers everybody who names none: it must be on, and for everybody. */
export function assertFitForDefault(agent: { isActive?: boolean | undefined; allowedUserIds?: string[] | null | undefined }): void {
  const mend = 'make another agent the default first (PUT /api/agents/{agent_id}/set-default)';
  if (agent.isActive === false) throw new AppError('conflict', `is_active: the default agent must be switched on; ${mend}`);
  if (agent.allowedUserIds) throw new AppError('conflict', `allowed_user_ids: the default agent answers everybody, so it cannot be for some; ${mend}`);
}
