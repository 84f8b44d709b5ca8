import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aConversation, aSignedInUser, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, environment: { FILE_MAX_MEGABYTES: '1' } });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const upload = (conversationId: string, name: string, data: string | Uint8Array, extra: Record<string, string> = {}) => {
  const form = new FormData();
  form.append('file', new Blob([data as BlobPart], { type: 'application/x-nonsense' }), name);
  for (const [key, value] of Object.entries(extra)) form.append(key, value);
  return fetch(`${web.url}/api/conversations/${conversationId}/files`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}` }, body: form });
};
const download = (path: string) => fetch(`${web.url}${path}`, { headers: { authorization: `Bearer ${API_KEY}` } });

describe('POST /api/conversations/{conversation_id}/files', () => {
  it('answers with the file, which is then given back byte for byte, to be saved', async () => {
    const conversationId = await aConversation(database.db, { workspaceId });
    const answer = await upload(conversationId, '../../etc/pass\u0007wd\u202e.txt', 'Hello, file.');
    expect(answer.status).toBe(201);
    const file = await answer.json() as { id: string };
    expect(file).toEqual({ id: expect.any(String), name: 'passwd.txt', media_type: 'text/plain', kind: 'text', size_bytes: 12, page_count: null, file_index: 0 });

    const sent = await download(`/api/files/${file.id}`);
    expect(sent.status).toBe(200);
    expect(await sent.text()).toBe('Hello, file.');
    expect(Object.fromEntries(sent.headers)).toMatchObject({
      'content-type': 'text/plain', 'content-disposition': 'attachment; filename="passwd.txt"; filename*=UTF-8\'\'passwd.txt', 'content-length': '12',
      'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining('sandbox'), 'cache-control': expect.stringContaining('private'),
    });
  });

  it('refuses a file that is larger than the limit while it still comes', async () => {
    const conversationId = await aConversation(database.db, { workspaceId });
    const answer = await upload(conversationId, 'large.txt', 'x'.repeat(1_000_001));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({ detail: 'file: the file is larger than 1 MB, which is as much as is taken here' });
  });

  it('wants a file, once, in a conversation that there is', async () => {
    const conversationId = await aConversation(database.db, { workspaceId });
    const none = await fetch(`${web.url}/api/conversations/${conversationId}/files`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}` }, body: new FormData() });
    expect(none.status).toBe(400);
    const twice = new FormData();
    twice.append('file', new Blob(['one']), 'one.txt');
    twice.append('file', new Blob(['two']), 'two.txt');
    const two = await fetch(`${web.url}/api/conversations/${conversationId}/files`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}` }, body: twice });
    expect(two.status).toBe(413);
    expect((await upload(randomUUID(), 'a.txt', 'a')).status).toBe(404);
    const other = await aWorkspace(database.db);
    expect((await upload(await aConversation(database.db, { workspaceId: other }), 'a.txt', 'a')).status).toBe(404);
    expect((await web.ask('GET', `/api/files/preview?thread_id=${conversationId}`)).status).toBe(404); // the first of two was taken back
  });

  it('says in words what it does not take', async () => {
    const conversationId = await aConversation(database.db, { workspaceId });
    const answer = await upload(conversationId, 'tool.exe', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]));
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual({ detail: expect.stringMatching(/^file: EXE files are not read here; send PDF, Word/) });
  });
});

describe('GET /api/files', () => {
  it('knows nothing of other workspaces’ files, of what is no id, or of a deleted conversation’s', async () => {
    const conversationId = await aConversation(database.db, { workspaceId });
    const { id } = await (await upload(conversationId, 'a.txt', 'a')).json() as { id: string };
    const other = await aWorkspace(database.db);
    await aSignedInUser(database.db, { workspaceId: other, role: 'owner' });
    const elsewhere = await aConversation(database.db, { workspaceId: other });
    expect((await download(`/api/files/${randomUUID()}`)).status).toBe(404);
    expect((await download('/api/files/none')).status).toBe(404);
    expect((await download(`/api/files/preview?thread_id=${elsewhere}`)).status).toBe(404);
    await database.sql`delete from conversations where id = ${conversationId}`;
    expect((await download(`/api/files/${id}`)).status).toBe(404);
    expect(await database.sql`select 1 from file_chunks where file_id = ${id}`).toHaveLength(0);
  });

  it('previews the file of the caller’s own thread by its position', async () => {
    const created = await (await fetch(`${web.url}/api/threads/create`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}` } })).json() as { thread_id: string };
    await upload(created.thread_id, 'a.txt', 'first');
    await upload(created.thread_id, 'b.md', '# second');
    const second = await download(`/api/files/preview?thread_id=${created.thread_id}&file_index=1`);
    expect([second.status, second.headers.get('content-type'), await second.text()]).toEqual([200, 'text/markdown', '# second']);
    expect((await download(`/api/files/preview?thread_id=${created.thread_id}&file_index=2`)).status).toBe(404);
    expect(await (await download(`/api/files/preview?thread_id=${created.thread_id}&output=pdf`)).json()).toMatchObject({ error: 'output: the file is no PDF' });
    const others = await aConversation(database.db, { workspaceId, userLabel: 'somebody else' });
    await upload(others, 'a.txt', 'a');
    expect((await download(`/api/files/preview?thread_id=${others}`)).status).toBe(404);
  });
});

describe('DELETE /api/files/{file_id}', () => {
  const attached = async (conversationId: string) => (await (await upload(conversationId, 'a.txt', 'a')).json() as { id: string }).id;
  const remove = (id: string, key = API_KEY) => fetch(`${web.url}/api/files/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } });

  it('drops what was attached and not sent, with its bytes', async () => {
    const id = await attached(await aConversation(database.db, { workspaceId }));
    expect((await remove(id)).status).toBe(204);
    expect((await download(`/api/files/${id}`)).status).toBe(404);
    expect(await database.sql`select 1 from file_chunks where file_id = ${id}`).toHaveLength(0);
    expect((await remove(id)).status).toBe(404);
  });

  it('leaves what a message names', async () => {
    const conversationId = await aConversation(database.db, { workspaceId, said: ['Look.'] });
    const id = await attached(conversationId);
    await database.sql`update messages set metadata = ${JSON.stringify({ files: [{ id }] })}::text::jsonb where conversation_id = ${conversationId}`;
    const answer = await remove(id);
    expect([answer.status, JSON.stringify(await answer.json())]).toEqual([409, expect.stringContaining('A message names this file')]);
    expect((await download(`/api/files/${id}`)).status).toBe(200);
  });

  it('knows nothing of other workspaces’ files', async () => {
    const other = await aWorkspace(database.db);
    const conversationId = await aConversation(database.db, { workspaceId: other });
    const id = randomUUID();
    await database.sql`insert into files (id, workspace_id, conversation_id, file_index, name, kind, media_type, size_bytes, sha256, state) values (${id}, ${other}, ${conversationId}, 0, 'a.txt', 'text', 'text/plain', 1, 'x', 'ready')`;
    expect((await remove(id)).status).toBe(404);
    expect((await remove('none')).status).toBe(404);
    expect(await database.sql`select 1 from files where id = ${id}`).toHaveLength(1);
  });
});
