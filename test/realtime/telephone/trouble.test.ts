import { asc, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { MediaNode } from '@/realtime/transport/rtp/media-node';
import type { Worker } from 'node:worker_threads';
import { messages } from '@/server/conversations/tables';
import { cuttableDatabase } from '@test/support/cuttable-database';
import { createTestDatabase } from '@test/support/database';
import { TelephoneNode, type TelephoneNodeOptions } from '@test/support/realtime/telephone-node';
import { allCalls, aTrunk, aWorkspaceWithAgent, callRow, eventually, inState, queueCall, storyOf } from '@test/support/realtime/telephone-scene';
import { Telephone } from '@test/support/telephone/telephone';
import { trimSilence } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

/** A node with one trunk, and the telephone at its other end. */
async function scene(options: TelephoneNodeOptions & { cuttable?: boolean } = {}) {
  const database = await createTestDatabase();
  const workspaceId = await aWorkspaceWithAgent(database.db);
  const wire = await cuttableDatabase(database.url);
  const phone = await Telephone.start();
  await aTrunk(database.db, { workspaceId, port: phone.port });
  const node = await TelephoneNode.start(wire, options);
  const account = await phone.account({ user: '200', domain: `127.0.0.1:${node.sipPort}` });
  return {
    db: database.db, wire, phone, node, account, workspaceId,
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]();
      await phone[Symbol.asyncDispose]();
      await wire[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const said = async (db: Parameters<typeof callRow>[0], conversationId: string) => (await db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq))).map(({ content }) => content);

it('a database that is away for some seconds costs a call nothing: it is answered, told and ended, and the record has it all', async () => {
  await using all = await scene();
  const { db, wire, phone, workspaceId } = all;
  phone.onCall = ({ call }) => { void call.ring(); };
  const id = await queueCall(db, workspaceId, { message: 'The water is off on Monday.' });
  await inState(db, id, 'ringing');
  wire.cut();
  await phone.incoming[0]!.call.answer();
  await until('the message is told, and the call ended', () => phone.incoming[0]!.end !== undefined);
  expect(trimSilence(phone.incoming[0]!.heard).length).toBeGreaterThan(500);
  await pause(1_000);
  expect((await callRow(db, id)).state).toBe('ringing'); // nothing of it could be stored yet
  wire.mend();
  const row = await inState(db, id, 'completed', 'failed', 'unknown');
  expect(row).toMatchObject({ state: 'completed', messagePlayed: true, endReason: 'hung_up_by_us' });
  expect(await storyOf(db, id)).toEqual(expect.arrayContaining(['state ringing', 'in 200 OK', 'media media begun', 'state answered', 'out BYE', 'state completed']));
  await eventually('the transcript is there', async () => (await said(db, row.conversationId!)).includes('The water is off on Monday.'));
});

it('while the database is away nothing is dialled, and who rings is refused', async () => {
  await using all = await scene();
  const { db, wire, phone, account, workspaceId } = all;
  wire.cut();
  const id = await queueCall(db, workspaceId, { message: 'Later.' });
  const caller = phone.ring(account, 'parley');
  await until('refused', () => caller.end !== undefined);
  expect(caller.end!.status).toBe(503);
  expect(phone.incoming).toHaveLength(0);
  wire.mend();
  await inState(db, id, 'completed');
  expect(phone.incoming).toHaveLength(1);
});

it('a drain says goodbye in live calls, gives up those that ring, begins no more, and stores all ends', async () => {
  await using all = await scene();
  const { db, phone, account, node, workspaceId } = all;
  const caller = phone.ring(account, 'parley');
  await until('answered', () => caller.call.state === 'answered');
  phone.onCall = ({ call }) => { void call.ring(); };
  const ringing = await queueCall(db, workspaceId, {});
  await inState(db, ringing, 'ringing');
  const drained = node.drain();
  const late = phone.ring(account, 'parley');
  await queueCall(db, workspaceId, { call_id: 'late' });
  await drained;
  await until('hung up on', () => caller.end !== undefined);
  expect(caller.end).toMatchObject({ reason: 'hung_up_by_them' });
  await until('refused', () => late.end !== undefined);
  expect(late.story).not.toContain('answered');
  const rows = await allCalls(db);
  expect(rows.map(({ direction, state, endReason }) => `${direction} ${state} ${endReason}`)).toEqual(['inbound completed server_shutdown', 'outbound failed server_shutdown', 'outbound queued null']);
  expect((await said(db, rows[0]!.conversationId!)).at(-1)).toMatch(/being restarted/);
});

it('a media worker that is killed ends its calls with words, and the next call has another one', async () => {
  const workers: Worker[] = [];
  await using all = await scene({ startMedia: async (options) => { const node = await MediaNode.start(options); workers.push(Reflect.get(node, 'worker') as Worker); return node; } });
  const { db, phone, workspaceId } = all;
  phone.onCall = ({ call }) => { void call.answer(); };
  const id = await queueCall(db, workspaceId, { message: 'A very long message '.repeat(30) });
  await inState(db, id, 'answered');
  await workers[0]!.terminate();
  const row = await inState(db, id, 'failed', 'completed');
  expect(row).toMatchObject({ state: 'failed', endReason: 'media_lost' });
  expect(row.error).toMatch(/media process was restarted/);
  await until('another one runs', () => workers.length === 2);
  await inState(db, await queueCall(db, workspaceId, { message: 'Again.' }), 'completed');
});

it('a call whose record was settled elsewhere is hung up', async () => {
  await using all = await scene();
  const { db, wire, phone, workspaceId } = all;
  phone.onCall = ({ call }) => { void call.ring(); };
  const id = await queueCall(db, workspaceId, {});
  await inState(db, id, 'ringing');
  wire.cut();
  await wire.sql`select 1`.catch(() => {});
  await db.execute(`UPDATE calls SET state = 'unknown', end_reason = 'node_lost', ended_at = now() WHERE id = '${id}'`);
  wire.mend();
  await phone.incoming[0]!.call.answer();
  await until('hung up', () => phone.incoming[0]!.end !== undefined);
  expect(await callRow(db, id)).toMatchObject({ state: 'unknown', endReason: 'node_lost' });
});
