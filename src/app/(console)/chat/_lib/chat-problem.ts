/** What went wrong with a question, by what the person can do about it. */
export type ProblemKind = 'offline' | 'setup' | 'budget' | 'busy' | 'provider' | 'signed-out' | 'gone' | 'refused' | 'broken';

export interface ChatProblem {
  kind: ProblemKind;
  /** The server's words: they name the variable, the budget or the field. */
  text: string;
  /** Whether the same question may be asked again as it is. */
  canRetry: boolean;
  /** Of a budget: when it begins anew. */
  resetsAt?: string;
}

export class ChatFailure extends Error {
  constructor(readonly problem: ChatProblem) {
    super(problem.text);
  }
}

const problem = (kind: ProblemKind, text: string, canRetry = true): ChatProblem => ({ kind, text, canRetry });

export const OFFLINE = problem('offline', 'The server cannot be reached.');
export const CONNECTION_LOST = problem('offline', 'The connection was lost while the answer was being written.');
/** The server was asked for the rest, and has none; or nobody could be asked for it any more. */
export const ANSWER_GONE = problem('broken', 'The connection was lost, and the rest of this answer could not be fetched.');

/** An answer that is not a stream. */
export function problemOfStatus(status: number, text: string): ChatProblem {
  if (status === 401) return problem('signed-out', 'Your sign-in has ended.', false);
  if (status === 404) return problem('gone', text, false);
  if (status === 429) return problem('busy', text); // a budget is told by the stream's `error`
  if (status === 503) return problem('setup', text);
  if (status === 502) return problem('provider', text);
  if (status >= 500) return problem('broken', text);
  return problem('refused', text, false);
}

const OF_KIND: Partial<Record<string, ProblemKind>> = {
  quota_exceeded: 'budget', rate_limited: 'busy', unavailable: 'setup', upstream_rejected: 'provider', upstream_unavailable: 'provider', timeout: 'provider', not_found: 'gone',
};

interface ErrorEvent {
  error: string;
  detail?: string | undefined;
  kind?: string | undefined;
  retryable?: boolean | undefined;
  resets_at?: string | undefined;
}

/** A stream that ended with its `error` event: HTTP had said 200 already, so what kind it is stands beside the words. */
export function problemOfEvent({ error, detail, kind = '', retryable, resets_at: resetsAt }: ErrorEvent): ChatProblem {
  // What passes by itself needs nobody to set anything up, such as an answer whose process was killed.
  const what = kind === 'unavailable' && retryable === true ? 'broken' : OF_KIND[kind] ?? 'broken';
  return { ...problem(what, detail ?? error), ...(resetsAt === undefined ? {} : { resetsAt }) };
}
