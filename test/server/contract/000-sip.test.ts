import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { nodes } from '@/server/nodes/tables';
import { chooseAgent, leaseTrunks, reportTrunkState } from '@/server/telephony';
import type { CallPolicy, DispatchRules, Trunk } from '@/server/telephony/contract';
import { callPolicies, dispatchRules, trunks } from '@/server/telephony/tables';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

/** The SIP section of the documented page and its health routes, with the key added. */
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let assistantId: string;
let salesId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
  const [assistant] = await database.db.select().from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true)));
  assistantId = assistant!.id;
  salesId = (await database.db.insert(agents).values({ workspaceId, slug: 'sales-desk', name: 'Sales Desk' }).returning({ id: agents.id }))[0]!.id;
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.db.delete(trunks);
  await database.db.delete(dispatchRules);
  await database.db.delete(callPolicies);
  await database.db.delete(nodes);
});

const send = (method: string, path: string, body?: unknown, key?: string | null) => web.ask(method, path, { ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(key === undefined ? {} : { key }) });
const post = (body: unknown, key?: string) => send('POST', '/api/sip/dispatch-rules', body, key);
const rules = async (key?: string) => (await send('GET', '/api/sip/dispatch-rules', undefined, key)).json() as DispatchRules;
async function set(body: unknown): Promise<DispatchRules> {
  const answer = await post(body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as DispatchRules;
}
async function aTrunk(name = 'Office'): Promise<Trunk> {
  const answer = await send('POST', '/api/sip/trunks', { name, domain: 'pbx.example.org', username: '100', password: 'nobody-may-see-this' });
  expect(answer.status, answer.text).toBe(201);
  return answer.json() as Trunk;
}
const lastAudit = async (action: string) => (await database.db.select().from(auditEvents).where(and(eq(auditEvents.workspaceId, workspaceId), eq(auditEvents.action, action))).orderBy(auditEvents.at)).at(-1);

describe('POST /api/sip/dispatch-rules', () => {
  it('replaces the set and returns it, in its order, with agents by id, by name or by slug', async () => {
    const trunk = await aTrunk();
    const answer = await set({ rules: [
      { match: '100', agent_id: assistantId }, { match: '+49 30 1234567', agent: 'Sales Desk' }, { match: '2*', agent: 'sales-desk', trunk: 'Office', priority: 5 }, { match: '3*', agent: 'sales desk', trunk: trunk.id },
    ], default_agent_id: salesId });
    const id = expect.any(String) as string;
    expect(answer).toEqual({ rules: [
      { id, match: '100', agent_id: assistantId, agent: 'Assistant', trunk_id: null, trunk: null, priority: 0 },
      { id, match: '+49 30 1234567', agent_id: salesId, agent: 'Sales Desk', trunk_id: null, trunk: null, priority: 0 },
      { id, match: '2*', agent_id: salesId, agent: 'Sales Desk', trunk_id: trunk.id, trunk: 'Office', priority: 5 },
      { id, match: '3*', agent_id: salesId, agent: 'Sales Desk', trunk_id: trunk.id, trunk: 'Office', priority: 0 },
    ], default_agent_id: salesId });
    expect(await rules()).toEqual(answer);
    const choose = (calledNumber: string) => chooseAgent(database.db, { workspaceId, trunkId: trunk.id, calledNumber });
    expect(await Promise.all(['100', '0049301234567', '222', '999'].map(choose))).toEqual([assistantId, salesId, salesId, salesId]);
    expect(await lastAudit('dispatch_rules.replace')).toMatchObject({ details: { from: [], to: ['100', '+49 30 1234567', '2*', '3*'], default_agent_id: salesId } });

    expect(await set({ rules: [{ match: '*', agent: 'assistant' }] })).toMatchObject({ rules: [{ match: '*', agent_id: assistantId }], default_agent_id: salesId });
    expect(await set({ rules: [], default_agent_id: null })).toEqual({ rules: [], default_agent_id: null });
    expect((await send('POST', '/api/sip/dispatch-rules/', { rules: [] })).status).toBe(200);
  });

  it.each([
    [{}, 'rules'], [{ rules: 'x' }, 'rules'], [{ rules: [{}] }, 'rules[0].match'], [{ rules: [{ match: '100' }] }, 'rules[0].agent_id: is missing'],
    [{ rules: [{ match: '100', agent: 'assistant' }, { match: '200', agent: 'nobody' }] }, 'rules[1].agent: there is no agent nobody'],
    [{ rules: [{ match: '100', agent_id: '99999999-9999-4999-8999-999999999999' }] }, 'rules[0].agent_id: there is no agent'], [{ rules: [{ match: '100', agent_id: 'assistant' }] }, 'rules[0].agent_id'],
    [{ rules: [{ match: '100', agent: 'assistant', trunk: 'nowhere' }] }, 'rules[0].trunk: there is no trunk nowhere'], [{ rules: [{ match: '', agent: 'assistant' }] }, 'rules[0].match'],
    [{ rules: [{ match: 'a b', agent: 'assistant' }] }, 'rules[0].match: must be a number'], [{ rules: [{ match: '1**x', agent: 'assistant' }] }, 'rules[0].match'],
    [{ rules: [{ match: '+4930', agent: 'assistant' }, { match: '00 49 30', agent: 'sales-desk' }] }, 'rules[1].match: is the same as rules[0].match'],
    [{ rules: [{ match: '100', agent: 'assistant', priority: 1.5 }] }, 'rules[0].priority'], [{ rules: [], default_agent_id: 'x' }, 'default_agent_id: there is no agent x'],
  ])('%j is 400, names %s, and leaves the set as it was', async (body, field) => {
    const before = await set({ rules: [{ match: '1', agent: 'assistant' }] });
    const answer = await post(body);
    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining(field)]);
    expect(await rules()).toEqual(before);
  });

  it('asks for the id or the slug where several agents have the name, and for one of both where they differ', async () => {
    await database.db.insert(agents).values([{ workspaceId, slug: 'twin', name: 'Twins' }, { workspaceId, slug: 'twin-2', name: 'Twins' }]);
    expect((await post({ rules: [{ match: '1', agent: 'Twins' }] })).json().detail).toBe('rules[0].agent: there are several agents Twins; use agent_id, or the slug: twin, twin-2');
    expect((await post({ rules: [{ match: '1', agent: 'twin-2' }] })).status).toBe(200);
    expect((await post({ rules: [{ match: '1', agent: 'assistant', agent_id: salesId }] })).json().detail).toContain('rules[0].agent: is not the agent that agent_id names');
    expect((await post({ rules: [{ match: '1', agent: 'sales-desk', agent_id: salesId }] })).status).toBe(200);
  });

  it('is one set or the other when two replace it at once', async () => {
    const sets = Array.from({ length: 6 }, (_, index) => Array.from({ length: 20 }, (_each, number) => ({ match: `${index}${number}`, agent: 'assistant' })));
    const answers = await Promise.all(sets.map((each) => post({ rules: each })));
    expect(answers.map(({ status }) => status)).toEqual(sets.map(() => 200));
    const after = (await rules()).rules.map(({ match }) => match);
    expect(sets.map((each) => each.map(({ match }) => match))).toContainEqual(after);
  });

  it('loses a rule with its agent and with its trunk', async () => {
    const trunk = await aTrunk();
    const gone = (await database.db.insert(agents).values({ workspaceId, slug: 'gone', name: 'Gone' }).returning({ id: agents.id }))[0]!.id;
    await set({ rules: [{ match: '1', agent: 'gone' }, { match: '2', agent: 'assistant', trunk: 'Office' }, { match: '3', agent: 'assistant' }], default_agent_id: gone });
    expect((await send('DELETE', `/api/agents/${gone}`)).status).toBe(204);
    expect((await send('DELETE', `/api/sip/trunks/${trunk.id}`)).status).toBe(204);
    expect(await rules()).toMatchObject({ rules: [{ match: '3' }], default_agent_id: null });
  });

  it('is for administrators, and of one workspace', async () => {
    await set({ rules: [{ match: '1', agent: 'assistant' }] });
    const other = await aWorkspace(database.db);
    const foreign = (await createApiKey(database.db, { workspaceId: other, name: 'foreign', role: 'owner' })).key;
    expect(await rules(foreign)).toEqual({ rules: [], default_agent_id: null });
    expect((await post({ rules: [{ match: '1', agent_id: assistantId }] }, foreign)).status).toBe(400);
    expect((await post({ rules: [] }, foreign)).status).toBe(200);
    expect((await rules()).rules).toHaveLength(1);
    for (const role of ['viewer', 'operator'] as const) {
      const { key } = await createApiKey(database.db, { workspaceId, name: role, role });
      expect((await post({ rules: [] }, key)).status).toBe(403);
      expect((await rules(key)).rules).toHaveLength(1);
    }
    expect((await web.ask('POST', '/api/sip/dispatch-rules', { key: null, body: '{"rules":[]}' })).status).toBe(401);
  });
});

describe('GET /api/sip/trunks', () => {
  it('lists them as the page’s clients read them, and never a password', async () => {
    const { id } = await aTrunk();
    const [node] = await database.db.insert(nodes).values({ address: '', leaseExpiresAt: new Date(Date.now() + 60_000) }).returning({ id: nodes.id });
    await leaseTrunks(database.db, { nodeId: node!.id });
    await reportTrunkState(database.db, { trunkId: id, nodeId: node!.id, state: 'registered', lastError: null, registeredUntil: new Date('2030-01-31T08:00:00Z') });
    const answer = await send('GET', '/api/sip/trunks');
    expect([answer.status, answer.json()]).toMatchObject([200, { trunks: [{
      id, name: 'Office', host: 'pbx.example.org', transport: 'udp', username: '100', registered: true, status: 'registered', last_error: null, expires_at: '2030-01-31T08:00:00.000Z', active_calls: 0,
    }] }]);
    expect(answer.text).not.toContain('nobody-may-see-this');
    expect(answer.text).not.toMatch(/"(password|caller_password|secret|ciphertext)"/);
    expect((await send('GET', '/api/sip/trunks/')).json()).toEqual(answer.json());
    expect((await web.ask('GET', '/api/sip/trunks', { key: null })).status).toBe(401);
  });

  it('is an empty list without one', async () => {
    expect((await send('GET', '/api/sip/trunks')).json()).toEqual({ trunks: [] });
  });
});

describe('/health/sip-bridge', () => {
  it('is disabled, and says so with 200 and without a key, until there is a trunk', async () => {
    const bridge = async (path = '') => (await web.ask('GET', `/health/sip-bridge${path}`, { key: null })).json();
    expect(await bridge()).toEqual({ status: 'disabled', sip_bridge: 'not_enabled', message: expect.any(String) });
    expect(await bridge('-status')).toEqual({ enabled: false, running: false, active_rooms: [], process_count: 0, process_pids: {} });
    await aTrunk();
    expect(await bridge()).toMatchObject({ status: expect.stringMatching(/^(error|degraded)$/), sip_bridge: expect.stringMatching(/^(not_running|running)$/) });
    expect(await bridge('-status')).toMatchObject({ enabled: true, running: false });
  });
});

describe('the call policy', () => {
  const put = (body: object, key?: string) => send('PUT', '/api/call-policy', body, key);
  const read = async () => (await send('GET', '/api/call-policy')).json() as CallPolicy;

  it('has defaults until it is changed; what is absent stays; changes are in the audit log', async () => {
    const defaults = { default_agent_id: null, max_concurrent: null, calls_per_second: null, allowed_prefixes: [], denied_prefixes: [] };
    expect(await read()).toEqual(defaults);
    const changed = { default_agent_id: salesId, max_concurrent: 3, calls_per_second: 0.5, allowed_prefixes: ['+49', '1'], denied_prefixes: ['+49900', '*'] };
    expect((await put({ ...changed, allowed_prefixes: ['00 49', '+49*', '1'], denied_prefixes: ['+49 900', '*'] })).json()).toEqual(changed);
    expect(await read()).toEqual(changed);
    expect(await lastAudit('call_policy.update')).toMatchObject({ details: { max_concurrent: { from: null, to: 3 }, allowed_prefixes: { from: [], to: ['+49', '1'] } } });
    expect((await put({ max_concurrent: null })).json()).toEqual({ ...changed, max_concurrent: null });
    const count = () => database.db.$count(auditEvents, eq(auditEvents.action, 'call_policy.update'));
    const before = await count();
    expect((await put({ calls_per_second: 0.5 })).status).toBe(200);
    expect(await count()).toBe(before);
  });

  it.each([
    [{ max_concurrent: 0 }, 'max_concurrent'], [{ max_concurrent: 1.5 }, 'max_concurrent'], [{ calls_per_second: 0 }, 'calls_per_second'], [{ allowed_prefixes: ['+49', 'a b'] }, 'allowed_prefixes[1]: must be the beginning of a number'],
    [{ denied_prefixes: ['sip:x'] }, 'denied_prefixes[0]'], [{ denied_prefixes: [' '] }, 'denied_prefixes[0]'], [{ denied_prefixes: '+49' }, 'denied_prefixes'], [{ default_agent_id: 'x' }, 'default_agent_id'], [{ default_agent_id: '99999999-9999-4999-8999-999999999999' }, 'default_agent_id'],
  ])('%j is 400 and names the field', async (body, field) => {
    const answer = await put(body);
    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining(field)]);
  });

  it('is changed by administrators, and of one workspace', async () => {
    const { key } = await createApiKey(database.db, { workspaceId, name: 'operator', role: 'operator' });
    expect((await put({ max_concurrent: 9 }, key)).status).toBe(403);
    const foreign = (await createApiKey(database.db, { workspaceId: await aWorkspace(database.db), name: 'foreign', role: 'owner' })).key;
    expect((await put({ max_concurrent: 9, default_agent_id: salesId }, foreign)).status).toBe(400);
    expect((await put({ max_concurrent: 9 }, foreign)).status).toBe(200);
    expect(await read()).toMatchObject({ max_concurrent: null });
  });
});
