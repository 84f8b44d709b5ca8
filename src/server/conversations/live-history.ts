import type { StoredMessage } from './database-store';
import { MOST_HISTORY_MESSAGES, type HistoryMessage } from './store';

/** One live conversation's messages in memory: what the database had when it began, then what was said since. */
export class LiveHistory {
  readonly #said = new Map<string, StoredMessage>();
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

  amend(id: string, change: Partial<Pick<HistoryMessage, 'content' | 'metadata'>>): void {
    const message = this.#said.get(id);
    if (!message) return;
    if (change.content !== undefined) message.content = change.content;
    if (change.metadata !== undefined) message.metadata = { ...message.metadata, ...change.metadata };
  }

  async messages(): Promise<HistoryMessage[]> {
    const earlier = (await this.#read()).filter(({ id }) => !this.#said.has(id)); // what we wrote ourselves may be in both
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
