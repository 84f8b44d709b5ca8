import { randomBytes } from 'node:crypto';
import { ClientTransaction } from 'sip.js/lib/core/transactions/client-transaction.js';

type MakeId = (request: { method: string; branch?: string }) => string;

/**
 * RFC 3261 section 8.1.1.7: a branch is unique across space and time. sip.js draws from ten million: with 32 seconds of
 * Timer J that collides at a few thousand transactions. A CANCEL takes the branch of what it cancels (section 9.1), as before.
 */
export function widenBranchIds(): void {
  const transactions = ClientTransaction as unknown as { makeId: MakeId };
  const original = transactions.makeId;
  transactions.makeId = (request) => (request.method === 'CANCEL' ? original(request) : `z9hG4bK${randomBytes(12).toString('hex')}`);
}
