import { z } from 'zod';
import { storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';

const text = (max: number) => storable(z.string().max(max, `must have at most ${max} characters`));
const word = (max: number) => text(max).trim().min(1, 'must not be blank');

/** One field of a form and of its validation: what the console draws is what the server checks. */
export const fieldDefinition = z.object({
  type: z.enum(['text', 'textarea', 'number', 'boolean', 'select']),
  label: z.string(),
  required: z.boolean(),
  description: z.string().optional(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional().meta({ description: 'What counts while the field is empty.' }),
  min: z.number().optional(),
  max: z.number().optional().meta({ description: 'Of a number its highest value, of a text its length.' }),
  step: z.number().optional().meta({ description: '1: whole numbers only.' }),
}).meta({ id: 'FieldDefinition' });

export const PROVIDER_TYPES = ['llm', 'stt', 'tts', 'rag', 'turn'] as const;
export const providerType = z.enum(PROVIDER_TYPES);

const providerList = z.object({
  providers: z.array(z.object({
    value: z.string(),
    label: z.string(),
    available: z.boolean().meta({ description: 'It would answer now. Agents may name it either way.' }),
    missing: z.string().nullable().meta({ description: 'What has to be set before it can be used.' }),
  })),
  configurable_fields: z.record(z.string(), z.record(z.string(), fieldDefinition)),
});

/** Keyed by type; `turn` is turn-taking, whose fields are those of an agent’s `turn_settings`. */
export const availableProviders = z.object({ llm: providerList, stt: providerList, tts: providerList, rag: providerList, turn: providerList })
  .meta({ id: 'AvailableProviders' });

export const agentTools = z.object({
  tools: z.array(z.object({ name: z.string(), label: z.string(), description: z.string(), enabled: z.boolean() })),
}).meta({ id: 'AgentTools' });

const settings = z.record(z.string(), z.unknown());

/** Both the flat fields of the documented page and the `*_config` objects its clients know; the rest is ours. */
export const agent = z.object({
  id: z.uuid(),
  user_id: z.uuid().nullable().meta({ description: 'Who made it.' }),
  name: z.string(),
  slug: z.string().meta({ description: 'Made from the name, unique in the workspace; a new name leaves it alone.' }),
  description: z.string(),
  system_prompt: z.string(),
  greeting: z.string().nullable(),
  rag_config_id: z.uuid().nullable(),
  model: z.string().nullable().meta({ description: 'vendor/model; null means the workspace’s default model.' }),
  voice: z.string().nullable().meta({ description: 'null means the voice of this installation.' }),
  tools: z.array(z.string()),
  tags: z.array(z.string()),
  allowed_user_ids: z.array(z.uuid()).nullable().meta({ description: 'Who may use it besides administrators; null means everybody.' }),
  turn_settings: z.record(z.string(), z.union([z.number(), z.boolean()])).meta({ description: 'Only what differs from the defaults.' }),
  llm_provider: z.string(),
  llm_model: z.string(),
  stt_provider: z.string(),
  tts_provider: z.string(),
  llm_config: settings,
  stt_config: settings,
  tts_config: settings,
  is_default: z.boolean(),
  is_active: z.boolean(),
  is_system_agent: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Agent' });

const PROVIDER_CONFIG = 'Settings by name, or `{provider, config: {…}}`. Merged into what is stored; null clears one setting, or all of them.';
const providerConfig = settings.nullish().meta({ description: PROVIDER_CONFIG });
const provider = word(100).nullish().meta({ description: 'Short or domain-like, such as `groq` or `groq.com`.' });

/** What may be said of an agent at all. Absent leaves it as it is (or as it begins); null empties it. */
const writable = {
  description: text(2_000).nullish(),
  system_prompt: text(32_000).nullish(),
  greeting: text(2_000).nullish(),
  slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 lower-case letters, digits and hyphens').optional(),
  model: word(200).nullish().meta({ description: 'vendor/model, in place of llm_provider and llm_model.' }),
  llm_provider: provider,
  llm_model: word(200).nullish(),
  llm_config: providerConfig,
  stt_provider: provider,
  stt_config: providerConfig,
  tts_provider: provider,
  tts_config: providerConfig,
  voice: word(100).nullish(),
  tools: z.array(word(100)).max(100, 'must have at most 100 entries').nullish(),
  tags: z.array(word(50)).max(20, 'must have at most 20 entries').nullish(),
  allowed_user_ids: z.array(z.uuid('must be a user’s id')).max(1_000, 'must have at most 1000 entries').nullish(),
  turn_settings: settings.nullish().meta({ description: 'The fields of `/api/agents/providers/turn/builtin/fields`. Merged; null clears.' }),
  rag_config_id: text(100).nullish(),
  is_default: z.boolean().optional(),
  is_active: z.boolean().optional(),
};

export const createAgentInput = z.object({ name: word(255), ...writable });
export const updateAgentInput = z.object({ agent_id: z.string(), name: word(255).optional(), ...writable });
export const agentIdInput = z.object({ agent_id: z.string() });
export const getAgentInput = agentIdInput;

export const listAgentsInput = z.object({
  skip: z.number().int().min(0).max(1_000_000).default(0),
  limit: z.number().int().min(1).max(1_000).default(100),
});

export const providerFieldsInput = z.object({ type: providerType, name: z.string() });

const oneProvider = z.object({ provider: z.string(), config: settings });
export const agentProviders = z.object({ llm: oneProvider, stt: oneProvider, tts: oneProvider }).meta({ id: 'AgentProviders' });

const oneProviderInput = z.object({ provider, config: settings.nullish() }).nullish();
export const setAgentProvidersInput = z.object({ agent_id: z.string(), llm: oneProviderInput, stt: oneProviderInput, tts: oneProviderInput });

const read = { role: 'viewer', scope: 'agents' } as const;
const write = { role: 'admin', scope: 'agents', openNetworks: true } as const;
const openapi = <const M extends 'GET' | 'POST' | 'PUT' | 'DELETE', const P extends `/${string}`>(method: M, path: P, summary: string, description?: string) =>
  ({ method, path, tags: ['Agents'], summary, ...(description === undefined ? {} : { description }) });

const SPELLINGS = `Provider and model are said flat (\`llm_provider\`, \`llm_model\`), nested (\`llm_config: {provider, config}\`) or as \`model: "vendor/model"\`.
A spelling that repeats what the agent already has says nothing, so a client may send back what it read with one field changed; two that ask for different things are refused.`;

export const listAgentsRoute = { openapi: openapi('GET', '/api/agents/', 'List all agents', 'Those the caller may use, the default agent first.'), auth: read } satisfies RouteMeta;
export const createAgentRoute = {
  openapi: openapi('POST', '/api/agents/', 'Create a new agent', `A name is enough. ${SPELLINGS}`), status: 201, auth: write, errors: ['conflict'],
} satisfies RouteMeta;
export const getAgentRoute = { openapi: openapi('GET', '/api/agents/{agent_id}', 'Retrieve a specific agent'), auth: read, errors: ['not_found'] } satisfies RouteMeta;
export const updateAgentRoute = {
  openapi: openapi('PUT', '/api/agents/{agent_id}', 'Update an agent', `What is absent stays. ${SPELLINGS}`), auth: write, errors: ['not_found', 'conflict'],
} satisfies RouteMeta;
export const removeAgentRoute = {
  openapi: openapi('DELETE', '/api/agents/{agent_id}', 'Delete an agent', 'Its conversations stay. The default agent cannot be deleted: make another one the default first.'),
  status: 204, auth: write, errors: ['not_found', 'conflict'],
} satisfies RouteMeta;
export const getDefaultAgentRoute = { openapi: openapi('GET', '/api/agents/default/current', 'The agent that answers when none is named'), auth: read, errors: ['not_found'] } satisfies RouteMeta;
export const setDefaultAgentRoute = { openapi: openapi('PUT', '/api/agents/{agent_id}/set-default', 'Make an agent the default'), auth: write, errors: ['not_found', 'conflict'] } satisfies RouteMeta;
export const getAgentProvidersRoute = { openapi: openapi('GET', '/api/agents/{agent_id}/providers', 'An agent’s providers and their settings'), auth: read, errors: ['not_found'] } satisfies RouteMeta;
export const setAgentProvidersRoute = { openapi: openapi('PUT', '/api/agents/{agent_id}/providers', 'Change an agent’s providers and their settings'), auth: write, errors: ['not_found', 'conflict'] } satisfies RouteMeta;
export const availableProvidersRoute = { openapi: openapi('GET', '/api/agents/providers/available', 'List providers with their field definitions'), auth: read } satisfies RouteMeta;
export const providerFieldsRoute = { openapi: openapi('GET', '/api/agents/providers/{type}/{name}/fields', 'A provider’s field definitions'), auth: read, errors: ['not_found'] } satisfies RouteMeta;
export const agentToolsRoute = { openapi: openapi('GET', '/api/agents/tools/available', 'List the tools an agent can be given'), auth: read } satisfies RouteMeta;

export type Agent = z.infer<typeof agent>;
export type AgentProviders = z.infer<typeof agentProviders>;
export type AgentTools = z.infer<typeof agentTools>;
export type AvailableProviders = z.infer<typeof availableProviders>;
export type CreateAgentInput = z.infer<typeof createAgentInput>;
export type FieldDefinition = z.infer<typeof fieldDefinition>;
export type ProviderType = z.infer<typeof providerType>;
export type UpdateAgentInput = z.infer<typeof updateAgentInput>;
