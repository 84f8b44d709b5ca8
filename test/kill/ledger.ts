/** What the world outside Parley has seen of a run, beside what Parley says itself. */
export interface Ledger {
  /** Every POST /call that was answered with 2xx: the number that was to be rung, by call_id. */
  acknowledged: ReadonlyMap<string, string>;
  /** The attempts (Call-IDs) with which the exchange saw each number dialled. */
  dialled: ReadonlyMap<string, ReadonlySet<string>>;
  /** Parley's own records, at the end. */
  records: readonly { callId: string; state: string; answeredAt: Date | null }[];
  /** Every webhook that arrived, and how it was answered. */
  deliveries: readonly { callId: string; webhookId: string; status: number }[];
}

const LIVE = ['queued', 'dialing', 'ringing', 'answered'];

/** Everything that a crash has broken, in words; nothing when all was kept. */
export function findBreaches({ acknowledged, dialled, records, deliveries }: Ledger): string[] {
  const breaches: string[] = [];
  const byCallId = new Map(records.map((record) => [record.callId, record]));
  const numbers = new Set(acknowledged.values());
  for (const [number, attempts] of dialled) {
    if (attempts.size > 1) breaches.push(`${number} was dialled ${attempts.size} times`);
    if (!numbers.has(number)) breaches.push(`${number} was dialled although nobody was told that it would be`);
  }
  for (const [callId, number] of acknowledged) {
    const record = byCallId.get(callId);
    if (!record) { breaches.push(`${callId} was acknowledged and is lost`); continue; }
    if (LIVE.includes(record.state)) { breaches.push(`${callId} is stuck: ${record.state}`); continue; }
    if (record.answeredAt !== null && !dialled.has(number)) breaches.push(`${callId} was answered by nobody`);
    const own = deliveries.filter((delivery) => delivery.callId === callId);
    if (!own.some(({ status }) => status < 300)) breaches.push(`${callId}'s webhook was not delivered (${own.length} tries, the call is ${record.state})`);
    const ids = new Set(own.map(({ webhookId }) => webhookId));
    if (ids.size > 1) breaches.push(`${callId}'s webhook came under ${ids.size} ids`);
  }
  return breaches;
}
