import { UserAgentClient } from 'sip.js/lib/core/user-agents/user-agent-client.js';

/** What is private in its types. */
interface Client {
  init(): void;
  readonly core: { readonly userAgentClients: Map<string, unknown> };
  _transaction: { readonly id: string; readonly request: { readonly method: string } } | undefined;
}

/**
 * RFC 3261 section 17.1.3: an answer belongs to the transaction whose branch it has. When a request was challenged and is sent anew,
 * sip.js hands what comes for the old branch to the new transaction: a challenge that comes twice, because the other side is slow
 * and was asked twice, was taken for its answer to the password. What comes for a branch that was given up is nobody's.
 */
export function forgetOldTransactions(): void {
  const client = UserAgentClient.prototype as unknown as Client;
  const original = client.init;
  client.init = function (this: Client) {
    const old = this._transaction;
    original.call(this);
    if (old) this.core.userAgentClients.delete(old.id + old.request.method);
  };
}
