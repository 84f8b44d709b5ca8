import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

/** Both the flat fields of the documented page and the `*_config` objects its clients know; the rest is ours. */
export const agent = z.object({
  id: z.uuid(),
  user_id: z.uuid().nullable(),
  name: z.string(),
  slug: z.string(),
  description: z.string(),
  system_prompt: z.string(),
  greeting: z.string().nullable(),
  rag_config_id: z.uuid().nullable(),
  model: z.string().nullable().meta({ description: 'vendor/model; null means the workspace’s default model.' }),
  voice: z.string().nullable(),
  tools: z.array(z.string()),
  llm_provider: z.string(),
  llm_model: z.string(),
  stt_provider: z.string(),
  tts_provider: z.string(),
  llm_config: z.record(z.string(), z.unknown()),
  stt_config: z.record(z.string(), z.unknown()),
  tts_config: z.record(z.string(), z.unknown()),
  is_default: z.boolean(),
  is_active: z.boolean(),
  is_system_agent: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Agent' });

export const listAgentsInput = z.object({
  skip: z.number().int().min(0).max(1_000_000).default(0),
  limit: z.number().int().min(1).max(1_000).default(100),
});

export const getAgentInput = z.object({ agent_id: z.string() });

export const listAgentsRoute = {
  openapi: { method: 'GET', path: '/api/agents/', tags: ['Agents'], summary: 'List all agents' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const getAgentRoute = {
  openapi: { method: 'GET', path: '/api/agents/{agent_id}', tags: ['Agents'], summary: 'Retrieve an agent' },
  auth: { role: 'viewer' },
  errors: ['not_found'],
} satisfies RouteMeta;

export type Agent = z.infer<typeof agent>;
