import { AppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import { inTime } from '@/server/platform/within';
import type { ServerEvent } from '../contract/realtime-events';
import type { EndReason } from '../ports';
import type { SessionScript, SessionVoice } from '../session/session-script';
import type { MediaStatistics } from '../transport/rtp/media-messages';
import type { CallEnd } from '../transport/sip/call-end';
import type { SipCall, SipCallListener } from '../transport/sip/sip-call';
import { callMedia } from './call-media';
import { callOutcome, causeOfSession, type CallCause } from './call-outcome';
import { CallRecorder } from './call-recorder';
import type { CallRecords } from './call-records';

export interface LiveCallFacts {
  /** Of the record. */
  id: string;
  attemptId: string;
  workspaceId: string;
  agentId: string | null;
  maxDurationSeconds: number;
  /** There is something to say first. */
  hasMessage: boolean;
}

/** What a script found out, for the record. */
export interface ScriptResult { messagePlayed: boolean; choiceResponse: string | null; choiceRawText: string | null }

export interface LiveCallDeps {
  records: Pick<CallRecords, 'move' | 'finish' | 'addEvents'>;
  logger: Logger;
  onAnswered(call: LiveCall): void;
  onOver(call: LiveCall, story: { state: string; media: MediaStatistics | null }): void;
}

/** A goodbye is a sentence; whoever cannot be told it in this time is hung up on. */
const GOODBYE_LIMIT_MS = 8_000;
/** A script hears of the end at once; what it found out is in the record. */
const SCRIPT_LIMIT_MS = 2_000;
const START_LIMIT_MS = 2_000;
const MEASURE_LIMIT_MS = 1_000;
const TIME_IS_UP = 'I am sorry, this is as long as a call may take. Goodbye.';

/*
 *   begun ── the telephone answers ──▶ answered ── over ──▶ ending (script and statistics are waited for) ──▶ recorded
 *     └────────── refused, given up, cancelled ───────────▶ ending
 * A call and its record: what happens in the one is written into the other, behind the call; and those who are not part
 * of its conversation (an operator, the clock, a drain) speak into it and end it here.
 */
export class LiveCall {
  readonly recorder: CallRecorder;
  #voice: SessionVoice | undefined;
  #onStarted = () => {};
  /** An answer comes a moment before the session does. */
  readonly #started = new Promise<void>((resolve) => { this.#onStarted = resolve; });
  #cause: CallCause | undefined;
  #conversationId: string | undefined;
  #problem: string | undefined;
  #answered = false;
  #result: ScriptResult = { messagePlayed: false, choiceResponse: null, choiceRawText: null };
  #script: Promise<void> = Promise.resolve();
  #longest: NodeJS.Timeout | undefined;
  readonly begunAt = performance.now();

  constructor(readonly facts: LiveCallFacts, readonly sip: SipCall, private readonly deps: LiveCallDeps) {
    this.recorder = new CallRecorder({
      id: facts.id, attemptId: facts.attemptId, records: deps.records, logger: deps.logger,
      onLost: () => this.hangUp({ reason: 'record_lost', words: 'The record of the call was settled elsewhere' }),
    });
  }

  get id(): string { return this.facts.id; }
  get direction(): 'inbound' | 'outbound' { return this.sip.facts.direction; }
  get answered(): boolean { return this.#answered && this.sip.state === 'answered'; }
  /** Resolves when the end is stored, or will not be. */
  get recorded(): Promise<boolean> { return this.recorder.finished; }

  /** What the telephone tells, besides the audio. */
  readonly listener: Omit<SipCallListener, 'onAudio'> = {
    onMessage: ({ direction, at, summary, cseq }) => this.recorder.event({ kind: 'sip', direction, at, summary, details: { cseq } }),
    onRinging: () => this.recorder.move({ to: 'ringing', sipCallId: this.sip.facts.sipCallId }),
    onEarlyMedia: () => this.recorder.event({ kind: 'media', summary: 'early media' }),
    onAnswered: () => this.#onAnswered(),
    onMediaBegun: () => this.recorder.event({ kind: 'media', summary: 'media begun', details: { codec: this.sip.codec ?? null } }),
    onDigit: (digit) => this.recorder.event({ kind: 'key', direction: 'in', summary: digit }),
    onHeld: (held) => this.recorder.event({ kind: 'media', summary: held ? 'put on hold' : 'taken back from hold' }),
    onEnded: (end) => void this.#onEnded(end),
  };

  /** What the session tells. */
  readonly onEvent = (event: ServerEvent): void => {
    if (event.type === 'error') this.#problem = event.message;
    if (event.type !== 'session.created') return;
    this.#conversationId = event.conversation_id;
    if (this.#answered) this.recorder.move({ to: 'answered', conversationId: event.conversation_id });
  };

  /** The session ends the call: by itself, unless somebody here told it to. */
  readonly onClose = (why: EndReason): void => { if (this.sip.state !== 'ended') this.#cause ??= causeOfSession(why); };

  /** The session's script: `then`, while whoever else has something to say may say it too. */
  script(then?: (voice: SessionVoice, signal: AbortSignal) => Promise<void>): SessionScript {
    return (voice, signal) => {
      this.#voice = voice;
      this.#onStarted();
      signal.addEventListener('abort', () => { this.#voice = undefined; });
      const running = then?.(voice, signal) ?? Promise.resolve();
      this.#script = running.catch(() => {});
      return running;
    };
  }

  /** The message was heard; stored at once, since nobody could tell it after this process. */
  told(): void {
    this.#result = { ...this.#result, messagePlayed: true };
    if (this.#answered) this.recorder.move({ to: 'answered', messagePlayed: true });
  }

  /** What the script found out so far. */
  found(result: ScriptResult): void { this.#result = result; }

  /** @throws AppError conflict: nobody listens */
  async speak(message: string): Promise<void> {
    if (this.answered && !this.#voice) await inTime(this.#started, START_LIMIT_MS);
    if (!this.#voice || !this.answered) throw new AppError('conflict', 'The call is not answered: nobody would hear it');
    this.recorder.event({ kind: 'speech', direction: 'out', summary: 'spoken into the call' });
    void this.#voice.say(message);
  }

  /** At once, in whatever state it is. */
  hangUp(cause: CallCause): void {
    if (this.sip.state === 'ended') return;
    this.#cause ??= cause;
    const { state, facts } = this.sip;
    if (this.#voice && state === 'answered') void this.#voice.end(sessionEnd(cause));
    else if (facts.direction === 'inbound' && (state === 'incoming' || state === 'ringing')) this.sip.refuse('unavailable');
    else this.sip.hangUp(cause.words);
  }

  /** Says goodbye first where somebody listens. Resolves when it is over. */
  async takeLeave(goodbye: string, cause: CallCause, limitMs = GOODBYE_LIMIT_MS): Promise<void> {
    this.#cause ??= cause;
    const voice = this.#voice;
    if (voice && this.answered) await Promise.race([voice.say(goodbye, { interruptible: false }), voice.wait(limitMs)]);
    this.hangUp(cause);
  }

  /** As of now; null when there is nothing to measure. */
  async statistics(): Promise<MediaStatistics | null> { return await inTime(this.sip.statistics(), MEASURE_LIMIT_MS) ?? null; }

  #onAnswered(): void {
    this.#answered = true;
    const { facts } = this.sip;
    this.recorder.move({ to: 'answered', sipCallId: facts.sipCallId, ...(this.#conversationId ? { conversationId: this.#conversationId } : {}) });
    this.#longest = setTimeout(() => {
      void this.takeLeave(TIME_IS_UP, { reason: 'max_duration', words: `The call took longer than ${this.facts.maxDurationSeconds} seconds` });
    }, this.facts.maxDurationSeconds * 1_000);
    this.deps.onAnswered(this);
  }

  async #onEnded(end: CallEnd): Promise<void> {
    const overAt = performance.now();
    clearTimeout(this.#longest);
    if (end.reason === 'media_lost') this.recorder.event({ kind: 'media', summary: 'media lost' });
    const [media] = await Promise.all([this.statistics(), inTime(this.#script, SCRIPT_LIMIT_MS)]);
    const cause = this.#cause ?? this.#unanswerable(end);
    const outcome = callOutcome({ direction: this.direction, answered: this.#answered, end, cause, hadMessage: this.facts.hasMessage, messagePlayed: this.#result.messagePlayed });
    this.recorder.finish({ ...outcome, ...this.#result, media: media && callMedia(media, this.sip.codec ?? null) }, overAt);
    this.deps.logger.info({ call: this.id, state: outcome.state, reason: outcome.endReason, sipStatus: outcome.sipStatus }, 'a call ended');
    this.deps.onOver(this, { state: outcome.state, media });
  }

  /** The session could not be started, and said why. */
  #unanswerable({ reason }: CallEnd): CallCause | undefined {
    const ours = reason === 'hung_up_by_us' || reason === 'unavailable';
    return ours && this.#conversationId === undefined && this.#problem !== undefined ? { reason: 'agent_unavailable', words: `No agent could take the call: ${this.#problem}` } : undefined;
  }
}

const sessionEnd = ({ reason }: CallCause) => {
  switch (reason) {
    case 'closed_by_operator': case 'max_duration': case 'server_shutdown': return reason;
    default: return 'failed';
  }
};
