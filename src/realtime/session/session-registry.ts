import type { EndReason } from '../ports';
import type { Session } from './session';

interface LiveEntry {
  session: Session;
  /** Ends the session and its connection. */
  close(reason: EndReason): Promise<void>;
}

/*
 *   open ── drain ──▶ draining (no session starts; running replies finish) ──▶ empty
 */
export class SessionRegistry {
  readonly #live = new Map<Session, LiveEntry>();
  #starting = 0;
  #draining = false;

  constructor(private readonly options: { maxSessions: number }) {}

  get size(): number { return this.#live.size; }
  get draining(): boolean { return this.#draining; }

  /** A place for a session that is about to start, to be given back by `release`; false when there is none. */
  reserve(): boolean {
    if (this.#draining || this.#live.size + this.#starting >= this.options.maxSessions) return false;
    this.#starting += 1;
    return true;
  }
  release(): void { this.#starting -= 1; }

  add(entry: LiveEntry): void { this.#live.set(entry.session, entry); }
  remove(session: Session): void { this.#live.delete(session); }

  /** Whether a session holds this conversation. A device that lost its network comes back before its old socket is given up. */
  holds(conversationId: string): boolean { return this.snapshots().some((session) => session.conversationId === conversationId); }

  snapshots() { return [...this.#live.keys()].map((session) => session.snapshot); }

  /** False when there is no such session. */
  async close(sessionId: string, reason: EndReason): Promise<boolean> {
    const entries = [...this.#live.values()].filter(({ session }) => session.snapshot.sessionId === sessionId);
    await Promise.all(entries.map((entry) => entry.close(reason)));
    return entries.length > 0;
  }

  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    await Promise.all([...this.#live.values()].map(async (entry) => {
      await entry.session.finishTurn(limitMs);
      await entry.close('server_shutdown');
    }));
  }
}
