/** What the AI SDK is asked with besides the messages. */
export interface ModelSettings {
  temperature?: number;
  topP?: number;
  maxOutputTokens?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
}

const NAMES = {
  temperature: 'temperature', top_p: 'topP', max_tokens: 'maxOutputTokens', frequency_penalty: 'frequencyPenalty', presence_penalty: 'presencePenalty',
} as const satisfies Record<string, keyof ModelSettings>;

/** An agent's `llm_config` as a turn takes it: every field that the vendors' forms have, under the SDK's name. */
export const modelSettings = (llmConfig: Readonly<Record<string, unknown>>): ModelSettings =>
  Object.fromEntries(Object.entries(NAMES).flatMap(([name, setting]) => (typeof llmConfig[name] === 'number' ? [[setting, llmConfig[name]]] : [])));
