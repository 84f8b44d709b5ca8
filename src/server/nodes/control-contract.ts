import { createHmac } from 'node:crypto';
import type { LiveSession } from '../sessions/contract';
import type { Secret } from '../platform/secret';

/** The control API of a realtime node: asked by web about live sessions, never through the database. */
export const CONTROL_PATHS = { sessions: '/control/sessions', metrics: '/control/metrics' } as const;

/** Only processes that share the installation's secret can make it. */
export const controlToken = (secret: Secret): string => createHmac('sha256', secret.reveal()).update('control').digest('base64url');

export type ControlSession = LiveSession & { workspace_id: string };
