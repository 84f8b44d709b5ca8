import type { Agent, CreateAgentInput } from '@/server/agents/contract';

const MOST_CHARACTERS = 255;

/** Everything that makes an agent, but for its being the default. */
export function copyOf(agent: Agent): CreateAgentInput {
  const { model: _model, ...llm } = agent.llm_config;
  return {
    name: `${agent.name.slice(0, MOST_CHARACTERS - 5)} copy`,
    description: agent.description,
    system_prompt: agent.system_prompt,
    greeting: agent.greeting,
    model: agent.model,
    llm_config: llm,
    stt_provider: agent.stt_provider,
    stt_config: agent.stt_config,
    tts_provider: agent.tts_provider,
    tts_config: agent.tts_config,
    turn_settings: agent.turn_settings,
    tools: agent.tools,
    tags: agent.tags,
    allowed_user_ids: agent.allowed_user_ids,
  };
}
