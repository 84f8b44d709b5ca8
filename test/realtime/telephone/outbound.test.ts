import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conversations, messages } from '@/server/conversations/tables';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { TelephoneNode } from '@test/support/realtime/telephone-node';
import { aTrunk, aWorkspaceWithAgent, callRow, inState, queueCall, storyOf, eventually } from '@test/support/realtime/telephone-scene';
import { Telephone } from '@test/support/telephone/telephone';
import { trimSilence } from '@test/support/telephone/tones';
import { until } from '@test/support/telephone/until';

let database: TestDatabase;
let node: TelephoneNode;
let phone: Telephone;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  workspaceId = await aWorkspaceWithAgent(database.db);
  phone = await Telephone.start();
  await aTrunk(database.db, { workspaceId, port: phone.port });
  node = await TelephoneNode.start(database);
  await phone.account({ user: '200', domain: `127.0.0.1:${node.sipPort}` });
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await phone?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const call = (input: Record<string, unknown> = {}) => queueCall(database.db, workspaceId, input);
const rung = () => phone.incoming.at(-1)!;

it('a queued call is dialled, answered, told its message and hung up; the record says what happened', async () => {
  phone.onCall = ({ call: ringing }) => { void ringing.ring().then(() => ringing.answer()); };
  const id = await call();
  const row = await inState(database.db, id, 'completed', 'failed');
  expect(row).toMatchObject({ state: 'completed', error: null, messagePlayed: true, endReason: 'hung_up_by_us', sipStatus: 200 });
  expect(row.media).toMatchObject({ codec: 'PCMU' });
  expect(trimSilence(rung().heard).length).toBeGreaterThan(500);
  const said = await eventually('the transcript is stored', async () => { const rows = await database.db.select().from(messages).where(eq(messages.conversationId, row.conversationId!)).orderBy(asc(messages.seq)); return rows.length > 0 && rows; });
  expect(said.map(({ role, content }) => `${role}: ${content}`)).toEqual(['assistant: Your parcel is here.']);
  const conversation = await eventually('the conversation is over', async () => { const [one] = await database.db.select().from(conversations).where(eq(conversations.id, row.conversationId!)); return one?.status === 'ended' && one; });
  expect(conversation).toMatchObject({ channel: 'phone', userLabel: '200', status: 'ended', endReason: 'completed' });
  const story = await eventually('the answer to the BYE is told', async () => { const lines = await storyOf(database.db, id); return lines.includes('out BYE') && lines.lastIndexOf('in 200 OK') > lines.indexOf('out BYE') && lines; });
  expect(story).toEqual(expect.arrayContaining(['state dialing', 'out INVITE', 'in 180 Ringing', 'state ringing', 'in 200 OK', 'out ACK', 'state answered', 'media media begun', 'out BYE', 'state completed']));
});

it.each([
  ['busy', 'busy', 'busy', 486], ['declined', 'failed', 'declined', 603], ['not_found', 'failed', 'not_found', 404],
] as const)('a telephone that says %s ends the call as %s', async (why, state, endReason, sipStatus) => {
  phone.onCall = ({ call: ringing }) => ringing.refuse(why);
  const row = await inState(database.db, await call(), 'busy', 'failed', 'completed');
  expect(row).toMatchObject({ state, endReason, sipStatus, messagePlayed: false });
  expect(row.error).toMatch(/\w/);
});

it('nobody answers: no_answer after the ring timeout', async () => {
  phone.onCall = ({ call: ringing }) => { void ringing.ring(); };
  const row = await inState(database.db, await call({ ring_timeout: 5 }), 'no_answer', 'failed');
  expect(row).toMatchObject({ state: 'no_answer', endReason: 'no_answer' });
  await until('it is cancelled there', () => rung().end?.reason === 'cancelled');
});

it('hung up by an operator while it rings it is cancelled, and the telephone stops ringing', async () => {
  phone.onCall = ({ call: ringing }) => { void ringing.ring(); };
  const id = await call();
  await inState(database.db, id, 'ringing');
  await node.telephone.control.hangUp(id);
  expect(await inState(database.db, id, 'cancelled', 'failed')).toMatchObject({ state: 'cancelled', endReason: 'cancelled', answeredAt: null });
  await until('it is cancelled there', () => rung().end?.reason === 'cancelled');
});

it('the other side may hang up in the middle of the message', async () => {
  phone.onCall = ({ call: ringing }) => { void ringing.answer(); };
  const id = await call({ message: 'A very long message '.repeat(30) });
  await until('the message begins', () => trimSilence(rung()?.heard ?? new Int16Array()).length > 500);
  rung().call.hangUp();
  expect(await inState(database.db, id, 'completed', 'failed')).toMatchObject({ state: 'completed', endReason: 'hung_up_by_them', messagePlayed: false });
});

it('is ended after its longest time with a goodbye', async () => {
  phone.onCall = ({ call: ringing }) => { void ringing.answer(); };
  const id = await call({ converse: true, max_duration: 10 });
  const row = await inState(database.db, id, 'completed', 'failed');
  expect(row).toMatchObject({ state: 'completed', endReason: 'max_duration' });
  expect(row.durationSeconds).toBeGreaterThan(9);
  await eventually('the goodbye is the last that is stored', async () => {
    const said = await database.db.select().from(messages).where(eq(messages.conversationId, row.conversationId!)).orderBy(asc(messages.seq));
    return said.at(-1)?.content.includes('as long as a call may take');
  });
  expect((await callRow(database.db, id)).media).toMatchObject({ codec: 'PCMU' });
});

it('is spoken into and hung up from outside while the agent talks on', async () => {
  phone.onCall = ({ call: ringing }) => { void ringing.answer(); };
  const id = await call({ converse: true, message: 'Please hold the line.' });
  await expect(node.telephone.control.speak('00000000-0000-4000-8000-000000000000', 'Hello')).rejects.toMatchObject({ kind: 'not_found' });
  await inState(database.db, id, 'answered');
  await eventually('the message was told', async () => (await database.db.select().from(messages).where(eq(messages.content, 'Please hold the line.'))).length > 0);
  await node.telephone.control.speak(id, 'This is the operator.');
  await eventually('it is in the transcript', async () => (await database.db.select().from(messages).where(eq(messages.content, 'This is the operator.'))).length > 0);
  await node.telephone.control.hangUp(id);
  expect(await inState(database.db, id, 'completed', 'failed')).toMatchObject({ state: 'completed', endReason: 'closed_by_operator' });
});
