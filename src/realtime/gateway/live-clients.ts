import type { Principal } from '@/server/auth/principal';
import type { CredentialHolder } from '@/server/sessions/control-contract';

type Holder = Pick<Principal, 'kind' | 'id' | 'signInId'>;

export interface LiveClient {
  principal: Holder;
  close(): Promise<void>;
}

/** Longer than an upgrade takes: credentials that were read before they were revoked must not come in after it. */
const REMEMBERED_MS = 30_000;

const isOf = (who: CredentialHolder, holder: Holder): boolean =>
  'signInId' in who ? holder.signInId === who.signInId : holder.kind === who.kind && holder.id === who.id;

/** Every connection of a node by the credentials that opened it, with or without a session. */
export class LiveClients {
  readonly #clients = new Set<LiveClient>();
  #revoked: { who: CredentialHolder; at: number }[] = [];

  constructor(private readonly monotonic: () => number) {}

  add(client: LiveClient): void { this.#clients.add(client); }
  remove(client: LiveClient): void { this.#clients.delete(client); }

  /** Whether these credentials were revoked after `since`, when they were about to be looked up. */
  revokedSince(holder: Holder, since: number): boolean { return this.#revoked.some(({ who, at }) => at >= since && isOf(who, holder)); }

  /** Ends every connection of these credentials; how many there were. */
  async closeOf(who: CredentialHolder): Promise<number> {
    const now = this.monotonic();
    this.#revoked = [...this.#revoked.filter(({ at }) => now - at < REMEMBERED_MS), { who, at: now }];
    const theirs = [...this.#clients].filter(({ principal }) => isOf(who, principal));
    await Promise.all(theirs.map((client) => client.close()));
    return theirs.length;
  }
}
