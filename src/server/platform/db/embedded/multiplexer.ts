import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend } from './backend';
import { Client, Disconnected, type Batch } from './client';
import { collectCopyData } from './copy-in';
import { ProtocolError, readText, type Frame } from './frames';
import { handshake } from './handshake';
import { Listeners } from './listeners';
import { query, raisingSql, sync } from './messages';
import { Outbox, type Letter } from './outbox';
import { summarize, without, type Notification } from './output';
import { ParameterReports, REPORTED_SQL } from './parameter-reports';
import { farewell } from './retire';
import { NO_SETTINGS, startupSettings } from './session-settings';
import { SharedSession } from './shared-session';
import { effectsOf, type SqlEffects } from './sql-effects';
import { translate, translateQuery } from './translate';
import { Turnstile } from './turnstile';

export interface MultiplexerOptions {
  /** Every connection needs it: loopback is open to all users of the machine. */
  password: string;
  /** The session belongs to whoever has a transaction open, so nobody may keep one open for long. */
  idleInTransactionMs: number;
  startupMs: number;
  maxMessageBytes: number;
  /** Before a Sync; also the most that one COPY FROM STDIN may bring. */
  maxBatchBytes: number;
  maxConnections: number;
  /** A listener that has stopped reading is dropped above this. */
  maxUnreadBytes: number;
  log: (message: string, detail?: unknown) => void;
  /** The wasm server threw: its memory cannot be trusted. End the process; recovery follows at the next start. */
  onFatal: (error: unknown) => void;
}

export const DEFAULT_MULTIPLEXER_OPTIONS = {
  idleInTransactionMs: 30_000,
  startupMs: 10_000,
  maxMessageBytes: 64 << 20,
  maxBatchBytes: 128 << 20,
  maxConnections: 100,
  maxUnreadBytes: 16 << 20,
} as const;

const HUNG_UP = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

/**
 * Many connections, one Postgres session. A connection owns the session from the first message of a transaction until
 * ReadyForQuery says "idle"; the others queue. Whatever a client may believe about its session (prepared statements,
 * settings, LISTEN, temporary tables) is kept in its Client and put back when the session changes hands.
 *
 * Limits, each shown by the conformance suite: one statement runs at a time and cannot be cancelled or timed out; a result
 * is buffered whole; a transaction that waits for another connection's work waits until the idle limit ends it; no
 * session-level advisory locks; COPY FROM STDIN only as a simple query, its errors after its data; names of SQL-level
 * PREPARE, WITH HOLD cursors and temporary tables are shared; pg_backend_pid() and currval() are everybody's.
 */
export class Multiplexer {
  readonly server: Server;
  readonly #clients = new Set<Client>();
  readonly #turn = new Turnstile<object>();
  readonly #listeners = new Listeners<Client>();
  readonly #session: SharedSession;
  readonly #outbox: Outbox;
  readonly #reports: ParameterReports;
  #nextId = 1;

  constructor(private readonly backend: Backend, private readonly options: MultiplexerOptions) {
    this.#session = new SharedSession(backend, options.onFatal);
    this.#outbox = new Outbox((letter) => this.#send(letter));
    this.#reports = new ParameterReports(this.#session.rows(REPORTED_SQL));
    this.server = createServer((socket) => void this.#serve(socket));
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Runs SQL of our own between the clients' transactions. */
  async maintenance(sql: string): Promise<(string | null)[][]> {
    const ticket = {};
    await this.#turn.enter(ticket);
    try {
      this.#session.use(NO_SETTINGS);
      return this.#session.rows(sql);
    } finally {
      this.#turn.leave(ticket);
    }
  }

  /** Tells everybody to leave, rolls back what they had open, and resolves when nobody is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const client of this.#clients) client.fatal('57P01', 'terminating connection due to administrator command');
    await closed;
    while (this.#clients.size > 0) await sleep(10);
  }

  async #serve(socket: Socket): Promise<void> {
    const client = new Client(this.#nextId++, socket);
    socket.setNoDelay(true);
    socket.on('error', () => {}); // whoever reads or writes finds out by itself
    socket.once('close', () => {
      client.closed = true;
      // Not while retiring: it queues for its own clean-up turn.
      if (!client.retiring) this.#turn.abandon(client);
    });
    this.#clients.add(client);
    try {
      if (!(await this.#greet(client))) return;
      for (let message; (message = await client.nextFrame());) if ((await this.#handle(client, message)) === 'end') return;
    } catch (error) {
      this.#explain(client, error);
    } finally {
      await this.#retire(client);
      if (!socket.writableEnded) socket.end();
    }
  }

  #greet(client: Client): Promise<boolean> {
    return handshake(client, {
      ...this.options,
      isFull: () => this.#clients.size > this.options.maxConnections,
      reports: this.#reports,
      session: this.#session,
      withSession: async (who, work) => {
        if (!(await this.#turn.enter(who))) return false;
        try {
          work();
          return true;
        } finally {
          this.#turn.leave(who);
        }
      },
    });
  }

  #explain(client: Client, error: unknown): void {
    if (error instanceof ProtocolError) return client.fatal(error.sqlState, error.message);
    if (error instanceof Disconnected || client.closed) return;
    if (error instanceof Error && 'code' in error && HUNG_UP.includes(String(error.code))) return;
    this.options.log('a connection failed', error);
    client.fatal('XX000', 'internal error in the database multiplexer');
  }

  async #handle(client: Client, message: Frame): Promise<'end' | void> {
    if (message.type === 'X') return 'end';
    if ('dcfp'.includes(message.type)) return; // left over from a COPY that failed: ignored, as a real server does
    if (message.type === 'Q') {
      const sql = readText(message.body, 0)[0];
      const effects = effectsOf(sql);
      // In a failed transaction the server itself refuses, without asking for data.
      if (effects.copyIn && !effects.refusal && client.status !== 'E') return this.#copyIn(client, sql, effects, effects.copyIn);
      translateQuery(client, message, effects);
    } else translate(client, message);
    if (client.batch.bytes > this.options.maxBatchBytes) throw new ProtocolError('too many bytes before Sync', '54000');
    if ('QSHF'.includes(message.type)) await this.#run(client);
  }

  async #copyIn(client: Client, sql: string, effects: SqlEffects, place: { from: number; to: number }): Promise<void> {
    await this.#enter(client); // held while data arrives, because a transaction may be open already
    client.idleTimer = setTimeout(() => client.fatal('25P03', 'terminating connection: COPY data did not arrive in time'), this.options.idleInTransactionMs).unref();
    const collected = await collectCopyData(client, this.options.maxBatchBytes);
    client.batch.effects.push(effects);
    if ('failure' in collected) {
      client.batch.add(query(raisingSql('57014', collected.failure)));
      return this.#run(client);
    }
    const file = `/copy-${client.id}`;
    this.backend.putFile(file, collected.data);
    try {
      client.batch.add(query(`${sql.slice(0, place.from)}FROM '${file}'${sql.slice(place.to)}`));
      await this.#run(client);
    } finally {
      this.backend.removeFile(file);
    }
  }

  async #run(client: Client): Promise<void> {
    const batch = client.takeBatch();
    const onlyFlush = batch.messages.length === 1 && batch.messages[0]?.[0] === 'H'.charCodeAt(0);
    if (onlyFlush) return;
    await this.#enter(client);
    if (!client.midBatch && client.status === 'I') this.#prepareSession(client, batch);
    if (!client.midBatch) this.#placeUnnamed(client, batch);
    const output = this.#session.exec(batch.messages.length === 1 ? batch.messages[0]! : Buffer.concat(batch.messages));
    if (batch.endsWithQuery) this.#session.unnamedNowOf(null); // a simple query drops the unnamed statement, whoever it belonged to
    else if (batch.parsesUnnamed) this.#session.unnamedNowOf(client);
    const letters = this.#finish(client, output, batch.effects);

    await this.#outbox.deliver(letters, this.backend.walPending ? this.backend.flushWal() : null);
    await client.drained(); // the next batch of a client that does not read waits
    if (client.closed) throw new Disconnected();
  }

  async #enter(client: Client): Promise<void> {
    clearTimeout(client.idleTimer);
    if (!(await this.#turn.enter(client)) || client.closed) throw new Disconnected();
  }

  /** What has to be so before the batch may run; the session's answers to it are nobody's. */
  #prepareSession(client: Client, batch: Batch): void {
    this.#session.use(client.settings);
    if (batch.effects.some((effect) => effect.discardAll)) this.#session.exec(Buffer.concat([...client.statements.leftovers(), sync()]));
    if (batch.effects.some((effect) => effect.discardAll === 'DISCARD ALL')) {
      this.#session.resetAll();
      client.settings = startupSettings(client.parameters);
      client.settingsTouched = false;
    }
  }

  /** The session holds one unnamed statement: a client that relies on an earlier one of its own gets it parsed again. */
  #placeUnnamed(client: Client, batch: Batch): void {
    const { unnamed } = client.statements;
    if (!batch.usesUnnamed || !unnamed || this.#session.holdsUnnamedOf(client)) return;
    this.#session.exec(Buffer.concat([unnamed.parse, sync()]));
    this.#session.unnamedNowOf(client);
  }

  /** Sorts what the session answered into letters, notes what changed, and lets the next connection in. */
  #finish(client: Client, output: Buffer, effects: SqlEffects[]): Letter[] {
    const { status, failed, rolledBack, notifications } = summarize(output);
    const before = client.settings;
    for (const effect of effects) note(client, effect);
    if (failed) {
      client.statements.batchFailed();
      this.#session.unnamedNowOf(null); // a Parse after the error was skipped: what the session holds may be somebody else's
    }
    client.midBatch = status === null;
    if (status) {
      client.status = status;
      client.statements.batchEnded();
    }
    if (status === 'I') {
      this.#settleListens(client, failed || rolledBack);
      if (client.settingsTouched) {
        client.settings = this.#session.capture(client.customNames);
        client.settingsTouched = false;
      }
      this.#turn.leave(client);
    } else {
      client.idleTimer = setTimeout(() => {
        this.options.log('a transaction was left open', { connection: client.id });
        client.fatal('25P03', 'terminating connection due to idle-in-transaction timeout');
      }, this.options.idleInTransactionMs).unref();
    }
    return this.#letters(client, this.#reports.insert(output, before, client.settings), notifications);
  }

  #letters(client: Client, output: Buffer, notifications: Notification[]): Letter[] {
    const letters: Letter[] = [];
    const foreign: Notification[] = [];
    for (const notification of notifications) {
      let own = false;
      for (const listener of this.#listeners.of(notification.channel)) {
        if (listener === client) own = true;
        else letters.push({ to: listener, data: output.subarray(notification.from, notification.to), isNotification: true });
      }
      if (!own) foreign.push(notification);
    }
    letters.push({ to: client, data: without(output, foreign), isNotification: false });
    return letters;
  }

  /** LISTEN and UNLISTEN count when their transaction commits. */
  #settleListens(client: Client, undone: boolean): void {
    const listens = client.pendingListens;
    client.pendingListens = [];
    if (undone) return;
    for (const { channel, on } of listens)
      if (on) this.#listeners.add(channel, client);
      else this.#listeners.remove(client, channel);
    // One connection's UNLISTEN ended everybody's, and DISCARD ALL nobody's.
    if (listens.some((listen) => !listen.on)) this.#session.run(this.#listeners.relistenSql());
  }

  #send({ to, data, isNotification }: Letter): void {
    to.send(data);
    // An answer may be large, as its client asked for it; notifications pile up at one that listens and does not read.
    if (isNotification && to.socket.writableLength > this.options.maxUnreadBytes) to.socket.destroy();
  }

  async #retire(client: Client): Promise<void> {
    client.closed = client.retiring = true;
    clearTimeout(client.idleTimer);
    this.#turn.abandon(client);
    try {
      await this.#turn.enter(client);
      const { abort, cleanup } = farewell(client, this.#clients, this.#listeners);
      if (abort.length + cleanup.length > 0) {
        if (abort.length > 0) this.#session.exec(Buffer.concat(abort));
        this.#session.use(NO_SETTINGS); // as a role that may do all this
        if (cleanup.length > 0) this.#session.exec(Buffer.concat(cleanup));
        this.#session.unnamedNowOf(null); // simple queries dropped it
      }
      if (this.#session.holdsUnnamedOf(client)) this.#session.unnamedNowOf(null);
    } finally {
      this.#turn.leave(client);
      this.#clients.delete(client);
    }
  }
}

function note(client: Client, effects: SqlEffects): void {
  if (effects.settings && effects.discardAll === null) client.settingsTouched = true;
  if (effects.temp) client.usedTemp = true;
  for (const name of effects.customNames) client.customNames.add(name);
  client.pendingListens.push(...effects.listens);
}
