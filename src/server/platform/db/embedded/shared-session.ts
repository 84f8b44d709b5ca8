import type { Backend } from './backend';
import { backendFrames } from './frames';
import { query, readDataRow, readErrorMessage } from './messages';
import { captureSql, NO_SETTINGS, switchSettings, type Settings } from './session-settings';

/** The backend together with what is known of the state it is in: which settings are in force, whose unnamed statement it holds. */
export class SharedSession {
  #applied: Settings = NO_SETTINGS;
  #unnamedOwner: object | null = null;

  constructor(
    private readonly backend: Backend,
    /** The backend threw: its memory cannot be trusted any more. */
    private readonly onFatal: (error: unknown) => void,
  ) {}

  /** Runs a client's messages as they are. */
  exec(messages: Buffer): Buffer {
    try {
      return this.backend.exec(messages);
    } catch (error) {
      this.onFatal(error);
      throw error;
    }
  }

  /** Runs SQL of our own. A simple query drops the unnamed statement, whoever it belonged to. */
  run(sql: string): Buffer {
    this.#unnamedOwner = null;
    return this.exec(query(sql));
  }

  rows(sql: string): (string | null)[][] {
    const rows: (string | null)[][] = [];
    for (const message of backendFrames(this.run(sql))) {
      if (message.type === 'D') rows.push(readDataRow(message.body));
      if (message.type === 'E') throw new Error(`internal query failed: ${readErrorMessage(message.body)}`);
    }
    return rows;
  }

  holdsUnnamedOf(who: object): boolean {
    return this.#unnamedOwner === who;
  }

  unnamedNowOf(who: object | null): void {
    this.#unnamedOwner = who;
  }

  /** Puts these settings in force. */
  use(settings: Settings): void {
    const sql = switchSettings(this.#applied, settings);
    this.#applied = settings;
    if (sql) this.run(sql);
  }

  /** Tries settings nobody has used yet; returns the server's answer. */
  tryOut(settings: Settings): Buffer {
    this.use(NO_SETTINGS);
    const answer = this.run(switchSettings(NO_SETTINGS, settings));
    this.#applied = settings;
    return answer;
  }

  resetAll(): void {
    this.run('RESET ALL');
    this.#applied = NO_SETTINGS;
  }

  /** What is in force now, after SQL that may have changed it. */
  capture(customNames: Iterable<string>): Settings {
    const settings = new Map<string, string>();
    for (const [name, value] of this.rows(captureSql(customNames))) if (name && value) settings.set(name, value);
    this.#applied = settings;
    return settings;
  }
}
