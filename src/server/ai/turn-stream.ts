import type { ServerSentEvent } from '../api/answer';
import type { ChatEvent, ChatRun } from '../chat';
import type { ToolCallRecord } from '../conversations/tables';
import type { AppError } from '../platform/errors';
import { turnError } from './ai-error';
import { presentUsage } from './present-usage';

/** The last event of a stream: nothing comes behind it, and whoever asks is told so. */
export const END = 'end';

export interface TurnStreamOptions {
  run: ChatRun;
  signal: AbortSignal;
  costOf(turnId: string): Promise<number | null>;
  /** The last event that the client has; absent: it has none, and `connect` comes first. */
  after?: number;
}

const toolData = ({ name, args, label, id }: { name: string; args: unknown; label?: string | undefined; id: string }) => ({ tool: name, args, label: label ?? name, id });

const resultData = ({ result, error, durationMs }: ToolCallRecord) =>
  ({ ...(error === undefined ? { result: result ?? null } : { error }), ...(durationMs === undefined ? {} : { duration_ms: durationMs }) });

/** `AI provider error: why` as the page's two fields. */
function errorData(error: AppError) {
  const { userMessage, kind, retryable, details } = error;
  const [, heading = 'AI service error', detail = userMessage] = /^(AI provider error|AI service error|Conversation error): (.*)$/s.exec(userMessage) ?? [];
  return { error: heading, detail, kind, retryable, ...(typeof details?.resets_at === 'string' ? { resets_at: details.resets_at } : {}) };
}

async function present(run: ChatRun, event: ChatEvent, costOf: TurnStreamOptions['costOf']): Promise<ServerSentEvent> {
  const common = { message_id: run.messageId, conversation_id: run.conversationId };
  const timestamp = new Date().toISOString();
  switch (event.type) {
    case 'text-delta':
      return { event: 'chunk', data: { content: event.text, is_final: false, is_delta: true, ...common, timestamp } };
    case 'tool-call':
      return { event: 'tool', data: { ...toolData(event), ...common, timestamp } };
    case 'tool-result':
      return { event: 'tool', data: { ...toolData({ ...event.record, id: event.id, name: event.name }), ...resultData(event.record), ...common, timestamp } };
    case 'failed': {
      const { status, text } = await run.done;
      return { event: 'error', data: { ...errorData(turnError(event.error)), ...common, ...(status === 'interrupted' ? { status, content: text } : {}) } };
    }
    case 'final': {
      const { responseTimeMs, usage, finishedAt, status } = await run.done;
      return {
        event: 'final',
        data: {
          content: event.text, is_final: true, is_delta: false, ...common, timestamp: finishedAt.toISOString(), response_time_ms: responseTimeMs,
          provider: event.provider, model: event.model, status, turn_id: run.turnId, user_message_id: run.userMessageId, usage: presentUsage(usage),
          cost_usd: await costOf(run.turnId).catch(() => null), // the answer is there: its price may fail alone
        },
      };
    }
  }
}

/** A turn as the page's events. Their ids are the turn's and a number, so that a client can say what it has. */
export async function* turnStream({ run, signal, costOf, after }: TurnStreamOptions): AsyncGenerator<ServerSentEvent> {
  const id = (n: number | string) => `${run.turnId}.${n}`;
  if (after === undefined) yield {
    event: 'connect', id: id(0),
    data: { status: 'connected', message: 'Streaming started', conversation_id: run.conversationId, message_id: run.messageId, turn_id: run.turnId, user_message_id: run.userMessageId, agent_id: run.agent.id },
  };
  for await (const { n, event } of run.events(after, signal)) {
    const presented = await present(run, event, costOf);
    yield { ...presented, id: id(event.type === 'failed' ? END : n) };
    if (event.type === 'failed') return;
  }
  if (!signal.aborted) yield { event: 'complete', id: id(END), data: { status: 'completed', message: 'Stream finished' } };
}
