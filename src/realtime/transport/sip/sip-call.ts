import { Invitation, Inviter, SessionState, type Session, type SessionDelegate, type SessionDescriptionHandlerOptions } from 'sip.js';
import type { IncomingResponse } from 'sip.js/lib/core/messages/incoming-response.js';
import type { Logger } from '@/server/platform/logger';
import type { G711 } from '../../audio/g711';
import type { MediaNode } from '../rtp/media-node';
import type { MediaSettings, MediaStatistics } from '../rtp/media-messages';
import type { MediaStream } from '../rtp/media-stream';
import { isDtmf } from '../rtp/telephone-event';
import { CallDescription, type DescriptionOptions } from './call-description';
import type { DialogMessage } from './dialog-message';
import { endOfRefusal, REFUSALS, type CallEnd, type CallEndReason, type Refusal } from './call-end';
import { digitOfInfo } from './dtmf-info';

export type CallState = 'dialing' | 'incoming' | 'ringing' | 'answered' | 'ended';

/** What happens in a call, in order. `onEnded` is the last and comes exactly once; only messages may follow it, such as the answer to a BYE. */
export interface SipCallListener {
  onRinging?(): void;
  /** Audio flows before the call is answered: ring-back, an announcement. */
  onEarlyMedia?(): void;
  onAnswered?(): void;
  /** The first packet of the other side has come: the way to it is open. */
  onMediaBegun?(): void;
  /** 20 ms of 8 kHz mono. A view: keep a copy, not the view. */
  onAudio?(samples: Int16Array): void;
  onDigit?(digit: string): void;
  /** The other side has put us on hold, or taken us back. */
  onHeld?(held: boolean): void;
  /** A SIP message of the call passed by, in either direction. */
  onMessage?(message: DialogMessage): void;
  onEnded?(end: CallEnd): void;
}

export interface SipCallDeps {
  media: Pick<MediaNode, 'open'>;
  logger: Logger;
  codecs: readonly G711[];
  /** The address for SDP, and the one to bind to. */
  mediaAddress(): { advertised: string; bind: string };
  /** Nothing from the other side for so long ends an answered call; longer than any silence suppression, which sends comfort noise. */
  rtpTimeoutMs: number;
  onEnded(call: SipCall): void;
}

export interface SipCallFacts {
  id: string;
  direction: 'inbound' | 'outbound';
  /** Call-ID, for the ladder and for logs. */
  sipCallId: string;
  /** Number or name of the other side, and the name it shows. */
  remoteNumber: string;
  remoteName: string | null;
  /** Outbound: whom we ring. Inbound: the number that was dialled, the trunk's DID. */
  calledNumber: string;
}

const KEY_MS = 120;
/** Messages kept until somebody listens: the INVITE, and what follows it while an agent is chosen. */
const MAX_UNHEARD = 20;
/** RFC 3261 section 14.1: two re-INVITEs met; ours waits 2.1 to 4 s and tries again. */
const GLARE_WAIT_MS = 2_100;

/*
 *   outbound:  dialing ── 180, 183 ──▶ ringing ── 200 ──▶ answered
 *   inbound:   incoming ── ring(), earlyMedia() ──▶ ringing ── answer() ──▶ answered
 *   any ── refused, cancelled, ring timeout, BYE, RTP time-out, transport failure ──▶ ended (with a reason, once)
 * Signalling and media of one call. Who talks to whom about what is not known here.
 */
export class SipCall {
  #state: CallState;
  #listener: SipCallListener = {};
  #stream: MediaStream | undefined;
  #opening: Promise<MediaStream> | undefined;
  #end: CallEnd | undefined;
  #wanted: CallEnd | undefined;
  #rang = false;
  #early = false;
  #held = false;
  #onHold = false;
  #finalStatus: number | null = null;
  #ringTimer: NodeJS.Timeout | undefined;
  #statistics: Promise<MediaStatistics | null> = Promise.resolve(null);
  #settings: MediaSettings | undefined;
  #unheard: DialogMessage[] = [];
  readonly description: CallDescription;

  constructor(readonly facts: SipCallFacts, private readonly session: Session, private readonly deps: SipCallDeps) {
    this.#state = facts.direction === 'inbound' ? 'incoming' : 'dialing';
    this.description = new CallDescription({
      media: async () => { const { port, rtcpPort } = await this.#open(); return { address: deps.mediaAddress().advertised, port, rtcpPort, codecs: deps.codecs }; },
      onAgreed: (settings, { held }) => this.#onAgreed(settings, held),
    });
    session.delegate = this.#delegate();
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) this.#onEstablished();
      if (state === SessionState.Terminated) this.#onTerminated();
    });
  }

  get state(): CallState { return this.#state; }
  /** How it ended; undefined while it has not. */
  get end(): CallEnd | undefined { return this.#end; }
  get held(): boolean { return this.#held; }
  get onHold(): boolean { return this.#onHold; }
  get codec(): G711 | undefined { return this.#settings?.codec; }
  get earlyMediaFlows(): boolean { return this.#early; }

  /** Before anything can happen; one listener, the newest. */
  listen(listener: SipCallListener): void {
    this.#listener = listener;
    if (listener.onMessage) for (const message of this.#unheard.splice(0)) listener.onMessage(message);
  }

  /** For the account, which sees all messages. */
  passed(message: DialogMessage): void {
    if (this.#listener.onMessage) this.#listener.onMessage(message);
    else if (this.#unheard.length < MAX_UNHEARD) this.#unheard.push(message);
  }

  /** Sends the INVITE. Gives up after `ringTimeoutMs`, which Timer B (32 s without any answer) may come before. */
  async invite(options: { ringTimeoutMs: number }): Promise<void> {
    const inviter = this.session as Inviter;
    this.#ringTimer = setTimeout(() => this.#give('no_answer', null, 'Nobody answered in time'), options.ringTimeoutMs);
    try {
      await inviter.invite({
        requestDelegate: {
          onProgress: (response) => this.#onProgress(response),
          onReject: (response) => this.#onRefused(response),
          onRedirect: (response) => this.#onRefused(response),
        },
      });
    } catch (error) {
      this.#finish({ reason: 'failed', status: null, words: error instanceof Error ? error.message : 'The call could not be placed' });
    }
  }

  /** 180. */
  async ring(): Promise<void> {
    if (this.#state !== 'incoming') return;
    this.#state = 'ringing';
    await (this.session as Invitation).progress({ statusCode: 180 });
  }

  /** 183 with our answer: the caller hears us before the call is answered (and charged). */
  async earlyMedia(): Promise<void> {
    if (this.#state !== 'incoming' && this.#state !== 'ringing') return;
    this.#state = 'ringing';
    await (this.session as Invitation).progress({ statusCode: 183 });
  }

  /** 200. Rejects when the caller has hung up meanwhile, or no port is left. */
  async answer(): Promise<void> {
    if (this.#state !== 'incoming' && this.#state !== 'ringing') throw new Error(`A call that is ${this.#state} cannot be answered`);
    await (this.session as Invitation).accept();
  }

  /** Refuses an incoming call. */
  refuse(why: Refusal): void {
    if (this.#state !== 'incoming' && this.#state !== 'ringing') return;
    const status = REFUSALS[why];
    this.#wanted ??= { reason: why === 'overloaded' ? 'unavailable' : why, status, words: 'We refused the call' };
    this.#swallow((this.session as Invitation).reject({ statusCode: status }));
  }

  /** Ends the call in whatever state it is. */
  hangUp(words = 'We ended the call'): void {
    if (this.#state === 'ended') return;
    this.#give(this.#state === 'answered' ? 'hung_up_by_us' : 'cancelled', null, words);
  }

  /** 8 kHz mono, any length, at most two seconds ahead of real time. The samples stay the caller's. */
  sendAudio(samples: Int16Array): void { this.#stream?.send(samples); }
  /** Forgets audio that has not left yet. */
  clearAudio(): void { this.#stream?.clear(); }

  /** @throws RangeError for what is not on a keypad */
  sendDigits(digits: string, keyMs = KEY_MS): void {
    if (!isDtmf(digits)) throw new RangeError('digits: only 0 to 9, *, # and A to D can be sent');
    this.#stream?.dial(digits, keyMs);
  }

  hold(): Promise<void> { return this.#reInvite(true); }
  unhold(): Promise<void> { return this.#reInvite(false); }

  /** Of the media, now or when it ended; null when there was none. */
  statistics(): Promise<MediaStatistics | null> { return this.#state === 'ended' ? this.#statistics : this.#stream?.statistics() ?? Promise.resolve(null); }

  // ── Signalling ───────────────────────────────────────────────────────────────────────────────

  #delegate(): SessionDelegate {
    return {
      onBye: (bye) => {
        const reason = /text="([^"]{0,200})"/i.exec(bye.request.getHeader('reason') ?? '')?.[1];
        this.#wanted ??= { reason: 'hung_up_by_them', status: null, words: reason ?? 'The other side hung up' };
        this.#swallow(bye.accept());
      },
      onCancel: () => { this.#wanted ??= { reason: 'cancelled', status: 487, words: 'The caller gave up' }; },
      onInfo: (info) => {
        const { request } = info;
        const digit = digitOfInfo(request.getHeader('content-type') ?? '', request.body);
        this.#swallow(info.accept());
        if (digit) this.#listener.onDigit?.(digit);
      },
      // By default sip.js would follow a REFER and dial on its own: nobody but us decides whom we ring.
      onRefer: (referral) => this.#swallow(referral.reject({ statusCode: 603 })),
    };
  }

  #onProgress({ message }: IncomingResponse): void {
    if (this.#state !== 'dialing' && this.#state !== 'ringing') return;
    if (message.statusCode === 180 || message.statusCode === 183) this.#ringing();
    if (message.body && /application\/sdp/i.test(message.getHeader('content-type') ?? '')) {
      try {
        this.description.takeEarlyAnswer(message.body);
        if (!this.#early) { this.#early = true; this.#listener.onEarlyMedia?.(); }
      } catch (error) {
        this.deps.logger.debug({ err: error, callId: this.facts.id }, 'early media cannot be used');
      }
    }
  }

  #ringing(): void {
    if (this.#rang) return;
    this.#rang = true;
    this.#state = 'ringing';
    this.#listener.onRinging?.();
  }

  #onRefused({ message }: IncomingResponse): void {
    this.#finalStatus = message.statusCode ?? null;
    this.#finish({ reason: endOfRefusal(message.statusCode ?? 0, this.#rang), status: this.#finalStatus, words: message.reasonPhrase ?? '' });
  }

  #onEstablished(): void {
    if (this.#state === 'ended') return this.#swallow(this.session.bye());
    clearTimeout(this.#ringTimer);
    this.#state = 'answered';
    this.#finalStatus = 200;
    this.#listener.onAnswered?.();
  }

  /** sip.js is done with it. When nobody had said why, it was an ACK that never came, or a description that could not be used. */
  #onTerminated(): void {
    if (this.#wanted) return this.#finish(this.#wanted);
    if (this.#state === 'answered') return this.#finish({ reason: 'not_confirmed', status: 200, words: 'The other side never confirmed the call' });
    // The refusal itself is told right after this change of state.
    queueMicrotask(() => this.#finish({ reason: this.facts.direction === 'outbound' ? 'media_refused' : 'failed', status: this.#finalStatus, words: 'The call could not be set up' }));
  }

  /** Ends it from our side: what is to be told to the other side depends on how far it got. */
  #give(reason: CallEndReason, status: number | null, words: string): void {
    if (this.#state === 'ended') return;
    this.#wanted ??= { reason, status, words };
    const { session } = this;
    if (session.state === SessionState.Established) this.#swallow(session.bye());
    else if (session instanceof Inviter && (session.state === SessionState.Initial || session.state === SessionState.Establishing)) this.#swallow(session.cancel());
    else if (session instanceof Invitation && session.state === SessionState.Initial) this.#swallow(session.reject({ statusCode: 480 }));
    // An answer that is being sent (Establishing) is followed by its BYE in onEstablished.
    this.#finish(this.#wanted);
  }

  async #reInvite(hold: boolean, tries = 3): Promise<void> {
    if (this.#state !== 'answered') throw new Error('Only an answered call can be put on hold');
    const status = await this.#offerAgain(hold);
    if (status < 300) { this.#onHold = hold; return; }
    await this.description.rollbackDescription();
    if (status !== 491 || tries === 1) throw new Error(`The other side refused (${status})`);
    await new Promise((resolve) => { setTimeout(resolve, GLARE_WAIT_MS + Math.random() * 1_900); });
    return this.#reInvite(hold, tries - 1);
  }

  /** The status of the answer. While another re-INVITE is under way sip.js sends none: that is the same as 491. */
  #offerAgain(hold: boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = (response: IncomingResponse) => resolve(response.message.statusCode ?? 500);
      this.session.invite({
        sessionDescriptionHandlerOptions: { hold } satisfies DescriptionOptions as SessionDescriptionHandlerOptions,
        requestDelegate: { onAccept: done, onReject: done, onRedirect: done },
      }).catch((error: unknown) => (error instanceof Error && /re-?invite/i.test(error.message) ? resolve(491) : reject(error)));
    });
  }

  // ── Media ────────────────────────────────────────────────────────────────────────────────────

  #open(): Promise<MediaStream> {
    this.#opening ??= this.deps.media.open({
      address: this.deps.mediaAddress().bind, silenceMs: this.deps.rtpTimeoutMs,
      events: {
        onAudio: (samples) => this.#listener.onAudio?.(samples),
        onDigit: (digit) => this.#listener.onDigit?.(digit),
        onBegun: () => this.#listener.onMediaBegun?.(),
        onSilent: () => { if (this.#state === 'answered') this.#give('media_lost', null, 'No audio came from the other side any longer'); },
        onLost: () => this.#give('media_lost', null, 'Our media process was restarted'),
      },
    }).then((stream) => {
      if (this.#state === 'ended') { stream.close(); throw new Error('The call is over'); }
      this.#stream = stream;
      return stream;
    });
    return this.#opening;
  }

  #onAgreed(settings: MediaSettings, held: boolean): void {
    this.#settings = settings;
    // On hold they send music: nobody should try to understand it, and its end is no time-out.
    this.#stream?.configure({ ...settings, receives: settings.receives && !held });
    if (held === this.#held) return;
    this.#held = held;
    this.#listener.onHeld?.(held);
  }

  #finish(end: CallEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#state = 'ended';
    clearTimeout(this.#ringTimer);
    const stream = this.#stream;
    if (stream) {
      stream.close();
      this.#statistics = stream.statistics();
    }
    this.#listener.onEnded?.(end);
    this.deps.onEnded(this);
  }

  /** What sip.js rejects with here (a state it has left meanwhile) changes nothing for a call that is over. */
  #swallow(sent: Promise<unknown>): void {
    sent.catch((error: unknown) => this.deps.logger.debug({ err: error, callId: this.facts.id }, 'a SIP request was not sent'));
  }
}
