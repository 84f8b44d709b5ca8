/**
 * Where the time of one voice turn went. The parts are consecutive, so they add up to `totalMs`:
 * speech end → endpoint decided → transcript final → first token → first audio → first audio sent.
 * Durations in milliseconds with one decimal; a part that a turn does not have (typed input) is null.
 */
export interface TurnTrace {
  /** W3C trace context of the turn, also sent to external services. */
  traceparent: string;
  endpointMs: number | null;
  sttMs: number | null;
  firstTokenMs: number | null;
  firstAudioMs: number | null;
  firstSentMs: number | null;
  /** Speech end (or the typed message's arrival) → first audio sent (or first token, where nothing is spoken). */
  totalMs: number | null;
  /** Length of what the person said and of the reply's audio that was played. */
  speechMs?: number;
  playedMs?: number;
}
