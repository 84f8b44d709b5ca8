import type { Logger } from '@/server/platform/logger';
import type { EndReason, SessionClock } from '../ports';
import type { Session } from './session';
import type { SessionScript, SessionVoice } from './session-script';

export interface ScriptDeps {
  clock: SessionClock;
  logger: Logger;
  hangUp(reason: EndReason): Promise<void>;
}

/** What was played by our clock is still on its way: the network, the other side's jitter buffer. */
const ARRIVAL_MS = 300;

/** Runs a script over a session that has started. What it throws ends the session, unless that had ended already. */
export function runScript(script: SessionScript, session: Session, deps: ScriptDeps): void {
  script(voiceOf(session, deps), session.ended).catch((error: unknown) => {
    if (session.ended.aborted) return;
    deps.logger.error({ err: error, sessionId: session.snapshot.sessionId }, 'the script of a session failed');
    void deps.hangUp('failed');
  });
}

function voiceOf(session: Session, { clock, hangUp }: ScriptDeps): SessionVoice {
  const wait = (ms: number, signal?: AbortSignal) => new Promise<void>((resolve) => {
    const signals = signal ? [session.ended, signal] : [session.ended];
    if (signals.some(({ aborted }) => aborted)) return resolve();
    const done = (): void => {
      cancelTimer();
      for (const each of signals) each.removeEventListener('abort', done);
      resolve();
    };
    const cancelTimer = clock.after(ms, done);
    for (const each of signals) each.addEventListener('abort', done, { once: true });
  });
  return {
    say: (text, options) => session.say(text, options),
    takeTurns: (handler, options) => session.takeTurns(handler, options),
    wait,
    async quiet(limitMs) {
      const until = clock.monotonic() + limitMs;
      while (!session.isQuiet && !session.ended.aborted && clock.monotonic() < until) {
        const lull = new AbortController();
        session.onLull(() => lull.abort());
        await wait(until - clock.monotonic(), lull.signal);
      }
    },
    async end(reason) {
      await wait(ARRIVAL_MS);
      if (!session.ended.aborted) await hangUp(reason);
    },
  };
}
