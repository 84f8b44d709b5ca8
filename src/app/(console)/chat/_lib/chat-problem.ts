/** What went wrong with a question, by what the person can do about it. */
export type ProblemKind = 'offline' | 'setup' | 'budget' | 'busy' | 'provider' | 'signed-out' | 'gone' | 'refused' | 'broken';

export interface ChatProblem {
  kind: ProblemKind;
  /** The server's words: they name the variable, the budget or the field. */
  text: string;
  /** Whether the same question may be asked again as it is. */
  canRetry: boolean;
}

export class ChatFailure extends Error {
  constructor(readonly problem: ChatProblem) {
    super(problem.text);
  }
}

const problem = (kind: ProblemKind, text: string, canRetry = true): ChatProblem => ({ kind, text, canRetry });

export const OFFLINE = problem('offline', 'The server cannot be reached.');
export const CONNECTION_LOST = problem('offline', 'The connection was lost while the answer was being written.');

/** An answer that is not a stream. */
export function problemOfStatus(status: number, text: string): ChatProblem {
  if (status === 401) return problem('signed-out', 'Your sign-in has ended.', false);
  if (status === 404) return problem('gone', text, false);
  // The same status says two things: too many at once passes by itself, a budget does not.
  if (status === 429) return /budget/i.test(text) ? problem('budget', text) : problem('busy', text);
  if (status === 503) return problem('setup', text);
  if (status === 502) return problem('provider', text);
  if (status >= 500) return problem('broken', text);
  return problem('refused', text, false);
}

/** A stream that ended with its `error` event: HTTP had said 200 already, so the words are what tells. */
export function problemOfEvent(error: string, detail: string | undefined): ChatProblem {
  const text = detail ?? error;
  if (/budget/i.test(text)) return problem('budget', text);
  if (/AI provider error/i.test(error)) return problem('provider', text);
  if (/AI service error/i.test(error)) return problem('setup', text);
  return problem('broken', text);
}
