import type { Client } from './client';

export interface Letter {
  to: Client;
  data: Buffer;
  isNotification: boolean;
}

/**
 * Answers leave in the order in which the session gave them, and none before what it may have seen is on the disk. One
 * connection's answer must never ride along with an earlier flush: its commit may not be part of that one.
 */
export class Outbox {
  #tail: Promise<void> = Promise.resolve();

  constructor(private readonly send: (letter: Letter) => void) {}

  deliver(letters: Letter[], durable: Promise<void> | null): Promise<void> {
    const before = this.#tail;
    this.#tail = (async () => {
      await before;
      await durable;
      for (const letter of letters) this.send(letter);
    })();
    return this.#tail;
  }
}
