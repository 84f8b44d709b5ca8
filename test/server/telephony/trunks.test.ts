import { and, eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { calls } from '@/server/calls/tables';
import { nodes } from '@/server/nodes/tables';
import { SecretBox } from '@/server/secrets';
import { secrets } from '@/server/secrets/tables';
import { chooseTrunk, findTrunks, leaseTrunks, reportTrunkState, trunkCredentials } from '@/server/telephony';
import type { Trunk } from '@/server/telephony/contract';
import { trunks } from '@/server/telephony/tables';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

const PASSWORD = 'the-password-of-the-extension';
const CALLER = 'the-password-of-who-calls-in';
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let agentId: string;
let foreignKey: string;
let foreignAgentId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
  const other = await aWorkspace(database.db);
  foreignKey = (await createApiKey(database.db, { workspaceId: other, name: 'foreign', role: 'owner' })).key;
  [agentId, foreignAgentId] = await Promise.all([workspaceId, other].map(async (id) => (await database.db.insert(agents).values({ workspaceId: id, slug: 'phone', name: 'Phone' }).returning({ id: agents.id }))[0]!.id)) as [string, string];
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.db.delete(calls);
  await database.db.delete(trunks);
  await database.db.delete(secrets);
  await database.db.delete(nodes);
  await database.db.delete(auditEvents);
});

const ask = (method: string, path: string, body?: object, key?: string) => web.ask(method, `/api/sip/trunks${path}`, { ...(body ? { body: JSON.stringify(body) } : {}), ...(key ? { key } : {}) });
const PBX = { name: 'Office', domain: 'PBX.example.org', username: '100', password: PASSWORD };
async function added(body: object = {}): Promise<Trunk> {
  const answer = await ask('POST', '', { ...PBX, ...body });
  expect(answer.status, answer.text).toBe(201);
  return answer.json() as Trunk;
}
const listed = async (key?: string) => (await ask('GET', '', undefined, key)).json().trunks as Trunk[];
const audit = () => database.db.select({ action: auditEvents.action, details: auditEvents.details }).from(auditEvents).where(and(eq(auditEvents.workspaceId, workspaceId), like(auditEvents.action, 'trunk.%'))).orderBy(auditEvents.at);

describe('a trunk', () => {
  it('is added, shown, changed and removed; its passwords are never shown, and everything is in the audit log', async () => {
    const made = await added();
    expect(made).toEqual({
      id: expect.any(String), name: 'Office', host: 'pbx.example.org', transport: 'udp', username: '100', registered: false, status: 'stopped', last_error: null, expires_at: null, active_calls: 0,
      source: 'console', domain: 'pbx.example.org', proxy: null, auth_username: null, registers: true, has_password: true, allowed_addresses: [], caller_username: null, has_caller_password: false,
      numbers: [], caller_id: null, display_name: null, default_agent_id: null, is_default: true, is_active: true, max_calls: null, calls_per_second: null,
      created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `/${made.id}`)).json()).toEqual(made);
    expect(await listed()).toEqual([made]);

    const changed = await ask('PUT', `/${made.id}`, {
      name: 'Main office', proxy: '192.0.2.10:5080', transport: 'tcp', auth_username: 'auth100', allowed_addresses: ['203.0.113.7', '198.51.100.77/24', '198.51.100.0/24', '2001:DB8::1'],
      caller_username: 'gateway', caller_password: CALLER, numbers: ['+49 (30) 1234', '0049 30 1234', '100'], caller_id: '+49301234', display_name: 'Parley', default_agent_id: agentId, max_calls: 4, calls_per_second: 0.5,
    });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json()).toMatchObject({
      name: 'Main office', host: '192.0.2.10:5080', transport: 'tcp', allowed_addresses: ['203.0.113.7', '198.51.100.0/24', '2001:db8::1'], caller_username: 'gateway', has_caller_password: true, has_password: true,
      numbers: ['+49301234', '100'], caller_id: '+49301234', display_name: 'Parley', default_agent_id: agentId, max_calls: 4, calls_per_second: 0.5,
    });
    expect((await ask('PUT', `/${made.id}`, { password: 'another-password-of-it' })).json()).toMatchObject({ has_password: true });
    expect((await ask('PUT', `/${made.id}`, { caller_username: null, proxy: null, default_agent_id: null })).json()).toMatchObject({ caller_username: null, has_caller_password: false, proxy: null, host: 'pbx.example.org', default_agent_id: null });
    expect((await ask('PUT', `/${made.id}`, { name: 'Main office' })).status).toBe(200);
    expect((await ask('DELETE', `/${made.id}`)).status).toBe(204);
    expect((await ask('DELETE', `/${made.id}`)).status).toBe(404);
    expect(await database.db.select().from(secrets)).toEqual([]);

    const log = await audit();
    expect(log.map(({ action }) => action)).toEqual(['trunk.create', 'trunk.update', 'trunk.update', 'trunk.update', 'trunk.remove']);
    expect(log[1]!.details).toMatchObject({ name: { from: 'Office', to: 'Main office' }, caller_password: 'changed', max_calls: { from: null, to: 4 } });
    expect(log[2]!.details).toEqual({ password: 'changed' });
    expect(log[3]!.details).toMatchObject({ caller_username: { from: 'gateway', to: null }, caller_password: 'removed' });
    const everything = JSON.stringify(log) + web.log();
    for (const word of [PASSWORD, CALLER, 'another-password']) expect(everything).not.toContain(word);
  });

  it('keeps its passwords sealed, and only the node that serves it reads them', async () => {
    const { id } = await added({ caller_username: 'gateway', caller_password: CALLER });
    const stored = JSON.stringify([await database.db.select().from(secrets), await database.db.select().from(trunks)]);
    for (const word of [PASSWORD, CALLER]) expect(stored).not.toContain(word);
    const [row] = await findTrunks(database.db, { workspaceId });
    const credentials = await trunkCredentials(database.db, new SecretBox(web.config.secrets), row!, web.config);
    expect([credentials.password?.reveal(), credentials.callerPassword?.reveal()]).toEqual([PASSWORD, CALLER]);
    expect(JSON.stringify(credentials)).not.toContain(PASSWORD);
    await database.db.update(secrets).set({ keyId: 'lost' }).where(eq(secrets.name, `trunk/${id}/password`));
    await expect(trunkCredentials(database.db, new SecretBox(web.config.secrets), row!, web.config)).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('ENCRYPTION_KEY_PREVIOUS') as string });
  });

  it('gets another revision with another password', async () => {
    const { id } = await added();
    const [node] = await database.db.insert(nodes).values({ address: '', leaseExpiresAt: new Date(Date.now() + 60_000) }).returning({ id: nodes.id });
    const held = async () => (await leaseTrunks(database.db, { nodeId: node!.id }))[0]!;
    const before = await held();
    await ask('PUT', `/${id}`, { password: 'another-password-of-it' });
    const after = await held();
    expect(after.revision).not.toBe(before.revision);
    expect(await held()).toEqual(after);
  });

  it('shows what the node that serves it told, as long as that lives', async () => {
    const { id } = await added();
    const [node] = await database.db.insert(nodes).values({ address: '', leaseExpiresAt: new Date(Date.now() + 60_000) }).returning({ id: nodes.id });
    const nodeId = node!.id;
    await leaseTrunks(database.db, { nodeId });
    await reportTrunkState(database.db, { trunkId: id, nodeId, state: 'registered', lastError: null, registeredUntil: new Date('2030-01-01T00:00:00Z') });
    const call = { workspaceId, trunkId: id, extension: '100' };
    await database.db.insert(calls).values([
      { ...call, callId: 'a', direction: 'inbound', state: 'answered' }, { ...call, callId: 'b', direction: 'outbound', state: 'dialing' },
      { ...call, callId: 'c', direction: 'outbound', state: 'queued' }, { ...call, callId: 'd', direction: 'outbound', state: 'completed' },
    ]);
    expect(await listed()).toMatchObject([{ registered: true, status: 'registered', expires_at: '2030-01-01T00:00:00.000Z', active_calls: 2 }]);
    await reportTrunkState(database.db, { trunkId: id, nodeId, state: 'waiting', lastError: 'The registrar refuses the password', registeredUntil: null });
    expect(await listed()).toMatchObject([{ registered: false, status: 'waiting', last_error: 'The registrar refuses the password', expires_at: null }]);
    await database.db.update(nodes).set({ leaseExpiresAt: new Date(Date.now() - 60_000) });
    expect(await listed()).toMatchObject([{ registered: false, status: 'stopped' }]);
  });

  it('with calls is not removed under them', async () => {
    const { id } = await added();
    await database.db.insert(calls).values({ workspaceId, trunkId: id, extension: '1', callId: 'waits', direction: 'outbound', state: 'queued' });
    const refused = await ask('DELETE', `/${id}`);
    expect([refused.status, refused.json().detail]).toEqual([409, expect.stringContaining('end them first')]);
    await database.db.update(calls).set({ state: 'cancelled' });
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
  });
});

describe('the default trunk', () => {
  it('is the first one, and one at a time', async () => {
    const [a, b] = [await added({ name: 'a' }), await added({ name: 'b' })];
    const defaults = async () => (await listed()).filter(({ is_default }) => is_default).map(({ name }) => name);
    expect([a.is_default, b.is_default]).toEqual([true, false]);
    await ask('PUT', `/${b.id}`, { is_default: true });
    expect(await defaults()).toEqual(['b']);
    await added({ name: 'c', is_default: true });
    expect(await defaults()).toEqual(['c']);
    await Promise.all([a, b, a, b].map(({ id }) => ask('PUT', `/${id}`, { is_default: true })));
    expect(await defaults()).toHaveLength(1);
    await ask('PUT', `/${a.id}`, { is_default: true });
    expect((await ask('PUT', `/${a.id}`, { is_default: false })).json()).toMatchObject({ is_default: false });
    expect(await defaults()).toEqual([]);
  });

  it('is what a call takes, unless one is named or there is only one', async () => {
    const choose = (trunk?: string) => chooseTrunk(database.db, { workspaceId, trunk });
    await expect(choose()).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('POST /api/sip/trunks') as string });
    await expect(choose('x')).rejects.toMatchObject({ kind: 'invalid_input', message: 'trunk: there is no trunk x' });
    const a = await added({ name: 'Berlin', is_default: false });
    expect(await choose()).toMatchObject({ id: a.id });
    const b = await added({ name: 'Paris', is_default: false });
    await expect(choose()).rejects.toMatchObject({ kind: 'invalid_input', message: 'trunk: none is the default, so name one of: Berlin, Paris' });
    for (const named of [b.id, 'Paris', 'paris', b.id.toUpperCase()]) expect(await choose(named)).toMatchObject({ id: b.id });
    await expect(choose('Rome')).rejects.toMatchObject({ kind: 'invalid_input', message: 'trunk: there is no trunk Rome; there are: Berlin, Paris' });
    await ask('PUT', `/${b.id}`, { is_default: true });
    expect(await choose()).toMatchObject({ id: b.id });
    await ask('PUT', `/${b.id}`, { is_active: false });
    expect(await choose()).toMatchObject({ id: a.id });
    await expect(choose('Paris')).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('is_active') as string });
    await ask('PUT', `/${a.id}`, { is_active: false });
    await expect(choose()).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('switched off') as string });
    await expect(chooseTrunk(database.db, { workspaceId: await aWorkspace(database.db), trunk: a.id })).rejects.toMatchObject({ kind: 'invalid_input' });
  });
});

describe('what is wrong with a trunk', () => {
  it.each([
    [{ name: undefined }, 'name'], [{ name: ' ' }, 'name'], [{ name: 'x'.repeat(101) }, 'name'], [{ name: 'a\0b' }, 'name'], [{ name: 'a\u202eb' }, 'name'],
    [{ domain: undefined }, 'domain'], [{ domain: '' }, 'domain'], [{ domain: 'sip:pbx.example.org' }, 'domain: must be a host alone: leave out sip:'], [{ domain: '100@pbx' }, 'domain'],
    [{ domain: 'pbx example' }, 'domain'], [{ domain: 'pbx:99999' }, 'domain'], [{ domain: 'pbx:0' }, 'domain'], [{ domain: '-a.example' }, 'domain'], [{ domain: 'a\r\nb' }, 'domain'], [{ domain: `${'a'.repeat(64)}.example` }, 'domain'],
    [{ proxy: 'http://x' }, 'proxy'], [{ proxy: '' }, 'proxy'], [{ transport: 'tls' }, 'transport: must be udp or tcp'],
    [{ username: '100@pbx' }, 'username'], [{ username: 'a b' }, 'username'], [{ username: undefined }, 'username'], [{ auth_username: '"x"' }, 'auth_username'],
    [{ password: '' }, 'password'], [{ password: 'a\r\nb' }, 'password'], [{ password: null }, null], [{ password: null, registers: true }, 'password: is needed to register'], [{ registers: 'yes' }, 'registers'],
    [{ allowed_addresses: ['192.0.2.1', '1.2'] }, 'allowed_addresses[1]'], [{ allowed_addresses: ['192.0.2.1/33'] }, 'allowed_addresses[0]'], [{ allowed_addresses: ['0.0.0.0/0'] }, 'allowed_addresses[0]: would let anybody call in'],
    [{ allowed_addresses: ['pbx.example.org'] }, 'allowed_addresses[0]'], [{ allowed_addresses: ['0x7f.0.0.1'] }, 'allowed_addresses[0]'], [{ allowed_addresses: ['fe80::1%eth0'] }, 'allowed_addresses[0]'], [{ allowed_addresses: ['192.0.2.1/8/8'] }, 'allowed_addresses[0]'],
    [{ allowed_addresses: ['::/0'] }, 'allowed_addresses[0]'], [{ allowed_addresses: '192.0.2.1' }, 'allowed_addresses'],
    [{ caller_username: 'x' }, 'caller_password'], [{ caller_password: CALLER }, 'caller_username'],
    [{ numbers: ['+49 30 1', 'a b'] }, 'numbers[1]: must be a number or an extension'], [{ caller_id: 'a@b' }, 'caller_id'], [{ display_name: 'a"b' }, 'display_name'], [{ display_name: 'a\r\nb' }, 'display_name'],
    [{ max_calls: 0 }, 'max_calls'], [{ max_calls: 1.5 }, 'max_calls'], [{ calls_per_second: 0 }, 'calls_per_second'], [{ default_agent_id: 'x' }, 'default_agent_id'], [{ default_agent_id: '99999999-9999-4999-8999-999999999999' }, 'default_agent_id: there is no agent'],
  ])('%j is said by name, when it is added and when it is changed', async (wrong, field) => {
    const answer = await ask('POST', '', { ...PBX, ...wrong });
    if (field === null) return expect(answer.status).toBe(201);
    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining(field)]);
    if (Object.values(wrong).includes(undefined)) return;
    const { id } = await added();
    const changed = await ask('PUT', `/${id}`, wrong);
    expect([changed.status, changed.json().detail]).toEqual([400, expect.stringContaining(field)]);
    expect(await audit()).toHaveLength(1);
  });

  it('is another workspace’s agent', async () => {
    expect((await ask('POST', '', { ...PBX, default_agent_id: foreignAgentId })).status).toBe(400);
  });

  it('is a name that another has, also when two ask at once; another workspace may have it', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask('POST', '', PBX)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.json().detail).toBe('name: there is a trunk "Office" already; choose another name');
    const other = await added({ name: 'Other' });
    expect((await ask('PUT', `/${other.id}`, { name: 'Office' })).status).toBe(409);
    expect((await ask('POST', '', PBX, foreignKey)).status).toBe(201);
  });

  it('is a password that goes while it registers', async () => {
    const { id } = await added();
    expect((await ask('PUT', `/${id}`, { password: null })).json().detail).toContain('set registers to false');
    expect((await ask('PUT', `/${id}`, { password: null, registers: false })).json()).toMatchObject({ registers: false, has_password: false });
    expect((await ask('PUT', `/${id}`, { registers: true })).status).toBe(400);
    expect((await ask('PUT', `/${id}`, { registers: true, password: PASSWORD })).status).toBe(200);
  });

  it('is no key to seal with: 412 and nothing is kept', async () => {
    await using second = await startTestWeb({ db: database.db, environment: { ENCRYPTION_KEY: '' } });
    const answer = await second.ask('POST', '/api/sip/trunks', { body: JSON.stringify(PBX) });
    expect([answer.status, answer.json().detail]).toEqual([412, expect.stringContaining('ENCRYPTION_KEY')]);
    expect(await findTrunks(database.db)).toEqual([]);
  });
});

describe('who may', () => {
  it('see a trunk is its workspace alone', async () => {
    const { id } = await added();
    expect(await listed(foreignKey)).toEqual([]);
    for (const [method, body] of [['GET', undefined], ['PUT', { name: 'Mine' }], ['DELETE', undefined]] as const) {
      expect((await ask(method, `/${id}`, body, foreignKey)).status).toBe(404);
      expect((await ask(method, '/nonsense', body)).status).toBe(404);
    }
    expect(await listed()).toMatchObject([{ name: 'Office' }]);
  });

  it('change one is an administrator; others look', async () => {
    const { id } = await added();
    for (const role of ['viewer', 'operator'] as const) {
      const { key } = await createApiKey(database.db, { workspaceId, name: role, role });
      expect((await ask('GET', '', undefined, key)).status).toBe(200);
      expect((await ask('GET', `/${id}`, undefined, key)).status).toBe(200);
      for (const [method, path, body] of [['POST', '', PBX], ['PUT', `/${id}`, { name: 'x' }], ['DELETE', `/${id}`, undefined]] as const) expect((await ask(method, path, body, key)).status).toBe(403);
    }
    const scoped = await createApiKey(database.db, { workspaceId, name: 'calls', role: 'owner', scopes: ['calls'] });
    expect((await ask('GET', '', undefined, scoped.key)).status).toBe(200);
    expect((await ask('POST', '', PBX, scoped.key)).status).toBe(403);
  });
});
