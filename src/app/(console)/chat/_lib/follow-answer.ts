import { ANSWER_GONE, ChatFailure } from './chat-problem';
import { askChat, listenOn, type ChatRequest, type StreamEvent } from './chat-stream';
import { pause } from './pause';

/** A question to ask, or an answer that is being written already, behind the event that was heard last. */
export type Followed = { request: ChatRequest; idempotencyKey: string } | { lastEventId: string };

/** Before the server has been heard, the same question is sent again so often: its key makes that safe. */
const ASK_AGAIN_MS = [500, 1_500, 4_000];
/** Afterwards for some minutes; the server answers with what it has, however late. */
const LISTEN_AGAIN_MS = [500, 1_000, 2_000, 4_000];
const LISTEN_AT_LEAST_EVERY_MS = 8_000;
/** About five minutes. Counted, not timed: a machine that was asleep has not tried. */
const MOST_LISTENS = 40;

/**
 * One answer to its end, over as many connections as that takes. `null` stands for one that was lost.
 *
 *   asking ──first event──▶ hearing ──complete──▶ (ends)          the server's own refusal or failure is thrown as it is
 *     │ ▲ not reached           │ ▲
 *     ▼ │ (three times)    lost ▼ │ next event
 *    waiting ────────▶        waiting ──the turn is gone, nobody there for minutes──▶ (throws)
 */
export async function* followAnswer(followed: Followed, { signal, fetch }: { signal: AbortSignal; fetch?: typeof globalThis.fetch | undefined }): AsyncGenerator<StreamEvent | null> {
  let lastEventId = 'lastEventId' in followed ? followed.lastEventId : null;
  for (let attempt = 0; ; attempt++) {
    try {
      const heard = lastEventId === null && 'request' in followed ? askChat({ ...followed, signal, fetch }) : listenOn({ lastEventId: lastEventId ?? '', signal, fetch });
      for await (const { id, event } of heard) {
        attempt = 0;
        lastEventId = id ?? lastEventId;
        yield event;
      }
      return;
    } catch (error) {
      const delayMs = lastEventId === null ? ASK_AGAIN_MS[attempt] : LISTEN_AGAIN_MS[attempt] ?? LISTEN_AT_LEAST_EVERY_MS;
      if (signal.aborted || delayMs === undefined || !(error instanceof ChatFailure) || error.problem.kind !== 'offline') throw error;
      if (attempt >= MOST_LISTENS) throw new ChatFailure(ANSWER_GONE);
      yield null;
      await pause(delayMs, signal);
      if (signal.aborted) throw error;
    }
  }
}
