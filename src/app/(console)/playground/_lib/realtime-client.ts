import { serverEvent, type ClientEvent, type ServerEvent, type SessionStart } from '@/realtime/contract/realtime-events';
import { s16ToBase64 } from './pcm';

export type ConnectionState = 'idle' | 'connecting' | 'ready' | 'closed';

export interface Closing {
  /** Whether we asked for it. */
  expected: boolean;
  code: number;
  reason: string;
}

/** The part of the browser's WebSocket that we use; tests bring another one. */
export type Socket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>;

export interface RealtimeClientOptions {
  url: string;
  start: Omit<SessionStart, 'type'>;
  createSocket: (url: string) => Socket;
  onEvent: (event: ServerEvent) => void;
  onState: (state: ConnectionState, closing?: Closing) => void;
}

/** An upgrade or a session.created that takes longer will not come. */
const READY_LIMIT_MS = 10_000;
/** Beyond this the network cannot keep up: old audio is worthless, so it is dropped rather than queued. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const OPEN = 1;

/**
 *          connect()               session.created
 *   idle ─────────────► connecting ────────────────► ready
 *                          │ too slow, refused         │ close(), lost, ended by the server
 *                          ▼                           ▼
 *                        closed ◄────────────────── closed
 *
 * One object is one connection: whoever wants another makes another one, with `conversation_id` to go on.
 */
export class RealtimeClient {
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closing = false;
  private current: ConnectionState = 'idle';
  /** What was said before the session was ready, in order. */
  private queue: ClientEvent[] = [];

  constructor(private readonly options: RealtimeClientOptions) {}

  get state(): ConnectionState {
    return this.current;
  }

  connect(): void {
    if (this.current !== 'idle') return;
    this.move('connecting');
    const socket = this.options.createSocket(this.options.url);
    this.socket = socket;
    this.timer = setTimeout(() => this.end({ expected: false, code: 0, reason: 'The server did not answer in time.' }), READY_LIMIT_MS);
    socket.onopen = () => socket.send(JSON.stringify({ type: 'session.start', ...this.options.start } satisfies ClientEvent));
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = ({ code, reason }) => this.end({ expected: this.closing, code, reason });
  }

  appendAudio(samples: Int16Array): void {
    if ((this.socket?.bufferedAmount ?? 0) > MAX_BUFFERED_BYTES) return;
    this.send({ type: 'input_audio_buffer.append', audio: s16ToBase64(samples) });
  }

  commit(): void {
    this.send({ type: 'input_audio_buffer.commit' });
  }

  sendText(text: string): void {
    this.send({ type: 'input_text', text });
  }

  /** Stops the reply: the model, the voice and what is still on its way. */
  cancel(): void {
    this.send({ type: 'response.cancel' });
  }

  close(): void {
    if (this.current === 'closed') return;
    this.closing = true;
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify({ type: 'session.close' } satisfies ClientEvent));
    this.end({ expected: true, code: 1000, reason: '' });
  }

  private send(event: ClientEvent): void {
    if (this.current === 'ready' && this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(event));
    else if (this.current === 'connecting') this.queue.push(event);
  }

  private receive(data: unknown): void {
    const event = typeof data === 'string' ? parseEvent(data) : null;
    if (!event || this.current === 'closed') return;
    if (event.type === 'session.created' && this.current === 'connecting') {
      clearTimeout(this.timer);
      this.options.onEvent(event);
      this.move('ready');
      for (const queued of this.queue.splice(0)) this.send(queued);
      return;
    }
    // Before there is a session an error is the answer to session.start: none will come.
    if (event.type === 'error' && this.current === 'connecting') return this.end({ expected: false, code: 0, reason: event.message });
    this.options.onEvent(event);
  }

  private end(closing: Closing): void {
    if (this.current === 'closed') return;
    clearTimeout(this.timer);
    this.queue = [];
    if (this.socket) {
      this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
      this.socket.close(1000);
    }
    this.move('closed', closing);
  }

  private move(state: ConnectionState, closing?: Closing): void {
    this.current = state;
    this.options.onState(state, closing);
  }
}

/** A newer server may say things that we do not know: they are skipped, as the protocol asks of its clients. */
function parseEvent(text: string): ServerEvent | null {
  try {
    const parsed = serverEvent.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
