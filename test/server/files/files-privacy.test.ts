import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerExport } from '@/server/privacy/contract';
import { aConversation, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function attached(conversationId: string, data: Buffer): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(data)]), 'their words.txt');
  const answer = await fetch(`${web.url}/api/conversations/${conversationId}/files`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}` }, body: form });
  expect(answer.status).toBe(201);
  return (await answer.json() as { id: string }).id;
}

it('an export has a caller’s files with their bytes; an erasure leaves nothing of them, and others’ alone', async () => {
  const theirs = await aConversation(database.db, { workspaceId, userLabel: 'ann', said: ['Look at this.'] });
  const others = await aConversation(database.db, { workspaceId, userLabel: 'bob' });
  const data = Buffer.from(randomBytes(500_000).toString('hex')); // two pieces
  const id = await attached(theirs, data);
  const kept = await attached(others, Buffer.from('bob’s'));

  const answer = await web.ask('GET', '/api/privacy/export?user_label=ann');
  const [conversation] = callerExport.parse(answer.json()).conversations;
  expect(conversation?.files).toMatchObject([{ id, name: 'their words.txt', kind: 'text', size_bytes: data.length }]);
  expect(Buffer.from(conversation!.files[0]!.data_b64, 'base64').equals(data)).toBe(true);

  expect((await web.ask('POST', '/api/privacy/erase', { body: JSON.stringify({ user_label: 'ann' }) })).status).toBe(200);
  expect(await database.sql`select file_id from file_chunks`).toEqual([{ file_id: kept }]);
  expect(await database.sql`select id from files`).toEqual([{ id: kept }]);
});

it('the log has neither names nor words of files', async () => {
  const conversationId = await aConversation(database.db, { workspaceId, userLabel: 'carl' });
  await attached(conversationId, Buffer.from('a very private sentence'));
  expect(web.log()).not.toMatch(/their words|very private/);
});

it('counts what is kept and what is refused', async () => {
  const conversationId = await aConversation(database.db, { workspaceId, userLabel: 'dora' });
  await attached(conversationId, Buffer.from('a'));
  const form = new FormData();
  form.append('file', new Blob([]), 'empty.txt');
  await fetch(`${web.url}/api/conversations/${conversationId}/files`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}` }, body: form });
  const metrics = await web.registry.metrics();
  expect(metrics).toMatch(/parley_files_kept_total\{kind="text"\} [1-9]/);
  expect(metrics).toMatch(/parley_files_refused_total\{reason="invalid_input"\} 1/);
  expect(metrics).toMatch(/parley_files_reading\{state="waiting"\} 0/);
});
