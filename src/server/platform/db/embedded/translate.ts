import type { Client } from './client';
import { readText, type Frame } from './frames';
import { closeStatement, failingSql, frame, parse, query, raisingSql } from './messages';
import { effectsOf, type SqlEffects } from './sql-effects';

/** Adds a client's message to its batch, with the names changed that would collide in the shared session. */
export function translate(client: Client, message: Frame): void {
  const { batch, statements } = client;
  switch (message.type) {
    case 'P':
      return translateParse(client, message);
    case 'B': {
      const [, afterPortal] = readText(message.body, 0);
      const [name, afterName] = readText(message.body, afterPortal);
      noteUse(client, name);
      const renamed = () => frame('B', message.body.subarray(0, afterPortal), `${statements.backendName(name)}\0`, message.body.subarray(afterName));
      return batch.add(name ? renamed() : message.raw);
    }
    case 'D':
    case 'C': {
      const [name] = readText(message.body, 1);
      if (message.body[0] !== 'S'.charCodeAt(0)) return batch.add(message.raw); // a portal: it lives within a transaction, which nobody shares
      if (message.type === 'C') return batch.add(name ? closeStatement(statements.close(name)) : message.raw);
      noteUse(client, name);
      return batch.add(name ? frame('D', `S${statements.backendName(name)}\0`) : message.raw);
    }
    default:
      return batch.add(message.raw);
  }
}

function translateParse(client: Client, message: Frame): void {
  const { batch, statements } = client;
  const [name, afterName] = readText(message.body, 0);
  const effects = effectsOf(readText(message.body, afterName)[0]);
  const refusal = refusalInExtendedProtocol(effects);
  const renamed = (backendName: string) =>
    refusal ? parse(backendName, failingSql(refusal)) : frame('P', `${backendName}\0`, message.body.subarray(afterName));
  if (name) return batch.add(renamed(statements.prepare(name, effects)));
  statements.unnamed = { parse: renamed(''), effects };
  batch.parsesUnnamed = true;
  batch.add(statements.unnamed.parse);
}

/** Both need the multiplexer to step in, which it can only where a message is a whole question. */
function refusalInExtendedProtocol(effects: SqlEffects): string | null {
  if (effects.refusal) return effects.refusal;
  if (effects.copyIn) return 'COPY FROM STDIN needs the simple query protocol in the embedded database';
  if (effects.discardAll) return `${effects.discardAll} needs the simple query protocol in the embedded database`;
  return null;
}

function noteUse(client: Client, name: string): void {
  const effects = client.statements.effectsOf(name);
  if (effects) client.batch.effects.push(effects);
  if (!name && !client.batch.parsesUnnamed) client.batch.usesUnnamed = true;
}

export function translateQuery(client: Client, message: Frame, effects: SqlEffects): void {
  client.batch.effects.push(effects);
  client.statements.unnamed = null; // a simple query drops it
  if (effects.refusal) return client.batch.add(query(raisingSql('0A000', effects.refusal)));
  if (!effects.discardAll) return client.batch.add(message.raw);

  // Passed on, this would hit every connection. The multiplexer undoes what belongs to this one; all that the session
  // itself hears is a statement of the same family that does no harm.
  client.statements.forgetAll();
  if (effects.discardAll === 'DISCARD ALL') client.pendingListens.push({ channel: '*', on: false });
  client.batch.add(query('DISCARD PLANS'));
}
