import type { Socket } from 'node:net';
import { FrameReader, type Frame } from './frames';
import { fatalResponse } from './messages';
import { NO_SETTINGS, type Settings } from './session-settings';
import type { SqlEffects } from './sql-effects';
import { ClientStatements } from './client-statements';

/** The client is gone: whoever works for it stops. */
export class Disconnected extends Error {}

export type TransactionStatus = 'I' | 'T' | 'E';

/** Messages collected until the server has to run them: up to Sync, Flush or a simple query. */
export class Batch {
  readonly messages: Buffer[] = [];
  readonly effects: SqlEffects[] = [];
  bytes = 0;
  parsesUnnamed = false;
  /** Uses an unnamed statement that an earlier batch parsed. */
  usesUnnamed = false;

  get endsWithQuery(): boolean {
    return this.messages.at(-1)?.[0] === 'Q'.charCodeAt(0);
  }

  add(...messages: Buffer[]): void {
    for (const message of messages) {
      this.messages.push(message);
      this.bytes += message.length;
    }
  }
}

/**
 * One connection, and all it may believe about "its" session: that is kept here and put back whenever the session changes hands.
 *
 *   handshake ──> idle ──> queued ──> owner ──┬─ ReadyForQuery I ──> idle
 *                                             └─ ReadyForQuery T/E, or Flush ──> owner still
 *   any ──> retiring (rolls back and tidies up in a turn of its own) ──> gone
 */
export class Client {
  readonly reader = new FrameReader();
  readonly statements: ClientStatements;
  parameters = new Map<string, string>();
  settings: Settings = NO_SETTINGS;
  readonly customNames = new Set<string>();
  batch = new Batch();
  status: TransactionStatus = 'I';
  /** Messages ran (Flush) but their Sync has not come: an implicit transaction is open. */
  midBatch = false;
  settingsTouched = false;
  usedTemp = false;
  /** LISTEN and UNLISTEN of the open transaction: they count when it commits. */
  pendingListens: SqlEffects['listens'] = [];
  closed = false;
  retiring = false;
  idleTimer: NodeJS.Timeout | undefined;

  /** The one reader of the socket. That it is not read while a message is handled is the back-pressure on the client. */
  readonly #input: AsyncIterator<Buffer>;

  constructor(readonly id: number, readonly socket: Socket) {
    this.#input = socket[Symbol.asyncIterator]();
    this.statements = new ClientStatements(id);
  }

  /** More bytes for the reader; false when the client has said its last. */
  async read(): Promise<boolean> {
    const { value, done } = await this.#input.next();
    if (!done) this.reader.push(value);
    return !done;
  }

  async nextFrame(): Promise<Frame | null> {
    for (let frame; ;) {
      if ((frame = this.reader.next())) return frame;
      if (!(await this.read())) return null;
    }
  }

  takeBatch(): Batch {
    const batch = this.batch;
    this.batch = new Batch();
    return batch;
  }

  send(data: Buffer): void {
    if (this.socket.writable && data.length > 0) this.socket.write(data);
  }

  /** Says why, then hangs up: `end` and not `destroy`, or the words would be lost. */
  fatal(sqlState: string, message: string): void {
    this.socket.end(fatalResponse(sqlState, message));
    setTimeout(() => this.socket.destroy(), 1000).unref();
  }

  /** Resolves once the client has read enough of what it was sent, or is gone. */
  async drained(): Promise<void> {
    if (!this.socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.on('drain', done).on('close', done);
    });
  }
}
