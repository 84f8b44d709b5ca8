import { CLOSE_CODES, type ServerEvent } from '@/realtime/contract/realtime-events';
import { Microphone, MicrophoneError, type MicrophoneProblem } from './microphone';
import { base64ToS16, loudness } from './pcm';
import { RealtimeClient, type Closing, type ConnectionState, type Socket } from './realtime-client';
import { Speaker } from './speaker';
import { emptyThread, hasOpenReply, reduceThread, type Thread, type ThreadEvent, type Turn } from './thread';

export type TalkMode = 'push' | 'hands-free';

export interface PlaygroundSnapshot {
  connection: ConnectionState | 'reconnecting';
  thread: Thread;
  conversationId: string | null;
  agentName: string | null;
  agentId: string | null;
  mode: TalkMode;
  microphone: 'off' | 'opening' | 'on';
  microphoneProblem: MicrophoneProblem | null;
  holding: boolean;
  playing: boolean;
  muted: boolean;
  /** Why there is no connection, in words; null while all is well or nothing was tried. */
  problem: string | null;
}

const SAMPLE_RATE = 16_000;
const CHUNK_MS = 40;
/** The longest utterance that the server takes: what is held longer is sent as it is. */
const MAX_HELD_SAMPLES = 60 * SAMPLE_RATE;
/** After the button is let go: long enough for the next sentence to begin without delay, short enough for people to trust the light of the microphone. */
const MICROPHONE_LINGER_MS = 6_000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

const CLOSE_WORDS: Record<number, string> = {
  [CLOSE_CODES.normal]: 'The session was ended.',
  [CLOSE_CODES.policy]: 'The server ended the session: this connection could not keep up.',
  [CLOSE_CODES.internal]: 'The server ended the session, because it could not store the conversation.',
  [CLOSE_CODES.tryLater]: 'All lines are busy. Try again in a moment.',
};

interface SessionOptions {
  url: string;
  createSocket?: (url: string) => Socket;
}

/**
 * One person at the playground: the connection, the microphone, the speaker and the thread that the page shows.
 *
 *   not connected ──(first word, typed or spoken)──► connecting ─► ready ─┬─ end() ─────► not connected
 *                                                        ▲               └─ lost ─► reconnecting (same conversation)
 *                                                        └──────────────────────────────┘  up to five times
 *
 * Changing the agent begins a new conversation; changing the way of talking keeps it.
 */
export class PlaygroundSession {
  private snapshot: PlaygroundSnapshot = {
    connection: 'idle', thread: emptyThread, conversationId: null, agentName: null, agentId: null, mode: 'push',
    microphone: 'off', microphoneProblem: null, holding: false, playing: false, muted: false, problem: null,
  };
  private readonly listeners = new Set<() => void>();
  private client: RealtimeClient | null = null;
  private retries = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private lingerTimer: ReturnType<typeof setTimeout> | undefined;
  private sentWhileHeld = 0;
  private microphoneLevel = 0;
  /** After an interruption, audio that was already on its way belongs to the reply that was stopped. */
  private discardAudio = false;

  private readonly microphone = new Microphone({
    sampleRate: SAMPLE_RATE,
    chunkMs: CHUNK_MS,
    onChunk: (samples) => this.onMicrophoneChunk(samples),
    onEnded: () => this.change({ microphone: 'off', holding: false, microphoneProblem: 'missing' }),
  });
  private readonly speaker = new Speaker({ sampleRate: SAMPLE_RATE, onPlayingChange: (playing) => this.change({ playing }) });

  constructor(private readonly options: SessionOptions) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getSnapshot = (): PlaygroundSnapshot => this.snapshot;

  readonly inputLevel = (): number => (this.snapshot.mode === 'hands-free' || this.snapshot.holding ? this.microphoneLevel : 0);

  readonly outputLevel = (): number => (this.snapshot.muted ? 0 : this.speaker.level());

  sendText(text: string): void {
    void this.speaker.unlock();
    if (this.isAnswering()) this.interrupt();
    this.connect();
    this.dispatch({ type: 'typed', text });
    this.client?.sendText(text);
  }

  async hold(): Promise<void> {
    if (this.snapshot.holding || this.snapshot.mode !== 'push') return;
    clearTimeout(this.lingerTimer);
    this.change({ holding: true });
    this.sentWhileHeld = 0;
    this.microphoneLevel = 0;
    if (this.isAnswering()) this.interrupt();
    this.dispatch({ type: 'held' });
    const opened = await this.openMicrophone();
    if (opened && this.snapshot.holding) this.connect();
    if (!opened) this.release();
  }

  release(): void {
    if (!this.snapshot.holding) return;
    if (this.microphone.isOpen) this.microphone.flush();
    this.change({ holding: false });
    this.dispatch({ type: 'released' });
    this.lingerTimer = setTimeout(() => this.closeMicrophone(), MICROPHONE_LINGER_MS);
    if (this.sentWhileHeld > 0) {
      this.client?.commit();
    } else if (this.snapshot.microphoneProblem === null) {
      this.dispatch({ type: 'error', code: 'empty_buffer', message: '' });
    } else {
      this.dispatch({ type: 'unheard' }); // the notice about the microphone says enough
    }
  }

  /** Hands-free: listens until it is called again. */
  async toggleMicrophone(): Promise<void> {
    if (this.microphone.isOpen) {
      this.closeMicrophone();
      this.dispatch({ type: 'released' });
      return;
    }
    if (await this.openMicrophone()) this.connect();
  }

  /** Stops the reply at once here, and then at its source. */
  interrupt(): void {
    if (!this.isAnswering()) return;
    this.discardAudio = this.snapshot.thread.status !== 'listening';
    this.speaker.clear();
    this.dispatch({ type: 'stopped' });
    this.client?.cancel();
  }

  setMuted(muted: boolean): void {
    this.speaker.setMuted(muted);
    this.change({ muted });
  }

  setMode(mode: TalkMode): void {
    if (mode === this.snapshot.mode) return;
    this.release();
    this.closeMicrophone();
    this.change({ mode, microphoneProblem: null });
    if (this.client) this.reconnect();
  }

  setAgent(agentId: string): void {
    if (agentId === this.snapshot.agentId) return;
    this.newConversation();
    this.change({ agentId });
  }

  /** Goes on with a stored conversation, whose turns are shown already. */
  resume(conversation: { id: string; agentId: string | null; agentName: string | null; turns: Turn[] }): void {
    this.dropClient();
    this.change({ conversationId: conversation.id, agentId: conversation.agentId, agentName: conversation.agentName });
    this.dispatch({ type: 'reset', turns: conversation.turns });
  }

  newConversation(): void {
    this.end();
    this.change({ conversationId: null, problem: null });
    this.dispatch({ type: 'reset' });
  }

  /** Hangs up; the conversation stays in view and can be gone on with. */
  end(): void {
    this.release();
    this.closeMicrophone();
    this.speaker.clear();
    this.dropClient();
    this.change({ connection: 'idle' });
    this.dispatch({ type: 'lost' });
  }

  retry(): void {
    this.retries = 0;
    this.reconnect();
  }

  close(): void {
    this.end();
    this.speaker.close();
  }

  private isAnswering(): boolean {
    const { playing, thread } = this.snapshot;
    return playing || hasOpenReply(thread);
  }

  private closeMicrophone(): void {
    clearTimeout(this.lingerTimer);
    this.microphone.close();
    this.microphoneLevel = 0;
    this.change({ microphone: 'off' });
  }

  private async openMicrophone(): Promise<boolean> {
    void this.speaker.unlock();
    if (this.microphone.isOpen) return true;
    this.change({ microphone: 'opening', microphoneProblem: null });
    try {
      await this.microphone.open();
      if (this.microphone.isOpen) this.change({ microphone: 'on' });
      return this.microphone.isOpen; // or it was closed while the browser asked
    } catch (error) {
      this.change({ microphone: 'off', microphoneProblem: error instanceof MicrophoneError ? error.problem : 'failed' });
      return false;
    }
  }

  private onMicrophoneChunk(samples: Int16Array): void {
    this.microphoneLevel = loudness(samples);
    if (this.snapshot.mode === 'push' && !this.snapshot.holding) return;
    if (this.snapshot.mode === 'push' && this.sentWhileHeld + samples.length > MAX_HELD_SAMPLES) return this.release();
    this.sentWhileHeld += samples.length;
    this.client?.appendAudio(samples);
  }

  private connect(): void {
    if (this.client) return;
    clearTimeout(this.retryTimer);
    const { agentId, conversationId, mode } = this.snapshot;
    const client = new RealtimeClient({
      url: this.options.url,
      createSocket: this.options.createSocket ?? ((url) => new WebSocket(url)),
      start: {
        client_id: 'playground',
        audio_config: { sample_rate: SAMPLE_RATE, channels: 1, sample_width: 16, encoding: 'pcm_s16le' },
        modalities: ['audio', 'text'],
        greeting: false, // the person has begun already: the session opens with their first word
        ...(agentId ? { agent_id: agentId } : {}),
        ...(conversationId ? { conversation_id: conversationId } : {}),
        ...(mode === 'hands-free' ? { turn_detection: { type: 'server_vad' as const } } : {}),
      },
      onEvent: (event) => { if (client === this.client) this.onServerEvent(event); },
      onState: (state, closing) => { if (client === this.client) this.onConnection(state, closing); },
    });
    this.client = client;
    this.change({ problem: null });
    client.connect();
  }

  private reconnect(): void {
    this.interrupt(); // nobody will finish it on the new connection
    this.dropClient();
    this.dispatch({ type: 'lost' });
    this.connect();
  }

  private dropClient(): void {
    clearTimeout(this.retryTimer);
    const client = this.client;
    this.client = null; // first, so that its last words are not taken for a lost connection
    client?.close();
  }

  private onConnection(state: ConnectionState, closing?: Closing): void {
    if (state !== 'closed') {
      if (state === 'ready') this.retries = 0;
      this.change({ connection: state === 'connecting' && this.retries > 0 ? 'reconnecting' : state });
      return;
    }
    const wasReady = this.snapshot.connection === 'ready';
    this.client = null;
    this.speaker.clear();
    this.dispatch({ type: 'lost' });
    const words = closing && CLOSE_WORDS[closing.code];
    const delayMs = (wasReady || this.retries > 0) && !words ? RETRY_MS[this.retries] : undefined;
    if (delayMs !== undefined) {
      this.retries++;
      this.change({ connection: 'reconnecting' });
      this.retryTimer = setTimeout(() => this.connect(), delayMs);
      return;
    }
    this.retries = 0;
    this.closeMicrophone();
    this.change({ connection: 'closed', holding: false, problem: words ?? (closing?.reason || 'The realtime service cannot be reached.') });
  }

  private onServerEvent(event: ServerEvent): void {
    switch (event.type) {
      case 'session.created':
        this.change({ conversationId: event.conversation_id, agentName: event.agent.name, agentId: event.agent.id });
        return;
      case 'response.audio.delta':
        if (!this.discardAudio) this.speaker.play(base64ToS16(event.delta));
        return;
      case 'output_audio.clear':
        this.speaker.clear();
        return;
      case 'response.cancelled':
        this.discardAudio = false;
        break;
      case 'status':
        if (event.state === 'transcribing' || event.state === 'thinking') this.discardAudio = false;
        break;
      case 'error':
        if (event.code !== 'empty_transcript' || this.snapshot.mode !== 'hands-free') break;
        this.dispatch({ type: 'unheard' }); // a door, a cough: listening simply goes on
        return;
    }
    this.dispatch(event);
  }

  private dispatch(event: ThreadEvent): void {
    this.change({ thread: reduceThread(this.snapshot.thread, event) });
  }

  private change(part: Partial<PlaygroundSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...part };
    for (const listener of this.listeners) listener();
  }
}
