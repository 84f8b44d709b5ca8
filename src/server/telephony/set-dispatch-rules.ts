import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';
import { namedTrunk } from './choose-trunk';
import type { DispatchRules, SetDispatchRulesInput } from './contract';
import { agentById, agentByName, findNamedAgents, type NamedAgent } from './find-agent';
import { findDispatchRules } from './find-dispatch-rules';
import { findTrunks, type TrunkRow } from './find-trunks';
import { lockTelephony } from './lock-telephony';
import { notifyTrunks } from './notify-trunks';
import { matchProblem, plainNumber, plainPrefix } from './number-form';
import { savePolicy } from './save-policy';
import { dispatchRules } from './tables';

type GivenRule = SetDispatchRulesInput['rules'][number];

/** The whole set, in one step: a call that comes in meanwhile meets the one before or this one. */
export async function setDispatchRules(db: Database, options: { principal: Principal; input: SetDispatchRulesInput }): Promise<DispatchRules> {
  const { principal, input } = options;
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    await lockTelephony(tx, workspaceId);
    const [agents, trunks] = [await findNamedAgents(tx, workspaceId), await findTrunks(tx, { workspaceId })];
    const seen = new Map<string, number>();
    const values = input.rules.map((rule, position) => {
      const value = { workspaceId, position, match: rule.match, priority: rule.priority ?? 0, agentId: agentOf(rule, agents, position).id, trunkId: trunkOf(rule, trunks, position) };
      const problem = matchProblem(rule.match);
      if (problem !== null) throw invalidField(`rules[${position}].match`, problem);
      const key = [keyOf(rule.match), value.trunkId, value.priority].join('\n');
      if (seen.has(key)) throw invalidField(`rules[${position}].match`, `is the same as rules[${seen.get(key)}].match: only one of them would ever count; remove one, or give it another priority`);
      seen.set(key, position);
      return value;
    });
    const fallback = input.default_agent_id && agentById(agents, input.default_agent_id, 'default_agent_id').id;
    const before = await tx.delete(dispatchRules).where(eq(dispatchRules.workspaceId, workspaceId)).returning({ match: dispatchRules.match });
    if (values.length > 0) await tx.insert(dispatchRules).values(values);
    if (fallback !== undefined) await savePolicy(tx, { workspaceId, changes: { defaultAgentId: fallback || null } });
    await recordAudit(tx, principal, {
      action: 'dispatch_rules.replace', subject: { kind: 'dispatch_rules', id: workspaceId },
      details: { from: before.map(({ match }) => match), to: values.map(({ match }) => match), ...(fallback === undefined ? {} : { default_agent_id: fallback || null }) },
    });
    await notifyTrunks(tx, workspaceId);
    return findDispatchRules(tx, workspaceId);
  });
}

const keyOf = (match: string): string => (match.endsWith('*') ? `${plainPrefix(match)}*` : plainNumber(match));

function agentOf(rule: GivenRule, agents: NamedAgent[], index: number): NamedAgent {
  const byId = rule.agent_id === undefined ? undefined : agentById(agents, rule.agent_id, `rules[${index}].agent_id`);
  const byName = rule.agent === undefined ? undefined : agentByName(agents, rule.agent, `rules[${index}].agent`);
  if (byId && byName && byId.id !== byName.id) throw invalidField(`rules[${index}].agent`, 'is not the agent that agent_id names; leave one of them out');
  const agent = byId ?? byName;
  if (!agent) throw invalidField(`rules[${index}].agent_id`, 'is missing: say who answers, by agent_id, or by name or slug in agent');
  return agent;
}

function trunkOf(rule: GivenRule, trunks: TrunkRow[], index: number): string | null {
  if (!rule.trunk) return null;
  const trunk = namedTrunk(trunks, rule.trunk);
  if (!trunk) throw invalidField(`rules[${index}].trunk`, `there is no trunk ${rule.trunk.slice(0, 100)}; leave it out for any trunk`);
  return trunk.id;
}
