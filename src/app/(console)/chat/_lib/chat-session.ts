import type { ConversationDetail } from '@/server/conversations/contract';
import { ChatFailure, type ChatProblem } from './chat-problem';
import type { ChatRequest, StreamEvent } from './chat-stream';
import { emptyChat, isOpen, reduceChat, type ChatEvent, type ChatThread, type Exchange, type ShownFile } from './chat-thread';
import { followAnswer, type Followed } from './follow-answer';
import { pause } from './pause';
import type { StoppedTurn } from './stop-answer';
import { storedExchanges } from './stored-exchanges';
import { isUploading, readyFiles, reduceTray, type TrayEvent, type TrayFile } from './tray';
import { FileRefused } from './upload-file';

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

/** An answer that is being written, whoever asked for it. */
export interface RunningTurn {
  turnId: string;
  messageId: string;
  userMessageId: string;
}

/** What the session needs of the world. */
export interface ChatPorts {
  load: (conversationId: string) => Promise<ConversationDetail>;
  /** What is being answered in it; an answer that has just been stopped is stored by then. Null also when that cannot be known. */
  running: (conversationId: string) => Promise<RunningTurn | null>;
  stop: (turn: StoppedTurn) => void;
  createConversation: () => Promise<string>;
  /** A thread of its own with everything before that message, under that title; its files come along, under other ids. */
  branch: (branch: { conversationId: string; messageId: string; title: string }) => Promise<{ id: string; files: ShownFile[] }>;
  upload: (upload: { conversationId: string; file: File; onProgress: (progress: number) => void; signal: AbortSignal }) => Promise<ShownFile>;
  /** A file that was handed in and is not sent after all. */
  removeFile: (fileId: string) => void;
  /** Another conversation is open now: the address follows. */
  onConversation: (conversationId: string) => void;
  /** Lists of threads are out of date. */
  onChanged: () => void;
  newId: () => string;
  fetch?: typeof fetch;
}

/** A turn is known a moment before its question is stored; one that waits behind another is not stored for long, and not waited for. */
const READ_AGAIN_MS = 300;
const MOST_READS = 4;
/** Words are shown in batches: each is a pass through the Markdown of the answer. */
const SHOW_EVERY_MS = 60;

/**
 * One person's chat: the open thread, the answer that is being written, and what is to be sent along.
 *
 *              open(id)            send() retry() edit()          complete, failed, stop()
 *   (new) ───► loading ───► ready ──────────────────► answering ────────────────────────► ready
 *                             │ edit()                  ▲   │ not reached        ▲
 *                             └──────► branching ───────┘   └──► reconnecting ───┘
 *
 * An answer is heard to its end over as many connections as that takes. Whoever opens another thread or leaves the page
 * has not stopped it: opened again in time, `loading` finds it running and goes straight on to `answering`.
 */
export class ChatSession {
  private snapshot: ChatSnapshot = { conversation: null, thread: emptyChat, state: 'ready', problem: null, agentId: null, tray: [] };
  private readonly listeners = new Set<() => void>();
  private run: { key: string; abort: AbortController; turn: StoppedTurn | null } | null = null;
  /** Changes whenever another thread is opened: what was asked for before it must not arrive in it. */
  private round = 0;
  private readonly uploads = new Map<string, AbortController>();
  /** What is in the tray, by its key there, to hand it in again. */
  private readonly files = new Map<string, File>();
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
    for (const { key, file } of tray) if (file) this.files.delete(key);
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
    void this.answer(key, this.questionOf(messageId && replaced ? { message: text, retry_message_id: replaced } : { message: text, ...sentFiles(files) }));
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
      const { id, files } = await this.ports.branch({ conversationId: conversation.id, messageId: question.messageId, title: titleOf(words) });
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
    if (run.turn) this.ports.stop(run.turn);
    run.abort.abort();
  }

  attach(files: readonly File[]): void {
    for (const file of files) {
      const key = this.ports.newId();
      this.files.set(key, file);
      this.tray({ type: 'added', key, name: file.name, sizeBytes: file.size });
      void this.upload(key, file);
    }
  }

  /** The same file again, for what was wrong was not the file. */
  attachAgain(key: string): void {
    const file = this.files.get(key);
    if (!file || this.uploads.has(key)) return;
    this.tray({ type: 'again', key });
    void this.upload(key, file);
  }

  detach(key: string): void {
    this.uploads.get(key)?.abort();
    const kept = this.snapshot.tray.find((file) => file.key === key)?.file;
    if (kept) this.ports.removeFile(kept.id);
    this.files.delete(key);
    this.tray({ type: 'removed', key });
  }

  close(): void {
    this.leave();
    this.listeners.clear();
  }

  private leave(): void {
    this.round++;
    this.creating = null;
    this.run?.abort.abort();
    this.run = null;
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    this.unshown = '';
    for (const upload of this.uploads.values()) upload.abort();
    this.uploads.clear();
    this.files.clear();
    for (const { id } of readyFiles(this.snapshot.tray)) this.ports.removeFile(id); // nobody can send them any more
  }

  private async read(conversationId: string, attempt = 0): Promise<void> {
    const round = this.round;
    try {
      const running = await this.ports.running(conversationId); // before it is read: what ends in between is in what is read
      const conversation = await this.ports.load(conversationId);
      if (round !== this.round || this.run) return;
      this.show(conversation);
      if (!running || this.resume(running)) return this.change({ state: this.run ? 'answering' : 'ready' });
      if (attempt + 1 < MOST_READS) await pause(READ_AGAIN_MS);
      else this.change({ state: 'ready' });
      if (round === this.round && !this.run && attempt + 1 < MOST_READS) await this.read(conversationId, attempt + 1);
    } catch (error) {
      if (round === this.round) this.change({ state: 'ready', problem: messageOf(error) });
    }
  }

  /** Hears an answer that is being written already, unless it has ended meanwhile. False: its question is not in what was read. */
  private resume({ turnId, messageId, userMessageId }: RunningTurn): boolean {
    const exchange = this.snapshot.thread.exchanges.find(({ question }) => question?.messageId === userMessageId);
    if (!exchange) return false;
    if (exchange.answer?.messageId === messageId) return true;
    this.dispatch({ type: 'resumed', key: exchange.key, messageId });
    void this.answer(exchange.key, { lastEventId: `${turnId}.0` }, { turn_id: turnId });
    return true;
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
    void this.answer(key, this.questionOf({ message: text, ...sentFiles(files) }));
  }

  private questionOf(asked: Omit<ChatRequest, 'conversation_id'>): Extract<Followed, { request: ChatRequest }> {
    const { conversation, agentId } = this.snapshot;
    return { request: { ...asked, conversation_id: conversation?.id ?? null, ...(agentId ? { agent_id: agentId } : {}) }, idempotencyKey: this.ports.newId() };
  }

  private async answer(key: string, followed: Followed, turn: StoppedTurn | null = null): Promise<void> {
    const run = { key, abort: new AbortController(), turn: 'idempotencyKey' in followed ? { idempotency_key: followed.idempotencyKey } : turn };
    this.run = run;
    this.change({ state: 'answering', problem: null });
    try {
      for await (const event of followAnswer(followed, { signal: run.abort.signal, fetch: this.ports.fetch })) {
        if (run !== this.run) return;
        const state = event ? 'answering' : 'reconnecting';
        if (this.snapshot.state !== state) this.change({ state });
        if (event?.type === 'connect' && event.data.turn_id) run.turn = { turn_id: event.data.turn_id };
        if (event) this.onEvent(key, event);
      }
    } catch (error) {
      if (run !== this.run) return;
      this.showWords(key);
      if (!run.abort.signal.aborted) this.dispatch({ type: 'failed', key, problem: problemOf(error) }); // stopped: said already
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
        const { content, message_id: messageId, response_time_ms: responseTimeMs, provider, model, cost_usd: cost, usage, conversation_id: id } = event.data;
        const tokens = usage ? (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) : undefined;
        this.dispatch({ type: 'finished', key, text: content, facts: { messageId, responseTimeMs, provider, model, costUsd: cost ?? undefined, tokens } });
        this.named(id);
        return;
      }
      case 'stopped':
        this.showWords(key);
        this.dispatch({ type: 'stopped', key, text: event.data.content });
        return;
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

  private async upload(key: string, file: File): Promise<void> {
    const abort = new AbortController();
    const round = this.round;
    this.uploads.set(key, abort);
    try {
      const conversationId = this.snapshot.conversation?.id ?? await this.createConversation();
      if (abort.signal.aborted) return;
      const stored = await this.ports.upload({ conversationId, file, signal: abort.signal, onProgress: (progress) => this.tray({ type: 'progressed', key, progress }) });
      if (abort.signal.aborted) this.ports.removeFile(stored.id); // it had arrived already
      else this.tray({ type: 'uploaded', key, file: stored });
    } catch (error) {
      if (round === this.round && !abort.signal.aborted) this.tray({ type: 'refused', key, problem: messageOf(error), canRetry: !(error instanceof FileRefused) });
    } finally {
      if (this.uploads.get(key) === abort) this.uploads.delete(key);
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

const MOST_TITLE_CHARACTERS = 120;

/** What a thread is called that begins with this question. */
const titleOf = (words: string): string => [...words.replace(/\s+/g, ' ')].slice(0, MOST_TITLE_CHARACTERS).join('');

/** Files without words are a question all the same. */
const fileWords = (files: ShownFile[]): string => (files.length === 1 ? 'What is in this file?' : 'What is in these files?');

const problemOf = (error: unknown): ChatProblem =>
  error instanceof ChatFailure ? error.problem : { kind: 'broken', text: 'The server’s answer could not be understood.', canRetry: true };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'Something went wrong.');
