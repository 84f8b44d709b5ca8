import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Peer } from '../peer';
import { FramingError, StreamFramer } from './stream-framer';

export interface TcpFlowsOptions {
  limits: TcpLimits;
  onMessage(text: string, from: Peer): void;
  onMalformed(from: Peer): void;
  onClosed(peer: Peer): void;
}

export interface TcpLimits {
  maxHeadBytes: number;
  maxBodyBytes: number;
  maxFlows: number;
  maxFlowsPerAddress: number;
  connectMs: number;
  /** A message that has begun must end within this. */
  messageMs: number;
  /** Nothing at all for so long: the other side is gone, keep-alives come more often. */
  idleMs: number;
  maxBufferedBytes: number;
}

export const DEFAULT_TCP_LIMITS: TcpLimits = {
  maxHeadBytes: 16_384, maxBodyBytes: 65_536, maxFlows: 500, maxFlowsPerAddress: 50, connectMs: 5_000, messageMs: 15_000, idleMs: 660_000, maxBufferedBytes: 262_144,
};

interface Flow { socket: Socket; peer: Peer; framer: StreamFramer; messageTimer: NodeJS.Timeout | undefined }

const keyOf = ({ address, port }: { address: string; port: number }): string => `${address}:${port}`;
const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');

/** TCP connections with SIP on them, ours and theirs alike: RFC 3261 section 18 uses whichever is open to an address. */
export class TcpFlows {
  readonly #flows = new Map<string, Flow>();
  readonly #connecting = new Map<string, Promise<Flow>>();
  #server: Server | undefined;

  constructor(private readonly options: TcpFlowsOptions) {}

  get size(): number { return this.#flows.size; }

  async listen(host: string, port: number): Promise<number> {
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => { server.off('error', reject); resolve(); });
    });
    server.on('error', () => {}); // out of descriptors: that connection is lost, the server goes on
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async send(text: string, to: Peer): Promise<void> {
    const flow = this.#flows.get(keyOf(to)) ?? await this.#connect(to);
    if (flow.socket.writableLength > this.options.limits.maxBufferedBytes) {
      flow.socket.destroy();
      throw new Error('the other side does not read');
    }
    await new Promise<void>((resolve, reject) => { flow.socket.write(text, (error) => (error ? reject(error) : resolve())); });
  }

  /** Only on a connection that is open already. */
  ping(to: Peer): void { this.#flows.get(keyOf(to))?.socket.write('\r\n\r\n'); }

  async close(): Promise<void> {
    for (const { socket } of this.#flows.values()) socket.destroy();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => { server.close(() => resolve()); });
  }

  #accept(socket: Socket): void {
    const { maxFlows, maxFlowsPerAddress } = this.options.limits;
    const address = plain(socket.remoteAddress);
    const ofAddress = [...this.#flows.values()].filter((flow) => flow.peer.address === address).length;
    if (this.#flows.size >= maxFlows || ofAddress >= maxFlowsPerAddress) { socket.destroy(); return; }
    this.#adopt(socket, { address, port: socket.remotePort ?? 0, protocol: 'tcp' });
  }

  #connect(to: Peer): Promise<Flow> {
    const key = keyOf(to);
    const running = this.#connecting.get(key);
    if (running) return running;
    const attempt = new Promise<Flow>((resolve, reject) => {
      const socket = connect({ host: to.address, port: to.port });
      const limit = setTimeout(() => socket.destroy(new Error(`No connection to ${key} within ${this.options.limits.connectMs} ms`)), this.options.limits.connectMs);
      socket.once('error', (error) => { clearTimeout(limit); reject(error); });
      socket.once('connect', () => { clearTimeout(limit); resolve(this.#adopt(socket, to)); });
    }).finally(() => this.#connecting.delete(key));
    this.#connecting.set(key, attempt);
    return attempt;
  }

  #adopt(socket: Socket, peer: Peer): Flow {
    const { limits } = this.options;
    const flow: Flow = { socket, peer, framer: new StreamFramer(limits), messageTimer: undefined };
    this.#flows.set(keyOf(peer), flow);
    socket.setNoDelay(true);
    socket.setTimeout(limits.idleMs, () => socket.destroy());
    socket.on('data', (chunk) => this.#read(flow, chunk));
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => {
      clearTimeout(flow.messageTimer);
      if (this.#flows.get(keyOf(peer)) === flow) this.#flows.delete(keyOf(peer));
      this.options.onClosed(peer);
    });
    return flow;
  }

  #read(flow: Flow, chunk: Buffer): void {
    try {
      const { messages, pings } = flow.framer.push(chunk);
      if (pings > 0) flow.socket.write('\r\n');
      for (const text of messages) this.options.onMessage(text, flow.peer);
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.options.onMalformed(flow.peer);
      flow.socket.destroy(); // where the next message begins nobody can tell
      return;
    }
    clearTimeout(flow.messageTimer);
    flow.messageTimer = flow.framer.waiting ? setTimeout(() => flow.socket.destroy(), this.options.limits.messageMs) : undefined;
  }
}
