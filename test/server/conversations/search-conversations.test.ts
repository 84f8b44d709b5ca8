import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listConversationsInput } from '@/server/conversations/contract';
import { findConversations } from '@/server/conversations/find-conversations';
import { messageVector, searchTerms, tsQueryText } from '@/server/conversations/search-text';
import { messages } from '@/server/conversations/tables';
import { aConversation, aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';

let database: TestDatabase;
let workspaceId: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  workspaceId = await aWorkspace(database.db);
  const conversation = async (name: string, said: string[], options: { title?: string; userLabel?: string } = {}) => {
    ids[name] = await aConversation(database.db, { workspaceId, said, ...options });
  };
  await conversation('order', ['I would like to order two pizzas, please.', 'Your order comes to 43.20 euros. Shall I send it to anna@example.com?']);
  await conversation('german', ['Können Sie den Öffnungszeiten-Text ändern?', 'Gern.']);
  await conversation('japanese', ['東京の天気はどうですか？', '晴れです。']);
  await conversation('thai', ['สวัสดีครับ วันนี้อากาศดี']);
  await conversation('russian', ['Какая сегодня погода в Москве?']);
  await conversation('quotes', ['She said “don’t worry” and hung up 👍', 'All right.']);
  await conversation('phone', ['Hello'], { title: 'Front desk', userLabel: '+15550142873' });
  await conversation('long', [`${'padding '.repeat(200)}needle ${'more '.repeat(200)}`]);
  await conversation('tool', ['Look it up', 'Done.']);
  await database.db.update(messages).set({ role: 'tool', content: 'only the tool said zanzibar' }).where(sql`${messages.conversationId} = ${ids.tool} and ${messages.seq} = 2`);
  await aConversation(database.db, { workspaceId: await aWorkspace(database.db), said: ['I would like to order two pizzas, please.'] });
});
afterAll(() => database[Symbol.asyncDispose]());

const search = (q: string) => findConversations(database.db, { workspaceId, filter: listConversationsInput.parse({ q }) });
const found = async (q: string) => (await search(q)).conversations.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)).sort();
const shown = async (q: string) => (await search(q)).conversations[0]?.snippet?.parts.map(({ text, match }) => (match ? `[${text}]` : text)).join('');

describe('searching conversations', () => {
  it('finds words in any order and case, the last one by its beginning, only in the own workspace', async () => {
    for (const [q, names] of [['PIZZAS order', ['order']], ['order piz', ['order']], ['pizz order', []], ['two', ['order']], ['order nothing', []]] as const)
      expect(await found(q), q).toEqual(names);
  });

  it('finds quoted words side by side, and what punctuation joins', async () => {
    for (const [q, names] of [['"two pizzas"', ['order']], ['"pizzas two"', []], ['"two pizz"', []], ['43.20', ['order']], ['anna@exam', ['order']], ['example.com', ['order']], ["don't", ['quotes']], ['don’t worry', ['quotes']], ['"unclosed', []]] as const)
      expect(await found(q), q).toEqual(names);
  });

  it('finds words of every script, and any part of a sentence where words are not spaced', async () => {
    for (const [q, names] of [['öffnungszeiten', ['german']], ['ÄNDERN', ['german']], ['погод', ['russian']], ['天気', ['japanese']], ['京の天', ['japanese']], ['気天', []], ['東', ['japanese']], ['อากาศ', ['thai']]] as const)
      expect(await found(q), q).toEqual(names);
  });

  it('finds titles, labels, and callers by a part of their number', async () => {
    for (const [q, names] of [['front', ['phone']], ['desk 1555', ['phone']], ['2873', ['phone']], ['0142', ['phone']]] as const)
      expect(await found(q), q).toEqual(names);
  });

  it('takes a lone letter for a word, and signs for themselves', async () => {
    expect(await found('I')).toEqual(['order']);
    expect(await found('👍')).toEqual(['quotes']);
    expect(await found('?')).toEqual(['german', 'order', 'russian']);
  });

  it('survives whatever is typed', async () => {
    for (const q of ["'", '\\', ':*', '& | !', '<->', "a'b:*\\c", '" "', '(((', '٣', 'e\u0301', '\u200d', 'x '.repeat(99)]) expect(await found(q), q).toEqual(expect.any(Array));
  });

  it('does not find what only a tool said', async () => {
    expect(await found('zanzibar')).toEqual([]);
  });
});

describe('the snippet of what was found', () => {
  it('marks what matched, as it was said', async () => {
    expect(await shown('pizzas ORD')).toBe('I would like to [ord]er two [pizzas], please.');
    expect(await shown('43.20')).toBe('Your order comes to [43.20] euros. Shall I send it to anna@example.com?');
    expect(await shown('京の天')).toBe('東[京の天]気はどうですか？');
    expect(await shown("don't")).toBe('She said “[don’t] worry” and hung up 👍');
  });

  it('is cut around the first match', async () => {
    const snippet = await shown('needle');
    expect(snippet).toMatch(/^…padding .*\[needle\] more .*…$/);
    expect(snippet?.length).toBeLessThan(220);
  });

  it('names its message, and is absent when only a name matches', async () => {
    expect((await search('43.20')).conversations[0]?.snippet).toMatchObject({ seq: 2, role: 'assistant' });
    expect((await search('front desk')).conversations[0]?.snippet).toBeNull();
  });
});

it('search uses its index, so that it stays fast with a hundred thousand messages', async () => {
  const other = await aConversation(database.db, { workspaceId, said: [] });
  await database.db.insert(messages).values(Array.from({ length: 2_000 }, (_, index) => ({
    id: randomUUID(), workspaceId, conversationId: other, seq: index + 1, turnId: randomUUID(), role: 'user' as const, content: `filler ${index} ${randomUUID()}`,
  })));
  await database.db.execute(sql`analyze ${messages}`);
  const plan = await database.db.execute(sql`explain select ${messages.conversationId} from ${messages} where ${messages.workspaceId} = ${workspaceId} and ${messageVector(messages.content)} @@ to_tsquery('simple', ${tsQueryText(searchTerms('two pizz'))})`);
  expect(JSON.stringify(plan)).toContain('messages_search_idx');
});
