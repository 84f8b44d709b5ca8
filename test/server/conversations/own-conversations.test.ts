import { randomUUID } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import type { BranchedConversation, ConversationDetail } from '@/server/conversations/contract';
import { conversations, messages, type MessageFile, type MessageMetadata } from '@/server/conversations/tables';
import { fileChunks, files } from '@/server/files/tables';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson, askAs, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let person: Person;
let colleague: Person;
let admin: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
  [person, colleague, admin] = await Promise.all([aPerson(database.db, { [workspaceId]: 'operator' }), aPerson(database.db, { [workspaceId]: 'operator' }), aPerson(database.db, { [workspaceId]: 'admin' })]);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function ownedBy(who: Person, said: string[] = ['First', 'One', 'Second', 'Two'], more: Partial<typeof conversations.$inferInsert> = {}): Promise<string> {
  const id = await aConversation(database.db, { workspaceId, userLabel: who.email, title: said[0]!, said });
  await database.db.update(conversations).set({ userId: who.userId, ...more }).where(eq(conversations.id, id));
  return id;
}

const said = (conversationId: string) => database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));
const mark = (messageId: string, metadata: MessageMetadata) => database.db.update(messages).set({ metadata }).where(eq(messages.id, messageId));
const branch = (id: string, messageId: string, who = person) => askAs(web, who, 'POST', `/api/conversations/${id}/branch`, { message_id: messageId });

async function attached(conversationId: string, fileIndex: number, bytes: string[]): Promise<MessageFile> {
  const id = randomUUID();
  await database.db.insert(files).values({ id, workspaceId, conversationId, fileIndex, name: `file-${fileIndex}.txt`, kind: 'text', mediaType: 'text/plain', sizeBytes: bytes.join('').length, sha256: 'x', extractedText: bytes.join(''), state: 'ready' });
  await database.db.insert(fileChunks).values(bytes.map((piece, position) => ({ fileId: id, position, bytes: Buffer.from(piece) })));
  return { id, fileIndex, name: `file-${fileIndex}.txt`, mediaType: 'text/plain', kind: 'text', sizeBytes: bytes.join('').length, pageCount: null };
}

describe('a branch', () => {
  it('has everything before the message under ids of its own, and leaves the other as it was', async () => {
    const id = await ownedBy(person, undefined, { provider: 'scripted', model: 'hello' });
    const before = await said(id);

    const answer = await branch(id, before[2]!.id);

    expect(answer.status, answer.text).toBe(201);
    const made = answer.json() as BranchedConversation;
    expect(made).toMatchObject({ channel: 'chat', status: 'ended', title: 'First (branch)', user_label: person.email, message_count: 2, provider: 'scripted', model: 'hello', branched_from_id: id, branched_at_seq: 3, files: [] });
    const copied = await said(made.id);
    expect(copied.map(({ seq, role, content, createdAt }) => [seq, role, content, createdAt])).toEqual(before.slice(0, 2).map(({ seq, role, content, createdAt }) => [seq, role, content, createdAt]));
    expect(copied.map((one) => one.id)).not.toContain(before[0]!.id);
    expect(await said(id)).toEqual(before);
    const detail = (await askAs(web, person, 'GET', `/api/conversations/${made.id}`)).json() as ConversationDetail;
    expect(detail).toMatchObject({ branched_from_id: id, messages: [{ content: 'First' }, { content: 'One' }] });
  });

  it('is not called as the other is: by its own words when they are said, else by its number', async () => {
    const id = await ownedBy(person);
    const at = (await said(id))[2]!.id;
    const titled = (await askAs(web, person, 'POST', `/api/conversations/${id}/branch`, { message_id: at, title: ' In other words ' })).json() as BranchedConversation;
    expect(titled.title).toBe('In other words');
    const first = (await branch(id, at)).json() as BranchedConversation;
    const second = (await branch(first.id, (await said(first.id))[1]!.id)).json() as BranchedConversation;
    expect([first.title, second.title]).toEqual(['First (branch)', 'First (branch 2)']);
    const long = await ownedBy(person, undefined, { title: '😀'.repeat(300) });
    expect(((await branch(long, (await said(long))[2]!.id)).json() as BranchedConversation).title).toMatch(/^(😀)+ \(branch\)$/u);
    expect((await askAs(web, person, 'POST', `/api/conversations/${id}/branch`, { message_id: at, title: ' ' })).status).toBe(400);
  });

  it('can be empty, and is in nobody’s list until something is said in it', async () => {
    const id = await ownedBy(person);
    const made = (await branch(id, (await said(id))[0]!.id)).json() as BranchedConversation;
    expect(made).toMatchObject({ message_count: 0, branched_at_seq: 1 });
    const mine = (await askAs(web, person, 'GET', '/api/conversations?mine=true')).json() as { conversations: { id: string }[] };
    expect(mine.conversations.map((one) => one.id)).toContain(id);
    expect(mine.conversations.map((one) => one.id)).not.toContain(made.id);
  });

  it('leaves replaced replies behind, and counts on without gaps', async () => {
    const id = await ownedBy(person, ['First', 'Failed', 'Second', 'Two']);
    const [, failed, , last] = await said(id);
    await mark(failed!.id, { replacedBy: randomUUID() });
    const made = (await branch(id, last!.id)).json() as BranchedConversation;
    expect((await said(made.id)).map(({ seq, content }) => [seq, content])).toEqual([[1, 'First'], [2, 'Second']]);
  });

  it('has copies of the files that were sent before and of those of the message itself', async () => {
    const id = await ownedBy(person);
    const [first, , second, last] = await said(id);
    const [early, own, late] = [await attached(id, 0, ['one ', 'two ', 'three']), await attached(id, 1, ['own']), await attached(id, 2, ['late'])];
    await mark(first!.id, { files: [early] });
    await mark(second!.id, { files: [own] });
    await mark(last!.id, { files: [late] });

    const made = (await branch(id, second!.id)).json() as BranchedConversation;

    expect(made.files).toEqual([{ id: expect.any(String) as string, name: 'file-1.txt', media_type: 'text/plain', kind: 'text', size_bytes: 3, page_count: null, file_index: 1 }]);
    const rows = await database.db.select().from(files).where(eq(files.conversationId, made.id)).orderBy(asc(files.fileIndex));
    expect(rows.map(({ fileIndex, extractedText, state }) => [fileIndex, extractedText, state])).toEqual([[0, 'one two three', 'ready'], [1, 'own', 'ready']]);
    expect(rows[1]!.id).toBe(made.files[0]!.id);
    const [carrier] = await said(made.id);
    expect(carrier!.metadata.files).toEqual([{ ...early, id: rows[0]!.id }]);
    const pieces = await database.db.select().from(fileChunks).where(eq(fileChunks.fileId, rows[0]!.id)).orderBy(asc(fileChunks.position));
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe('one two three');

    expect((await askAs(web, person, 'DELETE', `/api/conversations/${id}`)).status).toBe(204);
    expect(await database.db.$count(files, eq(files.conversationId, made.id))).toBe(2);
  });

  it('is made of one’s own conversation only, at a message of it', async () => {
    const id = await ownedBy(colleague);
    const [first] = await said(id);
    expect((await branch(id, first!.id)).status).toBe(403);
    expect((await branch(id, first!.id, admin)).status).toBe(403);
    const mine = await ownedBy(person);
    expect((await branch(mine, first!.id)).status).toBe(404);
    expect((await branch(mine, 'nonsense')).status).toBe(400);
    expect((await branch(randomUUID(), first!.id)).status).toBe(404);
  });
});

describe('a title', () => {
  it('is given by the owner, and leaves the conversation’s place in lists', async () => {
    const id = await ownedBy(person, undefined, { updatedAt: new Date('2026-01-02T03:04:05Z') });
    const answer = await askAs(web, person, 'PATCH', `/api/conversations/${id}`, { title: '  About doors ' });
    expect([answer.status, answer.json()]).toEqual([200, expect.objectContaining({ id, title: 'About doors', updated_at: '2026-01-02T03:04:05.000Z' })]);
    expect((await askAs(web, person, 'PATCH', `/api/conversations/${id}`, { title: ' ' })).status).toBe(400);
    expect((await askAs(web, colleague, 'PATCH', `/api/conversations/${id}`, { title: 'Mine' })).status).toBe(403);
    expect((await askAs(web, admin, 'PATCH', `/api/conversations/${id}`, { title: 'In order' })).status).toBe(200);
  });
});

describe('deletion', () => {
  it('is for owners and administrators, and its trace has nothing of what was said', async () => {
    const id = await ownedBy(person, ['A secret', 'Kept']);
    expect((await askAs(web, colleague, 'DELETE', `/api/conversations/${id}`)).status).toBe(403);
    const answer = await askAs(web, admin, 'DELETE', `/api/conversations/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await askAs(web, admin, 'DELETE', `/api/conversations/${id}`)).status).toBe(404);
    expect(await said(id)).toEqual([]);
    const [event] = await database.db.select().from(auditEvents).where(and(eq(auditEvents.action, 'conversation.delete'), eq(auditEvents.subjectId, id)));
    expect(event).toMatchObject({ actorId: admin.userId, details: { channel: 'chat', messages: 2 } });
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('waits for the end of a live one, and leaves branches of it', async () => {
    const live = await ownedBy(person, ['Hello', 'Hi'], { status: 'active' });
    expect((await askAs(web, person, 'DELETE', `/api/conversations/${live}`)).status).toBe(409);
    const id = await ownedBy(person);
    const made = (await branch(id, (await said(id))[2]!.id)).json() as BranchedConversation;
    await askAs(web, person, 'DELETE', `/api/conversations/${id}`);
    expect((await askAs(web, person, 'GET', `/api/conversations/${made.id}`)).json()).toMatchObject({ branched_from_id: null, message_count: 2 });
  });

  it('does not exist for a key of the chat alone in what is not its own, nor in another workspace', async () => {
    const { key } = await createApiKey(database.db, { workspaceId, name: 'chat only', role: 'admin', scopes: ['chat'] });
    const id = await ownedBy(person);
    const own = await aConversation(database.db, { workspaceId, userLabel: 'chat only', said: ['Hi'] });
    const elsewhere = await aConversation(database.db, { workspaceId: await aWorkspace(database.db), userLabel: 'chat only', said: ['Hi'] });
    for (const one of [id, elsewhere]) expect((await web.ask('DELETE', `/api/conversations/${one}`, { key })).status).toBe(404);
    expect((await web.ask('DELETE', `/api/conversations/${own}`, { key })).status).toBe(204);
  });
});

describe('the list of one’s own', () => {
  it('has every channel’s and nobody else’s, and can be searched', async () => {
    const who = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const typed = await ownedBy(who, ['About apples', 'Yes']);
    const spoken = await ownedBy(who, ['About pears', 'No'], { channel: 'browser' });
    await aConversation(database.db, { workspaceId, userLabel: who.email, said: ['Labelled like it', 'But no person’s'] });
    const list = async (query: string) => ((await askAs(web, who, 'GET', `/api/conversations?mine=true${query}`)).json() as { conversations: { id: string }[] }).conversations.map(({ id }) => id);
    expect((await list('')).toSorted()).toEqual([typed, spoken].toSorted());
    expect(await list('&q=pears')).toEqual([spoken]);
  });
});
