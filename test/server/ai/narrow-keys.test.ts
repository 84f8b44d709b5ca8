import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '@/server/auth/api-keys';
import { conversations } from '@/server/conversations/tables';
import { aConversation, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson } from '@test/support/people';
import { startTestWeb, type TestAnswer, type TestWeb } from '@test/support/web';

/** A key with the scope `chat` alone stands in a web page or a bot: labels must not open to it what others said. */
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let key: string;
let ofPerson: string;
let ofCaller: string;
let ofProgram: string;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
  ({ key } = await createApiKey(database.db, { workspaceId, name: 'Web page', role: 'operator', scopes: ['chat'] }));
  const person = await aPerson(database.db, { [workspaceId]: 'operator' });
  ofPerson = await aConversation(database.db, { workspaceId, userLabel: person.email, said: ['A person wrote it'] });
  await database.db.update(conversations).set({ userId: person.userId }).where(eq(conversations.id, ofPerson));
  ofCaller = await aConversation(database.db, { workspaceId, userLabel: '+15550100', channel: 'phone', said: ['A caller said it'] });
  ofProgram = await aConversation(database.db, { workspaceId, userLabel: 'visitor-7', said: ['A visitor wrote it'] });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const get = (path: string, as?: string): Promise<TestAnswer> => web.ask('GET', path, as === undefined ? {} : { key: as });
const listed = async (as?: string) => ((await get('/ai/conversations?user_id=*', as)).json() as unknown as { id: string }[]).map(({ id }) => id);

describe('a key that may only chat', () => {
  it('lists what such keys began, under every label, and nothing that people or callers said', async () => {
    expect(await listed(key)).toEqual([ofProgram]);
    expect(new Set(await listed())).toEqual(new Set([ofPerson, ofCaller, ofProgram]));
  });

  it.each(['*', 'the label itself'])('reads and continues nobody else’s, asking for %s', async (label) => {
    for (const id of [ofPerson, ofCaller]) {
      const [row] = await database.db.select().from(conversations).where(eq(conversations.id, id));
      const userId = label === '*' ? '*' : row!.userLabel;

      const read = await get(`/ai/conversations/${id}?user_id=${encodeURIComponent(userId)}`, key);
      const said = await web.ask('POST', '/ai/chat', { key, body: JSON.stringify({ message: 'What did I say?', conversation_id: id, user_id: userId }) });

      expect([read.status, read.json().detail]).toEqual([404, `Conversation error: Conversation ${id} not found`]);
      expect([said.status, said.json().detail]).toEqual([404, `Conversation error: Conversation ${id} not found`]);
      expect((await get(`/ai/conversations/${id}?user_id=${encodeURIComponent(userId)}`)).status).toBe(200);
    }
  });

  it('goes on with what another such key began, under its label', async () => {
    const said = await web.ask('POST', '/ai/chat', { key, body: JSON.stringify({ message: 'What can you do?', conversation_id: ofProgram, user_id: 'visitor-7' }) });
    expect([said.status, said.json().conversation_id]).toEqual([200, ofProgram]);
    expect((await get(`/ai/conversations/${ofProgram}?user_id=visitor-7`, key)).status).toBe(200);
    expect((await get(`/ai/conversations/${ofProgram}`, key)).status).toBe(403);
  });
});
