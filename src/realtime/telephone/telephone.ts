import type { Registry } from 'prom-client';
import type { CallControl } from '@/server/calls';
import type { Lease } from '@/server/nodes/lease';
import type { Config } from '@/server/platform/config';
import type { Logger } from '@/server/platform/logger';
import type { RealtimeNode } from '../gateway/start-node';
import type { AgentDirectory } from '../ports';
import type { MediaNode, MediaNodeOptions } from '../transport/rtp/media-node';
import type { SipAccountOptions } from '../transport/sip/sip-account';
import type { SipCall } from '../transport/sip/sip-call';
import { callMedia } from './call-media';
import type { CallRecords } from './call-records';
import { Dialer } from './dialer';
import { failTakenCall } from './fail-taken-call';
import { LiveCall, type LiveCallFacts } from './live-call';
import { LiveCalls } from './live-calls';
import { placeCall } from './place-call';
import { receiveCall } from './receive-call';
import { SipPort } from './sip-port';
import type { CallingDeps } from './telephone-deps';
import { createTelephoneMetrics, type TelephoneMetrics } from './telephone-metrics';
import { TrunkKeeper } from './trunk-keeper';
import type { TrunkRecords } from './trunk-records';

export interface TelephoneOptions {
  sip: Pick<Config['sip'], 'host' | 'port' | 'publicAddress' | 'trunk'> & { rtpPorts: MediaNodeOptions['ports'] };
  records: CallRecords;
  trunks: TrunkRecords;
  agents: AgentDirectory;
  registry: Registry;
  logger: Logger;
  /** The media worker does not stay up: nothing here can mend that. */
  onHopeless(): void;
  account?: Partial<SipAccountOptions>;
  startMedia?: (options: MediaNodeOptions) => Promise<MediaNode>;
  /** How often the records are looked at without being told to. */
  lookEveryMs?: number;
}

const LOOK_EVERY_MS = 2_000;
const MEASURE_EVERY_MS = 5_000;
const REAP_EVERY_MS = 5_000;
/** Of a drain: to store the ends of calls, to leave the registrars. */
const SETTLE_LIMIT_MS = 2_000;

/*
 *   made ── start ──▶ serving ── drain (no new calls, goodbyes) ──▶ draining ── close ──▶ closed
 * A node's telephone: the trunks it holds, the calls that come in and go out over them, and their records.
 */
export class Telephone {
  readonly #calls = new LiveCalls();
  readonly #port: SipPort;
  readonly #keeper: TrunkKeeper;
  readonly #dialer: Dialer;
  readonly #metrics: TelephoneMetrics;
  readonly #deps: CallingDeps;
  #talk: RealtimeNode['talk'] | undefined;
  #lease: Pick<Lease, 'held'> | undefined;
  #timers: NodeJS.Timeout[] = [];
  #measuring = false;
  #reaping = false;

  constructor(private readonly options: TelephoneOptions) {
    const { records, trunks, logger, sip } = options;
    const leaseHeld = () => this.#lease?.held() ?? false;
    this.#metrics = createTelephoneMetrics(options.registry, {
      active: () => {
        const all = this.#calls.all();
        const inbound = all.filter(({ direction }) => direction === 'inbound').length;
        return { inbound, outbound: all.length - inbound };
      },
      sip: () => this.#port.current?.listener.counters,
    });
    this.#port = new SipPort({ sip, logger, onHopeless: options.onHopeless, ...(options.startMedia ? { startMedia: options.startMedia } : {}) });
    this.#deps = {
      records, trunks, logger, leaseHeld, agents: options.agents,
      talk: (...talk) => { if (!this.#talk) throw new Error('The telephone is not started'); this.#talk(...talk); },
      draining: () => this.#calls.draining,
      begin: (facts, call) => this.#begin(facts, call),
      refused: (why) => this.#metrics.ended('inbound', why, null),
    };
    this.#keeper = new TrunkKeeper({
      records: trunks, port: this.#port, logger, leaseHeld, publicAddress: sip.publicAddress, ...(options.account ? { account: options.account } : {}),
      onCall: (call, trunk) => { receiveCall(call, trunk, this.#deps).catch((error: unknown) => { logger.error({ err: error }, 'an incoming call failed'); call.hangUp('The call failed'); }); },
      onUsable: () => this.#dialer.wake(),
    });
    this.#dialer = new Dialer({
      trunks: () => this.#keeper.usable(), leaseHeld, logger,
      take: (trunkIds) => records.take(trunkIds),
      place: (call) => { placeCall(call, this.#keeper.serving(call.trunkId), this.#deps).catch((error: unknown) => logger.error({ err: error, call: call.id }, 'a call could not be placed')); },
      stale: (call) => failTakenCall(call, { endReason: 'lease_lost', error: 'The database took so long that the call may be settled elsewhere; it was not dialled' }, this.#deps),
    });
  }

  /** Of this node, for its control API. */
  get control(): CallControl { return this.#calls; }
  get activeCalls(): number { return this.#calls.size; }
  /** Undefined while nothing needs one. */
  get port(): number | undefined { return this.#port.current?.listener.port; }

  /** @throws Error in words: which port is taken, where the environment names a trunk */
  async start(lease: Pick<Lease, 'held'>, talk: RealtimeNode['talk']): Promise<void> {
    this.#lease = lease;
    this.#talk = talk;
    if (this.options.sip.trunk) await this.#port.use();
    await this.#look();
    this.#dialer.start();
    this.#timers = [
      setInterval(() => void this.#look(), this.options.lookEveryMs ?? LOOK_EVERY_MS),
      setInterval(() => void this.#measure(), MEASURE_EVERY_MS),
      setInterval(() => void this.#reap(), REAP_EVERY_MS),
    ];
    void this.#reap();
  }

  /** The records say that a call was queued, or that a trunk changed. */
  callsChanged(): void { this.#dialer.wake(); }
  trunksChanged(): void { void this.#look(); }

  /** No call begins any longer; those there are take leave, for `limitMs` at most. */
  async drain(limitMs: number): Promise<void> {
    await Promise.all([this.#calls.drain(limitMs), this.#dialer.stop(limitMs)]);
  }

  /** Gives up what is left, once its ends are stored. */
  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await this.drain(0);
    await this.#keeper.stop(); // the accounts hang up what is left
    const unstored = await this.#calls.settle(SETTLE_LIMIT_MS);
    if (unstored > 0) this.options.logger.error({ unstored }, 'ends of calls could not be stored: they are settled when the lease has run out');
    await this.#port.close();
  }

  #begin(facts: LiveCallFacts, sip: SipCall): LiveCall {
    const { records, logger } = this.options;
    const call = new LiveCall(facts, sip, {
      records, logger,
      onAnswered: ({ direction, begunAt }) => this.#metrics.answered(direction, (performance.now() - begunAt) / 1_000),
      onOver: ({ direction }, { state, media }) => this.#metrics.ended(direction, state, media),
    });
    this.#calls.add(call);
    return call;
  }

  #look(): Promise<void> {
    return this.#keeper.look().catch((error: unknown) => this.options.logger.warn({ err: error }, 'the trunks cannot be read'));
  }

  /** Of live calls into their records, in one write; a database that is away gets the next one. */
  async #measure(): Promise<void> {
    const { current } = this.#port;
    if (this.#measuring || !current) return;
    this.#measuring = true;
    try {
      const { pacing } = await current.media.load();
      this.#metrics.paced(pacing.p99);
      const answered = this.#calls.all().filter((call) => call.answered);
      const measured = await Promise.all(answered.map(async (call) => ({ call, statistics: await call.statistics() })));
      await this.options.records.setMedia(measured.flatMap(({ call: { facts, sip }, statistics }) => (statistics ? [{ id: facts.id, attemptId: facts.attemptId, media: callMedia(statistics, sip.codec ?? null) }] : [])));
    } catch (error) {
      this.options.logger.debug({ err: error }, 'calls could not be measured');
    } finally {
      this.#measuring = false;
    }
  }

  async #reap(): Promise<void> {
    if (this.#reaping) return;
    this.#reaping = true;
    try {
      const ended = await this.options.records.reap(this.#calls.all().map(({ facts }) => facts.attemptId));
      if (ended > 0) this.options.logger.warn({ ended }, 'ended calls that nobody holds');
    } catch (error) {
      this.options.logger.debug({ err: error }, 'calls could not be reaped');
    } finally {
      this.#reaping = false;
    }
  }
}
