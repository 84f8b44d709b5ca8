import { once } from 'node:events';
import WebSocket from 'ws';
import { conversationServerEvent, type ConversationServerEvent } from '@/realtime/contract/conversation-events';

export type Heard = ConversationServerEvent | { type: 'audio'; bytes: number };

/** A client of /api/conversation/stream over a real WebSocket; every message is checked against the contract. */
export class ConversationClient {
  readonly heard: Heard[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiters: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data, isBinary) => {
      this.heard.push(isBinary ? { type: 'audio', bytes: (data as Buffer).length } : conversationServerEvent.parse(JSON.parse(String(data))));
      for (const wake of this.#waiters.splice(0)) wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => { socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })); });
  }

  /** @throws the HTTP status when the upgrade is refused */
  static async open(url: string, headers: Record<string, string> = {}): Promise<ConversationClient> {
    const socket = new WebSocket(url, { headers });
    const client = new ConversationClient(socket);
    const refused = new Promise<never>((_resolve, reject) => { socket.once('unexpected-response', (_request, response) => { response.resume(); reject(new Error(`refused with ${response.statusCode}`)); }); });
    await Promise.race([once(socket, 'open'), refused]);
    return client;
  }

  /** Opened, and in its session. */
  static async join(url: string, headers: Record<string, string> = {}): Promise<ConversationClient> {
    const client = await ConversationClient.open(url, headers);
    await client.until((one) => one.type === 'status_update');
    return client;
  }

  get connected(): Extract<Heard, { type: 'status_update' }> { return this.of('status_update')[0]!; }
  of<T extends Heard['type']>(type: T): Extract<Heard, { type: T }>[] { return this.heard.filter((one): one is Extract<Heard, { type: T }> => one.type === type); }

  /** What happened, without the level meter: types in order, states spelt out, runs of one type as one. */
  get story(): string[] {
    const words = this.heard.filter(({ type }) => type !== 'vad_update').map((one) =>
      one.type === 'status_update' ? one.state : one.type === 'error' ? `error:${one.code}` : one.type === 'assistant_response' || one.type === 'transcript_update' ? `${one.type}${('is_final' in one ? one.is_final : one.is_complete) ? '.final' : ''}` : one.type);
    return words.filter((word, index) => word !== words[index - 1]);
  }

  send(message: unknown): void { this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)); }
  /** Loud or quiet audio, as binary frames of 32 ms or as base64. */
  speak(kind: 'speech' | 'silence', ms: number, how: 'binary' | 'base64' = 'binary'): void {
    for (let at = 0; at < ms; at += 32) {
      const bytes = Buffer.from(new Int16Array(512).fill(kind === 'speech' ? 8_000 : 0).buffer);
      if (how === 'binary') this.send(bytes);
      else this.send({ type: 'audio_chunk', data: bytes.toString('base64') });
    }
  }

  async until(test: (one: Heard) => boolean, after = 0): Promise<Heard> {
    for (let at = after; ;) {
      for (; at < this.heard.length; at++) if (test(this.heard[at]!)) return this.heard[at]!;
      await new Promise<void>((resolve) => { this.#waiters.push(resolve); });
    }
  }

  forget(): void { this.heard.length = 0; }
  terminate(): void { this.socket.terminate(); }
}
