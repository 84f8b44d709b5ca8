import { expect, it } from 'vitest';
import postgres from 'postgres';
import { seededRandom } from '@test/support/power-loss/random';
import { Exchange } from '@test/support/telephone/exchange';
import { pause } from '@test/support/telephone/until';
import { habitOf, placeCalls } from './caller';
import { Installation, VICTIMS } from './installation';
import { killAll, type Kill } from './killer';
import { findBreaches } from './ledger';
import { MOMENTS, Moments } from './moments';
import { startQuietSpeech } from './quiet-speech';
import { Receiver } from './receiver';

const SEED = Number(process.env.KILL_SEED ?? 4);
/** For a shorter look: KILL_SHARE=0.1. */
const SHARE = Number(process.env.KILL_SHARE ?? 1);
const QUOTAS = { realtime: 66, worker: 52, web: 42, db: 42 } as const;
const LEASE_MS = 15_000;
const SETTLED_AFTER_LEASE_MS = 60_000;
/** A worker that dies with a webhook in its hands gives it back with its lease; the receiver may then refuse it once more. */
const TOLD_LIMIT_MS = 150_000;

it('loses nothing and dials nobody twice, whatever is killed and whenever', { timeout: 900_000 }, async () => {
  const random = seededRandom(SEED);
  const moments = new Moments();
  await using speech = await startQuietSpeech();
  await using exchange = await Exchange.start(habitOf);
  await using receiver = await Receiver.start({ random, refusesShare: 0.2, maxDelayMs: 80 });
  exchange.on('dialled', () => moments.tell('dialing')).on('ringing', () => moments.tell('ringing')).on('answered', () => moments.tell('answered')).on('ending', () => moments.tell('ending'));
  receiver.on('webhook', () => moments.tell('webhook'));

  await using parley = await Installation.start({ sipDomain: `127.0.0.1:${exchange.port}`, speechUrl: speech.url, maxConcurrent: 10 });
  const startedAt = performance.now();
  const [calling, killing] = [new AbortController(), new AbortController()];
  const placing = placeCalls({ installation: parley, callbackUrl: receiver.url, random, maxQueued: 15, onPlaced: () => moments.tell('queued') }, calling.signal);
  const kills = await killAll({
    installation: parley, moments, random,
    quotas: Object.fromEntries(VICTIMS.map((victim) => [victim, Math.ceil(QUOTAS[victim] * SHARE)])) as Record<(typeof VICTIMS)[number], number>,
    restMs: { realtime: [500, 2_500], web: [500, 4_000], worker: [500, 3_000], db: [1_000, 4_000] },
  }, killing.signal);
  calling.abort();
  const { acknowledged, repeated, refusals } = await placing;
  const killedForMs = performance.now() - startedAt;

  const sql = postgres(parley.databaseUrl, { max: 1, onnotice: () => {} });
  const readRecords = () => sql<{ callId: string; number: string; state: string; endReason: string | null; answeredAt: Date | null; startedAt: Date | null; endedAt: Date | null }[]>`
    SELECT call_id AS "callId", extension AS number, state, end_reason AS "endReason", answered_at AS "answeredAt", started_at AS "startedAt", ended_at AS "endedAt" FROM calls`;
  const ledger = async () => ({ acknowledged, dialled: exchange.dialled, records: await readRecords(), deliveries: receiver.deliveries });
  const settleLimit = performance.now() + TOLD_LIMIT_MS;
  let breaches = findBreaches(await ledger());
  while (breaches.some((each) => /stuck|not delivered/.test(each)) && performance.now() < settleLimit) {
    await pause(500);
    breaches = findBreaches(await ledger());
  }
  const toldAfterMs = performance.now() - startedAt - killedForMs;
  const records = await readRecords();
  await sql.end();

  const settled = settlements(kills, records);
  console.log(`seed ${SEED}: ${kills.length} kills in ${(killedForMs / 1000).toFixed(0)} s, everything told ${(toldAfterMs / 1000).toFixed(0)} s later; ${acknowledged.size} calls; requests repeated: ${JSON.stringify(repeated)}`);
  console.table(Object.fromEntries([...VICTIMS, 'all' as const].map((victim) => {
    const own = kills.filter((kill) => victim === 'all' || kill.victim === victim);
    return [victim, { ...Object.fromEntries(MOMENTS.map((moment) => [moment, own.filter((kill) => kill.moment === moment).length])), all: own.length }];
  })));
  console.table(countBy(records.map(({ state, endReason }) => `${state}${endReason ? ` (${endReason})` : ''}`)));
  console.log(`${settled.length} calls lost their node; settled after ${(Math.max(0, ...settled) / 1000).toFixed(1)} s at most`);
  const ownEnds = VICTIMS.flatMap((victim) => parley.processes[victim].ownEnds);
  if (ownEnds.length > 0) console.log(`ended by themselves: ${ownEnds.length}\n${ownEnds.slice(0, 5).join('\n')}`);

  expect(breaches).toEqual([]);
  expect(refusals).toEqual([]);
  expect(Math.max(0, ...settled)).toBeLessThanOrEqual(LEASE_MS + SETTLED_AFTER_LEASE_MS);
  for (const moment of MOMENTS) expect(kills.filter((kill) => kill.moment === moment).length, moment).toBeGreaterThanOrEqual(10 * Math.min(1, SHARE));
});

/** For each call whose node was killed under it: from the blow until the record said so. */
function settlements(kills: readonly Kill[], records: readonly { endReason: string | null; startedAt: Date | null; endedAt: Date | null }[]): number[] {
  const blows = kills.filter(({ victim }) => victim === 'realtime').map(({ at }) => at.getTime()).sort((a, b) => a - b);
  return records.flatMap(({ endReason, startedAt, endedAt }) => {
    if (endReason !== 'node_lost' || !startedAt || !endedAt) return [];
    const blow = blows.find((at) => at >= startedAt.getTime());
    return blow === undefined ? [] : [endedAt.getTime() - blow];
  });
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys.toSorted()) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
