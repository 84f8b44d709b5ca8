import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';
import type { Role, Scope } from './principal';

export const role = z.enum(['viewer', 'operator', 'admin', 'owner'] as const satisfies readonly Role[]);
export const scope = z.enum(['*', 'agents', 'conversations', 'realtime', 'metrics'] as const satisfies readonly Scope[]);

export const me = z.object({
  kind: z.enum(['user', 'api_key', 'device', 'open_network']),
  id: z.string(),
  label: z.string().meta({ description: 'The person’s e-mail, or the key’s name.' }),
  role,
  scopes: z.array(scope),
  workspace: z.object({ id: z.uuid(), name: z.string(), time_zone: z.string() }),
}).meta({ id: 'Me' });

export const meRoute = {
  openapi: { method: 'GET', path: '/api/me', tags: ['Identity'], summary: 'Who these credentials are' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export type Me = z.infer<typeof me>;
