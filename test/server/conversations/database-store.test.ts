import { count } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { databaseStore } from '@/server/conversations/database-store';
import { conversations, messages } from '@/server/conversations/tables';
import { newId } from '@/server/platform/ids';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase } from '@test/support/database';
import { webConfig } from '@test/support/web';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';

test('a thousand messages at once are all stored, while somebody else reads', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  await bootstrapWorkspace({ db, config: webConfig() });
  const workspaceId = await firstWorkspaceId(db);
  const ids = Array.from({ length: 1_000 }, () => newId());
  await db.insert(conversations).values(ids.map((id) => ({ id, workspaceId, userLabel: 'api-user', channel: 'chat' as const, status: 'ended' as const })));
  const store = databaseStore(db);
  using _still = vi.spyOn(performance, 'now').mockReturnValue(0); // a slow machine may take longer than anybody waits for their turn

  let stored = 0;
  const writing = Promise.all(ids.map((conversationId) =>
    store.addMessage({ id: newId(), workspaceId, conversationId, turnId: newId(), role: 'user', content: 'Hello' }).then(() => { stored++; })));
  await db.select({ id: conversations.id }).from(conversations).limit(1);
  expect(stored).toBeLessThan(1_000); // the reader did not stand behind them all
  await writing;

  expect(await db.select({ n: count() }).from(messages)).toEqual([{ n: 1_000 }]);
});
