import type { ConversationDetail } from '@/server/conversations/contract';
import { ChatFailure, type ChatProblem } from './chat-problem';
import { streamChat, type ChatRequest, type StreamEvent } from './chat-stream';
import { emptyChat, isOpen, reduceChat, type ChatEvent, type ChatThread, type Exchange, type ShownFile } from './chat-thread';
import { storedExchanges } from './stored-exchanges';
import { isUploading, readyFiles, reduceTray, type TrayEvent, type TrayFile } from './tray';

export interface OpenConversation {
  id: string;
  title: string | null;
  agentId: string | null;
  agentName: string | null;
  isLive: boolean;
  branchedFromId: string | null;
  createdAt: string | null;
}

export interface ChatSnapshot {
  /** Null until the first question of a new thread is stored. */
  conversation: OpenConversation | null;
  thread: ChatThread;
  state: 'loading' | 'ready' | 'branching' | 'answering' | 'reconnecting';
  /** The thread itself could not be read, or not be branched. */
  problem: string | null;
  /** The agent to ask next; null leaves it to the conversation, or to the default. */
  agentId: string | null;
  tray: TrayFile[];
}

/** What the session needs of the world. */
export interface ChatPorts {
  load: (conversationId: string) => Promise<ConversationDetail>;
  createConversation: () => Promise<string>;
  /** A thread of its own with everything before that message; its files come along, under other ids. */
  branch: (conversationId: string, messageId: string) => Promise<{ id: string; files: ShownFile[] }>;
  upload: (upload: { conversationId: string; file: File; onProgress: (progress: number) => void; signal: AbortSignal }) => Promise<ShownFile>;
  /** Another conversation is open now: the address follows. */
  onConversation: (conversationId: string) => void;
  /** Lists of threads are out of date. */
  onChanged: () => void;
  newId: () => string;
  fetch?: typeof fetch;
}

/** Between two attempts to reach a server that was not there: an idempotency key makes a second one safe. */
const RETRY_MS = [500, 1_500, 4_000];
/** Words are shown in batches: each is a pass through the Markdown of the answer. */
const SHOW_EVERY_MS = 60;

/**
 * One person's chat: the open thread, the answer that is being written, and what is to be sent along.
 *
 *              open(id)            send() retry() edit()          complete, failed, stop()
 *   (new) ───► loading ───► ready ──────────────────► answering ────────────────────────► ready
 *                             │ edit()                  ▲   │ not reached        ▲
 *                             └──────► branching ───────┘   └──► reconnecting ───┘ up to three times
 *
 * Opening another thread stops the answer of this one, as closing the page does; the server keeps what was written.
 */
export class ChatSession {
  private snapshot: ChatSnapshot = { conversation: null, thread: emptyChat, state: 'ready', problem: null, agentId: null, tray: [] };
  private readonly listeners = new Set<() => void>();
  private run: { key: string; abort: AbortController } | null = null;
  /** Changes whenever another thread is opened: what was asked for before it must not arrive in it. */
  private round = 0;
  private readonly uploads = new Map<string, AbortController>();
  private creating: Promise<string> | null = null;
  private unshown = '';
  private showTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ports: ChatPorts) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getSnapshot = (): ChatSnapshot => this.snapshot;

  /** Opens a stored thread, or (null) begins a new one. */
  async open(conversationId: string | null): Promise<void> {
    this.leave();
    this.change({ conversation: null, thread: emptyChat, problem: null, agentId: null, tray: [], state: conversationId ? 'loading' : 'ready' });
    if (conversationId) await this.read(conversationId);
  }

  /** Reads the open thread again: words were spoken in it, or a colleague's page has gone on. */
  async reload(): Promise<void> {
    const { conversation } = this.snapshot;
    if (conversation && !this.run) await this.read(conversation.id);
  }

  /** Another part of the page, such as the microphone, has made the conversation. */
  adopt(conversation: { id: string; agentId: string; agentName: string }): void {
    if (this.snapshot.conversation?.id === conversation.id) return;
    this.change({ conversation: { ...conversation, title: null, isLive: true, branchedFromId: null, createdAt: null } });
    this.ports.onConversation(conversation.id);
  }

  chooseAgent(agentId: string): void {
    this.change({ agentId });
  }

  /** False when there is nothing to send, or something is still under way. */
  send(text: string): boolean {
    const { tray, state } = this.snapshot;
    const words = text.trim();
    const files = readyFiles(tray);
    if (state !== 'ready' || isUploading(tray) || (words === '' && files.length === 0)) return false;
    this.tray({ type: 'emptied' });
    this.ask(words === '' ? fileWords(files) : words, files);
    return true;
  }

  /** The same question again: what came of it is replaced. */
  retry(key: string): void {
    const exchange = this.find(key);
    if (this.snapshot.state !== 'ready' || !exchange?.question) return;
    const { messageId, files, text } = exchange.question;
    this.dispatch({ type: 'retried', key });
    const replaced = exchange.answer?.messageId;
    // Never stored means never heard of: then the question is asked, with everything that belongs to it.
    void this.answer(key, messageId && replaced ? { message: text, retry_message_id: replaced } : { message: text, ...sentFiles(files) });
  }

  /** An earlier question in other words: the thread branches there, and what was said stays where it was. */
  async edit(key: string, text: string): Promise<void> {
    const { conversation, state, agentId } = this.snapshot;
    const question = this.find(key)?.question;
    const words = text.trim();
    if (state !== 'ready' || !conversation || !question?.messageId || words === '') return;
    const round = this.round;
    this.change({ state: 'branching', problem: null });
    try {
      const { id, files } = await this.ports.branch(conversation.id, question.messageId);
      const branch = await this.ports.load(id);
      if (round !== this.round) return;
      this.dispatch({ type: 'cut', key });
      this.show(branch);
      this.change({ state: 'ready', agentId });
      this.ports.onConversation(id);
      this.ports.onChanged();
      this.ask(words, files);
    } catch (error) {
      if (round === this.round) this.change({ state: 'ready', problem: `The thread could not be branched: ${messageOf(error)}` });
    }
  }

  stop(): void {
    const { run } = this;
    if (!run) return;
    this.showWords(run.key);
    this.dispatch({ type: 'stopped', key: run.key });
    run.abort.abort();
  }

  attach(files: readonly File[]): void {
    for (const file of files) void this.upload(file);
  }

  detach(key: string): void {
    this.uploads.get(key)?.abort();
    this.tray({ type: 'removed', key });
  }

  close(): void {
    this.leave();
    this.listeners.clear();
  }

  private leave(): void {
    this.round++;
    this.creating = null;
    this.stop();
    this.run = null;
    for (const upload of this.uploads.values()) upload.abort();
    this.uploads.clear();
  }

  private async read(conversationId: string): Promise<void> {
    const round = this.round;
    try {
      const conversation = await this.ports.load(conversationId);
      if (round !== this.round || this.run) return;
      this.show(conversation);
      this.change({ state: 'ready' });
    } catch (error) {
      if (round === this.round) this.change({ state: 'ready', problem: messageOf(error) });
    }
  }

  private show(conversation: ConversationDetail): void {
    this.change({
      conversation: {
        id: conversation.id, title: conversation.title, agentId: conversation.agent_id, agentName: conversation.agent_name,
        isLive: conversation.channel !== 'chat' && conversation.status === 'active',
        branchedFromId: conversation.branched_from_id, createdAt: conversation.created_at,
      },
      problem: null,
    });
    this.dispatch({ type: 'opened', exchanges: storedExchanges(conversation.messages) });
  }

  private ask(text: string, files: ShownFile[]): void {
    const key = this.ports.newId();
    this.dispatch({ type: 'asked', key, text, files });
    void this.answer(key, { message: text, ...sentFiles(files) });
  }

  private async answer(key: string, asked: Omit<ChatRequest, 'conversation_id' | 'grace_seconds'>): Promise<void> {
    const { conversation, agentId } = this.snapshot;
    const run = { key, abort: new AbortController() };
    this.run = run;
    this.change({ state: 'answering', problem: null });
    const request: ChatRequest = { ...asked, conversation_id: conversation?.id ?? null, grace_seconds: 0, ...(agentId ? { agent_id: agentId } : {}) };
    const idempotencyKey = this.ports.newId();
    for (let attempt = 0; ; attempt++) {
      let heard = false;
      try {
        for await (const event of streamChat({ request, idempotencyKey, signal: run.abort.signal, ...(this.ports.fetch ? { fetch: this.ports.fetch } : {}) })) {
          if (run !== this.run) return;
          heard = true;
          this.change({ state: 'answering' });
          this.onEvent(key, event);
        }
      } catch (error) {
        if (run !== this.run) return;
        const problem = problemOf(error);
        const delayMs = RETRY_MS[attempt];
        if (problem.kind === 'offline' && !heard && delayMs !== undefined && !run.abort.signal.aborted) {
          this.change({ state: 'reconnecting' });
          await pause(delayMs, run.abort.signal);
          if (run === this.run && !run.abort.signal.aborted) continue;
        }
        this.showWords(key);
        if (!run.abort.signal.aborted) this.dispatch({ type: 'failed', key, problem }); // stopped: said already
      }
      break;
    }
    if (run !== this.run) return;
    this.run = null;
    this.change({ state: 'ready' });
    this.ports.onChanged();
  }

  private onEvent(key: string, event: StreamEvent): void {
    switch (event.type) {
      case 'connect': {
        const { conversation_id: id, message_id: messageId, user_message_id: userMessageId, agent_id: agentId } = event.data;
        this.dispatch({ type: 'connected', key, messageId, userMessageId });
        this.named(id);
        if (agentId && this.snapshot.conversation && this.snapshot.conversation.agentId !== agentId) this.change({ conversation: { ...this.snapshot.conversation, agentId, agentName: null } });
        return;
      }
      case 'chunk':
        this.unshown += event.data.content;
        this.showTimer ??= setTimeout(() => this.showWords(key), SHOW_EVERY_MS);
        return;
      case 'tool': {
        this.showWords(key);
        const { id = null, tool: name, label = name, args, result, error, duration_ms: durationMs } = event.data;
        this.dispatch(event.ended ? { type: 'tool-answered', key, id, name, label, args, result, error, durationMs } : { type: 'tool-called', key, id, name, label, args });
        return;
      }
      case 'final': {
        this.showWords(key);
        const { content, message_id: messageId, response_time_ms: responseTimeMs, provider, model, cost_usd: cost, usage, status, conversation_id: id } = event.data;
        const tokens = usage ? (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) : undefined;
        this.dispatch({ type: 'finished', key, text: content, state: status === 'interrupted' ? 'interrupted' : 'done', facts: { messageId, responseTimeMs, provider, model, costUsd: cost ?? undefined, tokens } });
        this.named(id);
        return;
      }
      case 'complete':
        return;
    }
  }

  /** A new thread has its id with the first event. */
  private named(id: string | undefined): void {
    if (id === undefined || this.snapshot.conversation) return;
    const title = this.snapshot.thread.exchanges[0]?.question?.text ?? null;
    this.change({ conversation: { id, title, agentId: this.snapshot.agentId, agentName: null, isLive: false, branchedFromId: null, createdAt: null } });
    this.ports.onConversation(id);
    this.ports.onChanged();
  }

  private showWords(key: string): void {
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    const text = this.unshown;
    this.unshown = '';
    if (text !== '') this.dispatch({ type: 'said', key, text });
  }

  private async upload(file: File): Promise<void> {
    const key = this.ports.newId();
    const abort = new AbortController();
    const round = this.round;
    this.uploads.set(key, abort);
    this.tray({ type: 'added', key, name: file.name, sizeBytes: file.size });
    try {
      const conversationId = this.snapshot.conversation?.id ?? await this.createConversation();
      if (abort.signal.aborted) return;
      const stored = await this.ports.upload({ conversationId, file, signal: abort.signal, onProgress: (progress) => this.tray({ type: 'progressed', key, progress }) });
      if (round === this.round) this.tray({ type: 'uploaded', key, file: stored });
    } catch (error) {
      if (round === this.round && !abort.signal.aborted) this.tray({ type: 'refused', key, problem: messageOf(error) });
    } finally {
      this.uploads.delete(key);
    }
  }

  /** A file needs a conversation to be kept in: the first one of a new thread makes it, for all that are dropped together. */
  private createConversation(): Promise<string> {
    const round = this.round;
    this.creating ??= this.ports.createConversation().then((id) => {
      if (round === this.round) this.named(id);
      return id;
    }).finally(() => { this.creating = null; });
    return this.creating;
  }

  private find(key: string): Exchange | undefined {
    return this.snapshot.thread.exchanges.find((exchange) => exchange.key === key);
  }

  private tray(event: TrayEvent): void {
    this.change({ tray: reduceTray(this.snapshot.tray, event) });
  }

  private dispatch(event: ChatEvent): void {
    this.change({ thread: reduceChat(this.snapshot.thread, event) });
  }

  private change(part: Partial<ChatSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...part };
    for (const listener of this.listeners) listener();
  }
}

export const isAnswering = ({ thread }: ChatSnapshot): boolean => thread.exchanges.some(({ answer }) => isOpen(answer));

const sentFiles = (files: ShownFile[]): { file_ids?: string[] } => (files.length === 0 ? {} : { file_ids: files.map(({ id }) => id) });

/** Files without words are a question all the same. */
const fileWords = (files: ShownFile[]): string => (files.length === 1 ? 'What is in this file?' : 'What is in these files?');

const problemOf = (error: unknown): ChatProblem =>
  error instanceof ChatFailure ? error.problem : { kind: 'broken', text: 'The server’s answer could not be understood.', canRetry: true };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'Something went wrong.');

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); signal.removeEventListener('abort', done); resolve(); };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
