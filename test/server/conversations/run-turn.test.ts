import { createServer } from 'node:http';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations, messages } from '@/server/conversations/tables';
import type { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { usageRecords } from '@/server/usage/tables';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { collect, scriptedBrain, seedWorkspace, startTurns } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const stored = (conversationId: string) => database.db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq));
const usageOf = (conversationId: string) => database.db.select().from(usageRecords).where(eq(usageRecords.conversationId, conversationId));
const kindOf = (error: unknown) => (error as AppError | undefined)?.kind;

describe('a turn with the builtin assistant', () => {
  it('uses a tool, answers with its result and stores both messages, the tool call and the usage', async () => {
    const brain = scriptedBrain(database.db);
    const { conversationId, turn } = await startTurns(brain.store, seed);

    const { events, text, error } = await collect(brain.runTurn(turn("What's 25 times 4 plus 10?", { userMetadata: { source: 'microphone' } })));

    expect(error).toBeUndefined();
    expect(text).toBe('The result is 110.');
    expect(events.filter(({ type }) => type !== 'text-delta')).toMatchObject([
      { type: 'tool-call', name: 'CALC', args: { expression: '25 * 4 + 10' }, label: 'Working it out' },
      { type: 'tool-result', name: 'CALC', record: { result: { success: true, data: { result: 110 } } } },
      { type: 'final', text: 'The result is 110.', provider: 'builtin', model: 'assistant' },
    ]);
    const final = events.at(-1);
    expect(await stored(conversationId)).toMatchObject([
      { seq: 1, role: 'user', content: "What's 25 times 4 plus 10?", status: 'complete', metadata: { source: 'microphone' } },
      { seq: 2, id: final?.type === 'final' ? final.messageId : '', role: 'assistant', content: 'The result is 110.', status: 'complete', provider: 'builtin', model: 'assistant', metadata: { toolCalls: [{ name: 'CALC', label: 'Working it out' }] } },
    ]);
    const [usage] = await usageOf(conversationId);
    expect(usage).toMatchObject({ leg: 'llm', provider: 'builtin', model: 'assistant', success: 'yes', agentId: seed.agentId });
    expect(usage?.inputTokens).toBeGreaterThan(0);
    const [conversation] = await database.db.select().from(conversations).where(eq(conversations.id, conversationId));
    expect(conversation).toMatchObject({ title: "What's 25 times 4 plus 10?", messageCount: 2 });
  });
});

describe('a turn with a scripted model', () => {
  it('shows the model what was said before, tool calls with their results', async () => {
    const brain = scriptedBrain(database.db, {
      echo: { replies: [{ after: 'user', times: 1, steps: [{ text: 'Let me see.' }, { toolCall: { name: 'CALC', args: { expression: '1+1' } } }] }, { steps: [{ text: 'It is two.' }] }] },
    });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/echo' });

    const first = await collect(brain.runTurn(turn('One and one?')));
    const second = await collect(brain.runTurn(turn('Sure?')));

    expect(first.text).toBe('Let me see. It is two.');
    expect(second.error).toBeUndefined();
    expect((await stored(conversationId)).map(({ role, seq }) => `${seq} ${role}`)).toEqual(['1 user', '2 assistant', '3 user', '4 assistant']);
    const [a, b] = await usageOf(conversationId);
    expect(Math.max(a?.inputTokens ?? 0, b?.inputTokens ?? 0)).toBeGreaterThan(0);
  });

  it('keeps what was said when the provider dies in the middle, marked failed, and throws clear words', async () => {
    const brain = scriptedBrain(database.db, { dies: { replies: [{ steps: [{ text: 'The answer is' }, { fail: { message: 'socket hang up sk-secret' } }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/dies' });

    const { text, error } = await collect(brain.runTurn(turn('Well?')));

    expect(text).toBe('The answer is');
    expect(kindOf(error)).toBe('upstream_unavailable');
    expect((error as Error).message).toBe('The scripted provider broke off its answer or could not be reached.');
    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }, { role: 'assistant', content: 'The answer is', status: 'failed', metadata: { error: { kind: 'upstream_unavailable' } } }]);
    expect(await usageOf(conversationId)).toMatchObject([{ success: 'no', leg: 'llm' }]);
  });

  it('keeps what was said when it is cancelled, marked interrupted, and can go on afterwards', async () => {
    const brain = scriptedBrain(database.db, { long: { replies: [{ when: 'long', steps: [{ text: 'Once upon a time' }, { hang: true }] }, { steps: [{ text: 'Yes.' }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/long' });
    const abort = new AbortController();
    const replyMessageId = newId();

    let heard = '';
    let thrown: unknown;
    try {
      for await (const event of brain.runTurn(turn('A long story', { signal: abort.signal, replyMessageId }))) {
        if (event.type === 'text-delta') heard += event.text;
        if (heard === 'Once upon a time') abort.abort();
      }
    } catch (error) {
      thrown = error;
    }
    const after = await collect(brain.runTurn(turn('Still there?')));

    expect(kindOf(thrown)).toBe('cancelled');
    expect(after.text).toBe('Yes.');
    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }, { id: replyMessageId, content: 'Once upon a time', status: 'interrupted' }, { role: 'user' }, { content: 'Yes.', status: 'complete' }]);
  });

  it('keeps what was said when the consumer simply leaves', async () => {
    const brain = scriptedBrain(database.db, { long: { replies: [{ steps: [{ text: 'Once upon' }, { hang: true }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/long' });

    for await (const event of brain.runTurn(turn('A story'))) if (event.type === 'text-delta' && event.text.includes('upon')) break;

    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }, { content: 'Once upon', status: 'interrupted' }]);
  });

  it('leaves no reply when it is cancelled before the first word', async () => {
    const brain = scriptedBrain(database.db, { slow: { replies: [{ steps: [{ hang: true }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/slow' });
    const abort = new AbortController();
    const running = collect(brain.runTurn(turn('Hello', { signal: abort.signal })));
    await expect.poll(() => stored(conversationId)).toHaveLength(1);
    abort.abort();

    const { error } = await running;

    expect(kindOf(error)).toBe('cancelled');
    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }]);
  });

  it('gives up on a silent model with a time-out, and on one that stalls', async () => {
    const script = { replies: [{ when: 'silent', steps: [{ hang: true as const }] }, { steps: [{ text: 'Well' }, { hang: true as const }] }] };
    const [first, idle] = [{ firstTokenMs: 50 }, { idleMs: 60 }].map((limits) => scriptedBrain(database.db, { silent: script }, { limits }));
    const { conversationId, turn } = await startTurns(first!.store, seed, { model: 'scripted/silent' });

    const silent = await collect(first!.runTurn(turn('silent')));
    const stalled = await collect(idle!.runTurn(turn('stalls')));

    expect((silent.error as Error).message).toBe('The scripted provider took too long to begin its answer.');
    expect((stalled.error as Error).message).toBe('The scripted provider stopped in the middle of its answer.');
    expect([kindOf(silent.error), kindOf(stalled.error)]).toEqual(['timeout', 'timeout']);
    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }, { content: '', status: 'failed' }, { role: 'user' }, { content: 'Well', status: 'failed' }]);
  });

  it('does not take a consumer that is slow for a model that stalls', async () => {
    const brain = scriptedBrain(database.db, { talks: { replies: [{ steps: [{ text: 'One two three' }] }] } }, { limits: { idleMs: 60 } });
    const { turn } = await startTurns(brain.store, seed, { model: 'scripted/talks' });

    let heard = '';
    for await (const event of brain.runTurn(turn('Count'))) {
      if (event.type === 'text-delta') heard += event.text;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }

    expect(heard).toBe('One two three');
  });

  it('asks again when the request fails before the first word, and only then', async () => {
    const fails = { fail: { status: 503 } };
    const brain = scriptedBrain(database.db, {
      loops: { replies: [{ steps: [{ toolCall: { name: 'CALC', args: { expression: '1' } } }] }] },
      mid: { replies: [{ times: 1, steps: [{ text: 'Half' }, fails] }, { steps: [{ text: 'Never said.' }] }] },
    }, { limits: { maxSteps: 3 } });
    const { turn } = await startTurns(brain.store, seed);
    const withModel = (model: string) => ({ agent: { ...turn('').agent, model } });

    const mid = await collect(brain.runTurn(turn('a', withModel('scripted/mid'))));
    const loops = await collect(brain.runTurn(turn('b', withModel('scripted/loops'))));

    expect(mid.text).toBe('Half');
    expect(kindOf(mid.error)).toBe('upstream_unavailable');
    expect(loops.events.filter(({ type }) => type === 'tool-result')).toHaveLength(3);
    expect((loops.error as Error).message).toBe('The scripted provider used tools without coming to an answer.');
  });

  it('tells the model about a call that fits no tool, and goes on', async () => {
    const brain = scriptedBrain(database.db, { odd: { replies: [{ after: 'user', steps: [{ toolCall: { name: 'NOPE' } }] }, { steps: [{ text: 'Never mind.' }] }] } });
    const { turn } = await startTurns(brain.store, seed, { model: 'scripted/odd' });

    const { text, events } = await collect(brain.runTurn(turn('Go')));

    expect(text).toBe('Never mind.');
    expect(events).toMatchObject([{ type: 'tool-call', name: 'NOPE' }, { type: 'tool-result', record: { error: 'The call was not valid.' } }, { type: 'text-delta' }, { type: 'text-delta' }, { type: 'final' }]);
  });
});

describe('a turn with an external agent', () => {
  it('posts what was said and who said it, and stores the answer like any other', async () => {
    const bodies: unknown[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => { body += String(part); });
      request.on('end', () => { bodies.push(JSON.parse(body)); response.setHeader('content-type', 'application/json').end('{"reply":"From afar."}'); });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
    const brain = scriptedBrain(database.db, {}, { environment: { STENTOR_AGENT_URL: url } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'external/agent' });

    const { text } = await collect(brain.runTurn(turn('Hi', { caller: { sessionId: 's1', clientId: 'c1' } })));
    server.close();
    server.closeAllConnections();

    expect(text).toBe('From afar.');
    expect(bodies).toEqual([{ message: 'Hi', session_id: 's1', client_id: 'c1', conversation_id: conversationId }]);
    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }, { content: 'From afar.', status: 'complete', provider: 'external', model: 'agent' }]);
    await expect(brain.check('external/agent')).rejects.toMatchObject({ kind: 'upstream_unavailable' });
  });
});

describe('a turn whose conversation is deleted meanwhile', () => {
  it('keeps no reply and is paid for all the same', async () => {
    const brain = scriptedBrain(database.db, { talks: { replies: [{ steps: [{ text: 'Words that cost.' }] }] } });
    const { conversationId, turn } = await startTurns(brain.store, seed, { model: 'scripted/talks' });

    const events = brain.runTurn(turn('Hello'));
    await events.next();
    await database.db.delete(conversations).where(eq(conversations.id, conversationId));
    const { error } = await collect(events);

    expect(kindOf(error)).toBe('not_found');
    expect(await usageOf(conversationId)).toMatchObject([{ provider: 'scripted', model: 'talks', success: 'yes', agentId: seed.agentId }]);
  });
});

describe('a turn that cannot begin', () => {
  it.each([
    ['a vendor without its key', { model: 'openai/gpt-4o' }, {}, 'Missing API key for openai provider. Set OPENAI_API_KEY environment variable.'],
    ['AI switched off', {}, { AI_ENABLED: 'false' }, 'AI service is disabled'],
  ])('says so for %s and keeps the question', async (_case, agent, environment, words) => {
    const brain = scriptedBrain(database.db, {}, { environment });
    const { conversationId, turn } = await startTurns(brain.store, seed, agent);

    const { error } = await collect(brain.runTurn(turn('Hello')));

    expect(kindOf(error)).toBe('unavailable');
    expect((error as Error).message).toBe(words);
    await expect(brain.check('model' in agent ? agent.model : null)).rejects.toThrow(words);
    expect(await stored(conversationId)).toMatchObject([{ role: 'user' }, { status: 'failed', content: '' }]);
    expect(await usageOf(conversationId)).toEqual([]);
  });

  it('stores a retried question once', async () => {
    const brain = scriptedBrain(database.db);
    const { conversationId, turn } = await startTurns(brain.store, seed);
    const userMessageId = newId();

    await collect(brain.runTurn(turn('Hello', { userMessageId })));
    await collect(brain.runTurn(turn('Hello', { userMessageId })));

    expect((await stored(conversationId)).map(({ role, seq }) => `${seq} ${role}`)).toEqual(['1 user', '2 assistant', '3 assistant']);
  });
});
