import type { Agent, AgentProviders } from './contract';
import { presentTurnSettings } from './providers/turn-taking';
import type { AgentRow } from './queries';
import { splitModel } from './read-llm';

export interface PresentContext {
  defaultModel: string;
  installed: { stt: string; tts: string };
}

export function presentAgent(row: AgentRow, { defaultModel, installed }: PresentContext): Agent {
  const { provider, model } = splitModel(row.model ?? defaultModel);
  return {
    id: row.id,
    user_id: row.createdBy,
    name: row.name,
    slug: row.slug,
    description: row.description,
    system_prompt: row.systemPrompt,
    greeting: row.greeting,
    rag_config_id: null,
    model: row.model,
    voice: row.voice,
    tools: row.tools,
    tags: row.tags,
    allowed_user_ids: row.allowedUserIds,
    turn_settings: presentTurnSettings(row.turnSettings),
    llm_provider: provider,
    llm_model: model,
    stt_provider: row.sttProvider ?? installed.stt,
    tts_provider: row.ttsProvider ?? installed.tts,
    llm_config: { model, ...row.llmConfig },
    stt_config: row.sttConfig,
    tts_config: { ...(row.voice === null ? {} : { voice: row.voice }), ...row.ttsConfig },
    is_default: row.isDefault,
    is_active: row.isActive,
    is_system_agent: false,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function presentProviders(row: AgentRow, context: PresentContext): AgentProviders {
  const { llm_provider, llm_config, stt_provider, stt_config, tts_provider, tts_config } = presentAgent(row, context);
  return { llm: { provider: llm_provider, config: llm_config }, stt: { provider: stt_provider, config: stt_config }, tts: { provider: tts_provider, config: tts_config } };
}
