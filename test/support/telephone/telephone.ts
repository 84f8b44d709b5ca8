import { MediaNode } from '@/realtime/transport/rtp/media-node';
import type { CallEnd } from '@/realtime/transport/sip/call-end';
import { SipListener, type SipListenerOptions } from '@/realtime/transport/sip/listener/sip-listener';
import { HostResolver } from '@/realtime/transport/sip/resolve-host';
import { SipAccount, type SipAccountDeps, type SipAccountSettings } from '@/realtime/transport/sip/sip-account';
import type { SipCall } from '@/realtime/transport/sip/sip-call';
import { quietLogger } from './media-ear';
import { atPace, speakUntil } from './speak';
import { endsInTone, join, tone } from './tones';

/** A call that remembers what happened in it. */
export class WatchedCall {
  readonly story: string[] = [];
  readonly frames: Int16Array[] = [];
  readonly digits: string[] = [];
  end: CallEnd | undefined;

  constructor(readonly call: SipCall) {
    call.listen({
      onRinging: () => { this.story.push('ringing'); },
      onEarlyMedia: () => { this.story.push('early media'); },
      onAnswered: () => { this.story.push('answered'); },
      onAudio: (samples) => { this.frames.push(samples.slice()); },
      onDigit: (digit) => { this.digits.push(digit); },
      onHeld: (held) => { this.story.push(held ? 'held' : 'taken back'); },
      onEnded: (end) => { this.end = end; this.story.push(`ended: ${end.reason}`); },
    });
  }

  get heard(): Int16Array { return join(this.frames); }

  /** Whether the last second that was heard is this tone. */
  hears(hz: number, ms = 1_000): boolean { return endsInTone(this.frames, hz, { ms }); }

  /** A tone at the pace of the playout. */
  say(hz: number, ms = 1_000): Promise<void> { return atPace((fromMs, pieceMs) => this.call.sendAudio(tone(hz, pieceMs, { fromMs })), (at) => at < ms); }

  /** A tone until somebody has heard it. */
  sayUntil(hz: number, heard: () => boolean): Promise<void> { return speakUntil(`${hz} Hz were heard`, (samples) => this.call.sendAudio(samples), hz, heard); }
}

export interface TelephoneOptions extends Partial<Pick<SipListenerOptions, 'host' | 'port' | 'floodLimits' | 'tcpLimits' | 'onTrace'>> {
  ports?: { min: number; max: number } | null;
  /** Shared with others, who close it; by default it has its own. */
  media?: MediaNode;
}

/** A whole telephone of ours on this machine: a SIP port, a media worker and any number of accounts. */
export class Telephone implements AsyncDisposable {
  readonly accounts: SipAccount[] = [];
  readonly incoming: WatchedCall[] = [];
  readonly states: string[] = [];
  /** What it does when it rings. */
  onCall: (watched: WatchedCall) => void = ({ call }) => { call.answer().catch(() => {}); };

  private constructor(readonly listener: SipListener, readonly media: MediaNode, private readonly ownsMedia: boolean, readonly trace: { direction: 'in' | 'out'; text: string }[]) {}

  static async start(options: TelephoneOptions = {}): Promise<Telephone> {
    const { ports = null, media: shared, ...listening } = options;
    const media = shared ?? await MediaNode.start({ ports, logger: quietLogger, onLost: () => {} });
    const trace: Telephone['trace'] = [];
    const listener = new SipListener({
      host: '127.0.0.1', port: 0, logger: quietLogger, ...listening,
      onTrace: (direction, text, peer) => { trace.push({ direction, text }); options.onTrace?.(direction, text, peer); },
    });
    await listener.open();
    return new Telephone(listener, media, shared === undefined, trace);
  }

  get port(): number { return this.listener.port; }

  async account(settings: Partial<SipAccountSettings> = {}, deps: Partial<SipAccountDeps> = {}): Promise<SipAccount> {
    const account = new SipAccount({
      id: 'test', user: 'anna', domain: '127.0.0.1', protocol: 'udp', registers: false, allowedAddresses: ['127.0.0.0/8'], ...settings,
    }, {
      listener: this.listener, media: this.media, resolver: new HostResolver(), logger: quietLogger,
      onCall: (call) => { const watched = new WatchedCall(call); this.incoming.push(watched); this.onCall(watched); },
      onState: (state, error) => { this.states.push(error ? `${state}: ${error}` : state); },
      ...deps,
    });
    this.accounts.push(account);
    await account.start();
    return account;
  }

  /** Rings, and does not wait. */
  ring(account: SipAccount, to: string, options: { ringTimeoutMs?: number } = {}): WatchedCall {
    const watched = new WatchedCall(account.call({ to }));
    void watched.call.invite({ ringTimeoutMs: options.ringTimeoutMs ?? 60_000 });
    return watched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.accounts.map((account) => account.stop()));
    await this.listener.close();
    if (this.ownsMedia) await this.media.close();
  }
}

