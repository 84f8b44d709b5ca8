import type { Principal } from '../auth/principal';
import { databaseStore } from '../conversations/database-store';
import { ownerOf } from '../conversations/owner';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';

/** A conversation that nobody has said anything in yet. Which agent answers is known with the first message. */
export async function createThread(db: Database, principal: Principal): Promise<{ thread_id: string }> {
  const id = newId();
  await databaseStore(db).startConversation({ id, workspaceId: principal.workspaceId, agentId: null, ...ownerOf(principal), channel: 'chat' });
  return { thread_id: id };
}
