interface Waiter<T> {
  who: T;
  go: (mine: boolean) => void;
}

/** Who may use the session: first come, first served. A waiter that gives up is told so and skipped. */
export class Turnstile<T> {
  #owner: T | null = null;
  #queue: Waiter<T>[] = [];

  get waiting(): number {
    return this.#queue.length;
  }

  /** Resolves when `who` holds the session, or to false after `abandon`. Entering again while holding it is free. */
  async enter(who: T): Promise<boolean> {
    if (this.#owner === who) return true;
    if (this.#owner === null) {
      this.#owner = who;
      return true;
    }
    return new Promise((go) => this.#queue.push({ who, go }));
  }

  leave(who: T): void {
    if (this.#owner !== who) return;
    const next = this.#queue.shift();
    this.#owner = next?.who ?? null;
    next?.go(true);
  }

  abandon(who: T): void {
    for (const waiter of this.#queue) if (waiter.who === who) waiter.go(false);
    this.#queue = this.#queue.filter((waiter) => waiter.who !== who);
  }
}
