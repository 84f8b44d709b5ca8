import { describe, expect, it } from 'vitest';
import { createApiKey } from '@/server/auth/api-keys';
import { AppError } from '@/server/platform/errors';
import type { LiveSessions } from '@/server/sessions/live-sessions';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase } from '@test/support/database';
import { startTestWeb } from '@test/support/web';

const session = (session_id: string, workspace_id: string) => ({
  session_id, workspace_id, conversation_id: 'c', agent_name: 'Assistant', user_label: 'esp32', channel: 'device' as const, state: 'listening', started_at: '2025-01-01T00:00:00Z', turns: 2,
  agent_id: 'a', principal: { kind: 'api_key' as const, id: 'k' },
});

describe('live sessions', () => {
  it('are the own workspace’s; others cannot be seen or ended, and a viewer ends none', async () => {
    await using database = await createTestDatabase();
    const closed: string[] = [];
    const live: ReturnType<typeof session>[] = [];
    const sessions: LiveSessions = { list: () => Promise.resolve(live), close: (id) => { closed.push(id); return Promise.resolve(); }, closeOf: () => Promise.resolve(0) };
    await using web = await startTestWeb({ db: database.db, sessions });
    const workspaceId = await firstWorkspaceId(database.db);
    live.push(session('ours', workspaceId), session('theirs', await aWorkspace(database.db)));

    const { workspace_id: _workspace, agent_id: _agent, principal: _principal, ...shown } = live[0]!;
    expect((await web.ask('GET', '/api/sessions')).json()).toEqual({ sessions: [shown], total: 1 });
    expect((await web.ask('GET', '/api/health/status')).json()).toMatchObject({ live_sessions: 1 });
    const viewer = await createApiKey(database.db, { workspaceId, name: 'viewer', role: 'viewer' });
    expect((await web.ask('DELETE', '/api/sessions/ours', { key: viewer.key })).status).toBe(403);
    expect((await web.ask('DELETE', '/api/sessions/theirs')).status).toBe(404);
    expect((await web.ask('DELETE', '/api/sessions/ours')).json()).toEqual({ session_id: 'ours', closed: true });
    expect(closed).toEqual(['ours']);
  });

  it('are 503 while realtime is down; health says that their number is unknown, and a conversation’s status what is stored', async () => {
    await using database = await createTestDatabase();
    const down = () => Promise.reject(new AppError('unavailable', 'Realtime does not answer'));
    await using web = await startTestWeb({ db: database.db, sessions: { list: down, close: down, closeOf: down } });
    expect((await web.ask('GET', '/api/sessions')).status).toBe(503);
    expect((await web.ask('GET', '/api/health/status')).json()).toMatchObject({ live_sessions: null });
    const workspaceId = await firstWorkspaceId(database.db);
    const chat = await aConversation(database.db, { workspaceId, status: 'active' });
    const status = async (query: string) => (await web.ask('GET', `/api/conversation/status${query}`)).json();
    expect(await status('')).toMatchObject({ status: 'none', active_conversations: 0 });
    expect(await status(`?conversation_id=${chat}`)).toMatchObject({ conversation_id: chat, status: 'active', state: null });
  });
});
