import { AppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import type { HeldTrunk } from '@/server/telephony';
import type { TrunkState } from '@/server/telephony/tables';
import { HostResolver } from '../transport/sip/resolve-host';
import { SipAccount, type SipAccountOptions, type SipAccountState } from '../transport/sip/sip-account';
import type { SipCall } from '../transport/sip/sip-call';
import { accountSettings, settingsDigest } from './account-settings';
import type { SipPort } from './sip-port';
import type { TrunkRecords } from './trunk-records';

export interface TrunkKeeperOptions {
  records: TrunkRecords;
  port: SipPort;
  logger: Logger;
  /** Whether this node's own lease lasts: without it nothing is to be learnt from the records. */
  leaseHeld(): boolean;
  publicAddress?: string | undefined;
  onCall(call: SipCall, trunk: HeldTrunk): void;
  /** A trunk can be dialled over that could not before. */
  onUsable(): void;
  account?: Partial<SipAccountOptions>;
}

interface Served {
  trunk: HeldTrunk;
  /** Undefined: it cannot be made, and `error` says why. */
  account: SipAccount | undefined;
  digest: string;
  /** Registered, or in no need of it. */
  usable: boolean;
  state: TrunkState;
  error: string | null;
  /** What the record says, as far as we know. */
  reported: string;
}

/** The port may be free again, the secret may be there. */
const TRY_AGAIN_MS = 10_000;

/*
 *   a trunk:  leased ── made ──▶ served ── settings changed ──▶ served anew (the old account's calls go on)
 *                └─ cannot be made ──▶ waiting ── 10 s, changed ──▶ leased
 *   any ── the record is another node's, gone or switched off ──▶ left (its calls go on; then its account stops)
 * Which trunks this node serves follows the records, looked at often; how they are goes back there.
 */
export class TrunkKeeper {
  readonly #served = new Map<string, Served>();
  readonly #retired = new Set<SipAccount>();
  readonly #resolver = new HostResolver();
  #looking: Promise<void> | undefined;
  #stopped = false;
  readonly #triedAt = new Map<string, number>();
  #reporting: Promise<void> | undefined;
  #reportAgain = false;

  constructor(private readonly options: TrunkKeeperOptions) {}

  get size(): number { return this.#served.size; }
  /** Trunks that calls can go out over now. */
  usable(): string[] { return [...this.#served.values()].filter(({ usable, account }) => usable && account).map(({ trunk }) => trunk.id); }

  /** To place a call over; undefined when this node does not serve the trunk any longer. */
  serving(trunkId: string): { account: SipAccount; trunk: HeldTrunk } | undefined {
    const served = this.#served.get(trunkId);
    return served?.account && { account: served.account, trunk: served.trunk };
  }

  /** Looks what is to be served, and does it. One look at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => { this.#looking = undefined; });
    return this.#looking;
  }

  /** Gives up all trunks. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#looking?.catch(() => {});
    const accounts = [...this.#retired, ...[...this.#served.values()].flatMap(({ account }) => account ?? [])];
    this.#served.clear();
    this.#retired.clear();
    await Promise.all(accounts.map((account) => account.stop()));
    await this.options.records.release().catch((error: unknown) => this.options.logger.warn({ err: error }, 'trunks could not be given back: another node takes them when the lease ends'));
  }

  async #look(): Promise<void> {
    if (this.#stopped || !this.options.leaseHeld()) return;
    const trunks = await this.options.records.lease();
    // Learnt while the lease ran out: others may serve them by now, or nobody could tell us. The next look knows.
    if (this.#stopped || !this.options.leaseHeld()) return;
    const wanted = new Set(trunks.map(({ id }) => id));
    for (const [id, served] of this.#served) if (!wanted.has(id)) this.#leave(id, served);
    for (const trunk of trunks) {
      await this.#serve(trunk);
      // Whoever had it in between, or we ourselves when our lease had run out, wrote something else there.
      const served = this.#served.get(trunk.id);
      if (served && (trunk.state !== served.state || trunk.lastError !== served.error)) served.reported = '';
    }
    for (const account of this.#retired) if (account.calls === 0) { this.#retired.delete(account); void account.stop(); }
    await this.#report();
  }

  async #serve(trunk: HeldTrunk): Promise<void> {
    const now = this.#served.get(trunk.id);
    const due = !now?.account && performance.now() - (this.#triedAt.get(trunk.id) ?? -Infinity) >= TRY_AGAIN_MS;
    if (now && now.trunk.revision === trunk.revision && !due) { now.trunk = trunk; return; }
    this.#triedAt.set(trunk.id, performance.now());
    const served: Served = { trunk, account: undefined, digest: '', usable: false, state: 'stopped', error: null, reported: now?.reported ?? '' };
    try {
      const settings = accountSettings(trunk, await this.options.records.credentials(trunk));
      served.digest = settingsDigest(settings);
      if (now?.account && now.digest === served.digest) { now.trunk = trunk; return; } // its name, its limits: nothing of the account's
      const { listener, media } = await this.options.port.use();
      const { publicAddress, logger, account: options } = this.options;
      served.account = new SipAccount(settings, {
        listener, media, logger, resolver: this.#resolver, ...(publicAddress ? { publicAddress } : {}), ...(options ? { options } : {}),
        onCall: (call) => this.options.onCall(call, served.trunk),
        onState: (state, error) => this.#onState(served, state, error),
      });
    } catch (error) {
      [served.state, served.error] = ['waiting', error instanceof AppError ? error.userMessage : error instanceof Error ? error.message : String(error)];
      this.options.logger.warn({ trunk: trunk.name, error: served.error }, 'a trunk cannot be served');
    }
    if (now) this.#retire(now);
    this.#served.set(trunk.id, served);
    // Not waited for: a name server that does not answer holds up this trunk and no other.
    served.account?.start().catch((error: unknown) => this.options.logger.error({ err: error, trunk: trunk.name }, 'a trunk could not be started'));
  }

  #onState(served: Served, state: SipAccountState, error: string | null): void {
    if (this.#served.get(served.trunk.id) !== served) return; // another account has taken its place
    const { trunk } = served;
    if (error && error !== served.error) this.options.logger.warn({ trunk: trunk.name, state, error }, 'telephone trunk');
    else if (state !== served.state) this.options.logger.info({ trunk: trunk.name, state }, 'telephone trunk');
    const refreshing = state === 'registering' && served.state === 'registered';
    if (refreshing) return; // nobody need know until it fails
    [served.state, served.error] = [state === 'idle' ? 'stopped' : state, error];
    const usable = state === 'registered' || state === 'static';
    if (usable && !served.usable) this.options.onUsable();
    served.usable = usable;
    void this.#report();
  }

  /** One at a time: an older word must not come after a newer one. */
  #report(): Promise<void> {
    this.#reportAgain = true;
    this.#reporting ??= (async () => {
      while (this.#reportAgain) { this.#reportAgain = false; await this.#tell(); }
    })().finally(() => { this.#reporting = undefined; });
    return this.#reporting;
  }

  /** As far as the database takes it; the next look tells the rest. */
  async #tell(): Promise<void> {
    for (const served of this.#served.values()) {
      const { trunk, state, error, account } = served;
      const registeredUntil = state === 'registered' ? account?.registeredUntil ?? null : null;
      const news = JSON.stringify([state, error, registeredUntil]);
      if (news === served.reported) continue;
      const before = served.reported;
      served.reported = news;
      await this.options.records.report({ trunkId: trunk.id, state, lastError: error, registeredUntil }).catch((cause: unknown) => {
        served.reported = before;
        this.options.logger.debug({ err: cause, trunk: trunk.name }, 'the state of a trunk could not be told');
      });
    }
  }

  #leave(id: string, served: Served): void {
    this.#served.delete(id);
    this.#triedAt.delete(id);
    this.options.logger.info({ trunk: served.trunk.name }, 'a trunk is no longer served here');
    this.#retire(served);
  }

  #retire({ account }: Served): void {
    if (!account) return;
    this.#retired.add(account);
    void account.retire();
  }
}
