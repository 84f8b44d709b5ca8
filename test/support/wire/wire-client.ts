import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { frame, query, readDataRow } from '@/server/platform/db/embedded/messages';

export interface WireMessage {
  type: string;
  body: Buffer;
}

/**
 * A Postgres client that shows every message: what the drivers hide (who got which answer, in which order, with which
 * transaction status) is what the conformance suite is about.
 */
export class WireClient implements AsyncDisposable {
  readonly received: WireMessage[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #taken = 0;
  #wake: (() => void) | undefined;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => {}); // tests that cut connections see it by `isClosed`
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('close', () => this.#wake?.());
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  /** Without start-up: for tests that speak out of turn. */
  static async open(url: string): Promise<WireClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new WireClient(socket);
  }

  static async connect(url: string, parameters: Record<string, string> = {}): Promise<WireClient> {
    const client = await WireClient.open(url);
    const { pathname, username, password } = new URL(url);
    client.send(startup({ user: username, database: pathname.slice(1), ...parameters }));
    for (;;) {
      const message = await client.next();
      if (message.type === 'E') throw Object.assign(new Error(describe(message)), { sqlState: describe(message).slice(2) });
      if (message.type === 'R' && message.body.readInt32BE(0) === 3) client.send(frame('p', `${decodeURIComponent(password)}\0`));
      else if (message.type === 'R' && message.body.readInt32BE(0) !== 0) throw new Error('This client knows trust and clear text only.');
      if (message.type === 'Z') return client;
    }
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** The next message, whatever it is. */
  async next(): Promise<WireMessage> {
    while (this.#taken >= this.received.length) {
      if (this.isClosed) throw new Error('The server closed the connection.');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.received[this.#taken++]!;
  }

  /** Messages up to and including the nth of this type. */
  async until(type: string, count = 1): Promise<WireMessage[]> {
    const messages: WireMessage[] = [];
    for (let left = count; left > 0;) {
      const message = await this.next();
      messages.push(message);
      if (message.type === type) left--;
    }
    return messages;
  }

  /** Sends, and reads until the server is ready again; the answer in a form that reads well in a test. */
  async ask(...frames: (Buffer | string)[]): Promise<string[]> {
    const messages = frames.map((one) => (typeof one === 'string' ? query(one) : one));
    this.send(...messages);
    const syncs = messages.filter((one) => one[0] === 'Q'.charCodeAt(0) || one[0] === 'S'.charCodeAt(0)).length;
    return (await this.until('Z', syncs)).filter((message) => message.type !== 'T' && message.type !== 'N').map(describe);
  }

  /** The rows of a simple query, each joined by a comma. */
  async rows(sql: string): Promise<string[]> {
    return (await this.ask(sql)).filter((line) => line.startsWith('D ')).map((line) => line.slice(2));
  }

  /** Gone without a word, as a killed process is. */
  kill(): void {
    this.socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isClosed) return;
    const closed = once(this.socket, 'close');
    this.socket.end(frame('X'));
    this.socket.resume();
    await closed;
  }

  #receive(chunk: Buffer): void {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at + 5 <= data.length) {
      const end = at + 1 + data.readInt32BE(at + 1);
      if (end > data.length) break;
      this.received.push({ type: String.fromCharCode(data[at]!), body: data.subarray(at + 5, end) });
      at = end;
    }
    this.#rest = data.subarray(at);
    this.#wake?.();
  }
}

/** `D 1,two` · `C SELECT 1` · `E 22012` · `Z I` · `A channel payload`; for other types the type alone. */
export function describe({ type, body }: WireMessage): string {
  if (type === 'D') return `D ${readDataRow(body).map((value) => value ?? 'null').join(',')}`;
  if (type === 'C') return `C ${body.toString('utf8', 0, body.length - 1)}`;
  if (type === 'Z') return `Z ${body.toString()}`;
  if (type === 'd') return `d ${body.toString().trimEnd()}`;
  if (type === 'A') return `A ${body.toString('utf8', 4).split('\0').slice(0, 2).join(' ')}`;
  if (type === 'S') return `S ${body.toString().split('\0').slice(0, 2).join('=')}`;
  if (type === 'E') return `E ${/(?:^|\0)C([^\0]{5})/.exec(body.toString())?.[1] ?? '?'}`;
  return type;
}

export function startup(parameters: Record<string, string>): Buffer {
  const body = Buffer.from(`\0\0\0\0\0\x03\0\0${Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`).join('')}\0`);
  body.writeInt32BE(body.length, 0);
  return body;
}
