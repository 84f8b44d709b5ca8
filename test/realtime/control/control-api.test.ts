import { describe, expect, it } from 'vitest';
import { createRealtimeControl } from '@/server/sessions/realtime-control';
import { Secret } from '@/server/platform/secret';
import { testAgent, WORKSPACE } from '@test/support/fakes/live-session';
import { TestNode } from '@test/support/realtime/test-node';

describe('the control API, through the client that web uses', () => {
  it('lists live sessions, ends one on request and tells its client', async () => {
    await using node = await TestNode.start();
    const control = createRealtimeControl({ baseUrl: node.url, secret: node.secret });
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

  it('hands out the metrics', async () => {
    await using node = await TestNode.start();
    expect(await createRealtimeControl({ baseUrl: node.url, secret: node.secret }).metrics()).toContain('stentor_sessions_active 0');
  });

  it('is not there for anybody who does not share the secret', async () => {
    await using node = await TestNode.start();
    await expect(createRealtimeControl({ baseUrl: node.url, secret: new Secret('another') }).list()).rejects.toMatchObject({ kind: 'not_found' });
    expect((await fetch(`${node.url}/control/sessions`)).status).toBe(404);
  });
});
