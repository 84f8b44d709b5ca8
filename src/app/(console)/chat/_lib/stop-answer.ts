import { pause } from './pause';

/** An answer by its turn; by the question's key until the server has told the turn. */
export type StoppedTurn = { turn_id: string } | { idempotency_key: string };

/** A question may be on its way yet when its answer is stopped. */
const AGAIN_MS = [300, 1_000, 3_000];

/** Hanging up does not stop an answer: whoever has lost the connection wants the rest. Without a server to tell, it ends by itself when nobody has listened for a while. */
export async function stopAnswer(turn: StoppedTurn): Promise<void> {
  for (const delayMs of [0, ...AGAIN_MS]) {
    if (delayMs > 0) await pause(delayMs);
    const answer = await fetch('/ai/chat/stop', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(turn), keepalive: true, // the page may be on its way out
    }).catch(() => null);
    if (!answer || answer.status === 429 || answer.status >= 500) continue;
    const said = (await answer.json().catch(() => ({}))) as { stopped?: unknown };
    if (said.stopped === true || 'turn_id' in turn || !answer.ok) return;
  }
}
