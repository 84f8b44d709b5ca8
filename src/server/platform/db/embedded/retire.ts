import type { Client } from './client';
import type { Listeners } from './listeners';
import { failingSql, parse, query, quoteName, sync } from './messages';

/**
 * What undoes a client that has gone, as messages for its last turn: first whatever aborts an open transaction, then what
 * tidies up. A bare Sync would commit an implicit transaction, so a statement that fails goes before it.
 */
export function farewell(client: Client, others: Iterable<Client>, listeners: Listeners<Client>): { abort: Buffer[]; cleanup: Buffer[] } {
  const abort: Buffer[] = [];
  if (client.midBatch) abort.push(parse('', failingSql('client disconnected')), sync());
  if (client.midBatch || client.status !== 'I') abort.push(query('ROLLBACK')); // outside a transaction a mere warning

  client.statements.forgetAll();
  const cleanup = client.statements.leftovers();
  if (cleanup.length > 0) cleanup.push(sync());
  for (const channel of listeners.remove(client)) cleanup.push(query(`UNLISTEN ${quoteName(channel)}`));
  // Temporary tables have no owner to tell them by: they go with the last connection that made some.
  const lastOfTemp = client.usedTemp && ![...others].some((other) => other !== client && other.usedTemp);
  if (lastOfTemp) cleanup.push(query('DISCARD TEMP'));
  return { abort, cleanup };
}
