import { and, eq, isNull, type SQL } from 'drizzle-orm';
import { hasScope, type Principal } from '../auth/principal';
import { conversations } from './tables';

/**
 * Labels part nobody: they are the client's own word. People of a workspace and keys for everything may read all of its
 * conversations; a key that may only chat sits in a web page or a bot, and knows what such keys began: neither what people
 * wrote who have an account, nor what callers said.
 */
const seesAll = (principal: Principal): boolean => principal.kind === 'user' || hasScope(principal, '*');

export const maySee = (principal: Principal, { userId, channel }: Pick<typeof conversations.$inferSelect, 'userId' | 'channel'>): boolean =>
  seesAll(principal) || (userId === null && channel === 'chat');

/** The same as a condition, beside the workspace's. */
export const visibleTo = (principal: Principal): SQL | undefined =>
  seesAll(principal) ? undefined : and(isNull(conversations.userId), eq(conversations.channel, 'chat'));
