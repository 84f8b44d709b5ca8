import { randomBytes, randomUUID } from 'node:crypto';

export const newId = (): string => randomUUID();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);

/** An unguessable token with a prefix that tells people (and secret scanners) what it is. */
export const newToken = (prefix: string): string => `${prefix}_${randomBytes(24).toString('base64url')}`;
