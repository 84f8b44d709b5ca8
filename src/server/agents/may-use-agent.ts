import { sql, type Placeholder, type SQL } from 'drizzle-orm';
import { hasRole, type Principal } from '../auth/principal';
import { AppError } from '../platform/errors';
import { agents } from './tables';

export type UsableAgent = { id: string; name: string; isActive: boolean; allowedUserIds: string[] | null };

/**
 * Who an agent is for. `allowed_user_ids` null: everybody in the workspace. A list: those people and administrators;
 * keys count by their role. A device or a token that was bound to an agent by somebody who may, is for that one alone.
 * Who may not use an agent does not see it either: its prompt is part of what is kept from them.
 */
export function maySeeAgent(principal: Principal, agent: Pick<UsableAgent, 'id' | 'allowedUserIds'>): boolean {
  const { bound } = principal;
  if (bound?.agentId !== undefined) return bound.agentId === agent.id;
  if (agent.allowedUserIds === null || hasRole(principal, 'admin')) return true;
  return principal.kind === 'user' && agent.allowedUserIds.includes(principal.id);
}

export type Sight = { boundTo: string | null; seesAll: boolean; userId: string | null };

/** What decides in SQL whom an agent is for. */
export const sightOf = (principal: Principal): Sight =>
  ({ boundTo: principal.bound?.agentId ?? null, seesAll: hasRole(principal, 'admin'), userId: principal.kind === 'user' ? principal.id : null });

/** The same as a condition, for values or for their places in a prepared statement. */
export const seenBy = ({ boundTo, seesAll, userId }: Sight | Record<keyof Sight, Placeholder>): SQL => sql`case when ${boundTo}::uuid is not null then ${agents.id} = ${boundTo}::uuid
  else ${seesAll}::boolean or ${agents.allowedUserIds} is null or ${userId}::uuid = any(${agents.allowedUserIds}) end`;

export const visibleTo = (principal: Principal): SQL => seenBy(sightOf(principal));

/**
 * Before a conversation begins with it, on whatever channel.
 * @throws AppError forbidden (not for this caller) or conflict (switched off)
 */
export function assertMayUseAgent(principal: Principal, agent: UsableAgent): void {
  if (!maySeeAgent(principal, agent)) throw new AppError('forbidden', `The agent "${agent.name}" is not for these credentials; an administrator can add you to its users`);
  if (!agent.isActive) throw new AppError('conflict', `The agent "${agent.name}" is switched off; an administrator can switch it on`);
}
