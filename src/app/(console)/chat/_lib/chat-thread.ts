import type { ChatProblem } from './chat-problem';

export interface ShownFile {
  id: string;
  name: string;
  mediaType: string;
  sizeBytes: number;
  pageCount: number | null;
}

export interface ToolStep {
  /** Of the call, where the server names it. */
  id: string | null;
  name: string;
  label: string;
  state: 'running' | 'done' | 'failed';
  args: unknown;
  result?: unknown;
  error?: string | undefined;
  durationMs?: number | undefined;
}

export interface Question {
  /** The server's name for it, once stored: without it there is nothing to branch from. */
  messageId: string | null;
  text: string;
  files: ShownFile[];
  spoken: boolean;
  /** When it was stored; null for what has just been asked. */
  at: string | null;
}

export interface Answer {
  messageId: string | null;
  /** The answer that this one is to take the place of: it stands until there is a word. */
  replacesId: string | null;
  text: string;
  state: 'waiting' | 'streaming' | 'done' | 'interrupted' | 'failed';
  tools: ToolStep[];
  problem: ChatProblem | null;
  provider: string | null;
  model: string | null;
  responseTimeMs: number | null;
  costUsd: number | null;
  tokens: number | null;
}

/** A question and what came back. A greeting has no question; a file that was only handed in has no answer. */
export interface Exchange {
  key: string;
  question: Question | null;
  answer: Answer | null;
}

export interface ChatThread {
  exchanges: Exchange[];
}

export interface AnswerFacts {
  messageId?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  responseTimeMs?: number | undefined;
  costUsd?: number | undefined;
  tokens?: number | undefined;
}

/** What happens to the thread; `key` is the exchange it happens to. */
export type ChatEvent =
  | { type: 'opened'; exchanges: Exchange[] }
  | { type: 'asked'; key: string; text: string; files: ShownFile[] }
  /** The answer again: the question stays. */
  | { type: 'retried'; key: string }
  /** An answer that is being written already, by a page that was left: it is told from its first word. */
  | { type: 'resumed'; key: string; messageId: string }
  /** Everything from this exchange on goes: its question is being put in other words. */
  | { type: 'cut'; key: string }
  | { type: 'connected'; key: string; messageId?: string | undefined; userMessageId?: string | undefined }
  | { type: 'said'; key: string; text: string }
  | { type: 'tool-called'; key: string; id: string | null; name: string; label: string; args: unknown }
  | { type: 'tool-answered'; key: string; id: string | null; name: string; label: string; args: unknown; result?: unknown; error?: string | undefined; durationMs?: number | undefined }
  | { type: 'finished'; key: string; text: string; facts: AnswerFacts }
  | { type: 'failed'; key: string; problem: ChatProblem }
  /** With all that was written, where not all was heard. */
  | { type: 'stopped'; key: string; text?: string | undefined };

export const emptyChat: ChatThread = { exchanges: [] };

export const newAnswer = (): Answer => ({
  messageId: null, replacesId: null, text: '', state: 'waiting', tools: [], problem: null, provider: null, model: null, responseTimeMs: null, costUsd: null, tokens: null,
});

export const isOpen = (answer: Answer | null): boolean => answer?.state === 'waiting' || answer?.state === 'streaming';

const change = (thread: ChatThread, key: string, changed: (exchange: Exchange) => Exchange): ChatThread => ({
  exchanges: thread.exchanges.map((exchange) => (exchange.key === key ? changed(exchange) : exchange)),
});

/** What comes late for an answer that has ended already (stopped, failed) changes nothing. */
const changeAnswer = (thread: ChatThread, key: string, part: (answer: Answer) => Partial<Answer>): ChatThread =>
  change(thread, key, (exchange) => (exchange.answer && isOpen(exchange.answer) ? { ...exchange, answer: { ...exchange.answer, ...part(exchange.answer) } } : exchange));

/** A tool that was still at work when the answer ended will not tell any more. */
const endTools = (tools: ToolStep[]): ToolStep[] => tools.map((tool) => (tool.state === 'running' ? { ...tool, state: 'failed', error: 'Ended before it answered.' } : tool));

function toolAnswered(tools: ToolStep[], event: Extract<ChatEvent, { type: 'tool-answered' }>): ToolStep[] {
  const { id, name, label, args, result, error, durationMs } = event;
  const ended: ToolStep = { id, name, label, args, state: error === undefined ? 'done' : 'failed', result, error, durationMs };
  const index = tools.findIndex((tool) => tool.state === 'running' && (id === null ? tool.name === name : tool.id === id));
  return index < 0 ? [...tools, ended] : tools.map((tool, at) => (at === index ? { ...tool, ...ended, args: tool.args } : tool));
}

/** A thread that is read again keeps its keys where it shows the same messages: nothing on the page jumps. */
function keepKeys(shown: Exchange[], read: Exchange[]): Exchange[] {
  const known = new Map(shown.flatMap(({ key, question }) => (question?.messageId ? [[question.messageId, key] as const] : [])));
  return read.map((exchange) => ({ ...exchange, key: known.get(exchange.question?.messageId ?? '') ?? exchange.key }));
}

/** What the page shows, from what was asked and streamed: pure, so every order of events can be tested. */
export function reduceChat(thread: ChatThread, event: ChatEvent): ChatThread {
  switch (event.type) {
    case 'opened':
      return { exchanges: keepKeys(thread.exchanges, event.exchanges) };
    case 'asked':
      return { exchanges: [...thread.exchanges, { key: event.key, question: { messageId: null, text: event.text, files: event.files, spoken: false, at: null }, answer: newAnswer() }] };
    case 'retried':
      return change(thread, event.key, (exchange) => ({ ...exchange, answer: { ...newAnswer(), replacesId: exchange.answer?.messageId ?? null } }));
    case 'resumed':
      return change(thread, event.key, (exchange) => ({ ...exchange, answer: { ...newAnswer(), messageId: event.messageId, replacesId: exchange.answer?.messageId ?? null } }));
    case 'cut': {
      const at = thread.exchanges.findIndex(({ key }) => key === event.key);
      return at < 0 ? thread : { exchanges: thread.exchanges.slice(0, at) };
    }
    case 'connected':
      return change(thread, event.key, ({ question, answer, ...exchange }) => ({
        ...exchange,
        question: question && { ...question, messageId: event.userMessageId ?? question.messageId },
        answer: answer && { ...answer, messageId: event.messageId ?? answer.messageId },
      }));
    case 'said':
      return changeAnswer(thread, event.key, ({ text }) => ({ text: text + event.text, state: 'streaming' }));
    case 'tool-called': {
      const { id, name, label, args } = event;
      return changeAnswer(thread, event.key, ({ tools }) => ({ tools: [...tools, { id, name, label, args, state: 'running' }] }));
    }
    case 'tool-answered':
      return changeAnswer(thread, event.key, ({ tools }) => ({ tools: toolAnswered(tools, event) }));
    case 'finished': {
      const { messageId, provider, model, responseTimeMs, costUsd, tokens } = event.facts;
      return changeAnswer(thread, event.key, (answer) => ({
        text: event.text, state: 'done', tools: endTools(answer.tools), messageId: messageId ?? answer.messageId,
        provider: provider ?? null, model: model ?? null, responseTimeMs: responseTimeMs ?? null, costUsd: costUsd ?? null, tokens: tokens ?? null,
      }));
    }
    case 'failed':
      return changeAnswer(thread, event.key, ({ tools }) => ({ state: 'failed', problem: event.problem, tools: endTools(tools) }));
    case 'stopped':
      return changeAnswer(thread, event.key, ({ text: heard, tools, messageId, replacesId }) => {
        const text = event.text ?? heard;
        return { text, state: 'interrupted', tools: endTools(tools), messageId: text === '' && tools.length === 0 ? (replacesId ?? messageId) : messageId };
      });
  }
}
