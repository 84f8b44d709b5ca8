import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SipText } from '@/realtime/transport/sip/sip-text';
import { lossyRelay } from './relay';

export interface LossyWireOptions {
  /** SIP ports of the two sides on this machine. */
  left: number;
  right: number;
  /** Asked for every packet: how those of the two kinds follow each other is different each time. */
  lose(kind: 'message' | 'media'): boolean;
}

type Relay = Awaited<ReturnType<typeof lossyRelay>>;

/**
 * A bad network between two SIP sides over UDP. Each side knows the other by a port of the wire; addresses in messages are
 * translated on the way, those of the media too, so that everything of a call passes here and some of it does not arrive.
 *
 *   left :l ◀──▶ :towardsLeft (stands for right) ─ wire ─ :towardsRight (stands for left) ◀──▶ :r right
 */
export class LossyWire implements AsyncDisposable {
  lostMessages = 0;
  /** Messages that were lost otherwise than by chance: none, or the wire is at fault. */
  readonly broken: unknown[] = [];
  /** By the port that was described: what stands for it on the other side. */
  readonly #media = new Map<string, Promise<Relay>>();

  private constructor(private readonly options: LossyWireOptions, private readonly towardsLeft: Socket, private readonly towardsRight: Socket) {
    towardsLeft.on('message', (bytes) => this.#pass(bytes, towardsRight, options.right));
    towardsRight.on('message', (bytes) => this.#pass(bytes, towardsLeft, options.left));
  }

  static async between(options: LossyWireOptions): Promise<LossyWire> {
    const sockets = [createSocket('udp4').bind(0, '127.0.0.1'), createSocket('udp4').bind(0, '127.0.0.1')] as const;
    await Promise.all(sockets.map((socket) => once(socket, 'listening')));
    return new LossyWire(options, ...sockets);
  }

  /** Where left reaches right. */
  get rightSeenFromLeft(): number { return this.towardsLeft.address().port; }
  /** Where right reaches left. */
  get leftSeenFromRight(): number { return this.towardsRight.address().port; }

  async lostPackets(): Promise<number> { return (await Promise.all(this.#media.values())).reduce((sum, { lost }) => sum + lost, 0); }

  #pass(bytes: Buffer, socket: Socket, port: number): void {
    if (this.options.lose('message')) { this.lostMessages += 1; return; }
    this.#translate(bytes.toString(), port === this.options.right).then((text) => socket.send(text, port, '127.0.0.1')).catch((error: unknown) => { this.broken.push(error); });
  }

  async #translate(text: string, toRight: boolean): Promise<string> {
    const { left, right } = this.options;
    const ports: Record<string, number> = toRight ? { [left]: this.leftSeenFromRight, [this.rightSeenFromLeft]: right } : { [right]: this.rightSeenFromLeft, [this.leftSeenFromRight]: left };
    const message = SipText.parse(text);
    if (!message) return text;
    const swap = (line: string) => line.replace(/(127\.0\.0\.1:)(\d+)/g, (whole, host: string, port: string) => (ports[port] === undefined ? whole : `${host}${ports[port]}`))
      .replace(/(;rport=)(\d+)/g, (whole, name: string, port: string) => (ports[port] === undefined ? whole : `${name}${ports[port]}`));
    let body = message.body;
    const described = /^m=audio (\d+)/m.exec(body)?.[1];
    if (described && described !== '0') body = body.replace(/^m=audio \d+/m, `m=audio ${(await this.#standIn(described)).port}`).replace(/^a=rtcp:.*\r\n/gm, '');
    const headers = message.headers.map(({ name, value }) => `${name}: ${name.toLowerCase() === 'content-length' ? Buffer.byteLength(body) : swap(value)}\r\n`).join('');
    return `${swap(message.startLine)}\r\n${headers}\r\n${body}`;
  }

  #standIn(port: string): Promise<Relay> {
    const known = this.#media.get(port) ?? lossyRelay(Number(port), { lose: () => this.options.lose('media') });
    this.#media.set(port, known);
    return known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const relay of await Promise.all(this.#media.values())) await relay[Symbol.asyncDispose]();
    for (const socket of [this.towardsLeft, this.towardsRight]) { socket.close(); await once(socket, 'close'); }
  }
}
