import type { ApiKey } from '@/server/keys/contract';

export type KeyState = 'active' | 'expired' | 'revoked';

export const keyState = (key: Pick<ApiKey, 'revoked_at' | 'expires_at'>, now: Date): KeyState =>
  key.revoked_at !== null ? 'revoked' : key.expires_at !== null && Date.parse(key.expires_at) <= now.getTime() ? 'expired' : 'active';
