import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { markReceived, responseTarget } from '@/realtime/transport/sip/fixes/via';
import { statelessAnswer } from '@/realtime/transport/sip/listener/stateless-answer';
import { parseSipUri, SipText } from '@/realtime/transport/sip/sip-text';

/** What the telephone behind a number does when it rings. */
export interface Habit {
  /** Before anything is heard of it; nothing but 100 is said meanwhile, and not even that when `mute`. */
  silentMs: number;
  mute?: boolean;
  ringsMs: number;
  /** How ringing ends; null: never, until the caller gives up. */
  then: 'answers' | 486 | 404 | 480 | null;
  /** After which it hangs up; null: it waits for the caller to do so. */
  talksMs: number | null;
}

export const EXCHANGE_EVENTS = ['dialled', 'ringing', 'answered', 'ending'] as const;
export type ExchangeEvent = (typeof EXCHANGE_EVENTS)[number];

interface Line {
  number: string;
  invite: SipText;
  /** Where our requests in the dialog go. */
  contact: { host: string; port: number };
  last: string | undefined;
  over: boolean;
  timers: NodeJS.Timeout[];
  media: Socket | undefined;
}

export interface ExchangeOptions {
  /** What is said into a call comes back. By default it is thrown away. */
  echoes?: boolean;
}

const RETRANSMIT_MS = [500, 1_000, 2_000, 4_000];

/*
 *   INVITE ── silentMs ──▶ 180 ── ringsMs ──▶ 200 ── ACK ──▶ talking ── BYE of either ──▶ over
 *                           └── refused or cancelled ──▶ over
 * A small exchange over UDP with any number of telephones, written without any of our SIP stack: it counts who was dialled how
 * often. A Call-ID is one attempt to dial; repetitions of its INVITE are not.
 */
export class Exchange extends EventEmitter<Record<ExchangeEvent, [number: string]>> implements AsyncDisposable {
  /** The Call-IDs with which each number was dialled. */
  readonly dialled = new Map<string, Set<string>>();
  readonly #lines = new Map<string, Line>();
  #serial = 0;

  private constructor(private readonly socket: Socket, private readonly media: Socket, private readonly habitOf: (number: string) => Habit, private readonly options: ExchangeOptions) {
    super();
    socket.on('message', (bytes, from) => { const message = SipText.parse(bytes.toString()); if (message && !message.isResponse) this.#take(message, from); else if (message) this.#takeAnswer(message); });
  }

  static async start(habitOf: (number: string) => Habit, options: ExchangeOptions = {}): Promise<Exchange> {
    const [socket, media] = [createSocket('udp4').bind(0, '127.0.0.1'), createSocket('udp4').bind(0, '127.0.0.1')];
    await Promise.all([once(socket, 'listening'), once(media, 'listening')]);
    return new Exchange(socket, media, habitOf, options);
  }

  get port(): number { return this.socket.address().port; }
  get live(): number { return [...this.#lines.values()].filter(({ over }) => !over).length; }

  #take(request: SipText, { address, port }: RemoteInfo): void {
    markReceived(request, { address, port, protocol: 'udp' });
    const id = request.get('Call-ID') ?? '';
    const line = this.#lines.get(id);
    switch (request.method) {
      case 'INVITE':
        if (!line) return this.#ring(request, id);
        if (line.last) this.#send(line.last, line.invite);
        return;
      case 'ACK':
        if (line && !line.over && line.last?.startsWith('SIP/2.0 200')) this.#talk(line);
        return;
      case 'CANCEL':
        this.#answer(request, line ? 200 : 481);
        if (line && !line.over && !line.last?.startsWith('SIP/2.0 200')) this.#refuse(line, 487);
        return;
      case 'BYE':
        this.#answer(request, line ? 200 : 481);
        if (line) this.#end(line);
        return;
      default:
        this.#answer(request, 200);
    }
  }

  #takeAnswer(response: SipText): void {
    const line = this.#lines.get(response.get('Call-ID') ?? '');
    if (line && response.method === 'BYE') for (const timer of line.timers.splice(0)) clearTimeout(timer);
  }

  #ring(invite: SipText, id: string): void {
    const number = parseSipUri(invite.requestUri)?.user ?? '';
    const contact = parseSipUri(invite.get('Contact') ?? '');
    const line: Line = { number, invite, contact: { host: contact?.host ?? '127.0.0.1', port: contact?.port ?? 5060 }, last: undefined, over: false, timers: [], media: undefined };
    this.#lines.set(id, line);
    const attempts = this.dialled.get(number) ?? new Set<string>();
    this.dialled.set(number, attempts.add(id));
    const { silentMs, mute, ringsMs, then } = this.habitOf(number);
    if (!mute) this.#reply(line, 100);
    this.#after(line, silentMs, () => {
      this.#reply(line, 180);
      this.emit('ringing', number);
      if (then === null) return;
      this.#after(line, ringsMs, () => { if (then === 'answers') void this.#accept(line); else this.#refuse(line, then); });
    });
    this.emit('dialled', number);
  }

  async #accept(line: Line): Promise<void> {
    if (this.options.echoes) line.media = await this.#echo();
    if (line.over) return void line.media?.close();
    const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${(line.media ?? this.media).address().port} RTP/AVP 0 101`, 'a=rtpmap:101 telephone-event/8000', 'a=sendrecv', ''].join('\r\n');
    const head = statelessAnswer(line.invite, 200, { Contact: `<sip:${line.number}@127.0.0.1:${this.port}>`, 'Content-Type': 'application/sdp' });
    head.set('Content-Length', String(sdp.length));
    line.last = head.toString() + sdp;
    this.#send(line.last, line.invite);
    for (const ms of RETRANSMIT_MS) this.#after(line, ms, () => { if (line.last) this.#send(line.last, line.invite); });
  }

  #talk(line: Line): void {
    for (const timer of line.timers.splice(0)) clearTimeout(timer);
    line.last = undefined;
    const { talksMs } = this.habitOf(line.number);
    if (talksMs !== null) this.#after(line, talksMs, () => this.#hangUp(line));
    this.emit('answered', line.number);
  }

  #refuse(line: Line, status: number): void {
    for (const timer of line.timers.splice(0)) clearTimeout(timer);
    this.#reply(line, status);
    line.over = true;
    this.emit('ending', line.number);
  }

  #end(line: Line): void {
    for (const timer of line.timers.splice(0)) clearTimeout(timer);
    if (line.over) return;
    line.over = true;
    line.media?.close();
    this.emit('ending', line.number);
  }

  #hangUp(line: Line): void {
    const { invite, contact } = line;
    const to = statelessAnswer(invite, 200).get('To')!;
    const bye = [
      `BYE sip:${parseSipUri(invite.get('Contact') ?? '')?.user ?? 'parley'}@${contact.host}:${contact.port} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK-exchange-${++this.#serial};rport`,
      `From: ${to}`, `To: ${invite.get('From')}`, `Call-ID: ${invite.get('Call-ID')}`, 'CSeq: 1 BYE', 'Max-Forwards: 70', 'Content-Length: 0', '', '',
    ].join('\r\n');
    this.#end(line);
    const send = () => this.socket.send(bye, contact.port, contact.host);
    send();
    for (const ms of RETRANSMIT_MS) line.timers.push(setTimeout(send, ms)); // until it is answered
  }

  async #echo(): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', lookup: (address, _options, done) => done(null, address, 4) }); // addresses are numbers already: no look-up a packet
    socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address));
    const listening = once(socket, 'listening'); // before: without a look-up it happens within bind
    socket.bind(0, '127.0.0.1');
    await listening;
    return socket;
  }

  #after(line: Line, ms: number, then: () => void): void { line.timers.push(setTimeout(() => { if (!line.over) then(); }, ms)); }

  #reply(line: Line, status: number): void {
    line.last = statelessAnswer(line.invite, status, status === 180 ? { Contact: `<sip:${line.number}@127.0.0.1:${this.port}>` } : {}).toString();
    this.#send(line.last, line.invite);
  }

  #answer(request: SipText, status: number): void { this.#send(statelessAnswer(request, status).toString(), request); }

  #send(text: string, request: SipText): void {
    const target = responseTarget(request);
    if (target) this.socket.send(text, target.port, target.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines.values()) { if (line.media && !line.over) line.media.close(); for (const timer of line.timers) clearTimeout(timer); }
    for (const socket of [this.socket, this.media]) { socket.close(); await once(socket, 'close'); }
  }
}
