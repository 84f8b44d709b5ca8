/** A frame of `text/event-stream`. `data` that is no text is written as JSON. */
export interface ServerSentEvent {
  event?: string;
  id?: string;
  data: unknown;
}

type Bytes = string | Uint8Array;

/** What a route's handler gives back. The adapter checks it against the declaration and sends it. */
export class Answer {
  constructor(
    readonly type: string | null,
    readonly body: unknown,
    readonly options: { status?: number; headers?: Record<string, string> } = {},
  ) {}
}

type Options = Answer['options'];

export const json = (value: unknown, options?: Options): Answer => new Answer('application/json', value, options);

/** Text or bytes, whole or as they come. */
export const content = (type: string, body: Bytes | AsyncIterable<Bytes>, options?: Options): Answer => new Answer(type, body, options);

/**
 * Server-sent events as they come. What is thrown before the first one is an ordinary error answer; later it can only
 * end the stream, so a source that has begun reports its failures as events.
 */
export const events = (source: AsyncIterable<ServerSentEvent>, options?: Options): Answer => new Answer('text/event-stream', source, options);

export const nothing = (options?: Options): Answer => new Answer(null, undefined, { status: 204, ...options });
