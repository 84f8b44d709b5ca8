import { modelSettings, type ModelSettings } from './model-settings';
import type { AgentRow } from './queries';

/** An agent as run-turn takes it, on every channel. */
export const turnAgent = ({ id, name, systemPrompt, model, tools, llmConfig }: AgentRow): { id: string; name: string; systemPrompt: string; model: string | null; tools: string[]; settings: ModelSettings } =>
  ({ id, name, systemPrompt, model, tools, settings: modelSettings(llmConfig) });
