import { closeStatement } from './messages';
import type { SqlEffects } from './sql-effects';

interface Statement {
  backendName: string;
  effects: SqlEffects;
}

/** Prepared statements of one client. Drivers number theirs alike, so in the shared session each gets a name of its own. */
export class ClientStatements {
  /** The unnamed statement, as the message that makes it: it is parsed again when another connection has replaced it. */
  unnamed: { parse: Buffer; effects: SqlEffects } | null = null;

  readonly #named = new Map<string, Statement>();
  #next = 1;
  #closing: string[] = [];
  /** Closed in a batch that failed: the server may have skipped the Close, so `leftovers` repeats it. */
  readonly #doubtful = new Set<string>();

  constructor(private readonly clientId: number) {}

  /** A name that is still in use stays, and the server says that it is. */
  prepare(name: string, effects: SqlEffects): string {
    const backendName = this.#named.get(name)?.backendName ?? `c${this.clientId}_${this.#next++}`;
    this.#named.set(name, { backendName, effects });
    return backendName;
  }

  effectsOf(name: string): SqlEffects | undefined {
    return name ? this.#named.get(name)?.effects : this.unnamed?.effects;
  }

  /** The server's own error (26000) answers for a name that does not exist. */
  backendName(name: string): string {
    return this.#named.get(name)?.backendName ?? `unknown_${this.clientId}_${name}`;
  }

  close(name: string): string {
    const backendName = this.backendName(name);
    if (this.#named.delete(name)) this.#closing.push(backendName);
    return backendName;
  }

  batchFailed(): void {
    for (const name of this.#closing) this.#doubtful.add(name);
  }

  batchEnded(): void {
    this.#closing = [];
  }

  /** As after DEALLOCATE ALL. */
  forgetAll(): void {
    for (const statement of this.#named.values()) this.#doubtful.add(statement.backendName);
    this.#named.clear();
  }

  /** Messages that close whatever the server may still hold under a name this client does not use any more. */
  leftovers(): Buffer[] {
    const names = [...this.#doubtful, ...this.#closing];
    this.#doubtful.clear();
    return names.map(closeStatement);
  }
}
