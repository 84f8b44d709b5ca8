import { z } from 'zod';
import { page, searchWords } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';

const BROKEN = /[\p{Cc}\p{Cs}]/u;

export const device = z.object({
  id: z.uuid(),
  name: z.string(),
  agent_id: z.uuid().nullable().meta({ description: 'Who answers it; null means the default agent.' }),
  agent_name: z.string().nullable(),
  token_prefix: z.string().meta({ description: 'How the token begins, for people to tell tokens apart.' }),
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
  last_address: z.string().nullable(),
  online: z.boolean().meta({ description: 'It is in a live session now.' }),
  revoked_at: z.iso.datetime().nullable(),
}).meta({ id: 'Device' });

export const deviceWithToken = device.extend({
  token: z.string().meta({ description: 'The token itself. It is shown here and never again.' }),
}).meta({ id: 'DeviceWithToken' });

const name = z.string().trim().min(1, 'must not be empty').max(100).refine((text) => !BROKEN.test(text), 'must not contain control characters');
const agentId = z.uuid('must be the id of an agent').nullable().meta({ description: 'null means the default agent.' });

export const listDevicesInput = z.object({
  q: searchWords.optional().meta({ description: 'Part of the name, or the beginning of the token.' }),
  ...page,
});
export const devicePage = z.object({ devices: z.array(device), total: z.number().int(), limit: z.number().int(), offset: z.number().int() }).meta({ id: 'DevicePage' });
export const deviceIdInput = z.object({ device_id: z.string() });
export const createDeviceInput = z.object({ name, agent_id: agentId.optional() });
export const updateDeviceInput = z.object({ device_id: z.string(), name: name.optional(), agent_id: agentId.optional() });

const tags = ['Devices'];

export const listDevicesRoute = {
  openapi: { method: 'GET', path: '/api/devices', tags, summary: 'List devices: revoked ones last, newest first' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const getDeviceRoute = {
  openapi: { method: 'GET', path: '/api/devices/{device_id}', tags, summary: 'One device' },
  auth: { role: 'viewer' },
  errors: ['not_found'],
} satisfies RouteMeta;

export const createDeviceRoute = {
  openapi: { method: 'POST', path: '/api/devices', tags, summary: 'Add a device; the answer is the only place that shows its token' },
  status: 201,
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const updateDeviceRoute = {
  openapi: { method: 'PUT', path: '/api/devices/{device_id}', tags, summary: 'Rename a device or give it another agent, from its next session on' },
  auth: { role: 'admin' },
  errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const rotateDeviceRoute = {
  openapi: { method: 'POST', path: '/api/devices/{device_id}/token', tags, summary: 'Give a device a new token; the old one and its live session end' },
  auth: { role: 'admin' },
  errors: ['not_found', 'conflict'],
} satisfies RouteMeta;

export const revokeDeviceRoute = {
  openapi: { method: 'DELETE', path: '/api/devices/{device_id}', tags, summary: 'Revoke a device; its live session is closed' },
  status: 204,
  auth: { role: 'admin' },
  errors: ['not_found'],
} satisfies RouteMeta;

export type Device = z.infer<typeof device>;
export type DeviceWithToken = z.infer<typeof deviceWithToken>;
export type ListDevicesInput = z.infer<typeof listDevicesInput>;
export type CreateDeviceInput = z.infer<typeof createDeviceInput>;
export type UpdateDeviceInput = z.infer<typeof updateDeviceInput>;
