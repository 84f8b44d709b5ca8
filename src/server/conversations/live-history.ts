import type { StoredMessage } from './database-store';
import { MOST_HISTORY_MESSAGES, type HistoryMessage } from './store';

type Change = Partial<Pick<HistoryMessage, 'content' | 'metadata'>>;

/** One live conversation's messages in memory: what the database had when it began, then what was said since. */
export class LiveHistory {
  readonly #said = new Map<string, StoredMessage>();
  /** Of what the database had. */
  readonly #changes: { id: string; change: Change }[] = [];
  #earlier: Promise<StoredMessage[]> | undefined;

  constructor(private readonly load: () => Promise<StoredMessage[]>) {}

  /** Begins to read what the database has, so that the first turn does not wait for it. */
  prefetch(): void {
    this.#read().catch(() => {}); // the first turn tries again and tells
  }

  add(message: StoredMessage): void {
    if (!this.#said.has(message.id)) this.#said.set(message.id, message);
    const [oldest] = this.#said.keys();
    if (this.#said.size > MOST_HISTORY_MESSAGES && oldest !== undefined) this.#said.delete(oldest);
  }

  amend(id: string, change: Change): void {
    const message = this.#said.get(id);
    if (message) { this.#said.set(id, changed(message, change)); return; }
    this.#changes.push({ id, change });
    if (this.#changes.length > MOST_HISTORY_MESSAGES) this.#changes.shift();
  }

  async messages(): Promise<HistoryMessage[]> {
    const earlier = (await this.#read()).filter(({ id }) => !this.#said.has(id)) // what we wrote ourselves may be in both
      .map((message) => this.#changes.reduce((now, { id, change }) => (id === now.id ? changed(now, change) : now), message));
    return [...earlier, ...this.#said.values()].map(({ role, content, metadata }) => ({ role, content, ...(metadata === undefined ? {} : { metadata }) }));
  }

  #read(): Promise<StoredMessage[]> {
    this.#earlier ??= this.load().catch((error: unknown) => {
      this.#earlier = undefined;
      throw error;
    });
    return this.#earlier;
  }
}

function changed(message: StoredMessage, { content, metadata }: Change): StoredMessage {
  return { ...message, ...(content === undefined ? {} : { content }), ...(metadata === undefined ? {} : { metadata: { ...message.metadata, ...metadata } }) };
}
