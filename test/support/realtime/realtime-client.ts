import { once } from 'node:events';
import WebSocket from 'ws';
import { serverEvent, type ServerEvent } from '@/realtime/contract/realtime-events';

/** A device: speaks JSON over a real WebSocket and checks every event against the contract. */
export class RealtimeClient {
  readonly events: ServerEvent[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiters: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.events.push(serverEvent.parse(JSON.parse(String(data))));
      for (const wake of this.#waiters.splice(0)) wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => { socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })); });
  }

  /** @throws the HTTP status when the upgrade is refused */
  static async open(url: string, headers: Record<string, string>): Promise<RealtimeClient> {
    const socket = new WebSocket(url, { headers });
    const client = new RealtimeClient(socket);
    const refused = new Promise<never>((_resolve, reject) => { socket.once('unexpected-response', (_request, response) => { response.resume(); reject(new Error(`refused with ${response.statusCode}`)); }); });
    await Promise.race([once(socket, 'open'), refused]);
    return client;
  }

  send(event: unknown): void { this.socket.send(typeof event === 'string' ? event : JSON.stringify(event)); }
  append(samples: Int16Array): void { this.send({ type: 'input_audio_buffer.append', audio: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64') }); }

  /** The next event for which `test` holds, from `after` on. */
  async until(test: (event: ServerEvent) => boolean, after = 0): Promise<ServerEvent> {
    for (let at = after; ;) {
      for (; at < this.events.length; at++) if (test(this.events[at]!)) return this.events[at]!;
      await new Promise<void>((resolve) => { this.#waiters.push(resolve); });
    }
  }

  async start(options: Record<string, unknown> = {}): Promise<void> {
    const after = this.events.length;
    this.send({ type: 'session.start', ...options });
    await this.until((event) => event.type === 'status', after);
  }

  /** Sends one message and answers the error that it brings. */
  async errorFor(event: unknown): Promise<Extract<ServerEvent, { type: 'error' }>> {
    const after = this.events.length;
    this.send(event);
    return (await this.until((one) => one.type === 'error', after)) as Extract<ServerEvent, { type: 'error' }>;
  }

  terminate(): void { this.socket.terminate(); }
}
