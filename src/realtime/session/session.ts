import { isBudgetUsedUp } from '@/server/budgets';
import type { TurnEvent } from '@/server/conversations/turn-events';
import { AppError, toAppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import type { ErrorCode, WireState } from '../contract/realtime-events';
import type { Resampler } from '../pipeline/resampler';
import { SttStage, type Utterance } from '../pipeline/stages/stt';
import type { EndReason, SessionSnapshot } from '../ports';
import { createTurn, type ActiveTurn } from './active-turn';
import { isBackchannel } from './backchannel';
import { LISTEN_HZ } from './capture';
import { fixedReply } from './fixed-reply';
import { Interruption } from './interruption';
import { Keypad } from './keypad';
import { APOLOGY, CANNOT_BE_STORED, OUT_OF_BUDGET, type Farewell } from './own-words';
import type { SessionDeps, SessionSettings } from './session-deps';
import type { SayOptions, SayOutcome, TakeTurnsOptions, UserTurn } from './session-script';
import { canMove, type SessionState } from './session-state';
import { SilencePrompts } from './silence-prompts';
import { TurnClock } from './turn-clock';
import { TurnRecords } from './turn-records';
import { TurnTaking, type TurnTaker } from './turn-taking';
import { createTurnDetector } from './turn/create-turn-detector';
import type { SpokenTurn, TurnDetector } from './turn/turn-detector';

/** Ending waits no longer for a cancelled turn: a tool that does not hear its signal must not hold up a drain. What it stores later is still stored. */
const END_LIMIT_MS = 1_000;

/** And a farewell may take so long to be heard. */
const FAREWELL_LIMIT_MS = 10_000;

const ERROR_TEXT: Partial<Record<ErrorCode, string>> = {
  stt_error: 'Speech recognition failed',
  tts_error: 'Speech synthesis failed',
  agent_error: 'The agent failed to answer',
  empty_transcript: 'No speech was recognised',
  empty_response: 'The agent returned an empty response',
  pipeline_error: 'The conversation could not be processed',
};

/**
 * One live conversation with one client: joins turn detection, STT, the brain and the reply, and owns the state
 * (drawn in session-state.ts). One turn at a time is active; a cancelled one leaves at once and puts its records
 * in order behind the scenes, before the next one asks the brain.
 */
export class Session {
  readonly startedAt: Date;
  #state: SessionState = 'listening';
  #turn: ActiveTurn | undefined;
  /** The newest turn with its records, and so all before it: each waits for the one before. */
  #turnDone: Promise<void> = Promise.resolve();
  #waitingCommit: SpokenTurn | undefined;
  #turns = 0;
  /** Somebody speaks: `speech_started` was sent, `speech_stopped` not yet. */
  #hearing = false;
  #saidDeaf = false;
  #nextClock: TurnClock;
  readonly #turnTaking = new TurnTaking(() => this.#mindSilence());
  readonly #whenQuiet = new Set<() => void>();
  #held = false;
  readonly #ended = new AbortController();
  readonly #detector: TurnDetector;
  readonly #interruption: Interruption;
  readonly #keypad: Keypad;
  readonly #silence: SilencePrompts | undefined;
  readonly #stt: SttStage;
  readonly #resampler: Resampler | undefined;
  readonly #records: TurnRecords;

  constructor(private readonly deps: SessionDeps, private readonly settings: SessionSettings) {
    const { clock, options, metrics } = deps;
    this.startedAt = clock.now();
    this.#records = new TurnRecords(deps, settings);
    this.#nextClock = new TurnClock(() => clock.monotonic());
    this.#resampler = settings.sampleRate === LISTEN_HZ ? undefined : deps.createResampler(settings.sampleRate, LISTEN_HZ);
    this.#stt = new SttStage({
      stt: deps.stt, sampleRate: LISTEN_HZ, language: settings.agent.language, monotonic: () => clock.monotonic(),
      onTranscribed: (seconds) => metrics.transcribed(seconds),
    });
    this.#interruption = new Interruption({
      bargeInMs: settings.agent.turnSettings.interruptionMs ?? options.bargeInMs,
      // Whoever takes the turns asked something: "yes" is an answer then, not a way of saying "go on".
      goesOn: (text) => (this.#turnTaking.taker ? text === '' : isBackchannel(text)),
    }, {
      pause: () => this.#turn?.reply.pause(),
      resume: () => this.#carryOn(),
      confirm: (spoken) => { this.#cancelTurn(); if (spoken) this.#startVoiceTurn(spoken); },
    });
    this.#keypad = new Keypad({ clock, gapMs: options.keyGapMs, onEntered: (digits) => this.#typed(digits, { digits }) });
    const silenceMs = SilencePrompts.afterMs(settings, options);
    this.#silence = silenceMs === 0 ? undefined : new SilencePrompts({ clock, afterMs: silenceMs, say: (text) => this.say(text), end: () => deps.hangUp('silent') });
    this.#detector = createTurnDetector(deps, settings, {
      speechStarted: () => this.#onSpeechStarted(),
      speechContinued: (speechMs) => this.#interruption.speechContinued(speechMs),
      speechPaused: (spoken) => this.#guess(spoken),
      speechResumed: () => this.#stt.discard(),
      turnEnded: (spoken) => this.#onTurnEnded(spoken),
    }, (error) => { this.#log(error, 'pipeline_error'); this.#speechStopped(); this.fail('pipeline_error'); });
  }

  get snapshot(): SessionSnapshot {
    const { sessionId, conversationId, workspaceId, agent, principal, userLabel, channel } = this.settings;
    const state = this.#state === 'closed' ? 'listening' : this.#state;
    return { sessionId, conversationId, workspaceId, agentId: agent.id, agentName: agent.name, principal, userLabel, channel, state, startedAt: this.startedAt, turns: this.#turns };
  }

  start(): void {
    const { sessionId, conversationId, agent, channel, greeting } = this.settings;
    this.deps.metrics.sessionStarted(channel);
    this.deps.send({ type: 'session.created', session_id: sessionId, conversation_id: conversationId, agent: { id: agent.id, name: agent.name } });
    this.deps.send({ type: 'status', state: 'listening' });
    if (greeting && agent.greeting) void this.#startFixedTurn(agent.greeting);
    this.#mindSilence();
  }

  audio(samples: Int16Array): void {
    if (this.#state === 'closed') return;
    if (this.settings.agent.deafness !== null) return this.#sayDeaf(this.settings.agent.deafness);
    // An agent that must not be interrupted does not listen while it talks: the VAD would hear itself too.
    if (this.settings.serverVad && this.#turn?.interruptible === false) return;
    const refusal = this.#detector.refusal((samples.length / this.settings.sampleRate) * 1000);
    if (refusal) return this.fail('validation_error', refusal);
    this.#detector.audio(this.#resampler ? this.#resampler.process(samples) : samples);
  }

  /** Once, not for each of fifty pieces a second. */
  #sayDeaf(why: string): void {
    if (this.#saidDeaf) return;
    this.#saidDeaf = true;
    this.fail('stt_error', why);
  }

  commit(): void {
    if (this.#turn && this.#waitingCommit) return this.fail('validation_error', 'A commit is already waiting for the running turn to end');
    if (!this.#detector.commit()) this.fail('empty_buffer', 'The audio buffer is empty');
  }

  /** A typed turn. It was meant: whatever is being said stops for it. */
  text(text: string): void { this.#typed(text, {}); }

  /** A key of a telephone: what is being said stops at once, as people who know menus expect. */
  digit(digit: string): void {
    if (this.#state === 'closed') return;
    this.#cancelTurn();
    if (this.#turnTaking.taker?.keys === 'each') return this.#typed(digit, { digits: digit });
    this.#silence?.answered();
    this.#keypad.press(digit);
    this.#mindSilence();
  }

  /** Speaks a fixed text over whatever is being said. What a person is saying meanwhile is let go: it was spoken over. */
  async say(text: string, options: SayOptions = {}): Promise<SayOutcome> {
    if (this.#state === 'closed') return 'failed';
    this.#keypad.clear();
    this.#stt.discard();
    this.#detector.reset();
    this.#speechStopped();
    this.#cancelTurn();
    return this.#startFixedTurn(text, options);
  }

  /** People's turns go to the handler and not to the brain until the answer is called. */
  takeTurns(handler: (turn: UserTurn) => void, options?: TakeTurnsOptions): () => void { return this.#turnTaking.take(handler, options); }

  /** Nobody speaks or types, nothing said is being worked out, nothing is being said. */
  get isQuiet(): boolean { return !this.#turn && !this.#hearing && !this.#keypad.typing; }

  /** Calls `task` whenever something has ended after which it may be quiet, until the answer is called. */
  onLull(task: () => void): () => void {
    this.#whenQuiet.add(task);
    return () => { this.#whenQuiet.delete(task); };
  }

  /** The other side does not listen for now: nobody is to be asked whether they are there. */
  hold(held: boolean): void { this.#held = held; this.#mindSilence(); }

  /** Aborts when the session ends. */
  get ended(): AbortSignal { return this.#ended.signal; }

  #typed(text: string, userMetadata: Record<string, unknown>): void {
    this.#silence?.answered();
    if (this.#interruption.finished) this.#stt.discard(); // or the next turn would take the guess for its own
    this.#cancelTurn();
    const turn = this.#beginTurn(new TurnClock(() => this.deps.clock.monotonic()));
    turn.clock.mark('speechEnd');
    this.#turnDone = this.#guarded(turn, () => this.#answer(turn, text, userMetadata));
  }

  cancel(): void {
    const said = this.#interruption.finished;
    this.#cancelTurn();
    this.#startWaiting(said);
  }

  clearAudio(): void { this.#turn?.reply.silence(); }

  /** Errors end nothing: the client learns the state it is in, which is `listening` unless a turn goes on. */
  fail(code: ErrorCode, message: string = ERROR_TEXT[code] ?? code): void {
    if (this.#state === 'closed') return;
    this.deps.metrics.errorSent(code);
    this.deps.send({ type: 'error', message, code });
    this.deps.send({ type: 'status', state: this.#state });
  }

  /** Lets a running reply finish, for `limitMs` at most. */
  finishTurn(limitMs: number): Promise<void> { return this.#withinLimit(this.#turnDone, limitMs); }

  async #withinLimit(done: Promise<void>, limitMs = END_LIMIT_MS): Promise<void> {
    let cancelTimer = () => {};
    const late = new Promise<void>((resolve) => { cancelTimer = this.deps.clock.after(limitMs, resolve); });
    await Promise.race([done, late]);
    cancelTimer();
  }

  async end(reason: EndReason): Promise<void> {
    if (this.#state === 'closed') return;
    this.#waitingCommit = undefined;
    this.#cancelTurn({ quietly: true });
    this.#state = 'closed';
    this.#stt.discard();
    this.#detector.reset();
    this.#keypad.clear();
    this.#silence?.stop();
    this.#ended.abort();
    const { conversationId, workspaceId, channel } = this.settings;
    this.deps.metrics.sessionEnded(channel, reason);
    await this.finishTurn(END_LIMIT_MS);
    if (this.deps.conversationGoesOn()) return;
    try {
      await this.deps.store.endConversation({ id: conversationId, workspaceId, endReason: reason });
    } catch (error) {
      this.deps.logger.error({ err: error, conversationId }, 'conversation end could not be stored');
    }
  }

  // ── Turn-taking ──────────────────────────────────────────────────────────────────────────────

  #onSpeechStarted(): void {
    this.#hearing = true;
    this.deps.send({ type: 'input_audio_buffer.speech_started' });
    this.#nextClock = new TurnClock(() => this.deps.clock.monotonic());
    if (this.#turn) this.#interruption.speechStarted();
    this.#mindSilence();
  }

  #guess({ samples }: SpokenTurn): void {
    this.#stt.speculate(this.#utterance(samples, this.#nextClock), (text) => {
      if (text) this.#silence?.answered(); // also "yes" over the question, which does not stop it
      if (text && !this.#interruption.suspected) this.deps.send({ type: 'transcript.delta', text });
      this.#interruption.heard(text);
    });
  }

  #onTurnEnded(spoken: SpokenTurn): void {
    this.#speechStopped();
    if (!this.#turn) return this.#startVoiceTurn(spoken);
    if (!this.settings.serverVad) { this.#waitingCommit = spoken; return; }
    if (!this.#interruption.suspected) { this.#cancelTurn(); return this.#startVoiceTurn(spoken); }
    this.#interruption.turnEnded(spoken);
    if (!this.#stt.speculating) this.#guess(spoken);
  }

  /** It was a backchannel or a noise: what was caught of it is forgotten, and the reply goes on. */
  #carryOn(): void {
    this.#stt.discard();
    this.#detector.reset();
    this.#speechStopped();
    if (!this.#turn) return;
    this.#turn.clock.transcribedSeconds += this.#nextClock.transcribedSeconds; // no turn of its own will pay for it
    this.#turn.reply.resume();
  }

  #speechStopped(): void {
    if (!this.#hearing) return;
    this.#hearing = false;
    this.deps.send({ type: 'input_audio_buffer.speech_stopped' });
    this.#lull();
  }

  #lull(): void {
    for (const task of [...this.#whenQuiet]) task();
    this.#mindSilence();
  }

  /** Whoever takes the turns has a patience of their own. */
  #mindSilence(): void {
    if (this.isQuiet && !this.#turnTaking.taker && !this.#held) this.#silence?.watch();
    else this.#silence?.rest();
  }

  #cancelTurn(how: { quietly?: boolean } = {}): void {
    this.#interruption.reset();
    const turn = this.#turn;
    if (!turn) return;
    this.#turn = undefined;
    turn.reply.cancel();
    if (how.quietly) return;
    this.deps.send({ type: 'response.cancelled', turn_id: turn.id });
    this.#setState('listening');
    this.#lull();
  }

  // ── Turns ────────────────────────────────────────────────────────────────────────────────────

  #startVoiceTurn(spoken: SpokenTurn): void {
    const clock = this.settings.serverVad ? this.#nextClock : new TurnClock(() => this.deps.clock.monotonic());
    const turn = this.#beginTurn(clock);
    clock.speechMs = spoken.samples.length / (LISTEN_HZ / 1000);
    clock.mark('speechEnd', spoken.speechEndAt);
    clock.mark('endpoint');
    this.#turnDone = this.#guarded(turn, async () => {
      this.#setState('transcribing');
      const text = await this.#stt.finish(this.#utterance(spoken.samples, clock), turn.reply.signal).catch((error: unknown) => {
        throw new StageFailure('stt_error', error);
      });
      if (turn !== this.#turn) return;
      if (text === '') return this.#endTurn(turn, () => this.fail('empty_transcript'));
      clock.mark('transcript');
      this.#silence?.answered();
      this.deps.send({ type: 'transcript.done', text, turn_id: turn.id });
      await this.#answer(turn, text, { speechMs: Math.round(clock.speechMs ?? 0) });
    });
  }

  #utterance(samples: Int16Array, clock: TurnClock): Utterance {
    return { samples, traceparent: clock.traceparent, onTranscribed: (audioSeconds) => { clock.transcribedSeconds += audioSeconds; } };
  }

  #startFixedTurn(text: string, { stored = true, interruptible }: SayOptions & { stored?: boolean } = {}): Promise<SayOutcome> {
    const turn = this.#beginTurn(new TurnClock(() => this.deps.clock.monotonic()));
    if (interruptible !== undefined) turn.interruptible = interruptible;
    turn.clock.mark('speechEnd');
    const { conversationId, workspaceId } = this.settings;
    const events = fixedReply({ text, turnId: turn.id, conversationId, workspaceId, store: stored ? turn.recorder : null, earlier: this.#withinLimit(turn.earlier) });
    return new Promise((resolve) => {
      this.#turnDone = this.#guarded(turn, async () => { resolve(await this.#deliver(turn, events)); }).finally(() => resolve('failed'));
    });
  }

  async #answer(turn: ActiveTurn, text: string, userMetadata: Record<string, unknown>): Promise<void> {
    const { taker } = this.#turnTaking;
    if (taker) return this.#handOver(turn, taker, text, userMetadata);
    this.#setState('thinking');
    await turn.earlier; // the history must show earlier replies as they were heard
    if (turn !== this.#turn) return;
    const { workspaceId, conversationId, sessionId, clientId, agent, billing } = this.settings;
    await this.#deliver(turn, this.deps.brain.runTurn({
      workspaceId, conversationId, agent, text, userMetadata, billing, turnId: turn.id,
      traceparent: turn.clock.traceparent, store: turn.recorder, signal: turn.reply.signal,
      caller: { sessionId, ...(clientId ? { clientId } : {}) },
    }));
  }

  /** The handler hears it at once; the records follow in their order. */
  async #handOver(turn: ActiveTurn, taker: TurnTaker, text: string, userMetadata: Record<string, unknown>): Promise<void> {
    const { workspaceId, conversationId } = this.settings;
    const stored = turn.earlier.then(() => turn.recorder.addMessage({ id: newId(), workspaceId, conversationId, turnId: turn.id, role: 'user', content: text, metadata: userMetadata }));
    await null; // a handler may speak at once: then this turn must be known as the one before
    this.#endTurn(turn);
    try {
      taker.handler({ text, ...(typeof userMetadata.digits === 'string' ? { digits: userMetadata.digits } : {}) });
    } catch (error) {
      this.#log(error, 'pipeline_error');
    }
    await this.#records.write(turn, () => stored);
  }

  async #deliver(turn: ActiveTurn, events: AsyncIterable<TurnEvent>): Promise<SayOutcome> {
    const outcome = await turn.reply.run(events);
    const settled = this.#records.settle(turn, outcome);
    if (turn.recorder.storageFailed) { this.#giveUp(turn); return 'failed'; }
    if (turn === this.#turn) {
      if (outcome.status === 'failed' && isBudgetUsedUp(outcome.cause)) this.#bowOut(turn, outcome.cause);
      else if (outcome.status === 'failed') {
        if (outcome.cause) this.#log(outcome.cause, outcome.code);
        const message = outcome.cause instanceof AppError ? `${ERROR_TEXT[outcome.code]}: ${outcome.cause.userMessage}` : undefined;
        this.#endTurn(turn, () => this.fail(outcome.code, message));
        if (outcome.code === 'agent_error' && this.settings.serverVad && this.settings.spoken && !this.#turn) void this.#startFixedTurn(APOLOGY, { stored: false });
      } else {
        this.deps.send({ type: 'response.done', turn_id: turn.id });
        this.#endTurn(turn);
      }
    }
    await settled;
    const trace = turn.clock.trace();
    this.deps.metrics.turnDone(trace, outcome.status);
    if (this.#state !== 'closed') this.deps.send({ type: 'turn.trace', turn_id: turn.id, trace, status: outcome.status });
    return outcome.status === 'complete' ? 'played' : outcome.status;
  }

  #beginTurn(clock: TurnClock): ActiveTurn {
    const turn = createTurn(this.deps, this.settings, {
      clock, earlier: this.#turnDone, isCurrent: (one) => this.#turn === one, onSpeaking: () => this.#setState('speaking'),
    });
    this.#turn = turn;
    this.#turns += 1;
    this.#mindSilence();
    return turn;
  }

  /** Back to listening, and on to the commit that came meanwhile. */
  #endTurn(turn: ActiveTurn, report?: () => void): void {
    if (turn !== this.#turn) return;
    const said = this.#interruption.finished;
    this.#turn = undefined;
    this.#interruption.reset();
    if (report) {
      this.#state = 'listening';
      report();
    } else {
      this.#setState('listening');
    }
    this.#startWaiting(said);
    this.#lull();
  }

  /** The commit that came while a turn was running, or what was said over it and not yet judged. */
  #startWaiting(said: SpokenTurn | null): void {
    const waiting = this.#waitingCommit ?? said;
    this.#waitingCommit = undefined;
    if (waiting && this.#state !== 'closed') this.#startVoiceTurn(waiting);
  }

  /** Runs a turn; whatever it throws becomes an error event and not an unhandled rejection. Done when all before it are. */
  async #guarded(turn: ActiveTurn, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (turn === this.#turn) { // else cancelled: nobody waits for it
        const code = error instanceof StageFailure ? error.code : 'pipeline_error';
        const cause = error instanceof StageFailure ? error.cause : error;
        this.#log(cause, code);
        this.#endTurn(turn, () => this.fail(code, cause instanceof AppError && code !== 'pipeline_error' ? `${ERROR_TEXT[code]}: ${cause.userMessage}` : undefined));
      }
    }
    await this.#records.addUsage(turn);
    await turn.earlier;
  }

  /** Nothing can be stored any longer. */
  #giveUp(turn: ActiveTurn): void {
    if (turn !== this.#turn || this.#state === 'closed') return;
    this.deps.logger.error({ conversationId: this.settings.conversationId }, 'records queue is full: session ends');
    this.#sayFarewell(turn, CANNOT_BE_STORED, () => this.fail('pipeline_error', 'The conversation cannot be stored; it ends here'));
  }

  /** A budget stops new turns: that is said in a sentence, and the conversation ends when it has been heard. */
  #bowOut(turn: ActiveTurn, cause: unknown): void {
    this.#log(cause, 'agent_error');
    this.#sayFarewell(turn, OUT_OF_BUDGET, () => this.fail('agent_error', toAppError(cause).userMessage));
  }

  #sayFarewell(turn: ActiveTurn, { text, options, reason }: Farewell, report: () => void): void {
    this.#waitingCommit = undefined;
    this.#endTurn(turn, report);
    void this.#startFixedTurn(text, options);
    void this.finishTurn(FAREWELL_LIMIT_MS).then(() => this.deps.hangUp(reason));
  }

  #setState(state: WireState): void {
    if (this.#state === state) return;
    if (!canMove(this.#state, state)) {
      this.deps.logger.error({ from: this.#state, to: state }, 'impossible session state change');
      return;
    }
    this.#state = state;
    this.deps.send({ type: 'status', state });
  }

  #log(error: unknown, code: ErrorCode): void {
    const { kind } = toAppError(error);
    this.deps.logger.warn({ err: error, kind, code, sessionId: this.settings.sessionId }, 'a turn failed');
  }
}

/** Which stage it was that threw. */
class StageFailure extends Error {
  constructor(readonly code: ErrorCode, cause: unknown) { super(code, { cause }); }
}
