import { TransportState, type Transport } from 'sip.js';
import { EmitterImpl } from 'sip.js/lib/api/emitter.js';
import type { Logger as SipJsLogger } from 'sip.js/lib/core/log/logger.js';
import { CALLED_HEADER, rewriteCalledUser } from './fixes/called-number';
import { keepUsableChallenge } from './fixes/digest-challenges';
import { nextHop } from './fixes/next-hop';
import { hideSoftware } from './fixes/no-software-name';
import { completeProvisional } from './fixes/provisional-responses';
import { Retransmissions } from './fixes/retransmissions';
import { normaliseSchemes } from './fixes/uri-schemes';
import { responseTarget, viaInside, viaOnWire } from './fixes/via';
import type { SipListener } from './listener/sip-listener';
import type { Peer, SipProtocol } from './peer';
import type { ProxyRequests } from './proxy-requests';
import { SipText } from './sip-text';

/** The name that sip.js knows itself by in Via; it never leaves this process. */
export const INSIDE_HOST = 'account.invalid';

export interface AccountTransportOptions {
  listener: SipListener;
  accountKey: string;
  protocol: SipProtocol;
  /** The user of our Contact. */
  contactUser: string;
  /** Host and port at which the other side reaches us. */
  sentBy(): string;
  /** Where the trunk's proxy is at present. */
  proxy(): Promise<Peer>;
  /** Where a request inside a dialog goes. */
  resolve(host: string, port: number | undefined, protocol: SipProtocol): Promise<Peer>;
  requests: ProxyRequests;
  onThrown(error: unknown): void;
  /** Every message as it passes by, once: repetitions on a lossy wire are not told of. Must not throw. */
  onPassed?(direction: 'in' | 'out', message: SipText): void;
}

/**
 * What sip.js takes for its WebSocket: between its texts, which know one connection only, and the node's SIP port. The mends are
 * in fixes/, each with its reason; here is their order.
 */
export class AccountTransport implements Transport {
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  readonly protocol: string;
  readonly retransmissions = new Retransmissions();
  readonly #states = new EmitterImpl<TransportState>();
  #state = TransportState.Disconnected;

  constructor(_logger: SipJsLogger, private readonly options: AccountTransportOptions) {
    this.protocol = options.protocol.toUpperCase();
  }

  get state(): TransportState { return this.#state; }
  get stateChange() { return this.#states; }
  isConnected(): boolean { return this.#state === TransportState.Connected; }

  async connect(): Promise<void> {
    if (this.isConnected()) return;
    this.#move(TransportState.Connecting);
    this.#move(TransportState.Connected);
    this.onConnect?.();
  }

  async disconnect(): Promise<void> {
    this.retransmissions.close();
    if (this.#state === TransportState.Disconnected) return;
    this.#move(TransportState.Disconnected);
    this.onDisconnect?.();
  }

  dispose(): Promise<void> { return this.disconnect(); }

  /** From sip.js to the wire. */
  async send(text: string): Promise<void> {
    const message = SipText.parse(text);
    if (!message || !this.isConnected()) throw new Error(message ? 'the account is stopped' : 'sip.js wrote something that is not SIP');
    hideSoftware(message);
    message.remove(CALLED_HEADER);
    const inside = SipText.parse(message.toString())!;
    this.options.onPassed?.('out', message);
    const peer = await this.#targetOf(message);
    if (!message.isResponse) viaOnWire(message, { sentBy: this.options.sentBy(), protocol: peer.protocol, accountKey: this.options.accountKey });
    const wire = message.toString();
    // A stopped account repeats nothing; and what was just resolved is where the repetitions go too.
    if (peer.protocol === 'udp' && this.isConnected()) this.retransmissions.sent(inside, () => { this.options.listener.send(wire, peer).catch(() => {}); });
    await this.options.listener.send(wire, peer);
  }

  /** From the wire to sip.js. */
  receive(message: SipText, from: Peer): void {
    this.options.onPassed?.('in', message);
    if (message.isResponse) {
      viaInside(message, INSIDE_HOST);
      completeProvisional(message, from);
      keepUsableChallenge(message, (challenge) => this.options.requests.mayAnswer(message, challenge, from));
    } else {
      normaliseSchemes(message);
      rewriteCalledUser(message, this.options.contactUser);
    }
    this.retransmissions.received(message);
    try {
      this.onMessage?.(message.toString());
    } catch (error) {
      this.options.onThrown(error); // its parser and its state machines throw at some input
    }
  }

  async #targetOf(message: SipText): Promise<Peer> {
    if (message.isResponse) {
      const target = responseTarget(message);
      if (!target) throw new Error('the answer has nowhere to go');
      return target;
    }
    const { requests } = this.options;
    const begun = requests.peerOf(message);
    if (begun) return begun;
    if (message.toTag === undefined) {
      const proxy = await this.options.proxy();
      requests.sent(message, proxy);
      return proxy;
    }
    const hop = nextHop(message);
    if (!hop) throw new Error('the request has nowhere to go');
    return this.options.resolve(hop.host, hop.port, hop.protocol ?? this.options.protocol);
  }

  #move(state: TransportState): void {
    this.#state = state;
    this.#states.emit(state);
  }
}
