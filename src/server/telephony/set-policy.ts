import { isDeepStrictEqual } from 'node:util';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';
import type { CallPolicy, SetCallPolicyInput } from './contract';
import { agentById, findNamedAgents } from './find-agent';
import { findPolicy, presentPolicy } from './find-policy';
import { lockTelephony } from './lock-telephony';
import { plainPrefix, prefixProblem } from './number-form';
import { savePolicy } from './save-policy';

/** Beginnings in their one spelling, each once. */
const prefixesOf = (given: string[], field: string): string[] => [...new Set(given.map((each, index) => {
  const problem = prefixProblem(each);
  if (problem !== null) throw invalidField(`${field}[${index}]`, problem);
  return plainPrefix(each) || '*';
}))];

/** What is absent stays. */
export async function setPolicy(db: Database, options: { principal: Principal; input: SetCallPolicyInput }): Promise<CallPolicy> {
  const { principal, input } = options;
  const { workspaceId } = principal;
  const given = {
    ...(input.default_agent_id === undefined ? {} : { defaultAgentId: input.default_agent_id }),
    ...(input.max_concurrent === undefined ? {} : { maxConcurrent: input.max_concurrent }),
    ...(input.calls_per_second === undefined ? {} : { callsPerSecond: input.calls_per_second }),
    ...(input.allowed_prefixes === undefined ? {} : { allowedPrefixes: prefixesOf(input.allowed_prefixes, 'allowed_prefixes') }),
    ...(input.denied_prefixes === undefined ? {} : { deniedPrefixes: prefixesOf(input.denied_prefixes, 'denied_prefixes') }),
  };
  return db.transaction(async (tx) => {
    await lockTelephony(tx, workspaceId);
    if (given.defaultAgentId) agentById(await findNamedAgents(tx, workspaceId), given.defaultAgentId, 'default_agent_id');
    const policy = await findPolicy(tx, workspaceId);
    const [before, after] = [presentPolicy(policy), presentPolicy({ ...policy, ...given })];
    const changed = (Object.keys(after) as (keyof CallPolicy)[]).filter((field) => !isDeepStrictEqual(before[field], after[field]));
    if (changed.length === 0) return before;
    await savePolicy(tx, { workspaceId, changes: given });
    await recordAudit(tx, principal, {
      action: 'call_policy.update', subject: { kind: 'call_policy', id: workspaceId },
      details: Object.fromEntries(changed.map((field) => [field, { from: before[field], to: after[field] }])),
    });
    return after;
  });
}
