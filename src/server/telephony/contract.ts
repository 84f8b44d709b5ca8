import { z } from 'zod';
import { storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';

const NOT_A_NAME = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const text = (max: number) => storable(z.string().trim().min(1, 'must not be empty').max(max, `must have at most ${max} characters`));
const label = (max: number) => text(max).refine((value) => !NOT_A_NAME.test(value), 'must not contain control characters');

/** The part of a SIP address before the @. */
const user = (max = 100) => text(max).regex(/^[^\s@:;?"<>\\,/\p{C}]+$/u, 'must be what stands before the @, without blanks, such as 100 or +49301234567');
const HOST = /^(?=.{1,253}(:|$))([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?(:([1-9]\d{0,4}))?$/i;
const host = text(260)
  .refine((value) => !/^sips?:/i.test(value) && !value.includes('@'), 'must be a host alone: leave out sip:, and put what stands before the @ into username')
  .refine((value) => HOST.test(value), 'must be a host name or an IPv4 address, or host:port, such as pbx.example.org or 192.0.2.10:5080')
  .refine((value) => Number(/:(\d+)$/.exec(value)?.[1] ?? 1) <= 65_535, 'must have a port of 1 to 65535');
const password = storable(z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters')).refine((value) => !/\p{Cc}/u.test(value), 'must not contain control characters');
const agentId = z.uuid('must be the id of an agent');
const perSecond = z.number().min(0.01, 'must be at least 0.01').max(1_000, 'must be at most 1000');
const atOnce = z.number().int('must be a whole number').min(1, 'must be at least 1').max(1_000, 'must be at most 1000');

/** Held to tables.ts by their types in present-trunk.ts. */
export const sipTransport = z.enum(['udp', 'tcp'], { error: 'must be udp or tcp' });
export const trunkStatus = z.enum(['stopped', 'static', 'registering', 'registered', 'waiting']).meta({
  description: 'stopped: no process serves it · static: known by its addresses · waiting: registering failed and is tried again.',
});

export const trunk = z.object({
  id: z.uuid(),
  name: z.string(),
  host: z.string().meta({ description: 'Where requests go: the proxy, else the domain.' }),
  transport: sipTransport,
  username: z.string(),
  registered: z.boolean(),
  status: trunkStatus,
  last_error: z.string().nullable().meta({ description: 'In words; null when all is well.' }),
  expires_at: z.iso.datetime().nullable().meta({ description: 'When the registration runs out unless it is renewed.' }),
  active_calls: z.number().int(),
  source: z.enum(['console', 'environment']).meta({ description: '`environment`: described by SIP_*, and changed there.' }),
  domain: z.string(),
  proxy: z.string().nullable(),
  auth_username: z.string().nullable(),
  registers: z.boolean(),
  has_password: z.boolean(),
  allowed_addresses: z.array(z.string()),
  caller_username: z.string().nullable(),
  has_caller_password: z.boolean(),
  numbers: z.array(z.string()),
  caller_id: z.string().nullable(),
  display_name: z.string().nullable(),
  default_agent_id: z.uuid().nullable(),
  is_default: z.boolean(),
  is_active: z.boolean(),
  max_calls: z.number().int().nullable(),
  calls_per_second: z.number().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Trunk' });

export const trunkList = z.object({ trunks: z.array(trunk) }).meta({ id: 'TrunkList' });

const settings = {
  proxy: host.nullable().optional().meta({ description: '`host` or `host:port` where requests go, when it is not the domain.' }),
  transport: sipTransport.optional().meta({ description: 'udp unless said.' }),
  auth_username: user().nullable().optional().meta({ description: 'The name for authentication, when it differs from username.' }),
  password: password.nullable().optional().meta({ description: 'Kept encrypted and never shown. null removes it; absent leaves it.' }),
  registers: z.boolean().optional().meta({ description: 'false: a static trunk, which knows our address. By default a new trunk with a password registers.' }),
  allowed_addresses: z.array(text(64)).max(100, 'must name at most 100 addresses').optional().meta({ description: 'Addresses and networks that calls may come from, besides the host’s own.' }),
  caller_username: user().nullable().optional().meta({ description: 'Who may call in from any other address, with caller_password.' }),
  caller_password: password.nullable().optional().meta({ description: 'Kept encrypted and never shown. null removes it; absent leaves it.' }),
  numbers: z.array(text(64)).max(500, 'must have at most 500 numbers').optional().meta({ description: 'Numbers that are ours on this trunk.' }),
  caller_id: user(64).nullable().optional().meta({ description: 'What the other party sees when we call; null shows username.' }),
  display_name: label(100).refine((value) => !/["\\]/.test(value), 'must not contain " or \\').nullable().optional(),
  default_agent_id: agentId.nullable().optional().meta({ description: 'Answers what no dispatch rule matches; null leaves it to the workspace.' }),
  is_default: z.boolean().optional().meta({ description: 'Calls go out over it when none is named. The one before is the default no longer.' }),
  is_active: z.boolean().optional(),
  max_calls: atOnce.nullable().optional().meta({ description: 'Calls at once, both directions together; null is without a limit of its own.' }),
  calls_per_second: perSecond.nullable().optional().meta({ description: 'Outgoing calls begun in a second; null is without a limit of its own.' }),
};
const name = label(100);
const domain = host.meta({ description: 'What stands behind the @ of our own address.' });
const username = user().meta({ description: 'The extension at the PBX; any name on a static trunk.' });

export const trunkIdInput = z.object({ trunk_id: z.string() });
export const createTrunkInput = z.object({ name, domain, username, ...settings });
export const updateTrunkInput = z.object({ trunk_id: z.string(), name: name.optional(), domain: domain.optional(), username: username.optional(), ...settings });

const priority = z.number().int('must be a whole number').min(-1_000, 'must be -1000 to 1000').max(1_000, 'must be -1000 to 1000');
const match = text(100);

export const dispatchRule = z.object({
  id: z.uuid(),
  match: z.string().meta({ description: 'A number, an extension, or a prefix that ends in `*`.' }),
  agent_id: z.uuid(),
  agent: z.string().meta({ description: 'The agent’s name.' }),
  trunk_id: z.uuid().nullable(),
  trunk: z.string().nullable().meta({ description: 'The trunk’s name; null is any trunk.' }),
  priority: z.number().int(),
}).meta({ id: 'DispatchRule' });

export const dispatchRules = z.object({ rules: z.array(dispatchRule), default_agent_id: z.uuid().nullable() }).meta({ id: 'DispatchRules' });

export const setDispatchRulesInput = z.object({
  rules: z.array(z.object({
    match: match.meta({ description: 'A number, an extension, or a prefix that ends in `*`.' }),
    agent_id: z.string().optional().meta({ description: 'Who answers, by id.' }),
    agent: z.string().trim().max(200).optional().meta({ description: 'Who answers, by name or slug.' }),
    trunk: z.string().trim().max(200).nullable().optional().meta({ description: 'Only calls that come in by this trunk, named by name or id.' }),
    priority: priority.optional().meta({ description: 'Higher is tried first; then exact before prefix, and longer before shorter.' }),
  })).max(1_000, 'must be at most 1000 rules'),
  default_agent_id: z.string().nullable().optional().meta({ description: 'Answers what neither a rule nor the trunk decides. Absent leaves it; null is the workspace’s default agent.' }),
});

const prefixes = z.array(text(64)).max(500, 'must have at most 500 prefixes');

export const callPolicy = z.object({
  default_agent_id: z.uuid().nullable().meta({ description: 'Answers what neither a rule nor the trunk decides; null is the workspace’s default agent.' }),
  max_concurrent: z.number().int().nullable().meta({ description: 'Calls at once; null is CALL_QUEUE_MAX_CONCURRENT alone.' }),
  calls_per_second: z.number().nullable(),
  allowed_prefixes: z.array(z.string()).meta({ description: 'Beginnings of numbers that may be called; empty allows all.' }),
  denied_prefixes: z.array(z.string()).meta({ description: 'Beginnings that may not be called; they win.' }),
}).meta({ id: 'CallPolicy' });

export const setCallPolicyInput = z.object({
  default_agent_id: agentId.nullable().optional(),
  max_concurrent: atOnce.nullable().optional(),
  calls_per_second: perSecond.nullable().optional(),
  allowed_prefixes: prefixes.optional().meta({ description: 'Such as +49, 0 or 1. Only what is written so may be called; empty allows all.' }),
  denied_prefixes: prefixes.optional().meta({ description: 'Such as +1900 or 0900, however the number is written.' }),
});

const tags = ['Telephony'];
const read = { role: 'viewer', scope: 'calls' } as const;
const write = { role: 'admin' } as const;

export const listTrunksRoute = { openapi: { method: 'GET', path: '/api/sip/trunks', tags, summary: 'List SIP trunks' }, auth: read } satisfies RouteMeta;
export const createTrunkRoute = {
  openapi: { method: 'POST', path: '/api/sip/trunks', tags, summary: 'Add a trunk' }, status: 201, auth: write, errors: ['conflict', 'precondition_failed'],
} satisfies RouteMeta;
export const getTrunkRoute = { openapi: { method: 'GET', path: '/api/sip/trunks/{trunk_id}', tags, summary: 'One trunk' }, auth: read, errors: ['not_found'] } satisfies RouteMeta;
export const updateTrunkRoute = {
  openapi: { method: 'PUT', path: '/api/sip/trunks/{trunk_id}', tags, summary: 'Change a trunk', description: 'What is absent stays. Of the environment’s trunk only is_default can be changed here.' },
  auth: write, errors: ['not_found', 'conflict', 'precondition_failed'],
} satisfies RouteMeta;
export const removeTrunkRoute = {
  openapi: { method: 'DELETE', path: '/api/sip/trunks/{trunk_id}', tags, summary: 'Remove a trunk, its passwords and its rules' }, status: 204, auth: write, errors: ['not_found', 'conflict'],
} satisfies RouteMeta;
export const dispatchRulesRoute = { openapi: { method: 'GET', path: '/api/sip/dispatch-rules', tags, summary: 'Which agent answers which number' }, auth: read } satisfies RouteMeta;
export const setDispatchRulesRoute = {
  openapi: { method: 'POST', path: '/api/sip/dispatch-rules', tags, summary: 'Update SIP dispatch rules', description: 'Replaces the whole set, and returns it.' },
  auth: { ...write, openNetworks: true },
  examples: { request: { rules: [{ match: '100', agent: 'assistant' }, { match: '+4930*', agent: 'assistant', priority: 10 }] } },
} satisfies RouteMeta;
export const callPolicyRoute = { openapi: { method: 'GET', path: '/api/call-policy', tags, summary: 'What calls of the workspace may do' }, auth: read } satisfies RouteMeta;
export const setCallPolicyRoute = {
  openapi: { method: 'PUT', path: '/api/call-policy', tags, summary: 'Change what calls of the workspace may do', description: 'What is absent stays.' }, auth: write,
} satisfies RouteMeta;

export type Trunk = z.infer<typeof trunk>;
export type CreateTrunkInput = z.infer<typeof createTrunkInput>;
export type UpdateTrunkInput = z.infer<typeof updateTrunkInput>;
export type DispatchRule = z.infer<typeof dispatchRule>;
export type DispatchRules = z.infer<typeof dispatchRules>;
export type SetDispatchRulesInput = z.infer<typeof setDispatchRulesInput>;
export type CallPolicy = z.infer<typeof callPolicy>;
export type SetCallPolicyInput = z.infer<typeof setCallPolicyInput>;
