import type { DispatchRule, DispatchRules, SetDispatchRulesInput } from '@/server/telephony/contract';

export interface RuleRow {
  /** For React, and to find the row a refusal means. */
  key: string;
  match: string;
  /** '' is any trunk. */
  trunkId: string;
  /** '' until one is chosen. */
  agentId: string;
}

export interface RulesForm {
  rows: RuleRow[];
  /** '' is the workspace's default agent. */
  defaultAgentId: string;
}

const isPrefix = (match: string): boolean => match.endsWith('*');

/** As they are tried: higher priority first, then exact before prefix, longer before shorter, one trunk's before any's. */
const inOrder = (rules: readonly DispatchRule[]): DispatchRule[] =>
  rules.toSorted((a, b) =>
    b.priority - a.priority
    || Number(isPrefix(a.match)) - Number(isPrefix(b.match))
    || b.match.length - a.match.length
    || Number(a.trunk_id === null) - Number(b.trunk_id === null));

export const rulesFormOf = (stored: DispatchRules): RulesForm => ({
  rows: inOrder(stored.rules).map(({ id, match, trunk_id, agent_id }) => ({ key: id, match, trunkId: trunk_id ?? '', agentId: agent_id })),
  defaultAgentId: stored.default_agent_id ?? '',
});

const HIGHEST_PRIORITY = 1_000;

/** What stands higher counts first, whatever it says: the order is kept as priorities. */
export const rulesInputOf = ({ rows, defaultAgentId }: RulesForm): SetDispatchRulesInput => ({
  rules: rows.map(({ match, trunkId, agentId }, index) => ({
    match,
    agent_id: agentId,
    trunk: trunkId === '' ? null : trunkId,
    priority: HIGHEST_PRIORITY - index,
  })),
  default_agent_id: defaultAgentId === '' ? null : defaultAgentId,
});

const meaning = ({ rows, defaultAgentId }: RulesForm) => JSON.stringify([rows.map(({ match, trunkId, agentId }) => [match, trunkId, agentId]), defaultAgentId]);
export const isSameRules = (a: RulesForm, b: RulesForm): boolean => meaning(a) === meaning(b);

/** Moves one row by one place; the ends stay where they are. */
export function moved(rows: readonly RuleRow[], index: number, by: -1 | 1): RuleRow[] {
  const row = rows[index];
  const target = index + by;
  if (!row || target < 0 || target >= rows.length) return [...rows];
  const next = rows.filter((_, place) => place !== index);
  next.splice(target, 0, row);
  return next;
}
