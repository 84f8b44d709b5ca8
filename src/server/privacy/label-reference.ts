import { createHmac } from 'node:crypto';
import { derivedKey } from '../auth/derived-key';
import type { Secret } from '../platform/secret';

/**
 * What the audit log calls a caller who asked to be forgotten. The label itself would be the very thing that had to go,
 * and a plain hash of a telephone number is undone by trying all numbers. With our secret in it, whoever is asked
 * "did you erase this number?" can still answer, by making the reference again, and a copy of the log alone says nothing.
 */
export const labelReference = (secret: Secret, options: { workspaceId: string; userLabel: string }): string =>
  createHmac('sha256', derivedKey(secret, 'privacy label')).update(`${options.workspaceId}\0${options.userLabel}`).digest('hex').slice(0, 32);
