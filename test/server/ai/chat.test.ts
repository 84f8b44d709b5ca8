import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const chat = (body: unknown, headers: Record<string, string> = {}) => web.ask('POST', '/ai/chat', { body: JSON.stringify(body), headers });

describe('POST /ai/chat', () => {
  it('answers as the page shows, and keeps the context of a conversation', async () => {
    const first = await chat({ message: 'My name is Ada.', user_id: 'my-user' });
    expect(first.status).toBe(200);
    const { conversation_id, message_id, content, response_time_ms } = first.json();
    expect([typeof message_id, typeof content, typeof response_time_ms]).toEqual(['string', 'string', 'number']);

    const second = await chat({ message: "What's 25 times 4 plus 10?", user_id: 'my-user', conversation_id });

    expect(second.json()).toMatchObject({ content: 'The result is 110.', conversation_id });
  });
});
