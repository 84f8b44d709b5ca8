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
/** The dear ones to start anew are killed less often: 202 in all. */
const QUOTAS = { realtime: 64, worker: 72, web: 34, db: 32 } as const;
/** Longer than any restart and any wait for a moment. */
const STALL_MS = 60_000;
const LEASE_MS = 15_000;
const SETTLED_AFTER_LEASE_MS = 60_000;
/** A worker that dies with a webhook in its hands gives it back with its lease; the receiver may then refuse it once more. */
const TOLD_LIMIT_MS = 240_000;

interface Settled { callId: string; state: string; endReason: string | null; answeredAt: Date | null; startedAt: Date | null; settledAt: Date | null }

it('loses nothing and dials nobody twice, whatever is killed and whenever', { timeout: 1_200_000 }, async () => {
  const random = seededRandom(SEED);
  const moments = new Moments();
  await using speech = await startQuietSpeech();
  await using exchange = await Exchange.start(habitOf);
  await using receiver = await Receiver.start({ random, refusesShare: 0.2, maxDelayMs: 80 });
  exchange.on('dialled', () => moments.tell('dialing')).on('ringing', () => moments.tell('ringing')).on('answered', () => moments.tell('answered')).on('ending', () => moments.tell('ending'));
  receiver.on('webhook', () => moments.tell('webhook'));

  await using parley = await Installation.start({ sipDomain: `127.0.0.1:${exchange.port}`, speechUrl: speech.url, maxConcurrent: 5 });
  const startedAt = performance.now();
  const [calling, killing] = [new AbortController(), new AbortController()];
  const placing = placeCalls({ installation: parley, callbackUrl: receiver.url, random, maxQueued: 15, onPlaced: () => moments.tell('queued') }, calling.signal);
  let lastKillAt = performance.now();
  const watch = setInterval(() => { if (performance.now() - lastKillAt > STALL_MS) { lastKillAt = performance.now(); void describeStall(parley, moments).then((text) => process.stdout.write(text)); } }, 1_000);
  const kills = await killAll({
    installation: parley, moments, random,
    quotas: Object.fromEntries(VICTIMS.map((victim) => [victim, Math.ceil(QUOTAS[victim] * SHARE)])) as Record<(typeof VICTIMS)[number], number>,
    onKill: (count) => { lastKillAt = performance.now(); if (count % 25 === 0) process.stdout.write(`${count} kills after ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`); },
    restMs: { realtime: [500, 2_500], web: [500, 4_000], worker: [300, 2_000], db: [1_000, 4_000] },
  }, killing.signal);
  clearInterval(watch);
  calling.abort();
  const { acknowledged, repeated, refusals } = await placing;
  const killedForMs = performance.now() - startedAt;

  const sql = postgres(parley.databaseUrl, { max: 1, onnotice: () => {} });
  // A lost call's own end is when it was last seen; its webhook was written in the transaction that settled it.
  const readRecords = () => sql<Settled[]>`
    SELECT call_id AS "callId", c.state, end_reason AS "endReason", answered_at AS "answeredAt", started_at AS "startedAt", d.created_at AS "settledAt"
    FROM calls c LEFT JOIN webhook_deliveries d ON d.subject_id = c.id`;
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
  const ownEnds = VICTIMS.flatMap((victim) => parley.processes[victim].ownEnds.serving);
  const total = (of: 'starting' | 'overdue') => VICTIMS.reduce((sum, victim) => sum + parley.processes[victim].ownEnds[of], 0);
  console.log(`ended by themselves: ${ownEnds.length} while serving, ${total('starting')} while starting without a database; never ready: ${total('overdue')}`);

  expect(breaches).toEqual([]);
  expect(refusals).toEqual([]);
  expect(total('overdue')).toBe(0);
  expect(ownEnds, 'nobody dies of the death of another').toEqual([]);
  expect(Math.max(0, ...settled)).toBeLessThanOrEqual(LEASE_MS + SETTLED_AFTER_LEASE_MS);
  for (const moment of MOMENTS) expect(kills.filter((kill) => kill.moment === moment).length, moment).toBeGreaterThanOrEqual(10 * Math.min(1, SHARE));
});

/** When nothing more happens: who is up, what calls wait for, and the last words of all. */
async function describeStall(parley: Installation, moments: Moments): Promise<string> {
  const queue = await parley.request('GET', '/queue').then(({ status, body }) => `${status} ${JSON.stringify(body)}`, String);
  const health = await parley.request('GET', '/health').then(({ status, body }) => `${status} ${JSON.stringify(body)}`, String);
  const processes = VICTIMS.map((victim) => { const { readyAt, output } = parley.processes[victim]; return `--- ${victim} (${readyAt === 0 ? 'not ready' : `ready for ${((performance.now() - readyAt) / 1000).toFixed(0)} s`})\n${output.slice(-3_000)}`; });
  return [`nobody was killed for ${STALL_MS / 1000} s`, JSON.stringify(moments.counts), `queue ${queue}`, `health ${health}`, ...processes, ''].join('\n');
}

/** For each call whose node was killed under it: from the blow until the record said so. */
function settlements(kills: readonly Kill[], records: readonly Settled[]): number[] {
  const blows = kills.filter(({ victim }) => victim === 'realtime').map(({ at }) => at.getTime()).sort((a, b) => a - b);
  return records.flatMap(({ endReason, startedAt, settledAt }) => {
    if (endReason !== 'node_lost' || !startedAt || !settledAt) return [];
    const blow = blows.find((at) => at >= startedAt.getTime());
    return blow === undefined ? [] : [settledAt.getTime() - blow];
  });
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys.toSorted()) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
