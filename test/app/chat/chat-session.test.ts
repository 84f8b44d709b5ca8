import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatSession, type ChatPorts } from '@/app/(console)/chat/_lib/chat-session';
import { FileRefused } from '@/app/(console)/chat/_lib/upload-file';
import type { ConversationDetail } from '@/server/conversations/contract';

/** The server's side of one question, or of somebody who comes back for the rest. */
class Asked {
  readonly body: Record<string, unknown>;
  readonly key: string | null;
  /** Of who comes back: what they had. */
  readonly lastEventId: string | null;
  private readonly answer: (response: Response | Promise<never>) => void;
  private answered = false;
  private said = 0;
  private stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  private readonly encoder = new TextEncoder();

  constructor(init: RequestInit, resolve: (response: Response | Promise<never>) => void) {
    this.answer = (response) => { this.answered = true; resolve(response); };
    this.body = JSON.parse(String(init.body ?? '{}')) as Record<string, unknown>;
    this.key = new Headers(init.headers).get('idempotency-key');
    this.lastEventId = new Headers(init.headers).get('last-event-id');
    init.signal?.addEventListener('abort', () => {
      const aborted = new DOMException('Aborted', 'AbortError');
      if (this.answered) this.stream?.error(aborted);
      else this.answer(Promise.reject(aborted));
    });
  }

  goOn(after: number): void {
    this.answer(new Response(new ReadableStream<Uint8Array>({ start: (controller) => { this.stream = controller; } }), { headers: { 'content-type': 'text/event-stream' } }));
    this.said = after + 1;
  }

  open(): void {
    this.goOn(-1);
    this.say('connect', { status: 'connected', conversation_id: 'c1', message_id: 'm2', user_message_id: 'm1', turn_id: 't1' });
  }

  say(event: string, data: object): void { this.stream?.enqueue(this.encoder.encode(`event: ${event}\nid: t1.${this.said++}\ndata: ${JSON.stringify(data)}\n\n`)); }
  finish(content: string): void {
    this.say('final', { content, is_final: true, message_id: 'm2', conversation_id: 'c1', response_time_ms: 40, provider: 'openai', model: 'small', usage: { input_tokens: 3, output_tokens: 4, cached_tokens: 0 } });
    this.say('complete', { status: 'completed' });
    this.stream?.close();
  }
  die(): void { this.stream?.error(new TypeError('network error')); }
  refuse(status: number, detail: string): void { this.answer(Response.json({ detail }, { status })); }
  gone(): void { this.answer(new Response(null, { status: 204 })); }
  unreachable(): void { this.answer(Promise.reject(new TypeError('fetch failed'))); }
}

const detail = (part: Partial<ConversationDetail> = {}): ConversationDetail => ({
  id: 'c1', channel: 'chat', status: 'ended', end_reason: null, title: 'Title', agent_id: 'a', agent_name: 'Assistant', user_label: 'me', message_count: 0, provider: null, model: null,
  branched_from_id: null, branched_at_seq: null, created_at: '2026-01-01T10:00:00Z', updated_at: '2026-01-01T10:00:00Z', ended_at: null, metadata: {},
  usage: { input_tokens: 0, output_tokens: 0, cached_tokens: 0, stt_seconds: 0, tts_characters: 0 }, messages: [], ...part,
} as ConversationDetail);

let asked: Asked[];
let session: ChatSession;
let ports: ChatPorts;
let ids: number;
beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  ids = 0;
  ports = {
    running: vi.fn(async () => null),
    stop: vi.fn(),
    removeFile: vi.fn(),
    load: vi.fn(async (id: string) => detail({ id })),
    createConversation: vi.fn(async () => 'c9'),
    branch: vi.fn(async () => ({ id: 'c2', files: [] })),
    upload: vi.fn(async ({ file }) => ({ id: `f-${file.name}`, name: file.name, mediaType: file.type, sizeBytes: file.size, pageCount: null })),
    onConversation: vi.fn(),
    onChanged: vi.fn(),
    newId: () => `id-${++ids}`,
    fetch: (_url, init) => new Promise<Response>((resolve) => { asked.push(new Asked(init!, resolve)); }),
  };
  session = new ChatSession(ports);
});
afterEach(() => {
  session.close();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(100);
const shown = () => session.getSnapshot().thread.exchanges.map(({ question, answer }) => [question?.text, answer && `${answer.text} (${answer.state})`]);

describe('a chat session', () => {
  it('asks, shows the words as they come, and knows the conversation from its first event', async () => {
    expect(session.send('  Hello  ')).toBe(true);
    expect(asked[0]!.body).toEqual({ message: 'Hello', conversation_id: null });
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good ' });
    asked[0]!.say('chunk', { content: 'day' });
    await settle();
    expect(shown()).toEqual([['Hello', 'Good day (streaming)']]);
    expect(ports.onConversation).toHaveBeenCalledWith('c1');
    asked[0]!.finish('Good day.');
    await settle();
    expect(shown()).toEqual([['Hello', 'Good day. (done)']]);
    expect(session.getSnapshot()).toMatchObject({ state: 'ready', conversation: { id: 'c1', title: 'Hello' } });
    expect(session.getSnapshot().thread.exchanges[0]!.answer).toMatchObject({ tokens: 7, responseTimeMs: 40, model: 'small' });
  });

  it('sends neither nothing nor a second question while the first is answered', async () => {
    expect(session.send('   ')).toBe(false);
    session.send('Hello');
    expect(session.send('Again')).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it('stops at once and keeps what had been written', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    await settle();
    session.stop();
    await settle();
    expect(shown()).toEqual([['Hello', 'Good (interrupted)']]);
    expect(session.getSnapshot().state).toBe('ready');
    expect(ports.stop).toHaveBeenCalledExactlyOnceWith({ turn_id: 't1' });
  });

  it('stops an answer that it has not heard of yet by the key of its question', async () => {
    session.send('Hello');
    session.stop();
    await settle();
    expect(ports.stop).toHaveBeenCalledExactlyOnceWith({ idempotency_key: asked[0]!.key });
    expect(session.getSnapshot().state).toBe('ready');
  });

  it('shows an answer that was stopped elsewhere as stopped, with all that was written', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    asked[0]!.say('error', { error: 'AI service error', detail: 'Stopped', kind: 'cancelled', retryable: false, status: 'interrupted', content: 'Good day' });
    await settle();
    expect(shown()).toEqual([['Hello', 'Good day (interrupted)']]);
    expect(session.getSnapshot().state).toBe('ready');
  });

  it('asks for the answer again in the place of the one that there is', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.finish('Bad.');
    await settle();
    session.retry('id-1');
    expect(asked[1]!.body).toEqual({ message: 'Hello', conversation_id: 'c1', retry_message_id: 'm2' });
    asked[1]!.open();
    asked[1]!.finish('Better.');
    await settle();
    expect(shown()).toEqual([['Hello', 'Better. (done)']]);
  });

  it('goes on asking for the answer that stands when one that was to replace it is stopped before its first word', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.finish('Bad.');
    await settle();
    session.retry('id-1');
    asked[1]!.open();
    asked[1]!.say('connect', { conversation_id: 'c1', message_id: 'm3', user_message_id: 'm1' });
    await settle();
    session.stop();
    await settle();
    session.retry('id-1');
    expect(asked[2]!.body).toMatchObject({ retry_message_id: 'm2' });
  });

  it('tells a budget from a crowd by the kind of the event, whatever its words are', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('error', { error: 'AI service error', detail: 'No more this month', kind: 'quota_exceeded' });
    await settle();
    expect(session.getSnapshot().thread.exchanges[0]!.answer?.problem).toMatchObject({ kind: 'budget' });
  });

  it('tries a server that is not there three times more with the same key, and then says so', async () => {
    session.send('Hello');
    for (let attempt = 0; attempt < 4; attempt++) {
      asked[attempt]!.unreachable();
      await settle();
      if (attempt < 3) expect(session.getSnapshot().state).toBe('reconnecting');
      await vi.advanceTimersByTimeAsync(4_000);
    }
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    expect(asked).toHaveLength(4);
    expect(session.getSnapshot().thread.exchanges[0]!.answer).toMatchObject({ state: 'failed', problem: { kind: 'offline' } });
    session.retry('id-1'); // never stored: asked as it was
    expect(asked[4]!.body).toEqual({ message: 'Hello', conversation_id: null });
  });

  it('goes on from the last word when the connection is lost, however often, and never asks twice', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good ' });
    await settle();
    asked[0]!.die();
    await settle();
    expect(session.getSnapshot().state).toBe('reconnecting');
    expect(shown()).toEqual([['Hello', 'Good  (streaming)']]);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked[1]!.lastEventId).toBe('t1.1');
    asked[1]!.unreachable();
    await vi.advanceTimersByTimeAsync(1_000);
    asked[2]!.refuse(502, 'Bad gateway'); // the server restarts behind a proxy
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked[3]!.lastEventId).toBe('t1.1');
    asked[3]!.goOn(1);
    asked[3]!.say('chunk', { content: 'day' });
    await settle();
    expect(session.getSnapshot().state).toBe('answering');
    asked[3]!.die();
    await vi.advanceTimersByTimeAsync(600);
    expect(asked[4]!.lastEventId).toBe('t1.2');
    asked[4]!.goOn(2);
    asked[4]!.finish('Good day');
    await settle();
    expect(shown()).toEqual([['Hello', 'Good day (done)']]);
    expect(asked.filter(({ key }) => key !== null)).toHaveLength(1);
    expect(session.getSnapshot().state).toBe('ready');
  });

  it('keeps coming back for the rest, and can be told to leave it', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    await settle();
    asked[0]!.die();
    for (let attempt = 1; attempt <= 12; attempt++) {
      await vi.advanceTimersByTimeAsync(8_000);
      asked[attempt]!.unreachable();
    }
    await settle();
    expect(session.getSnapshot().state).toBe('reconnecting');
    session.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown()).toEqual([['Hello', 'Good (interrupted)']]);
    expect(asked).toHaveLength(13);
  });

  it('gives up on the rest of an answer when nobody has been there for some minutes, with a way to ask again', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    await settle();
    asked[0]!.die();
    for (let attempt = 1; attempt <= 40; attempt++) {
      await vi.advanceTimersByTimeAsync(8_000);
      asked[attempt]!.refuse(503, 'It starts');
    }
    await settle();
    expect(shown()).toEqual([['Hello', 'Good (failed)']]);
    expect(session.getSnapshot().thread.exchanges[0]!.answer?.problem).toMatchObject({ kind: 'broken', canRetry: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(41);
  });

  it('does not ask for the rest again where the server has failed at it', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    await settle();
    asked[0]!.die();
    await vi.advanceTimersByTimeAsync(600);
    asked[1]!.refuse(500, 'Something broke.');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
    expect(session.getSnapshot().thread.exchanges[0]!.answer).toMatchObject({ state: 'failed', problem: { kind: 'broken', text: 'Something broke.', canRetry: true } });
  });

  it('keeps the half of an answer that the server does not have any more, with a way to ask again', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    await settle();
    asked[0]!.die();
    await vi.advanceTimersByTimeAsync(600);
    asked[1]!.gone();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown()).toEqual([['Hello', 'Good (failed)']]);
    expect(session.getSnapshot().thread.exchanges[0]!.answer?.problem).toMatchObject({ canRetry: true });
    expect(asked).toHaveLength(2);
  });

  it('hears an answer that was being written when the page was left, from its first word, in the place of the one that there was', async () => {
    const stored = (id: string, role: 'user' | 'assistant', content: string) => ({ id, seq: 1, turn_id: 't0', role, content, status: 'complete', provider: null, model: null, metadata: {}, usage: null, created_at: '2026-01-01T10:00:00Z' } as const);
    vi.mocked(ports.running).mockResolvedValue({ turnId: 't1', messageId: 'm3', userMessageId: 'm1' });
    vi.mocked(ports.load).mockResolvedValue(detail({ messages: [stored('m1', 'user', 'Hello'), stored('m2', 'assistant', 'Bad.')] }));
    await session.open('c1');
    expect(session.getSnapshot().state).toBe('answering');
    expect(asked[0]!.lastEventId).toBe('t1.0');
    asked[0]!.goOn(0);
    asked[0]!.say('chunk', { content: 'Good' });
    await settle();
    expect(shown()).toEqual([['Hello', 'Good (streaming)']]);
    session.stop();
    expect(ports.stop).toHaveBeenCalledExactlyOnceWith({ turn_id: 't1' });
  });

  it('waits for the question of such an answer when that is a moment late, and not for ever', async () => {
    vi.mocked(ports.running).mockResolvedValue({ turnId: 't1', messageId: 'm3', userMessageId: 'm1' });
    const opening = session.open('c1');
    await vi.advanceTimersByTimeAsync(5_000);
    await opening;
    expect(vi.mocked(ports.load).mock.calls.length).toBeGreaterThan(1);
    expect(session.getSnapshot().state).toBe('ready');
    expect(asked).toEqual([]);
  });

  it('takes what it reads for the answer when that ended while it was read', async () => {
    vi.mocked(ports.running).mockResolvedValue({ turnId: 't1', messageId: 'm2', userMessageId: 'm1' });
    const row = { seq: 1, turn_id: 't1', status: 'complete', provider: null, model: null, metadata: {}, usage: null, created_at: '2026-01-01T10:00:00Z' } as const;
    vi.mocked(ports.load).mockResolvedValue(detail({ messages: [{ ...row, id: 'm1', role: 'user', content: 'Hello' }, { ...row, id: 'm2', role: 'assistant', content: 'Good day.' }] }));
    await session.open('c1');
    expect(session.getSnapshot().state).toBe('ready');
    expect(shown()).toEqual([['Hello', 'Good day. (done)']]);
  });

  it('leaves an answer running when another thread is opened', async () => {
    session.send('Hello');
    asked[0]!.open();
    await settle();
    await session.open('c5');
    expect(ports.stop).not.toHaveBeenCalled();
  });

  it('knows when a budget begins anew', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('error', { error: 'AI service error', detail: 'No more this month', kind: 'quota_exceeded', resets_at: '2026-12-01T00:00:00.000Z' });
    await settle();
    expect(session.getSnapshot().thread.exchanges[0]!.answer?.problem).toMatchObject({ kind: 'budget', resetsAt: '2026-12-01T00:00:00.000Z' });
  });

  it.each([
    [503, 'AI service error: OPENAI_API_KEY is not set', 'setup'],
    [429, 'Too many requests', 'busy'],
    [502, 'AI provider error: it broke', 'provider'],
    [404, 'Conversation error: gone', 'gone'],
  ])('says what a refusal with %i (%s) is about', async (status, words, kind) => {
    session.send('Hello');
    asked[0]!.refuse(status, words);
    await settle();
    expect(session.getSnapshot().thread.exchanges[0]!.answer).toMatchObject({ state: 'failed', problem: { kind, text: words } });
  });

  it('shows an error that ends a stream with the words that came before it', async () => {
    session.send('Hello');
    asked[0]!.open();
    asked[0]!.say('chunk', { content: 'Good' });
    asked[0]!.say('error', { error: 'AI provider error', detail: 'it broke off', kind: 'upstream_unavailable' });
    await settle();
    expect(session.getSnapshot().thread.exchanges[0]!.answer).toMatchObject({ text: 'Good', state: 'failed', problem: { kind: 'provider', text: 'it broke off' } });
  });

  it('shows a tool at work and then what it answered, between the words before and after it', async () => {
    session.send('Sum?');
    asked[0]!.open();
    asked[0]!.say('tool', { tool: 'CALC', label: 'Working it out', args: { expression: '6 * 7' }, id: 'call' });
    await settle();
    const tools = () => session.getSnapshot().thread.exchanges[0]!.answer!.tools;
    expect(tools()).toMatchObject([{ name: 'CALC', state: 'running', args: { expression: '6 * 7' } }]);
    asked[0]!.say('tool', { tool: 'CALC', label: 'Working it out', args: { expression: '6 * 7' }, id: 'call', result: { message: '42' }, duration_ms: 12 });
    asked[0]!.finish('42.');
    await settle();
    expect(tools()).toMatchObject([{ state: 'done', result: { message: '42' }, durationMs: 12 }]);
    expect(shown()).toEqual([['Sum?', '42. (done)']]);
  });

  it('branches for a question in other words, and leaves the thread it came from alone', async () => {
    session.send('One');
    asked[0]!.open();
    asked[0]!.finish('1');
    await settle();
    void session.edit('id-1', 'Two');
    await settle();
    expect(ports.branch).toHaveBeenCalledWith({ conversationId: 'c1', messageId: 'm1', title: 'Two' });
    expect(asked[1]!.body).toEqual({ message: 'Two', conversation_id: 'c2' });
    expect(ports.onConversation).toHaveBeenLastCalledWith('c2');
    expect(shown()).toEqual([['Two', ' (waiting)']]);
  });

  it('says why a thread cannot be branched and stays where it is', async () => {
    session.send('One');
    asked[0]!.open();
    asked[0]!.finish('1');
    await settle();
    vi.mocked(ports.branch).mockRejectedValue(new Error('not yours'));
    await session.edit('id-1', 'Two');
    expect(session.getSnapshot()).toMatchObject({ state: 'ready', problem: 'The thread could not be branched: not yours' });
    expect(shown()).toEqual([['One', '1 (done)']]);
  });

  it('keeps files that are dropped into a new thread in one conversation and sends them along', async () => {
    session.attach([new File(['a'], 'a.txt'), new File(['b'], 'b.txt')]);
    expect(session.send('too early')).toBe(false);
    await settle();
    expect(ports.createConversation).toHaveBeenCalledTimes(1);
    expect(session.send('')).toBe(true);
    expect(asked[0]!.body).toEqual({ message: 'What is in these files?', conversation_id: 'c9', file_ids: ['f-a.txt', 'f-b.txt'] });
    expect(session.getSnapshot().tray).toEqual([]);
  });

  it('keeps a refused file’s reason in view and does not send it', async () => {
    vi.mocked(ports.upload).mockRejectedValue(new FileRefused('Files of this kind cannot be read'));
    session.attach([new File(['a'], 'zipped.zip')]);
    await settle();
    expect(session.getSnapshot().tray).toMatchObject([{ state: 'refused', problem: 'Files of this kind cannot be read', canRetry: false }]);
    expect(session.send('')).toBe(false);
    session.detach(session.getSnapshot().tray[0]!.key);
    expect(session.getSnapshot().tray).toEqual([]);
    expect(ports.removeFile).not.toHaveBeenCalled(); // there is none
  });

  it('hands a file in again when what was wrong was not the file', async () => {
    vi.mocked(ports.upload).mockRejectedValueOnce(new Error('The server cannot be reached.'));
    session.attach([new File(['a'], 'a.txt')]);
    await settle();
    const { key = '', canRetry } = session.getSnapshot().tray[0] ?? {};
    expect(canRetry).toBe(true);
    session.attachAgain(key);
    expect(session.getSnapshot().tray).toMatchObject([{ state: 'uploading', problem: null }]);
    await settle();
    expect(session.getSnapshot().tray).toMatchObject([{ key, state: 'ready', file: { id: 'f-a.txt' } }]);
    session.send('');
    session.attachAgain(key); // it has gone with its question
    await settle();
    expect(ports.upload).toHaveBeenCalledTimes(2);
  });

  it('takes a file from the server that is not sent after all: removed, on its way, or left with its thread; never one that was sent', async () => {
    session.attach([new File(['a'], 'a.txt'), new File(['b'], 'b.txt')]);
    await settle();
    session.detach(session.getSnapshot().tray[0]!.key);
    expect(ports.removeFile).toHaveBeenLastCalledWith('f-a.txt');
    session.send('');
    await session.open('c5');
    expect(ports.removeFile).toHaveBeenCalledTimes(1);

    let arrive = (): void => {};
    vi.mocked(ports.upload).mockImplementationOnce(({ file }) => new Promise((resolve) => { arrive = () => resolve({ id: 'late', name: file.name, mediaType: '', sizeBytes: 1, pageCount: null }); }));
    session.attach([new File(['c'], 'c.txt')]);
    await settle();
    session.detach(session.getSnapshot().tray[0]!.key);
    arrive();
    await settle();
    expect(ports.removeFile).toHaveBeenLastCalledWith('late');

    session.attach([new File(['d'], 'd.txt')]);
    await settle();
    await session.open(null);
    expect(ports.removeFile).toHaveBeenLastCalledWith('f-d.txt');
  });

  it('lets nothing of a thread that was left arrive in the one that is open', async () => {
    session.send('Hello');
    asked[0]!.open();
    await settle();
    await session.open('c5');
    await settle();
    expect(session.getSnapshot()).toMatchObject({ conversation: { id: 'c5' }, state: 'ready' });
    expect(shown()).toEqual([]);
  });
});
