import { describe, expect, it } from 'vitest';
import { createRealtimeControl, type RealtimeControlOptions } from '@/server/sessions/realtime-control';
import { Secret } from '@/server/platform/secret';
import { testAgent, WORKSPACE } from '@test/support/fakes/live-session';
import { TestNode } from '@test/support/realtime/test-node';

/** That answers on a machine that stands still for a while, too. */
const controlOf = (options: RealtimeControlOptions) => createRealtimeControl({ timeoutMs: 60_000, ...options });

describe('the control API, through the client that web uses', () => {
  it('lists live sessions, ends one on request and tells its client', async () => {
    await using node = await TestNode.start();
    const control = controlOf({ baseUrl: node.url, secret: node.secret });
    const client = await node.connect();
    await client.start({ client_id: 'kitchen' });
    const [session] = await control.list();
    expect(session).toMatchObject({ workspace_id: WORKSPACE, agent_name: testAgent.name, user_label: 'kitchen', channel: 'device', state: 'listening', turns: 0 });
    await control.close(session!.session_id);
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(await control.list()).toEqual([]);
    expect([...node.store.conversations.values()][0]!.endReason).toBe('closed_by_operator');
    await expect(control.close(session!.session_id)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('ends every socket of revoked credentials, with or without a session, says why, and lets none in that were being let in', async () => {
    await using node = await TestNode.start({ principal: { kind: 'device', id: 'd1', label: 'hall' } });
    const control = controlOf({ baseUrl: node.url, secret: node.secret });
    const [talking, silent] = [await node.connect(), await node.connect()];
    await talking.start();
    expect(await control.closeOf({ kind: 'device', id: 'another' })).toBe(0);
    expect(await control.closeOf({ kind: 'api_key', id: 'd1' })).toBe(0);
    expect(await control.closeOf({ signInId: 'd1' })).toBe(0);
    expect(await control.closeOf({ kind: 'device', id: 'd1' })).toBe(2);
    for (const client of [talking, silent]) {
      expect(await client.closed).toMatchObject({ code: 1008, reason: 'credentials revoked' });
      expect(client.events).toContainEqual({ type: 'error', code: 'revoked', message: expect.stringContaining('revoked') });
    }
    expect([...node.store.conversations.values()][0]!.endReason).toBe('revoked');

    let letIn = () => {};
    node.admission = new Promise<void>((resolve) => { letIn = resolve; });
    const entering = node.connect();
    await node.asked;
    expect(await control.closeOf({ kind: 'device', id: 'd1' })).toBe(0);
    letIn();
    await expect(entering).rejects.toThrow('refused with 401');
  });

  it('asks every node that lives, and a node that does not answer is told to whoever revokes', async () => {
    await using one = await TestNode.start();
    await using two = await TestNode.start({ secret: one.secret, principal: { kind: 'user', id: 'u', signInId: 's' } });
    const both = controlOf({ baseUrl: 'http://127.0.0.1:1', secret: one.secret, nodeAddresses: () => Promise.resolve([one.url, two.url]) });
    await (await one.connect()).start();
    const client = await two.connect();
    await client.start();
    const sessions = await both.list();
    expect(sessions.map(({ principal }) => principal.kind).sort()).toEqual(['api_key', 'user']);
    expect(await both.closeOf({ signInId: 's' })).toBe(1);
    await both.close(sessions.find(({ principal }) => principal.kind === 'api_key')!.session_id);
    expect(await both.list()).toEqual([]);

    const oneIsGone = controlOf({ baseUrl: one.url, secret: one.secret, nodeAddresses: () => Promise.resolve([one.url, 'http://127.0.0.1:1']) });
    expect(await oneIsGone.list()).toEqual([]);
    await expect(oneIsGone.closeOf({ signInId: 's' })).rejects.toMatchObject({ kind: 'unavailable' });
    const withoutDatabase = controlOf({ baseUrl: one.url, secret: one.secret, nodeAddresses: () => Promise.reject(new Error('no database')) });
    expect(await withoutDatabase.closeOf({ signInId: 's' })).toBe(0);
  });

  it('hands out the metrics', async () => {
    await using node = await TestNode.start();
    expect(await controlOf({ baseUrl: node.url, secret: node.secret }).metrics()).toContain('stentor_sessions_active 0');
  });

  it('is not there for anybody who does not share the secret', async () => {
    await using node = await TestNode.start();
    await expect(controlOf({ baseUrl: node.url, secret: new Secret('another') }).list()).rejects.toMatchObject({ kind: 'not_found' });
    expect((await fetch(`${node.url}/control/sessions`)).status).toBe(404);
  });
});
