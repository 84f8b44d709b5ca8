import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeG711, encodeG711 } from '@/realtime/audio/g711';
import { parseRtp, writeRtp } from '@/realtime/transport/rtp/rtp-packet';
import { SipText } from '@/realtime/transport/sip/sip-text';

const FRAME_MS = 20;
const FRAME_SAMPLES = 160;
/** Louder than the noise of the codec: a voice. */
const AUDIBLE = 64;
const SETUP_LIMIT_MS = 15_000;

let serial = 0;

/** Somebody who rings, speaks and listens, with two sockets and as little between them and the clock as can be: what is measured must not wait here. */
export class Caller implements AsyncDisposable {
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #callId = `bench-${process.pid}-${++serial}`;
  #remoteTag = '';
  #remoteUri: string;
  #mediaPort: number | undefined;
  #cseq = 1;
  #speech: { samples: Int16Array; at: number; spoken: () => void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #heardAt = 0;
  #waiting: (() => void) | undefined;
  ended = false;

  private constructor(private readonly target: number, sockets: { sip: Socket; rtp: Socket }) {
    this.#sip = sockets.sip;
    this.#rtp = sockets.rtp;
    this.#remoteUri = `sip:bench@127.0.0.1:${target}`;
  }

  /** Rings until it is answered. */
  static async ring(target: number): Promise<Caller> {
    const [sip, rtp] = await Promise.all([0, 0].map(async () => {
      const socket = createSocket('udp4').bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return socket;
    })) as [Socket, Socket];
    const caller = new Caller(target, { sip, rtp });
    await caller.#invite();
    caller.#talk();
    return caller;
  }

  /** When the packet with which the other side last began to speak came: it bears the marker (RFC 3551 section 4.1). */
  begunAt = 0;

  /** When the last packet with a voice in it came, by performance.now(). */
  get heardAt(): number { return this.#heardAt; }

  /** Says it at the pace of real time; resolves with the moment in which its last sample had been spoken. */
  async say(samples: Int16Array, speechEnd: number): Promise<number> {
    let endedAt = 0;
    await new Promise<void>((resolve) => { this.#speech = { samples: samples.subarray(0, speechEnd), at: 0, spoken: resolve }; });
    endedAt = performance.now();
    return endedAt;
  }

  /** Resolves with the moment in which the first packet with a voice comes; null when none does. */
  async firstVoice(limitMs: number): Promise<number | null> {
    let timer: NodeJS.Timeout | undefined;
    const heard = await Promise.race([
      new Promise<true>((resolve) => { this.#waiting = () => resolve(true); }),
      new Promise<false>((resolve) => { timer = setTimeout(() => resolve(false), limitMs); }),
    ]);
    clearTimeout(timer);
    this.#waiting = undefined;
    return heard ? this.#heardAt : null;
  }

  /** Resolves when nothing was said for `pauseMs`; false when that takes longer than the limit. */
  async heardOut(pauseMs: number, limitMs: number): Promise<boolean> {
    const until = performance.now() + limitMs;
    while (performance.now() < until && !this.ended) {
      const left = this.#heardAt + pauseMs - performance.now();
      if (left <= 0) return true;
      await new Promise((resolve) => { setTimeout(resolve, left); });
    }
    return false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.ended) {
      this.#cseq += 1;
      this.#request('BYE', this.#cseq);
      await Promise.race([once(this.#sip, 'message'), new Promise((resolve) => { setTimeout(resolve, 500); })]);
    }
    this.#sip.close();
    this.#rtp.close();
  }

  async #invite(): Promise<void> {
    const { port } = this.#rtp.address();
    const offer = ['v=0', 'o=bench 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${port} RTP/AVP 0 101`, 'a=rtpmap:101 telephone-event/8000', ''].join('\r\n');
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('not answered')), SETUP_LIMIT_MS);
      this.#sip.on('message', (bytes) => {
        const message = SipText.parse(bytes.toString());
        if (!message) return;
        if (!message.isResponse) return this.#onRequest(message);
        if (message.method !== 'INVITE' || message.status < 200) return;
        clearTimeout(limit);
        if (message.status >= 300) return reject(new Error(message.startLine));
        this.#remoteTag = message.toTag ?? '';
        this.#remoteUri = /<([^>]+)>/.exec(message.get('Contact') ?? '')?.[1] ?? this.#remoteUri;
        this.#mediaPort = Number(/^m=audio (\d+)/m.exec(message.body)?.[1]);
        this.#request('ACK', 1);
        resolve();
      });
      this.#request('INVITE', 1, offer);
    });
  }

  #onRequest(request: SipText): void {
    if (request.method === 'BYE') this.ended = true;
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) => request.all(name).map((value) => `${name}: ${value}`));
    this.#send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', '']);
  }

  #request(method: string, cseq: number, body = ''): void {
    const { port } = this.#sip.address();
    this.#send([
      `${method} ${this.#remoteUri} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-${this.#callId}-${method}-${cseq};rport`, 'Max-Forwards: 70',
      `From: <sip:caller@127.0.0.1:${port}>;tag=${this.#callId}`, `To: <sip:bench@127.0.0.1:${this.target}>${this.#remoteTag ? `;tag=${this.#remoteTag}` : ''}`,
      `Call-ID: ${this.#callId}`, `CSeq: ${cseq} ${method}`, `Contact: <sip:caller@127.0.0.1:${port}>`, ...(body ? ['Content-Type: application/sdp'] : []), `Content-Length: ${Buffer.byteLength(body)}`, '', body,
    ]);
  }

  #send(lines: string[]): void { this.#sip.send(lines.join('\r\n'), this.target, '127.0.0.1'); }

  /** A packet every 20 ms, like any telephone: speech, or else silence. It leaves when its last sample was spoken. */
  #talk(): void {
    this.#rtp.on('message', (bytes) => this.#listen(bytes));
    const beganAt = performance.now();
    const ssrc = 0x5eed0000 + serial;
    let sequence = 0;
    const next = () => {
      for (; beganAt + sequence * FRAME_MS <= performance.now(); sequence++) {
        const frame = new Int16Array(FRAME_SAMPLES);
        const { speech } = { speech: this.#speech };
        if (speech) {
          frame.set(speech.samples.subarray(speech.at, speech.at + FRAME_SAMPLES));
          speech.at += FRAME_SAMPLES;
        }
        const packet = writeRtp({ payloadType: 0, marker: false, sequence: sequence & 0xffff, timestamp: sequence * FRAME_SAMPLES, ssrc, payload: encodeG711('PCMU', frame) });
        this.#rtp.send(packet, this.#mediaPort!, '127.0.0.1');
        if (speech && speech.at >= speech.samples.length) { this.#speech = undefined; speech.spoken(); }
      }
      this.#timer = setTimeout(next, beganAt + sequence * FRAME_MS - performance.now());
    };
    next();
  }

  #listen(bytes: Buffer): void {
    const packet = parseRtp(bytes);
    if (packet?.marker) this.begunAt = performance.now();
    if (packet?.payloadType !== 0 || !decodeG711('PCMU', packet.payload).some((sample) => Math.abs(sample) > AUDIBLE)) return;
    this.#heardAt = performance.now();
    this.#waiting?.();
  }
}
