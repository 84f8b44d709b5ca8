import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { messages } from '@/server/conversations/tables';
import { newId } from '@/server/platform/ids';
import { openAiStream } from '@test/support/ai-events';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson, askAs, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

const SCRIPTS = { hangs: { replies: [{ steps: [{ text: 'So far' }, { hang: true as const }] }] } };

let database: TestDatabase;
let web: TestWeb;
let person: Person;
let colleague: Person;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, scripts: SCRIPTS, limits: { maxRetries: 0 } });
  const workspaceId = await firstWorkspaceId(database.db);
  await database.db.insert(agents).values({ workspaceId, slug: 'hangs', name: 'Hangs', model: 'scripted/hangs' });
  [person, colleague] = await Promise.all([aPerson(database.db, { [workspaceId]: 'operator' }), aPerson(database.db, { [workspaceId]: 'operator' })]);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A question whose answer stands still after its first words, and the page that asked is gone. */
async function leftAlone() {
  const key = newId();
  const headers = { cookie: person.cookie, origin: web.url, 'sec-fetch-site': 'same-origin', 'idempotency-key': key };
  await using stream = await openAiStream(web.port, { body: { message: 'Well?', agent_slug: 'hangs' }, key: null, headers });
  const [connect, , last] = [await stream.next(), await stream.next(), await stream.next()];
  stream.cut();
  return { key, last: last!.id, ...(connect!.data as { conversation_id: string; turn_id: string; message_id: string; user_message_id: string; agent_id: string }) };
}

const running = async (who: Person, conversationId: string) => (await askAs(web, who, 'GET', `/ai/chat/running?conversation_id=${conversationId}`)).json() as { turns: Record<string, unknown>[] };
const stop = async (who: Person, turn: Record<string, string>) => (await askAs(web, who, 'POST', '/ai/chat/stop', turn)).json() as { stopped: boolean };
const replyOf = async (messageId: string) => (await database.db.select().from(messages).where(eq(messages.id, messageId)))[0];

describe('an answer that is left alone', () => {
  it('is found running by who asked, heard from its first word, and stopped with what was written', async () => {
    const left = await leftAlone();

    const found = await running(person, left.conversation_id);
    // At plain http a browser does not say where a request comes from; to listen on is allowed all the same.
    await using back = await openAiStream(web.port, { method: 'GET', key: null, headers: { cookie: person.cookie, 'last-event-id': `${left.turn_id}.0` } });
    const heard = [await back.next(), await back.next()];
    const stopped = await stop(person, { turn_id: left.turn_id });

    const { turn_id, message_id, user_message_id, agent_id } = left;
    expect(found.turns).toEqual([{ turn_id, message_id, user_message_id, agent_id, started_at: expect.stringMatching(/Z$/) as string }]);
    expect(heard.map((one) => one?.data.content).join('')).toBe('So far');
    expect(stopped).toEqual({ stopped: true });
    expect(await replyOf(left.message_id)).toMatchObject({ content: 'So far', status: 'interrupted' });
    expect(await running(person, left.conversation_id)).toEqual({ turns: [] });
    expect(await stop(person, { turn_id: left.turn_id })).toEqual({ stopped: false });
  });

  it('can be stopped by the key of its question', async () => {
    const left = await leftAlone();
    expect(await stop(person, { idempotency_key: left.key })).toEqual({ stopped: true });
    expect(await replyOf(left.message_id)).toMatchObject({ status: 'interrupted' });
  });

  it('says that it was stopped, with what was written, to who listens and to who asks for it again', async () => {
    const left = await leftAlone();
    const listenOn = (lastEventId: string) => openAiStream(web.port, { method: 'GET', key: null, headers: { cookie: person.cookie, 'last-event-id': lastEventId } });
    await using heard = await listenOn(left.last);
    await stop(person, { turn_id: left.turn_id });
    const again = { cookie: person.cookie, origin: web.url, 'sec-fetch-site': 'same-origin', 'idempotency-key': left.key };
    const body = { message: 'Well?', agent_slug: 'hangs' };

    await using replayed = await openAiStream(web.port, { body, key: null, headers: again });
    await using late = await listenOn(left.last);
    const whole = await web.ask('POST', '/ai/chat', { key: null, headers: again, body: JSON.stringify(body) });

    const { message_id, conversation_id, turn_id } = left;
    const stopped = { event: 'error', id: `${turn_id}.end`, data: { error: 'AI service error', kind: 'cancelled', retryable: false, status: 'interrupted', content: 'So far', message_id, conversation_id } };
    expect(await heard.rest()).toMatchObject([stopped]);
    expect(await replayed.rest()).toMatchObject([{ event: 'connect' }, { event: 'chunk', data: { content: 'So far' } }, stopped]);
    expect(await late.rest()).toMatchObject([stopped]);
    expect([whole.status, whole.json().detail]).toEqual([499, 'Stopped before its end']);
    expect(await database.db.$count(messages, eq(messages.conversationId, conversation_id))).toBe(2);
  });

  it('is nobody else’s to see or to stop', async () => {
    const left = await leftAlone();
    expect(await running(colleague, left.conversation_id)).toEqual({ turns: [] });
    expect(await stop(colleague, { turn_id: left.turn_id })).toEqual({ stopped: false });
    expect(await stop(colleague, { idempotency_key: left.key })).toEqual({ stopped: false });
    expect((await running(person, left.conversation_id)).turns).toHaveLength(1);
    await stop(person, { turn_id: left.turn_id });
  });

  it('is asked for by a name, which must be one', async () => {
    for (const turn of [{}, { turn_id: 'seven' }] as Record<string, string>[])
      expect((await askAs(web, person, 'POST', '/ai/chat/stop', turn)).status).toBe(400);
    expect((await askAs(web, person, 'GET', '/ai/chat/running?conversation_id=seven')).status).toBe(400);
    expect(await running(person, newId())).toEqual({ turns: [] });
  });
});
