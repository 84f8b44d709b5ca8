import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { conversations } from '@/server/conversations/tables';
import { devices } from '@/server/devices/tables';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { ConversationClient } from '@test/support/realtime/conversation-client';
import { RealtimeClient } from '@test/support/realtime/realtime-client';
import { TestInstallation } from '@test/support/realtime/test-installation';

let home: TestInstallation;
let workspaceId: string;
let assistantId: string;
let butlerId: string;
let foreignKey: string;
let viewerKey: string;

beforeAll(async () => {
  home = await TestInstallation.start();
  workspaceId = await firstWorkspaceId(home.db);
  const [assistant] = await home.db.select().from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true)));
  assistantId = assistant!.id;
  butlerId = (await home.db.insert(agents).values({ workspaceId, slug: 'butler', name: 'Butler' }).returning({ id: agents.id }))[0]!.id;
  foreignKey = (await createApiKey(home.db, { workspaceId: await aWorkspace(home.db), name: 'foreign', role: 'owner' })).key;
  viewerKey = (await createApiKey(home.db, { workspaceId, name: 'viewer', role: 'viewer' })).key;
});
afterAll(async () => { await home[Symbol.asyncDispose](); });

const ask = (method: string, path: string, body?: object, key?: string) => home.web.ask(method, path, { ...(body ? { body: JSON.stringify(body) } : {}), ...(key ? { key } : {}) });
const add = async (body: object) => (await ask('POST', '/api/devices', body)).json() as { id: string; token: string };
const show = async (id: string) => (await ask('GET', `/api/devices/${id}`)).json();
const realtime = (token: string) => RealtimeClient.open(`${home.web.url.replace('http', 'ws')}/api/v1/realtime?token=${token}`, {});
const started = (client: RealtimeClient) => client.events.find((event) => event.type === 'session.created');

describe('managing devices', () => {
  it('shows the token once and keeps none; everything is in the audit log', async () => {
    const created = await ask('POST', '/api/devices', { name: ' Kitchen ', agent_id: butlerId });
    expect(created.status).toBe(201);
    const { token, ...device } = created.json();
    expect(token).toMatch(/^pdev_[\w-]{32}$/);
    expect(device).toEqual({
      id: expect.any(String), name: 'Kitchen', agent_id: butlerId, agent_name: 'Butler', token_prefix: String(token).slice(0, 10),
      created_at: expect.stringMatching(/Z$/), last_seen_at: null, last_address: null, online: false, revoked_at: null,
    });
    const id = String(device.id);
    expect(await show(id)).toEqual(device);
    expect(JSON.stringify(await home.db.select().from(devices).where(eq(devices.id, id)))).not.toContain(token);

    expect((await ask('PUT', `/api/devices/${id}`, { name: 'Hall', agent_id: null })).json()).toMatchObject({ name: 'Hall', agent_id: null, agent_name: null });
    expect((await ask('PUT', `/api/devices/${id}`, { name: 'Hall' })).status).toBe(200);
    const rotated = (await ask('POST', `/api/devices/${id}/token`)).json();
    expect(rotated).toMatchObject({ id, name: 'Hall', token: expect.stringMatching(/^pdev_/) });
    expect(rotated.token).not.toBe(token);
    expect((await ask('DELETE', `/api/devices/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `/api/devices/${id}`)).status).toBe(204);
    expect(await show(id)).toMatchObject({ revoked_at: expect.stringMatching(/Z$/) });
    for (const [method, path] of [['PUT', ''], ['POST', '/token']] as const) expect((await ask(method, `/api/devices/${id}${path}`, { name: 'Again' })).status).toBe(409);

    const log = await home.db.select({ action: auditEvents.action, details: auditEvents.details }).from(auditEvents).where(eq(auditEvents.subjectId, id)).orderBy(auditEvents.at);
    expect(log.map(({ action }) => action)).toEqual(['device.create', 'device.update', 'device.rotate_token', 'device.revoke']);
    expect(JSON.stringify(log)).not.toContain('pdev_');
    expect(home.web.log()).not.toContain(token);
  });

  it('lists by page and by name, and never another workspace’s', async () => {
    for (const name of ['Shed 1', 'Shed 2', 'Attic']) await add({ name });
    const page = (await ask('GET', '/api/devices?q=shed&limit=1')).json();
    expect(page).toMatchObject({ total: 2, limit: 1, offset: 0, devices: [{ name: 'Shed 2' }] });
    expect((await ask('GET', '/api/devices?q=shed&limit=1&offset=1')).json()).toMatchObject({ devices: [{ name: 'Shed 1' }] });
    expect((await ask('GET', '/api/devices?q=%25')).json()).toMatchObject({ total: 0 });
    expect((await ask('GET', '/api/devices', undefined, foreignKey)).json()).toMatchObject({ devices: [], total: 0 });
    const { id } = await add({ name: 'Cellar' });
    for (const [method, path, body] of [['GET', '', undefined], ['PUT', '', { name: 'Mine' }], ['POST', '/token', undefined], ['DELETE', '', undefined]] as const) {
      expect((await ask(method, `/api/devices/${id}${path}`, body, foreignKey)).status).toBe(404);
      expect((await ask(method, `/api/devices/nonsense${path}`, body)).status).toBe(404);
    }
    expect(await show(id)).toMatchObject({ name: 'Cellar', revoked_at: null });
  });

  it('is for administrators; others look', async () => {
    const { id } = await add({ name: 'Porch' });
    expect((await ask('GET', '/api/devices', undefined, viewerKey)).status).toBe(200);
    expect((await ask('GET', `/api/devices/${id}`, undefined, viewerKey)).status).toBe(200);
    const operator = await createApiKey(home.db, { workspaceId, name: 'operator', role: 'operator' });
    for (const [method, path, body] of [['POST', '', { name: 'x' }], ['PUT', `/${id}`, { name: 'x' }], ['POST', `/${id}/token`, undefined], ['DELETE', `/${id}`, undefined]] as const)
      expect((await ask(method, `/api/devices${path}`, body, operator.key)).status).toBe(403);
  });

  it('names the field that is wrong', async () => {
    for (const [body, field] of [[{}, 'name'], [{ name: ' ' }, 'name'], [{ name: 'x'.repeat(101) }, 'name'], [{ name: 'a\0b' }, 'name'], [{ name: 'x', agent_id: 'y' }, 'agent_id'], [{ name: 'x', agent_id: '99999999-9999-4999-8999-999999999999' }, 'agent_id']] as const) {
      const answer = await ask('POST', '/api/devices', body);
      expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining(field)]);
    }
  });
});

describe('a device that talks', () => {
  it('is answered by its agent, is online meanwhile, and its conversation bears its name', async () => {
    const { id, token } = await add({ name: 'Kitchen', agent_id: butlerId });
    const client = await realtime(token);
    await client.start();
    expect(started(client)).toMatchObject({ agent: { id: butlerId, name: 'Butler' } });
    expect(await show(id)).toMatchObject({ online: true, last_address: '127.0.0.1', last_seen_at: expect.stringMatching(/Z$/) });
    client.send({ type: 'session.close' });
    await client.closed;
    expect(await show(id)).toMatchObject({ online: false });
    const stored = async () => (await home.db.select().from(conversations).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.userLabel, 'Kitchen'))))[0];
    while ((await stored())?.status !== 'ended') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await stored()).toMatchObject({ agentId: butlerId, channel: 'device', metadata: { deviceId: id } });
  });

  it('may name no other agent, and go on with no conversation but its own', async () => {
    const { token } = await add({ name: 'Kitchen', agent_id: butlerId });
    const client = await realtime(token);
    expect(await client.errorFor({ type: 'session.start', agent_id: assistantId })).toMatchObject({ code: 'agent_error', message: expect.stringContaining('not for these credentials') });
    const foreign = await RealtimeClient.open(`${home.node.url.replace('http', 'ws')}/api/v1/realtime`, { authorization: `Bearer ${(await add({ name: 'Other' })).token}` });
    await foreign.start();
    const { conversation_id } = started(foreign) as { conversation_id: string };
    expect(await client.errorFor({ type: 'session.start', conversation_id })).toMatchObject({ code: 'validation_error', message: expect.stringContaining('not found') });
    await client.start({ agent_id: butlerId });
    expect(started(client)).toMatchObject({ agent: { id: butlerId } });
    client.terminate();
    foreign.terminate();
  });

  it('holds a conversation over the other stream too, and can do nothing else', async () => {
    const { token } = await add({ name: 'Tablet', agent_id: butlerId });
    const client = await ConversationClient.join(home.streamUrl({ token }));
    expect(client.connected.agent).toMatchObject({ name: 'Butler' });
    expect((await ask('GET', '/api/conversation/status', undefined, token)).json()).toMatchObject({ status: 'active', conversation_id: client.connected.conversation_id });
    for (const path of ['/api/agents/', '/api/conversations', '/api/devices', '/api/sessions', '/api/me', '/api/metrics'])
      expect((await ask('GET', path, undefined, token)).status).toBe(403);
    expect((await ask('POST', '/api/conversation/stream', {}, token)).status).toBe(403);
    client.terminate();
  });

  it('loses its socket with a new token and with its revocation, and is told why', async () => {
    const { id, token } = await add({ name: 'Kitchen' });
    const first = await realtime(token);
    await first.start();
    const rotated = (await ask('POST', `/api/devices/${id}/token`)).json();
    expect(rotated).toMatchObject({ online: false });
    expect(await first.closed).toMatchObject({ code: 1008, reason: 'credentials revoked' });
    expect(first.events).toContainEqual(expect.objectContaining({ type: 'error', code: 'revoked' }));
    await expect(realtime(token)).rejects.toThrow('refused with 401');

    const second = await realtime(String(rotated.token));
    await second.start();
    expect((await ask('DELETE', `/api/devices/${id}`)).status).toBe(204);
    expect(await second.closed).toMatchObject({ code: 1008 });
    await expect(realtime(String(rotated.token))).rejects.toThrow('refused with 401');
  });
});
