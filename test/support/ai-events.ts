import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { API_KEY } from './web';

export interface StreamedEvent {
  event: string;
  id: string;
  data: Record<string, unknown>;
}

export interface AiStream extends AsyncDisposable {
  status: number;
  headers: IncomingMessage['headers'];
  /** The next event; null when the stream has ended. */
  next(): Promise<StreamedEvent | null>;
  /** All that come up to one of this name, which is the last of them, or to the end. */
  until(name: string): Promise<StreamedEvent[]>;
  rest(): Promise<StreamedEvent[]>;
  /** Hangs up. */
  cut(): void;
}

async function* readEvents(response: IncomingMessage): AsyncGenerator<StreamedEvent> {
  let fields: Record<string, string> = {};
  for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
    if (line === '') {
      if (fields.data !== undefined) yield { event: fields.event ?? 'message', id: fields.id ?? '', data: JSON.parse(fields.data) as Record<string, unknown> };
      fields = {};
    } else if (!line.startsWith(':')) {
      const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
      fields[name] = value;
    }
  }
}

/** A stream of /ai, line by line, as a client without a library reads it. */
export function openAiStream(port: number, given: { method?: 'GET' | 'POST'; path?: string; query?: Record<string, string>; body?: unknown; headers?: Record<string, string>; key?: string | null }): Promise<AiStream> {
  const { method = 'POST', path = '/ai/chat/stream', query, key = API_KEY } = given;
  const body = given.body === undefined ? undefined : JSON.stringify(given.body);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1', port, method, path: query ? `${path}?${new URLSearchParams(query)}` : path, agent: false,
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...given.headers },
    }, (response) => {
      const events = readEvents(response);
      const next = async () => {
        try {
          const { value, done } = await events.next();
          return done ? null : value;
        } catch {
          return null; // cut
        }
      };
      const until = async (name: string | null) => {
        const seen: StreamedEvent[] = [];
        for (let event = await next(); event; event = await next()) {
          seen.push(event);
          if (event.event === name) break;
        }
        return seen;
      };
      resolve({
        status: response.statusCode ?? 0, headers: response.headers, next, until, rest: () => until(null), cut: () => request.destroy(),
        [Symbol.asyncDispose]() { request.destroy(); return Promise.resolve(); },
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
