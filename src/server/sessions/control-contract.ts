import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { PRINCIPAL_KINDS } from '../auth/principal';
import type { Secret } from '../platform/secret';
import { liveSession } from './contract';

/** The control API of a realtime node: asked by web about live sessions, never through the database. */
export const CONTROL_PATHS = { sessions: '/control/sessions', close: '/control/close', calls: '/control/calls', metrics: '/control/metrics' } as const;

/** Only processes that share the installation's secret can make it. */
export const controlToken = (secret: Secret): string => createHmac('sha256', secret.reveal()).update('control').digest('base64url');

/** A live session with what only the installation's own processes are told. */
export const controlSession = liveSession.extend({
  workspace_id: z.string(),
  agent_id: z.string(),
  principal: z.object({ kind: z.enum(PRINCIPAL_KINDS), id: z.string() }),
});
export type ControlSession = z.infer<typeof controlSession>;

/** Whose sockets: everything of a person, key or device, or what came in through one sign-in. */
export const credentialHolder = z.union([
  z.object({ kind: z.enum(PRINCIPAL_KINDS), id: z.string().min(1) }),
  z.object({ signInId: z.string().min(1) }),
]);
export type CredentialHolder = z.infer<typeof credentialHolder>;

/** What is to be said into a call. */
export const spokenIntoCall = z.object({ message: z.string().trim().min(1).max(4_000) });

export const closedOf = z.object({ closed: z.number().int() });
