import { tone } from './tones';
import { pause, until } from './until';

const PIECE_MS = 40;
/** As far as the playout of a session sends ahead. */
const AHEAD_MS = 250;

/** Audio piece by piece at the pace at which it is spoken. A machine that stood still goes on where it was, and does not say all at once what it owes: the media keeps two seconds. */
export async function atPace(send: (fromMs: number, pieceMs: number) => void, goesOn: (atMs: number) => boolean): Promise<void> {
  let startedAt = performance.now();
  for (let at = 0; goesOn(at); at += PIECE_MS) {
    send(at, PIECE_MS);
    const aheadMs = at - (performance.now() - startedAt);
    if (aheadMs < 0) startedAt -= aheadMs;
    else if (aheadMs > AHEAD_MS) await pause(aheadMs - AHEAD_MS);
  }
}

/** Says a tone for as long as it takes until somebody has heard it: a busy machine may lose any second of real-time audio, but not every one. */
export async function speakUntil(what: string, speak: (samples: Int16Array) => void, hz: number, heard: () => boolean): Promise<void> {
  let over = false;
  const speaking = atPace((fromMs, ms) => speak(tone(hz, ms, { fromMs })), () => !over);
  try {
    await until(what, heard);
  } finally {
    over = true;
    await speaking;
  }
}
