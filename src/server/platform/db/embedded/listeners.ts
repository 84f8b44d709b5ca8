import { quoteName } from './messages';

/** Who listens to which channel. The shared session listens to all of them; this sorts what it hears. */
export class Listeners<T> {
  readonly #channels = new Map<string, Set<T>>();

  of(channel: string): Iterable<T> {
    return this.#channels.get(channel) ?? [];
  }

  add(channel: string, who: T): void {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(who));
  }

  /** Returns the channels that nobody listens to any more. */
  remove(who: T, channel = '*'): string[] {
    const silent: string[] = [];
    for (const [name, listeners] of this.#channels) {
      if (channel !== '*' && channel !== name) continue;
      if (listeners.delete(who) && listeners.size === 0) {
        this.#channels.delete(name);
        silent.push(name);
      }
    }
    return silent;
  }

  /** Makes the session listen to exactly what somebody here listens to. */
  relistenSql(): string {
    return ['UNLISTEN *', ...[...this.#channels.keys()].map((name) => `LISTEN ${quoteName(name)}`)].join(';');
  }
}
