import type { CallChoice } from '@/server/calls/tables';
import type { SessionVoice, UserTurn } from '../session/session-script';
import { matchChoice } from './match-choice';

export interface Notification {
  /** Null when there is nothing to tell, only something to ask. */
  message: string | null;
  choice?: CallChoice | null;
  /** The message was heard to its end; what is asked afterwards may take minutes. */
  onPlayed?: () => void;
}

export interface NotificationResult {
  /** To its end. */
  messagePlayed: boolean;
  /** The chosen option's value. */
  choiceResponse: string | null;
  /** What was heard or pressed last. */
  choiceRawText: string | null;
}

/** Between lifting a receiver and hearing what it says. */
const LIFT_MS = 1_000;
/** "Hello? Smith speaking" is let end; an answering machine is not listened to for longer. */
const HELLO_LIMIT_MS = 3_000;
/** An answer that began in time is heard out. */
const ANSWER_LIMIT_MS = 10_000;
/** An operator's announcement into the message. */
const ANNOUNCEMENT_LIMIT_MS = 60_000;
const ACKNOWLEDGEMENT = 'Thanks.';

/**
 * Tells a message once, then asks for a choice until it is made, at most `repeatCount` times. A key answers at any time,
 * also while the message is said. What is known when the call ends in the middle of it is the result.
 */
export async function runNotification(voice: SessionVoice, { message, choice = null, onPlayed }: Notification, signal: AbortSignal): Promise<NotificationResult> {
  const result: NotificationResult = { messagePlayed: false, choiceResponse: null, choiceRawText: null };
  let asking = false;
  let heard = new AbortController();
  const take = (turn: UserTurn): void => {
    if (!choice || result.choiceResponse !== null || (!asking && turn.digits === undefined)) return; // "hello?"
    result.choiceRawText = turn.text;
    result.choiceResponse = matchChoice(turn, choice.options);
    heard.abort();
  };
  const over = (): boolean => signal.aborted || result.choiceResponse !== null;
  const giveBack = voice.takeTurns(take, { keys: choice && choice.options.length > 9 ? 'gathered' : 'each' });
  try {
    await voice.wait(LIFT_MS, signal);
    await voice.quiet(HELLO_LIMIT_MS);
    if (message && !over()) result.messagePlayed = await tell(voice, message, () => signal.aborted || heard.signal.aborted);
    if (result.messagePlayed) onPlayed?.();
    asking = true;
    for (let round = 0; choice && round < choice.repeatCount && !over(); round++) {
      heard = new AbortController();
      await voice.say(choice.prompt);
      await voice.wait(choice.timeoutSeconds * 1000, AbortSignal.any([heard.signal, signal]));
      if (!heard.signal.aborted) await voice.quiet(ANSWER_LIMIT_MS);
    }
    if (result.choiceResponse !== null && !signal.aborted) await voice.say(ACKNOWLEDGEMENT);
    return result;
  } finally {
    giveBack();
  }
}

/** Whether it was heard to its end. Speech does not stop it; what an operator says into it is let pass, and it is said again. */
async function tell(voice: SessionVoice, message: string, over: () => boolean): Promise<boolean> {
  const outcome = await voice.say(message, { interruptible: false });
  if (outcome !== 'interrupted' || over()) return outcome === 'played';
  await voice.quiet(ANNOUNCEMENT_LIMIT_MS);
  return !over() && (await voice.say(message, { interruptible: false })) === 'played';
}
