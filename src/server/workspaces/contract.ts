import { z } from 'zod';
import { storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { role } from '../auth/contract';

const workspaceName = storable(z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters'));

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name); // offsets such as +02:00 know no daylight saving
  } catch {
    return false;
  }
}
const timeZone = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin');

export const LONGEST_RETENTION_DAYS = 3_650;

/** The workspace one works in, as its settings page shows it. */
export const workspace = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  time_zone: z.string(),
  retention_days: z.number().int().nullable().meta({ description: 'Days after which ended conversations are deleted; null keeps them.' }),
}).meta({ id: 'Workspace' });

export const myWorkspace = z.object({ id: z.uuid(), name: z.string(), slug: z.string(), role, is_current: z.boolean() }).meta({ id: 'MyWorkspace' });

export const listWorkspacesOutput = z.object({ workspaces: z.array(myWorkspace) });
export const createWorkspaceInput = z.object({ name: workspaceName });
export const switchWorkspaceInput = z.object({ workspace_id: z.string() });
export const updateWorkspaceInput = z.object({
  name: workspaceName.optional(),
  time_zone: timeZone.optional(),
  retention_days: z.number().int().min(1, 'must be at least 1').max(LONGEST_RETENTION_DAYS, `must be at most ${LONGEST_RETENTION_DAYS}`).nullable().optional(),
});

export const listWorkspacesRoute = {
  openapi: { method: 'GET', path: '/api/workspaces', tags: ['Workspaces'], summary: 'List the workspaces these credentials may work in' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const createWorkspaceRoute = {
  openapi: { method: 'POST', path: '/api/workspaces', tags: ['Workspaces'], summary: 'Make a workspace with a default agent; the caller, an owner, owns it' },
  status: 201,
  auth: { role: 'owner' },
} satisfies RouteMeta;

export const switchWorkspaceRoute = {
  openapi: { method: 'POST', path: '/api/workspaces/{workspace_id}/switch', tags: ['Workspaces'], summary: 'Work in another workspace from now on, with this sign-in' },
  auth: { role: 'viewer' },
  errors: ['not_found'],
} satisfies RouteMeta;

export const currentWorkspaceRoute = {
  openapi: { method: 'GET', path: '/api/workspace', tags: ['Workspaces'], summary: 'The workspace one works in' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export const updateWorkspaceRoute = {
  openapi: { method: 'PUT', path: '/api/workspace', tags: ['Workspaces'], summary: 'Change the workspace’s settings' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export type Workspace = z.infer<typeof workspace>;
export type MyWorkspace = z.infer<typeof myWorkspace>;
export type UpdateWorkspaceInput = z.infer<typeof updateWorkspaceInput>;
