import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseDigest } from '@/realtime/transport/sip/admission';
import { statelessAnswer } from '@/realtime/transport/sip/listener/stateless-answer';
import { markReceived } from '@/realtime/transport/sip/fixes/via';
import { parseSipUri, SipText } from '@/realtime/transport/sip/sip-text';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const uriOf = (contact: string): string => /<([^>]+)>/.exec(contact)?.[1] ?? '';

/** A PBX that registers with digest over UDP, and can be told to fail. */
export class FakeRegistrar implements AsyncDisposable {
  /** Each once, however often it came. */
  readonly registers: { contact: string; expires: number; callId: string; cseq: number; authorized: boolean }[] = [];
  /** Requests that came again: no answer had come in time, ours or that of a machine that stood still. */
  repetitions = 0;
  expires = 300;
  minExpires = 0;
  /** Answers every REGISTER with this status; 0: does not answer. */
  failWith: number | undefined;
  /** Takes the answer to a challenge for one request, as careful ones do. */
  challengesAnew = false;
  /** Every answer comes twice, as from one that was asked again before it had answered. */
  answersTwice = false;
  #nonce = randomBytes(8).toString('hex');
  /** By the branch; null while there is none. */
  readonly #answers = new Map<string, string | null>();
  /** Where users are reached, the newest last. */
  readonly #contacts = new Set<string>();

  private constructor(private readonly socket: Socket, private readonly user: string, private readonly password: string) {
    socket.on('message', (bytes, from) => this.#take(bytes.toString('utf8'), from));
  }

  static async start(user = 'anna', password = 'secret'): Promise<FakeRegistrar> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new FakeRegistrar(socket, user, password);
  }

  get port(): number { return this.socket.address().port; }
  get authorized() { return this.registers.filter(({ authorized }) => authorized); }
  get contact(): string | undefined { return [...this.#contacts].at(-1); }

  #take(text: string, from: RemoteInfo): void {
    const request = SipText.parse(text);
    if (!request || request.isResponse || request.method !== 'REGISTER') return;
    const before = this.#answers.get(request.branch);
    if (before !== undefined) this.repetitions += 1;
    if (before) return this.#send(before, from);
    this.#answers.set(request.branch, null);
    const contact = request.get('Contact') ?? '';
    const expires = Number(/expires=(\d+)/.exec(contact)?.[1]);
    const digest = parseDigest(request.get('Authorization') ?? '');
    const authorized = digest !== undefined && this.#matches(digest);
    if (before === undefined) this.registers.push({ contact, expires, callId: request.get('Call-ID') ?? '', cseq: parseInt(request.get('CSeq') ?? '', 10), authorized });
    markReceived(request, { ...from, protocol: 'udp' });
    const answer = (status: number, extra: Record<string, string> = {}) => {
      const written = statelessAnswer(request, status, extra).toString();
      this.#answers.set(request.branch, written);
      this.#send(written, from);
    };
    if (this.failWith === 0) return;
    if (this.failWith) return answer(this.failWith);
    const stale = digest !== undefined && digest.nonce !== this.#nonce;
    if (!digest || stale) return answer(401, { 'WWW-Authenticate': `Digest realm="pbx", nonce="${this.#nonce}", qop="auth", algorithm=md5${stale ? ', stale=true' : ''}` });
    if (!authorized) return answer(403);
    if (this.challengesAnew) this.#nonce = randomBytes(8).toString('hex');
    if (expires > 0 && expires < this.minExpires) return answer(423, { 'Min-Expires': String(this.minExpires) });
    this.#contacts.delete(uriOf(contact));
    if (expires > 0) this.#contacts.add(uriOf(contact));
    answer(200, expires === 0 ? {} : { Contact: `<sip:somebody@192.0.2.9>;expires=9999, ${contact.replace(/expires=\d+/, `expires=${Math.max(this.minExpires, this.expires)}`)}` });
  }

  #send(text: string, to: RemoteInfo): void { for (let time = 0; time < (this.answersTwice ? 2 : 1); time++) this.socket.send(text, to.port, to.address); }

  #matches(digest: NonNullable<ReturnType<typeof parseDigest>>): boolean {
    const a1 = md5(`${this.user}:pbx:${this.password}`);
    const a2 = md5(`REGISTER:${digest.uri}`);
    return digest.username === this.user && digest.response === md5(`${a1}:${this.#nonce}:${digest.nc}:${digest.cnonce}:auth:${a2}`);
  }

  /** Where calls for this user would go. */
  get contactUser(): string | undefined { return parseSipUri(this.contact ?? '')?.user; }

  async [Symbol.asyncDispose](): Promise<void> { this.socket.close(); await once(this.socket, 'close'); }
}
