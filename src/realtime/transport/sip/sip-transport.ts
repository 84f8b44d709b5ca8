import type { ServerEvent, SessionStart } from '../../contract/realtime-events';
import type { EndReason } from '../../ports';
import { PHONE_HZ } from '../rtp/media-format';
import type { Transport, TransportListener, TransportTraits } from '../transport';
import type { CallEnd, Refusal } from './call-end';
import type { SipCall, SipCallListener } from './sip-call';

export interface SipTransportOptions {
  /** Which agent, which conversation, whether it greets. */
  start: Pick<SessionStart, 'agent_id' | 'client_id' | 'conversation_id' | 'greeting'>;
  /** What of the call others want to know besides the session: its record, its page. */
  onCall?: Omit<SipCallListener, 'onAudio'>;
  /** Every event of the session, for the call's page. */
  onEvent?: (event: ServerEvent) => void;
  /** The session ended, and the call is about to. */
  onClose?: (why: EndReason) => void;
}

/** Audio of a greeting that is ready before the call is: what the playout sends ahead, and a little. */
const MAX_EARLY_PIECES = 25;
/** Between our 200 and the moment in which the caller listens lies a trip there; their first packet tells, or else time. */
const LISTENS_AFTER_MS = 400;

/*
 *   inbound:   listen ──▶ session starts (agent and settings are loaded) ──▶ call is answered ──▶ talking
 *   outbound:  listen ──▶ the other side answers ──▶ session starts ──▶ talking
 *   any ── the call ends ──▶ the session ends; the session is closed ──▶ the call is refused or hung up
 * A telephone call as the transport of a session: whoever is not ready to talk is not answered, and so costs nobody anything.
 */
export class SipTransport implements Transport {
  readonly traits: TransportTraits = { channel: 'phone', startsOnce: true };
  readonly sendVad = undefined;
  #listener: TransportListener | undefined;
  /** What is said before the other side listens; undefined once it does. */
  #early: Int16Array[] | undefined = [];
  #listensTimer: NodeJS.Timeout | undefined;

  constructor(readonly call: SipCall, private readonly options: SipTransportOptions) {}

  listen(listener: TransportListener): void {
    this.#listener = listener;
    const { onCall = {} } = this.options;
    this.call.listen({
      ...onCall,
      onAnswered: () => { this.#onAnswered(); onCall.onAnswered?.(); },
      onMediaBegun: () => { if (this.call.state === 'answered') this.#speakUp(); onCall.onMediaBegun?.(); },
      onAudio: (samples) => { if (this.call.state === 'answered') listener.onAudio(samples); },
      onDigit: (digit) => { listener.onEvent({ type: 'input_dtmf', digit }); onCall.onDigit?.(digit); },
      onHeld: (held) => { listener.onHeld?.(held); onCall.onHeld?.(held); },
      onEnded: (end) => { this.#onEnded(end); onCall.onEnded?.(end); },
    });
    if (this.call.facts.direction === 'inbound') this.#start();
  }

  send(event: ServerEvent): void {
    if (event.type === 'session.created' && this.call.facts.direction === 'inbound') {
      // The caller may have hung up meanwhile: then the call has ended, and the session is told so.
      this.call.answer().catch(() => this.call.hangUp('The call could not be answered'));
    }
    if (event.type === 'output_audio.clear') { if (this.#early) this.#early = []; this.call.clearAudio(); }
    this.options.onEvent?.(event);
  }

  sendAudio(samples: Int16Array): void {
    if (!this.#early) this.call.sendAudio(samples);
    else if (this.#early.length < MAX_EARLY_PIECES) this.#early.push(samples);
  }

  /** Speech cannot be made to wait in the network; what comes while a session starts is silence or ringing. */
  pause(): void {}
  resume(): void {}

  close(_code: number, reason: string, why?: EndReason): void {
    if (why) this.options.onClose?.(why);
    const { state, facts } = this.call;
    const unanswered = facts.direction === 'inbound' && (state === 'incoming' || state === 'ringing');
    if (unanswered) this.call.refuse('unavailable' satisfies Refusal);
    else this.call.hangUp(reason);
  }

  #start(): void {
    const { call, options } = this;
    this.#listener?.onEvent({
      type: 'session.start', client_id: call.facts.remoteNumber.slice(0, 200), ...options.start,
      audio_config: { sample_rate: PHONE_HZ }, turn_detection: { type: 'server_vad' }, modalities: ['audio'],
    });
  }

  #onAnswered(): void {
    if (this.call.facts.direction === 'outbound') this.#start();
    this.#listensTimer = setTimeout(() => this.#speakUp(), LISTENS_AFTER_MS);
  }

  #speakUp(): void {
    clearTimeout(this.#listensTimer);
    for (const samples of this.#early ?? []) this.call.sendAudio(samples);
    this.#early = undefined;
  }

  #onEnded({ reason }: CallEnd): void {
    clearTimeout(this.#listensTimer);
    // Hanging up is how people say that they are done, not a connection that broke.
    if (reason === 'hung_up_by_them') this.#listener?.onEvent({ type: 'session.close' });
    this.#listener?.onClosed(reason === 'hung_up_by_us' ? 'server' : 'client');
  }
}
