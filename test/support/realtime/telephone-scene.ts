import { eq, asc } from 'drizzle-orm';
import type { Principal } from '@/server/auth/principal';
import { placeCall } from '@/server/calls';
import { placeCallInput } from '@/server/calls/contract';
import { callEvents, calls } from '@/server/calls/tables';
import type { Database } from '@/server/platform/db/client';
import { newId } from '@/server/platform/ids';
import { trunks } from '@/server/telephony/tables';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { firstWorkspaceId } from '@test/support/builders';
import { webConfig } from '@test/support/web';
import { pause } from '@test/support/telephone/until';

/** The first workspace of a new database, with its default agent. */
export async function aWorkspaceWithAgent(db: Database): Promise<string> {
  await bootstrapWorkspace({ db, config: webConfig() });
  return firstWorkspaceId(db);
}

/** A static trunk whose other end is on this machine. */
export async function aTrunk(db: Database, options: Partial<typeof trunks.$inferInsert> & { workspaceId: string; port: number }): Promise<string> {
  const { port, ...row } = options;
  const [trunk] = await db.insert(trunks).values({ name: `trunk ${port}`, domain: `127.0.0.1:${port}`, username: 'parley', registers: false, isDefault: true, ...row }).returning({ id: trunks.id });
  return trunk!.id;
}

/** Queues a call as POST /call does; the id of its row. */
export async function queueCall(db: Database, workspaceId: string, input: Record<string, unknown>): Promise<string> {
  const principal: Principal = { kind: 'api_key', id: newId(), workspaceId, role: 'operator', scopes: ['*'], label: 'test' };
  const placed = await placeCall(db, { principal, input: placeCallInput.parse({ message: 'Your parcel is here.', extension: '200', ...input }), egressAllow: [], maxConcurrent: 10 });
  return placed.id;
}

export const callRow = async (db: Database, id: string) => (await db.select().from(calls).where(eq(calls.id, id)))[0]!;
export const allCalls = (db: Database) => db.select().from(calls).orderBy(asc(calls.number));
/** The ladder and the moves, as lines: `in INVITE`, `state answered`. */
export const storyOf = async (db: Database, id: string): Promise<string[]> =>
  (await db.select().from(callEvents).where(eq(callEvents.callId, id)).orderBy(asc(callEvents.seq))).map(({ kind, direction, summary }) => `${kind === 'sip' ? direction : kind} ${summary}`);

/** Waits for something that is in the database. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>, limitMs = 60_000): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAt) throw new Error(`Did not happen within ${limitMs} ms: ${what}`);
    await pause(40);
  }
}

export const inState = (db: Database, id: string, ...states: string[]) =>
  eventually(`the call is ${states.join(' or ')}`, async () => { const row = await callRow(db, id); return states.includes(row.state) && row; });
