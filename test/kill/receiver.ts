import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from '@test/support/telephone/until';

export interface Delivery { callId: string; webhookId: string; status: number }

/** Whoever takes the webhooks: slow, and now and then out of order for the first try. Tells of each before it answers. */
export class Receiver extends EventEmitter<{ webhook: [callId: string] }> implements AsyncDisposable {
  readonly deliveries: Delivery[] = [];
  readonly arrived = new Set<string>();
  readonly #seen = new Set<string>();

  private constructor(private readonly server: Server, private readonly options: { random(): number; refusesShare: number; maxDelayMs: number }) {
    super();
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece: string) => { body += piece; });
      request.on('end', () => {
        const { call_id: callId } = JSON.parse(body) as { call_id: string };
        const webhookId = String(request.headers['webhook-id'] ?? '');
        const refuses = !this.#seen.has(webhookId) && this.options.random() < this.options.refusesShare;
        this.#seen.add(webhookId);
        this.arrived.add(callId);
        this.emit('webhook', callId);
        void pause(this.options.random() * this.options.maxDelayMs).then(() => {
          // Who has hung up meanwhile will come again: nothing was taken.
          const status = response.destroyed ? 0 : refuses ? 500 : 200;
          this.deliveries.push({ callId, webhookId, status: status || 499 });
          if (status) response.writeHead(status).end();
        });
      });
    });
  }

  static async start(options: { random(): number; refusesShare: number; maxDelayMs: number }): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server, options);
  }

  get url(): string { return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/ended`; }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
