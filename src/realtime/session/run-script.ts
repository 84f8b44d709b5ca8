import type { Logger } from '@/server/platform/logger';
import type { EndReason, SessionClock } from '../ports';
import type { Session } from './session';
import type { SessionScript, SessionVoice } from './session-script';
import { wait } from './wait';

export interface ScriptDeps {
  clock: SessionClock;
  logger: Logger;
  /** Ends the session and its connection when what was said has arrived. */
  hangUp(reason: EndReason): Promise<void>;
}

/** Runs a script over a session that has started. What it throws ends the session, unless that had ended already. */
export function runScript(script: SessionScript, session: Session, deps: ScriptDeps): void {
  script(voiceOf(session, deps), session.ended).catch((error: unknown) => {
    if (session.ended.aborted) return;
    deps.logger.error({ err: error, sessionId: session.snapshot.sessionId }, 'the script of a session failed');
    void deps.hangUp('failed');
  });
}

function voiceOf(session: Session, { clock, hangUp }: ScriptDeps): SessionVoice {
  return {
    say: (text, options) => session.say(text, options),
    takeTurns: (handler, options) => session.takeTurns(handler, options),
    wait: (ms, signal) => wait(clock, ms, signal ? [session.ended, signal] : [session.ended]),
    async quiet(limitMs) {
      const until = clock.monotonic() + limitMs;
      while (!session.isQuiet && !session.ended.aborted && clock.monotonic() < until) {
        const lull = new AbortController();
        const forget = session.onLull(() => lull.abort());
        await wait(clock, until - clock.monotonic(), [session.ended, lull.signal]);
        forget();
      }
    },
    end: (reason) => hangUp(reason),
  };
}
