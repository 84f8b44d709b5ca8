import { newId } from '@/server/platform/ids';
import { ClauseStage } from '../pipeline/stages/clauses';
import { TtsStage } from '../pipeline/stages/tts';
import { Playout } from './playout';
import { Reply } from './reply';
import { ReplyRecorder } from './reply-recorder';
import type { SessionDeps, SessionSettings } from './session-deps';
import type { TurnClock } from './turn-clock';
import type { RecordedTurn } from './turn-records';

/** A turn from what was said to what is heard. */
export interface ActiveTurn extends RecordedTurn {
  startedAt: number;
  /** Turns before this one, whose records may still be being put in order. */
  earlier: Promise<void>;
  /** By speech. */
  interruptible: boolean;
}

export interface ActiveTurnOptions {
  clock: TurnClock;
  earlier: Promise<void>;
  /** It is this one's turn still: one that was cancelled says nothing any more. */
  isCurrent(turn: ActiveTurn): boolean;
  onSpeaking(): void;
}

/** With a reply of its own, which is spoken as it comes. */
export function createTurn(deps: SessionDeps, settings: SessionSettings, { clock, earlier, isCurrent, onSpeaking }: ActiveTurnOptions): ActiveTurn {
  const { options, metrics } = deps;
  const monotonic = () => deps.clock.monotonic();
  const turnId = newId();
  const playout = new Playout({
    clock: deps.clock, sampleRate: settings.outputSampleRate, deltaMs: options.deltaMs, aheadMs: options.aheadMs, lookAheadMs: options.lookAheadMs,
    send: (samples) => deps.sendAudio(samples),
    clear: () => deps.send({ type: 'output_audio.clear' }),
    onFirstSend: () => { clock.mark('firstSent'); if (isCurrent(turn)) onSpeaking(); },
  });
  const tts = new TtsStage({
    tts: deps.tts, createResampler: deps.createResampler, sampleRate: settings.outputSampleRate, monotonic, traceparent: clock.traceparent,
    ...(settings.agent.voice ? { voice: settings.agent.voice } : {}),
    ...(settings.agent.speed === null ? {} : { speed: settings.agent.speed }),
    onSynthesized: ({ characters, seconds }) => { turn.ttsCharacters += characters; metrics.synthesized(seconds); },
  });
  const seconds = (since: number) => (monotonic() - since) / 1000;
  const reply = new Reply({
    turnId, clock, speech: settings.spoken ? { clauses: new ClauseStage(), tts, playout } : null,
    send: (event) => { if (isCurrent(turn)) deps.send(event); },
    onAnswered: () => metrics.agentAnswered(seconds(clock.at('transcript') ?? turn.startedAt)),
    onSynthesized: () => metrics.pipelineDone(seconds(turn.startedAt)),
  });
  const turn: ActiveTurn = { id: turnId, clock, reply, recorder: new ReplyRecorder(deps.store), startedAt: monotonic(), earlier, ttsCharacters: 0, interruptible: settings.agent.turnSettings.interruptible !== false };
  return turn;
}
