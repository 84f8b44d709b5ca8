import type { Principal } from '../auth/principal';
import type { Channel } from '../conversations/tables';
import type { UsageLeg } from './tables';

/** Whose a turn is, for the ledger and for budgets. */
export interface Billing {
  channel: Channel;
  userLabel: string;
  userId?: string | null;
  apiKeyId?: string | null;
}

export interface NewUsage extends Partial<Omit<Billing, 'userLabel'>> {
  /** Null: of somebody who was forgotten. */
  userLabel?: string | null;
  /** Given by who may enter it twice: the same one again is not counted again. */
  id?: string;
  workspaceId: string;
  conversationId: string | null;
  turnId: string | null;
  agentId: string | null;
  leg: UsageLeg;
  provider: string;
  model: string;
  inputTokens?: number;
  outputTokens?: number;
  cachedTokens?: number;
  audioSeconds?: number;
  characters?: number;
  /** Counted here, because the provider counted nothing. */
  estimated?: boolean;
  success?: boolean;
}

/** What a record of the ledger keeps of a caller who is to be forgotten. */
export const NOBODYS = { userLabel: null, userId: null, conversationId: null, turnId: null } as const;

export const billingOf = (principal: Pick<Principal, 'kind' | 'id'>, who: Pick<Billing, 'channel' | 'userLabel'>): Billing => ({
  ...who,
  userId: principal.kind === 'user' ? principal.id : null,
  apiKeyId: principal.kind === 'api_key' ? principal.id : null,
});
