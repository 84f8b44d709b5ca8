import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { conversations } from '@/server/conversations/tables';
import { createRealtimeControl } from '@/server/sessions/realtime-control';
import { dispatchRules, trunks } from '@/server/telephony/tables';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { TelephoneNode } from '@test/support/realtime/telephone-node';
import { allCalls, aTrunk, aWorkspaceWithAgent, eventually, inState, storyOf } from '@test/support/realtime/telephone-scene';
import { Telephone, type WatchedCall } from '@test/support/telephone/telephone';
import { trimSilence } from '@test/support/telephone/tones';
import { until } from '@test/support/telephone/until';
import type { SipAccount } from '@/realtime/transport/sip/sip-account';

let database: TestDatabase;
let node: TelephoneNode;
let phone: Telephone;
let account: SipAccount;
let workspaceId: string;
let trunkId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  workspaceId = await aWorkspaceWithAgent(database.db);
  phone = await Telephone.start();
  trunkId = await aTrunk(database.db, { workspaceId, port: phone.port });
  node = await TelephoneNode.start(database);
  account = await phone.account({ user: '4930123', domain: `127.0.0.1:${node.sipPort}` });
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await phone?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

let before = 0;
beforeEach(async () => { before = (await allCalls(database.db)).length; });
const record = () => eventually('the call has a record', async () => { const rows = await allCalls(database.db); return rows.length > before && rows.at(-1); });

async function anAgent(name: string, values: Partial<typeof agents.$inferInsert> = {}): Promise<string> {
  const [row] = await database.db.insert(agents).values({ workspaceId, name, slug: name, systemPrompt: 'Be brief.', greeting: `This is ${name}.`, ...values } as typeof agents.$inferInsert).returning({ id: agents.id });
  return row!.id;
}

describe('a call that comes in', () => {
  it('is greeted by the agent of its number, and its record and conversation tell who called', async () => {
    const reception = await anAgent('reception');
    await database.db.insert(dispatchRules).values({ workspaceId, match: '4040*', agentId: reception, position: 0 });
    const caller = phone.ring(account, '404017');
    await until('the greeting is heard', () => trimSilence(caller.heard).length > 500);
    const live = await record();
    expect(live).toMatchObject({ direction: 'inbound', agentId: reception, extension: '4930123', calledNumber: '404017', trunkId });
    expect(node.node.tts.spoken).toContain('This is reception.');
    caller.call.sendDigits('5');
    await until('the key arrived', () => node.node.brain.turns.length > 0);
    caller.call.hangUp();
    const over = await inState(database.db, live.id, 'completed', 'failed');
    expect(over).toMatchObject({ state: 'completed', endReason: 'hung_up_by_them', error: null, sipStatus: 200 });
    expect(over.durationSeconds).toBeGreaterThan(0);
    expect(over.media!.received).toBeGreaterThan(0);
    const conversation = await eventually('the conversation is over', async () => { const [row] = await database.db.select().from(conversations).where(eq(conversations.id, over.conversationId!)); return row?.status === 'ended' && row; });
    expect(conversation).toMatchObject({ channel: 'phone', userLabel: '4930123', agentId: reception, endReason: 'client_closed' });
    const story = await eventually('the last message is told', async () => { const lines = await storyOf(database.db, live.id); return lines.includes('state completed') && lines.includes('in BYE') && lines.lastIndexOf('out 200 OK') > lines.indexOf('in BYE') && lines; });
    expect(story).toEqual(expect.arrayContaining(['state ringing', 'in INVITE', 'out 180 Ringing', 'out 200 OK', 'in ACK', 'state answered', 'media media begun', 'key 5', 'in BYE', 'state completed']));
  });

  it('is answered by the default agent where no rule fits', async () => {
    const caller = phone.ring(account, 'parley');
    await until('answered', () => caller.call.state === 'answered');
    const [agent] = await database.db.select().from(agents).where(eq(agents.isDefault, true));
    const live = await record();
    expect(live.agentId).toBe(agent!.id);
    caller.call.hangUp();
    await inState(database.db, live.id, 'completed');
  });

  it('in which nobody says anything is ended, and its record says why', async () => {
    const patient = await anAgent('patient', { turnSettings: { silencePromptMs: 2_000 } });
    await database.db.insert(dispatchRules).values({ workspaceId, match: '777', agentId: patient, position: 2 });
    const caller = phone.ring(account, '777');
    await until('hung up on', () => caller.end !== undefined, 90_000);
    expect(caller.story).toContain('answered');
    expect(await inState(database.db, (await record()).id, 'completed', 'failed')).toMatchObject({ state: 'completed', endReason: 'silent', error: null });
  });

  it('is refused with 480 and words when its agent cannot be had', async () => {
    const mute = await anAgent('mute', { ttsProvider: 'elevenlabs' });
    await database.db.insert(dispatchRules).values({ workspaceId, match: '666', agentId: mute, position: 1 });
    const caller = phone.ring(account, '666');
    await until('refused', () => caller.end !== undefined);
    expect(caller.end).toMatchObject({ status: 480 });
    const row = await inState(database.db, (await record()).id, 'failed', 'completed');
    expect(row).toMatchObject({ state: 'failed', endReason: 'agent_unavailable', conversationId: null });
    expect(row.error).toMatch(/^No agent could take the call: .*elevenlabs/i);
  });

  it('that is given up before it is answered was not answered', async () => {
    let caller: WatchedCall | undefined;
    const from = phone.trace.length;
    const cameBack = (status: number) => until(`${status} came`, () => phone.trace.slice(from).some(({ direction, text }) => direction === 'in' && text.startsWith(`SIP/2.0 ${status} `)));
    await database.sql.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtext('parley_call_limits'))`; // the record cannot be begun
      caller = phone.ring(account, 'parley');
      await cameBack(100);
      caller.call.hangUp();
      await until('it is given up', () => caller!.end !== undefined);
      await cameBack(487); // there too
    });
    const row = await inState(database.db, (await record()).id, 'no_answer', 'completed', 'failed');
    expect(row).toMatchObject({ state: 'no_answer', endReason: 'cancelled', error: 'The caller gave up' });
  });

  it('finds the line busy when its trunk has as many calls as it may', async () => {
    await database.db.update(trunks).set({ maxCalls: 1, updatedAt: new Date() }).where(eq(trunks.id, trunkId));
    const first = phone.ring(account, 'parley');
    await until('answered', () => first.call.state === 'answered');
    const second = phone.ring(account, 'parley');
    await until('refused', () => second.end !== undefined);
    expect(second.end).toMatchObject({ reason: 'busy', status: 486 });
    expect(await node.metrics()).toContain('parley_calls_total{direction="inbound",end="busy"} 1');
    expect(await node.metrics()).toContain('parley_calls_active{direction="inbound"} 1');
    first.call.hangUp();
    await inState(database.db, (await record()).id, 'completed');
    await database.db.update(trunks).set({ maxCalls: null, updatedAt: new Date() }).where(eq(trunks.id, trunkId));
  });

  it('is spoken into and hung up over the control API, which knows no other calls', async () => {
    const control = createRealtimeControl({ baseUrl: node.node.url, secret: node.node.secret, timeoutMs: 60_000 });
    const caller = phone.ring(account, 'parley');
    await until('answered', () => caller.call.state === 'answered');
    const { id } = await record();
    await control.speak(id, 'The operator says hello.');
    await until('it is said', () => node.node.tts.spoken.includes('The operator says hello.'));
    await expect(control.speak('00000000-0000-4000-8000-000000000000', 'Hello')).rejects.toMatchObject({ kind: 'not_found' });
    await control.hangUp(id);
    expect(await inState(database.db, id, 'completed')).toMatchObject({ endReason: 'closed_by_operator' });
    await until('the caller hears it', () => caller.end?.reason === 'hung_up_by_them');
    await expect(control.hangUp(id)).rejects.toMatchObject({ kind: 'not_found' });
  });
});
