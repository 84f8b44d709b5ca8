import type { Agent, AvailableProviders, FieldDefinition, UpdateAgentInput } from '@/server/agents/contract';

export type FieldValue = string | number | boolean | undefined;
export type FieldValues = Record<string, FieldValue>;
export type Fields = Record<string, FieldDefinition>;

/** What a person edits. Empty fields are undefined: they have the provider's default. */
export interface AgentForm {
  name: string;
  description: string;
  systemPrompt: string;
  greeting: string;
  tags: string[];
  isActive: boolean;
  /** '' is the workspace's default model. */
  llmProvider: string;
  llm: FieldValues;
  sttProvider: string;
  stt: FieldValues;
  ttsProvider: string;
  tts: FieldValues;
  turn: FieldValues;
  tools: string[];
  allowedUserIds: string[] | null;
}

const editable = (config: Record<string, unknown>): FieldValues =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))) as FieldValues;

export const formOf = (agent: Agent): AgentForm => ({
  name: agent.name,
  description: agent.description,
  systemPrompt: agent.system_prompt,
  greeting: agent.greeting ?? '',
  tags: agent.tags,
  isActive: agent.is_active,
  llmProvider: agent.model === null ? '' : agent.llm_provider,
  llm: { ...editable(agent.llm_config), model: agent.llm_model },
  sttProvider: agent.stt_provider,
  stt: editable(agent.stt_config),
  ttsProvider: agent.tts_provider,
  tts: editable(agent.tts_config),
  turn: agent.turn_settings,
  tools: agent.tools,
  allowedUserIds: agent.allowed_user_ids,
});

export const fieldsOf = (providers: AvailableProviders, type: keyof AvailableProviders, provider: string): Fields => providers[type].configurable_fields[provider] ?? {};

/** What a provider's fields begin with when it is chosen: required ones with their default, the others empty. */
export const initialValues = (fields: Fields): FieldValues =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, { required, default: preset }]) => (required && preset !== undefined ? [[name, preset]] : [])));

/** Every field of the definitions is said, an empty one as null: that takes it back to its default. */
const said = (fields: Fields, values: FieldValues, except?: string): Record<string, unknown> =>
  Object.fromEntries(Object.keys(fields).filter((name) => name !== except).map((name) => [name, values[name] ?? null]));

export function changesOf(agent: Agent, form: AgentForm, providers: AvailableProviders): UpdateAgentInput {
  const llmFields = fieldsOf(providers, 'llm', form.llmProvider || (agent.model === null ? agent.llm_provider : ''));
  const model = form.llm.model;
  return {
    agent_id: agent.id,
    name: form.name,
    description: form.description,
    system_prompt: form.systemPrompt,
    greeting: form.greeting.trim() === '' ? null : form.greeting,
    tags: form.tags,
    is_active: form.isActive,
    model: form.llmProvider === '' ? null : `${form.llmProvider}/${typeof model === 'string' ? model.trim() : ''}`,
    llm_config: said(llmFields, form.llm, 'model'),
    stt_provider: form.sttProvider,
    stt_config: said(fieldsOf(providers, 'stt', form.sttProvider), form.stt),
    tts_provider: form.ttsProvider,
    tts_config: said(fieldsOf(providers, 'tts', form.ttsProvider), form.tts),
    turn_settings: said(fieldsOf(providers, 'turn', 'builtin'), form.turn),
    tools: form.tools,
    allowed_user_ids: form.allowedUserIds,
  };
}

const canonical = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)]))
    : value;

export const isSameForm = (a: AgentForm, b: AgentForm): boolean => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

/** Paths of the server's refusals that some field of the form shows. */
export function shownPaths(form: AgentForm, providers: AvailableProviders): string[] {
  const of = (type: keyof AvailableProviders, provider: string, prefix: string) => Object.keys(fieldsOf(providers, type, provider)).map((name) => `${prefix}.${name}`);
  return [
    'name', 'description', 'system_prompt', 'greeting', 'tags', 'is_active', 'model', 'stt_provider', 'tts_provider', 'tools', 'allowed_user_ids',
    ...of('llm', form.llmProvider, 'llm_config'), ...of('stt', form.sttProvider, 'stt_config'), ...of('tts', form.ttsProvider, 'tts_config'), ...of('turn', 'builtin', 'turn_settings'),
  ];
}
