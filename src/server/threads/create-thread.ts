import type { Principal } from '../auth/principal';
import { ownerOf } from '../conversations/owner';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';

/** A conversation that nobody has said anything in yet. Which agent answers is known with the first message. */
export async function createThread(db: Database, principal: Principal): Promise<{ thread_id: string }> {
  const id = newId();
  await db.insert(conversations).values({
    id, workspaceId: principal.workspaceId, ...ownerOf(principal), channel: 'chat',
    status: 'ended', // `active` is what a realtime node holds
  });
  return { thread_id: id };
}
