import { UserAgentClient } from 'sip.js/lib/core/user-agents/user-agent-client.js';

interface Transaction {
  readonly id: string;
  readonly request: { readonly method: string };
  dispose(): void;
}

/** What is private in its types. */
interface Client {
  init(): void;
  readonly core: { readonly userAgentClients: Map<string, { readonly transaction: Transaction | undefined; dispose(): void }> };
  _transaction: Transaction | undefined;
}

/**
 * RFC 3261 section 17.1.3: an answer belongs to the transaction whose branch it has. When a request was challenged and is sent anew,
 * sip.js hands what comes for the old branch to the new transaction: a challenge that comes twice, because the other side is slow
 * and was asked twice, was taken for its answer to the password. The old transaction gets it instead, which says ACK again (17.1.1.2) or nothing, until it ends.
 */
export function keepOldTransactions(): void {
  const client = UserAgentClient.prototype as unknown as Client;
  const original = client.init;
  client.init = function (this: Client) {
    const old = this._transaction;
    original.call(this);
    if (old) this.core.userAgentClients.set(old.id + old.request.method, { transaction: old, dispose: () => old.dispose() });
  };
}
