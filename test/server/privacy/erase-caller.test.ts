import { randomUUID } from 'node:crypto';
import { eq, inArray, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { callEvents, calls } from '@/server/calls/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { AppError } from '@/server/platform/errors';
import type { Erased } from '@/server/privacy/contract';
import type { LiveSessions } from '@/server/sessions/live-sessions';
import { usageRecords } from '@/server/usage/tables';
import { webhookAttempts, webhookDeliveries } from '@/server/webhooks/tables';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { anEndedCall } from '@test/support/ended-call';
import { startTestWeb, type TestWeb } from '@test/support/web';

const LABEL = '+1 555 0100';
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let live: { session_id: string; workspace_id: string; user_label: string; channel?: string }[] = [];
let closed: string[] = [];
let away = false;
let hangUp: (id: string) => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  database = await createTestDatabase();
  const sessions = {
    list: () => (away ? Promise.reject(new AppError('unavailable', 'Realtime does not answer')) : Promise.resolve(live)),
    close: (id: string) => { closed.push(id); return id === 'gone' ? Promise.reject(new AppError('not_found', 'No such session')) : Promise.resolve(); },
    closeOf: () => Promise.resolve(0),
  } as unknown as LiveSessions;
  web = await startTestWeb({ db: database.db, sessions, calls: { speak: () => Promise.resolve(), hangUp: (id) => hangUp(id) } });
  workspaceId = await firstWorkspaceId(database.db);
});
afterEach(() => { live = []; closed = []; away = false; hangUp = () => Promise.resolve(); });
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const erase = (userLabel: string, key?: string) => web.ask('POST', '/api/privacy/erase', { body: JSON.stringify({ user_label: userLabel }), ...(key === undefined ? {} : { key }) });
const erased = async (userLabel: string) => (await erase(userLabel)).json() as unknown as Erased;

async function said(userLabel: string, options: { workspace?: string; words?: string[] } = {}): Promise<string> {
  const workspace = options.workspace ?? workspaceId;
  const id = await aConversation(database.db, { workspaceId: workspace, userLabel, said: options.words ?? ['my secret words', 'an answer'] });
  await database.db.insert(usageRecords).values({ workspaceId: workspace, conversationId: id, leg: 'llm', provider: 'p', model: 'm' });
  return id;
}
const left = async (ids: string[]) => ({
  conversations: (await database.db.select({ id: conversations.id }).from(conversations).where(inArray(conversations.id, ids))).length,
  messages: (await database.db.select({ id: messages.id }).from(messages).where(inArray(messages.conversationId, ids))).length,
  usage: (await database.db.select({ id: usageRecords.id }).from(usageRecords).where(inArray(usageRecords.conversationId, ids))).length,
});

describe('erasing a caller', () => {
  it('deletes conversations, messages and usage, more than one batch of them, and nobody else’s', async () => {
    const theirs: string[] = [];
    for (let index = 0; index < 43; index++) theirs.push(await said(LABEL));
    const long = await said(LABEL, { words: Array.from({ length: 1_203 }, (_word, index) => `word ${index}`) });
    const others = [await said('+1 555 01'), await said(`${LABEL} `), await said(LABEL, { workspace: await aWorkspace(database.db) })];

    const answer = await erase(LABEL);

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ conversations: 44, messages: 43 * 2 + 1_203, usage_records: 44, calls: 0, calls_live: 0, sessions_closed: 0, reference: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    expect(await left([...theirs, long])).toEqual({ conversations: 0, messages: 0, usage: 0 });
    expect(await left(others)).toEqual({ conversations: 3, messages: 6, usage: 3 });
  });

  it('lets the ledger forget in short transactions', async () => {
    const { db } = database;
    await db.execute(sql`insert into usage_records (workspace_id, user_label, leg, provider, model) select ${workspaceId}, 'for years', 'llm', 'for-years', 'm' from generate_series(1, 5001)`);

    expect(await erased('for years')).toMatchObject({ usage_records: 5_001 });

    const [most] = await db.execute<{ most: number; labels: number }>(sql`
      select max(rows)::int as most, sum(labels)::int as labels from (select count(*) as rows, count(user_label) as labels from usage_records where provider = 'for-years' group by xmin::text) x`);
    expect(most).toEqual({ most: 5_000, labels: 0 });
  });

  it('is nothing for a label that nobody has', async () => {
    expect(await erased(randomUUID())).toMatchObject({ conversations: 0, messages: 0, usage_records: 0 });
  });

  it('ends the caller’s live sessions first, and no others', async () => {
    live = [
      { session_id: 'theirs', workspace_id: workspaceId, user_label: LABEL }, { session_id: 'gone', workspace_id: workspaceId, user_label: LABEL },
      { session_id: 'another caller', workspace_id: workspaceId, user_label: 'x' }, { session_id: 'another workspace', workspace_id: randomUUID(), user_label: LABEL },
    ];
    expect(await erased(LABEL)).toMatchObject({ sessions_closed: 1 });
    expect(closed).toEqual(['theirs', 'gone']);
  });

  it('deletes the calls with the number, however it is written, and what they talked, with events, webhooks and tries', async () => {
    const { db } = database;
    const talk = await aConversation(db, { workspaceId, channel: 'phone', userLabel: '0049 30 12345', said: ['my secret words'] });
    const labelled = await aConversation(db, { workspaceId, channel: 'phone', userLabel: '+493012345', said: ['my secret words'] });
    const theirs = [
      await anEndedCall(db, { workspaceId, extension: '+49 (30) 123-45', conversationId: talk, webhook: 'pending' }),
      await anEndedCall(db, { workspaceId, extension: '493012345', direction: 'inbound' }),
      await anEndedCall(db, { workspaceId, extension: 'sip:+493012345@pbx.example.org' }),
      await anEndedCall(db, { workspaceId, extension: '', direction: 'inbound', conversationId: labelled }),
    ];
    for (let index = 0; index < 21; index++) theirs.push(await anEndedCall(db, { workspaceId, extension: '+493012345' }));
    const others = [
      await anEndedCall(db, { workspaceId, extension: '+4930123456' }), await anEndedCall(db, { workspaceId, extension: '', direction: 'inbound' }),
      await anEndedCall(db, { workspaceId: await aWorkspace(db), extension: '+493012345' }),
    ];

    expect(await erased('+493012345')).toMatchObject({ conversations: 2, messages: 2, calls: 25, calls_live: 0 });

    expect(await left([talk, labelled])).toEqual({ conversations: 0, messages: 0, usage: 0 });
    expect((await db.select({ id: calls.id }).from(calls)).map(({ id }) => id).sort()).toEqual([...others].sort());
    for (const table of [callEvents, webhookDeliveries, webhookAttempts]) expect(await db.$count(table)).toBe(others.length);
    expect(await db.$count(calls, inArray(calls.id, theirs))).toBe(0);
    await db.delete(calls);
    await db.delete(webhookDeliveries);
  });

  it('takes calls out of the queue and hangs up those under way; one that cannot be ended is kept and told', async () => {
    const { db } = database;
    const call = (state: 'queued' | 'answered', extension: string) => anEndedCall(db, { workspaceId, state, extension, endedAt: null, ...(state === 'answered' ? { answeredAt: new Date(), attemptId: randomUUID() } : {}) });
    const waiting = await call('queued', '+49 30 777');
    const talking = await call('answered', '+4930777');
    const stuck = await call('answered', '004930777');
    const somebody = await call('queued', '+4930778');
    live = [{ session_id: 'on the phone', workspace_id: workspaceId, user_label: '004930777', channel: 'phone' }, { session_id: 'no call', workspace_id: workspaceId, user_label: '004930777', channel: 'chat' }];
    hangUp = async (id) => {
      if (id === stuck) throw new AppError('unavailable', 'The process does not answer');
      await db.update(calls).set({ state: 'completed', endedAt: new Date() }).where(eq(calls.id, id));
    };

    expect(await erased('+4930777')).toMatchObject({ calls: 2, calls_live: 1, sessions_closed: 1 });

    expect(closed).toEqual(['on the phone']);
    const rows = await db.select({ id: calls.id, state: calls.state }).from(calls);
    expect(rows.sort((a, b) => (a.state < b.state ? -1 : 1))).toEqual([{ id: stuck, state: 'answered' }, { id: somebody, state: 'queued' }]);
    expect(await db.$count(webhookDeliveries, inArray(webhookDeliveries.subjectId, [waiting, talking]))).toBe(0);
    await db.update(calls).set({ state: 'failed' }).where(eq(calls.id, stuck));
    expect(await erased('+4930777')).toMatchObject({ calls: 1, calls_live: 0 });
    await db.delete(calls);
  });

  it('goes on although realtime does not answer', async () => {
    away = true;
    const id = await said(LABEL);
    expect(await erased(LABEL)).toMatchObject({ conversations: 1, sessions_closed: 0 });
    expect(await left([id])).toEqual({ conversations: 0, messages: 0, usage: 0 });
  });

  it('leaves neither the label nor the words in any row, answer or log line, but a reference that the next one has too', async () => {
    const label = 'Mrs. Unforgettable';
    await said(label);
    const first = await erase(label);
    const { reference } = (await erased(label));
    expect(first.json().reference).toBe(reference);
    expect(await erased('Mr. Else')).not.toMatchObject({ reference });

    const rows = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, reference)).orderBy(auditEvents.at);
    expect(rows).toMatchObject([{ action: 'privacy.erase', subjectKind: 'caller', subjectLabel: '', details: { conversations: 1, messages: 2, sessions_closed: 0 } }, { action: 'privacy.erase' }]);
    const everything = [
      JSON.stringify(await database.db.select().from(auditEvents)), JSON.stringify(await database.db.select().from(conversations)), JSON.stringify(await database.db.select().from(messages)),
      first.text, web.log(),
    ].join('');
    for (const word of [label, 'Unforgettable']) expect(everything).not.toContain(word);
    expect(web.log()).not.toContain('my secret words');
  });

  it('is an admin’s, and names the field of bad input', async () => {
    const { key } = await createApiKey(database.db, { workspaceId, name: 'operator', role: 'operator' });
    expect((await erase(LABEL, key)).status).toBe(403);
    for (const label of ['', 'x'.repeat(501), 'a\0b']) {
      const answer = await erase(label);
      expect([answer.status, String(answer.json().detail).split(':')[0]]).toEqual([400, 'user_label']);
    }
  });
});
