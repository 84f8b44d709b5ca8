import { and, asc, eq, isNull, or, sql } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Database } from '../platform/db/client';
import { numberForms, plainNumber, plainPrefix } from './number-form';
import { callPolicies, dispatchRules, trunks } from './tables';

/**
 * Who answers a call: the best rule, else the trunk's agent, else the workspace's for the telephone, else its default.
 * Agents that are switched off are passed over, so that somebody answers. Null: nobody can.
 */
export async function chooseAgent(db: Database, options: { workspaceId: string; trunkId: string; calledNumber: string }): Promise<string | null> {
  const { workspaceId, trunkId, calledNumber } = options;
  const rules = await db.select({ match: dispatchRules.match, agentId: dispatchRules.agentId, trunkId: dispatchRules.trunkId, priority: dispatchRules.priority })
    .from(dispatchRules).innerJoin(agents, and(eq(agents.id, dispatchRules.agentId), eq(agents.isActive, true)))
    .where(and(eq(dispatchRules.workspaceId, workspaceId), or(isNull(dispatchRules.trunkId), eq(dispatchRules.trunkId, trunkId))))
    .orderBy(asc(dispatchRules.position));
  const rule = bestRule(rules, calledNumber);
  if (rule) return rule.agentId;

  const rank = sql<number>`case ${agents.id}
    when (select ${trunks.defaultAgentId} from ${trunks} where ${trunks.id} = ${trunkId} and ${trunks.workspaceId} = ${workspaceId}) then 0
    when (select ${callPolicies.defaultAgentId} from ${callPolicies} where ${callPolicies.workspaceId} = ${workspaceId}) then 1
    else 2 end`;
  const [fallback] = await db.select({ id: agents.id }).from(agents)
    .where(and(eq(agents.workspaceId, workspaceId), eq(agents.isActive, true), or(sql`${rank} < 2`, eq(agents.isDefault, true)))).orderBy(rank).limit(1);
  return fallback?.id ?? null;
}

export interface Rule {
  match: string;
  /** Null: any trunk. */
  trunkId: string | null;
  priority: number;
}

/** Higher priority, then exact before prefix, longer before shorter, this trunk before any, and the order of the list. */
export function bestRule<R extends Rule>(rules: readonly R[], calledNumber: string): R | undefined {
  const forms = numberForms(calledNumber);
  const fits = rules.filter(({ match }) => (isPrefix(match) ? forms.some((form) => form.startsWith(plainPrefix(match))) : forms.includes(plainNumber(match))));
  return fits.sort((a, b) =>
    b.priority - a.priority
    || Number(isPrefix(a.match)) - Number(isPrefix(b.match))
    || digitsOf(b.match) - digitsOf(a.match)
    || Number(a.trunkId === null) - Number(b.trunkId === null))[0];
}

/** How much of a number it says; + and 00 are the same. */
const digitsOf = (match: string): number => plainPrefix(match).replace(/^\+/, '').length;
const isPrefix = (match: string): boolean => match.endsWith('*');
