import { EventSourceParserStream } from 'eventsource-parser/stream';
import { z } from 'zod';
import { ANSWER_GONE, ChatFailure, CONNECTION_LOST, OFFLINE, problemOfEvent, problemOfStatus } from './chat-problem';

export interface ChatRequest {
  message: string;
  conversation_id: string | null;
  agent_id?: string;
  file_ids?: string[];
  retry_message_id?: string;
}

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);

const connect = z.object({ conversation_id: text, message_id: text, user_message_id: text, turn_id: text, agent_id: text });
const chunk = z.object({ content: z.string() });
const tool = z.object({
  id: text, tool: z.string(), label: text, args: z.unknown().optional(), result: z.unknown().optional(), error: text, duration_ms: number,
});
const final = z.object({
  content: z.string(), message_id: text, conversation_id: text, response_time_ms: number, provider: text, model: text,
  cost_usd: z.union([z.number(), z.string().transform(Number)]).nullish().catch(undefined),
  usage: z.object({ input_tokens: number, output_tokens: number }).nullish().catch(undefined),
});
const error = z.object({ error: z.string(), detail: text, kind: text, retryable: z.boolean().optional().catch(undefined), resets_at: text, content: text });

export type StreamEvent =
  | { type: 'connect'; data: z.infer<typeof connect> }
  | { type: 'chunk'; data: z.infer<typeof chunk> }
  | { type: 'tool'; data: z.infer<typeof tool>; ended: boolean }
  | { type: 'final'; data: z.infer<typeof final> }
  /** Here or elsewhere, or because nobody listened for too long: with what was written of it. */
  | { type: 'stopped'; data: { content?: string | undefined } }
  | { type: 'complete' };

/** An event with the name that the server gave it: whoever says which one they had last gets what comes behind it. */
export interface HeardEvent {
  id: string | null;
  event: StreamEvent;
}

interface Connection {
  signal: AbortSignal;
  fetch?: typeof fetch | undefined;
}

/** Asks, and yields what the server sends until the answer is complete or was stopped. Throws ChatFailure, whose problem says what can be done. */
export async function* askChat({ request, idempotencyKey, signal, fetch: send = fetch }: Connection & {
  request: ChatRequest;
  /** Sent again with the same one, a question is not asked twice. */
  idempotencyKey: string;
}): AsyncGenerator<HeardEvent> {
  const response = await send('/ai/chat/stream', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(request),
    signal,
  }).catch((cause: unknown) => { throw signal.aborted ? cause : new ChatFailure(OFFLINE); });
  if (!response.ok) throw new ChatFailure(problemOfStatus(response.status, await words(response)));
  yield* eventsOf(response, signal);
}

/** It restarts, has no room just now, or a proxy stands before it that has lost it: another time it will answer. */
const PASSING = new Set([429, 502, 503, 504]);

/** Listens on behind an event that was heard; the turn itself is not asked for again. */
export async function* listenOn({ lastEventId, signal, fetch: send = fetch }: Connection & { lastEventId: string }): AsyncGenerator<HeardEvent> {
  const response = await send('/ai/chat/stream', { headers: { accept: 'text/event-stream', 'last-event-id': lastEventId }, signal })
    .catch((cause: unknown) => { throw signal.aborted ? cause : new ChatFailure(OFFLINE); });
  if (response.status === 204) throw new ChatFailure(ANSWER_GONE);
  if (PASSING.has(response.status)) throw new ChatFailure(OFFLINE);
  if (!response.ok) throw new ChatFailure(problemOfStatus(response.status, await words(response)));
  yield* eventsOf(response, signal);
}

async function* eventsOf({ body }: Response, signal: AbortSignal): AsyncGenerator<HeardEvent> {
  if (!body) throw new ChatFailure(CONNECTION_LOST);
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>).pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => { throw signal.aborted ? cause : new ChatFailure(CONNECTION_LOST); });
      if (done) throw new ChatFailure(CONNECTION_LOST); // its last event is `complete` or `error`
      const event = read(value.event ?? 'message', value.data);
      if (event) yield { id: value.id ?? null, event };
      if (event?.type === 'complete' || event?.type === 'stopped') return;
    }
  } finally {
    await reader.cancel().catch(() => {}); // the connection may have gone already
  }
}

/** Unknown events are skipped: a newer server may say more. */
function read(type: string, data: string): StreamEvent | null {
  const parsed = json(data);
  switch (type) {
    case 'connect':
      return { type, data: connect.parse(parsed) };
    case 'chunk':
      return { type, data: chunk.parse(parsed) };
    case 'tool':
      return { type, data: tool.parse(parsed), ended: typeof parsed === 'object' && parsed !== null && ('result' in parsed || 'error' in parsed || 'duration_ms' in parsed) };
    case 'final':
      return { type, data: final.parse(parsed) };
    case 'complete':
      return { type };
    case 'error': {
      const said = error.parse(parsed);
      if (said.kind === 'cancelled') return { type: 'stopped', data: said };
      throw new ChatFailure(problemOfEvent(said));
    }
    default:
      return null;
  }
}

function json(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new ChatFailure(CONNECTION_LOST); // cut in the middle
  }
}

async function words(response: Response): Promise<string> {
  const body = (await response.json().catch(() => ({}))) as { detail?: unknown; error?: unknown };
  const said = [body.detail, body.error].find((part) => typeof part === 'string');
  return said ?? `The server answered with status ${response.status}.`;
}
