import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SipText } from '@/realtime/transport/sip/sip-text';

export interface RequestLines { method?: string; uri?: string; branch?: string; callId?: string; to?: string; from?: string; body?: string; extra?: string[] }

let serial = 0;

/** Somebody with a socket who writes SIP by hand. */
export class Stranger implements AsyncDisposable {
  readonly answers: SipText[] = [];

  private constructor(private readonly socket: Socket, private readonly target: number) {
    socket.on('message', (bytes) => { const message = SipText.parse(bytes.toString()); if (message) this.answers.push(message); });
  }

  static async to(target: number): Promise<Stranger> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Stranger(socket, target);
  }

  request(lines: RequestLines = {}): string {
    serial += 1;
    const { method = 'OPTIONS', uri = 'sip:anna@127.0.0.1', body = '', extra = [] } = lines;
    const port = this.socket.address().port;
    return [
      `${method} ${uri} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${lines.branch ?? `z9hG4bK-stranger-${serial}`};rport`,
      `From: ${lines.from ?? `<sip:stranger@127.0.0.1>;tag=s${serial}`}`, `To: ${lines.to ?? '<sip:anna@127.0.0.1>'}`, `Call-ID: ${lines.callId ?? `stranger-${serial}`}`, `CSeq: 1 ${method}`,
      `Contact: <sip:stranger@127.0.0.1:${port}>`, 'Max-Forwards: 70', ...extra, ...(body ? ['Content-Type: application/sdp'] : []), `Content-Length: ${Buffer.byteLength(body)}`, '', body,
    ].join('\r\n');
  }

  send(bytes: string | Uint8Array): Promise<void> { return new Promise((resolve) => { this.socket.send(bytes, this.target, '127.0.0.1', () => resolve()); }); }

  /** Answers are repeated until they are confirmed: what comes may belong to an earlier request. */
  answersTo(request: string): SipText[] {
    const callId = SipText.parse(request)?.get('Call-ID');
    return this.answers.filter((answer) => answer.get('Call-ID') === callId);
  }

  get statuses(): number[] { return this.answers.map(({ status }) => status); }

  async [Symbol.asyncDispose](): Promise<void> { this.socket.close(); await once(this.socket, 'close'); }
}
