import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { agents } from '@/server/agents/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { newId } from '@/server/platform/ids';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { scriptedProviderServer, type ProviderServer, type ProviderStep } from '@test/support/fakes/scripted-provider-server';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

/** In everything that people write and that is answered here; nowhere else. */
const SAID = 'xylophone-7431';
const ANSWERED = 'marmalade-9120';
const CONTENT = new RegExp(`${SAID}|${ANSWERED}|sk-secret`);

/** What is left of the log without its fields for content, which operators know to guard (and which are redacted anyhow). */
function withoutContent(log: string): string[] {
  const strip = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(strip)
    : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'content').map(([name, one]) => [name, strip(one)]))
    : value;
  return log.split('\n').filter(Boolean).map((line) => JSON.stringify(strip(JSON.parse(line))));
}

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
const printed: string[] = [];
beforeAll(async () => {
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) vi.spyOn(console, name).mockImplementation((...values: unknown[]) => { printed.push(values.map(String).join(' ')); });
  database = await createTestDatabase();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await database[Symbol.asyncDispose]();
});

/** A vendor that falls silent is waited for a moment only; all others as long as they take. */
async function withVendor(steps: ProviderStep[], use: (vendor: ProviderServer) => Promise<void>): Promise<void> {
  const idleMs = steps.some((step) => 'hangAfter' in step) ? 300 : 20_000;
  await using vendor = await scriptedProviderServer('llama-cpp', steps);
  await using started = await startTestWeb({ db: database.db, environment: { OPENAI_BASE_URL: vendor.baseUrl, LLM_MODEL: 'llama-cpp/m' }, limits: { maxRetries: 1, idleMs } });
  web = started;
  workspaceId = await firstWorkspaceId(database.db);
  await database.db.update(agents).set({ tools: ['CALC'] }).where(eq(agents.workspaceId, workspaceId));
  await use(vendor);
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}) => web.ask('POST', path, { body: JSON.stringify(body), headers });

/** The log of what was just done: there is one, and nothing of the content is in it. */
function expectPrivate(): void {
  const lines = withoutContent(web.log());
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => CONTENT.test(line))).toEqual([]);
  expect(printed.filter((line) => CONTENT.test(line))).toEqual([]);
}

describe('the log, at its most talkative, has nothing of what is written and answered', () => {
  it('when all goes well, on every way to say something', async () => {
    await withVendor([{ text: [ANSWERED, ' and more'] }], async () => {
      const { conversation_id: id } = (await post('/ai/chat', { message: SAID, user_id: 'somebody' })).json();
      await post('/ai/chat', { message: SAID, user_id: 'somebody', conversation_id: id }, { 'idempotency-key': newId() });
      await post('/ai/chat/stream', { message: SAID });
      expect((await web.ask('GET', `/ai/chat/stream?message=${SAID}`)).text).toContain(ANSWERED);
      const { thread_id: thread } = (await post('/api/threads/create', {})).json();
      const { models } = (await post('/api/models', {})).json() as { models?: { id: string }[] };
      expect((await post('/api/threads/runs', { thread_id: thread, message: SAID, model_id: models?.[0]?.id })).text).toContain(ANSWERED);
      await post('/api/threads/', { thread_id: thread });
      await web.ask('PATCH', `/api/conversations/${String(thread)}`, { body: JSON.stringify({ title: SAID }) });
      expect((await web.ask('GET', `/api/conversations?search=${SAID}`)).status).toBeLessThan(500);
      await web.ask('GET', `/ai/conversations/${String(id)}?user_id=somebody`);
      await web.ask('DELETE', `/api/conversations/${String(thread)}`);
      expect(web.log()).toContain('/ai/chat/stream');
      expectPrivate();
    });
  });

  it('when tools are used, and used wrongly', async () => {
    await withVendor([
      { calls: [{ name: 'CALC', args: { expression: `${SAID} + 1` } }, { name: 'CALC', args: { nothing: SAID } }, { name: 'NO_SUCH_TOOL', args: { text: SAID } }] },
      { text: [ANSWERED] },
    ], async () => {
      expect((await post('/ai/chat', { message: SAID })).json()).toMatchObject({ content: ANSWERED });
      expectPrivate();
    });
  });

  it('when a file is attached, and when it cannot be read', async () => {
    await withVendor([{ text: [ANSWERED] }], async () => {
      const attach = (bytes: string, type: string, name: string) => post('/ai/chat', { message: SAID, attachments: [{ media_type: type, data_b64: Buffer.from(bytes).toString('base64'), name }] });
      expect((await attach(`Notes about ${SAID}`, 'text/plain', `${SAID}.txt`)).status).toBe(200);
      expect((await attach(`%PDF-1.7\n${SAID}`, 'application/pdf', `${SAID}.pdf`)).status).toBe(400);
      expect((await attach(`PK\u0003\u0004${SAID}`, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', `${SAID}.docx`)).status).toBeGreaterThanOrEqual(400);
      expectPrivate();
    });
  });

  it.each<[string, ProviderStep]>([
    ['refuses, quoting the prompt', { status: 400, body: { error: { message: `No: ${SAID} sk-secret` } } }],
    ['fails, quoting the prompt', { status: 500, body: `<pre>${SAID} sk-secret</pre>` }],
    ['dies in the middle', { dieAfter: [ANSWERED] }],
    ['reports an error in the middle', { errorAfter: [ANSWERED] }],
    ['sends broken JSON', { brokenAfter: [ANSWERED, SAID] }],
    ['falls silent', { hangAfter: [ANSWERED] }],
    ['says nothing', { text: [] }],
  ])('when the provider %s', async (_case, step) => {
    await withVendor([step], async () => {
      expect((await post('/ai/chat', { message: SAID })).status).toBe(502);
      await post('/ai/chat/stream', { message: SAID });
      expect(withoutContent(web.log()).some((line) => line.includes('turn failed'))).toBe(true);
      expectPrivate();
    });
  });

  it('when the request cannot be understood', async () => {
    await withVendor([{ text: [ANSWERED] }], async () => {
      for (const body of [`{"message": "${SAID}"`, `{"message": ${SAID}}`, SAID, `["${SAID}"]`, `{"message":{"text":"${SAID}"}}`, `{"message":"Hi","conversation_id":"${SAID}"}`, `{"message":"Hi","agent_slug":"${SAID}"}`, JSON.stringify({ message: SAID.repeat(10_000) })])
        for (const path of ['/ai/chat', '/ai/chat/stream', '/api/threads/runs'])
          expect((await web.ask('POST', path, { body })).status).toBeLessThan(500);
      expect((await web.ask('GET', `/ai/chat/stream?message=${SAID}&conversation_id=${SAID}`)).status).toBe(400);
      expect((await web.ask('POST', '/ai/chat', { body: SAID, headers: { 'content-type': `text/${SAID}` } })).status).toBe(415);
      expectPrivate();
    });
  });

  it('when the caller hangs up', async () => {
    await withVendor([{ hangAfter: [ANSWERED] }], async (vendor) => {
      const abort = new AbortController();
      const response = await fetch(`${web.url}/ai/chat/stream?${new URLSearchParams({ message: SAID })}`, { headers: { authorization: `Bearer ${API_KEY}` }, signal: abort.signal });
      await response.body!.getReader().read();
      abort.abort();
      await post('/ai/chat/stream', { message: SAID }).catch(() => {});
      await vi.waitFor(() => expect(vendor.left).toBeGreaterThan(0), { timeout: 60_000 });
      expectPrivate();
    });
  });

  it('when the database refuses the query, whose parameters are the words', async () => {
    await withVendor([{ text: [ANSWERED] }], async () => {
      const { conversation_id: id } = (await post('/ai/chat', { message: 'Hi' })).json();
      await database.sql`ALTER TABLE messages ADD CONSTRAINT no_more CHECK (seq < 3) NOT VALID`;
      try {
        expect((await post('/ai/chat', { message: SAID, conversation_id: id })).status).toBe(500);
        await post('/ai/chat/stream', { message: SAID, conversation_id: id });
      } finally {
        await database.sql`ALTER TABLE messages DROP CONSTRAINT no_more`;
      }
      expect(web.log()).toContain('no_more');
      expectPrivate();
    });
  });

  it('although it is what is stored', async () => {
    expect(await database.db.$count(messages, eq(messages.content, SAID))).toBeGreaterThan(0);
    expect(await database.db.$count(conversations, eq(conversations.title, SAID))).toBeGreaterThan(0);
  });
});
