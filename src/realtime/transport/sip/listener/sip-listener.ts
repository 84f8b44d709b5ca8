import { createSocket, type Socket } from 'node:dgram';
import type { Logger } from '@/server/platform/logger';
import { accountKeyOf, markReceived, responseTarget } from '../fixes/via';
import type { Peer } from '../peer';
import { SipText } from '../sip-text';
import { FloodGuard, type FloodLimits } from './flood-guard';
import { statelessAnswer } from './stateless-answer';
import { DEFAULT_TCP_LIMITS, TcpFlows, type TcpLimits } from './tcp-flows';

/** An account as the listener knows it: who it is for, and where its messages go. */
export interface SipRoute {
  /** Letters and digits: part of every branch the account sends. */
  readonly key: string;
  /** How well a request outside a dialog fits this account; 0: not at all. */
  fits(request: SipText, from: Peer): number;
  trusts(address: string): boolean;
  receive(message: SipText, from: Peer): void;
  flowClosed(peer: Peer): void;
}

export interface SipCounters {
  received: number;
  malformed: number;
  /** Requests of addresses that send too many. */
  flooded: number;
  /** Requests that belong to no account. */
  refused: number;
  /** Answers to nothing of ours. */
  stray: number;
  /** What sip.js could not bear. */
  thrown: number;
}

/** With port 0: how often a number that UDP or TCP alone has free is given back for another. */
const MAX_NUMBERS_TRIED = 20;

export interface SipListenerOptions {
  host: string;
  /** 0: any. */
  port: number;
  logger: Logger;
  floodLimits?: Partial<FloodLimits>;
  tcpLimits?: Partial<TcpLimits>;
  /** Every message as it is on the wire, for the ladder of a call. Must not throw. */
  onTrace?: (direction: 'in' | 'out', text: string, peer: Peer) => void;
}

const MAX_DATAGRAM_BYTES = 65_535;

/**
 * The node's SIP port, UDP and TCP on one number. All accounts share it: trunks know one port. A message finds its account by the
 * branch (answers), by the user of our Contact (requests inside a dialog), or by who fits it best (new requests).
 */
export class SipListener {
  readonly counters: SipCounters = { received: 0, malformed: 0, flooded: 0, refused: 0, stray: 0, thrown: 0 };
  readonly #routes = new Map<string, SipRoute>();
  readonly #flows: TcpFlows;
  readonly #flood: FloodGuard;
  #udp: Socket | undefined;
  #port = 0;

  constructor(private readonly options: SipListenerOptions) {
    this.#flood = new FloodGuard({ limits: options.floodLimits ?? {}, monotonic: () => performance.now() });
    this.#flows = new TcpFlows({
      limits: { ...DEFAULT_TCP_LIMITS, ...options.tcpLimits },
      onMessage: (text, from) => this.#take(text, from),
      onMalformed: () => { this.counters.malformed += 1; },
      onClosed: (peer) => { for (const route of this.#routes.values()) route.flowClosed(peer); },
    });
  }

  get port(): number { return this.#port; }
  get host(): string { return this.options.host; }
  get flows(): number { return this.#flows.size; }

  /** @throws Error EADDRINUSE */
  async open(): Promise<void> {
    const { host, port, logger } = this.options;
    let udp: Socket | undefined;
    for (let attempt = 1; !udp; attempt++) {
      // TCP first: with port 0 it finds a number, and that UDP holds the same one too is less likely than the other way round.
      this.#port = await this.#flows.listen(host, port);
      try {
        udp = await bindUdp(host, this.#port);
      } catch (error) {
        await this.#flows.close();
        const another = port === 0 && attempt < MAX_NUMBERS_TRIED && (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!another) throw error;
      }
    }
    this.#udp = udp;
    udp.on('error', (error) => logger.warn({ err: error }, 'SIP socket'));
    udp.on('message', (bytes, { address, port: from }) => { if (bytes.length > 4) this.#take(bytes.toString('utf8'), { address, port: from, protocol: 'udp' }); }); // less is a keep-alive
  }

  attach(route: SipRoute): () => void {
    this.#routes.set(route.key, route);
    return () => { if (this.#routes.get(route.key) === route) this.#routes.delete(route.key); };
  }

  /** Puts a message on the wire. @throws Error when it cannot leave */
  async send(text: string, to: Peer): Promise<void> {
    this.options.onTrace?.('out', text, to);
    if (to.protocol === 'tcp') return this.#flows.send(text, to);
    const udp = this.#udp;
    const bytes = Buffer.from(text);
    if (!udp || bytes.length > MAX_DATAGRAM_BYTES) throw new Error(udp ? 'the message is too long for UDP' : 'the listener is closed');
    await new Promise<void>((resolve, reject) => { udp.send(bytes, to.port, to.address, (error) => (error ? reject(error) : resolve())); });
  }

  /** Keeps NAT bindings and connections open (RFC 5626 section 4.4). */
  ping(to: Peer): void {
    if (to.protocol === 'tcp') this.#flows.ping(to);
    else this.#udp?.send('\r\n\r\n', to.port, to.address, () => {});
  }

  async close(): Promise<void> {
    const udp = this.#udp;
    this.#udp = undefined;
    if (udp) await new Promise<void>((resolve) => { udp.close(() => resolve()); });
    await this.#flows.close();
  }

  /** Whatever arrives, nothing is thrown from here: one bad packet must not end the calls of everybody. */
  #take(text: string, from: Peer): void {
    this.counters.received += 1;
    try {
      this.#sort(text, from);
    } catch (error) {
      this.counters.thrown += 1;
      this.options.logger.debug({ err: error, peer: from.address }, 'a SIP message could not be processed');
    }
  }

  #sort(text: string, from: Peer): void {
    const message = SipText.parse(text);
    if (!message) {
      this.counters.malformed += 1;
      this.#isFlood(from);
      return;
    }
    if (!message.isResponse && this.#isFlood(from)) return;
    this.options.onTrace?.('in', text, from);
    if (message.isResponse) this.#takeAnswer(message, from);
    else this.#takeRequest(message, from);
  }

  #isFlood(from: Peer): boolean {
    if (this.#flood.admits(from.address, () => [...this.#routes.values()].some((route) => route.trusts(from.address)))) return false;
    this.counters.flooded += 1;
    return true;
  }

  #takeAnswer(message: SipText, from: Peer): void {
    const route = this.#routes.get(accountKeyOf(message) ?? '');
    if (route) route.receive(message, from);
    else this.counters.stray += 1;
  }

  #takeRequest(message: SipText, from: Peer): void {
    markReceived(message, from);
    let best: SipRoute | undefined;
    let bestFit = 0;
    for (const route of this.#routes.values()) {
      const fit = route.fits(message, from);
      if (fit > bestFit) { best = route; bestFit = fit; }
    }
    if (best) return best.receive(message, from);
    this.counters.refused += 1;
    const { method } = message;
    if (method === 'ACK') return;
    // OPTIONS asks whether we are there; it names nobody, and everybody may know.
    this.answer(statelessAnswer(message, method === 'OPTIONS' && message.toTag === undefined ? 200 : message.toTag === undefined && method !== 'CANCEL' ? 403 : 481), from);
  }

  /** Sends an answer of the listener's own. */
  answer(response: SipText, to: Peer): void {
    const target = responseTarget(response);
    if (!target) return;
    void this.send(response.toString(), { ...target, protocol: to.protocol }).catch(() => {}); // whoever asked will ask again
  }
}

function bindUdp(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4' });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => { socket.close(); reject(error); });
    socket.bind(port, host, () => { socket.removeAllListeners('error'); resolve(socket); });
  });
}
