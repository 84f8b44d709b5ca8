import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { WIRES, type WiredProvider } from './provider-wires';

/** What the provider does with one request. Several make a sequence; the last repeats. */
export type ProviderStep =
  | { text: string[]; tokenMs?: number; gzip?: true; /** Goes on when it is told to. */ rest?: { when: Promise<unknown>; text: string } }
  | { calls: Array<{ name: string; args: Record<string, unknown> }>; after?: string[] }
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | { dieAfter: string[] }
  | { errorAfter: string[] }
  | { brokenAfter: string[] }
  /** The connection is closed in good order, but the answer was not at its end. */
  | { stopsAfter: string[] }
  | { refusedAfter: string[] }
  /** Not even headers. */
  | { silent: true }
  /** Headers and what keeps the connection open, but never a word. */
  | { keptAlive: true }
  /** Its words come at once, so that no pause lies between them. */
  | { hangAfter: string[] };

export interface ProviderServer extends AsyncDisposable {
  baseUrl: string;
  /** Paths below the base URL, bodies and headers as they arrived. */
  requests: Array<{ path: string; body: Record<string, unknown>; headers: IncomingMessage['headers'] }>;
  /** Clients that left before the answer's end. */
  left: number;
}

const BASE = '/base';
const KEEP_ALIVE_MS = 50;
/** So often this process has looked whether there is something to read: the words of who dies have come by then, however slow the machine. */
const LOOKS = 50;

/** A provider on loopback that speaks a vendor's wire format and misbehaves as told. */
export async function scriptedProviderServer(provider: WiredProvider, steps: ProviderStep[]): Promise<ProviderServer> {
  const wire = WIRES[provider];
  const state: Pick<ProviderServer, 'requests' | 'left'> = { requests: [], left: 0 };

  async function answer(step: ProviderStep, response: ServerResponse): Promise<void> {
    if ('silent' in step) return;
    if ('status' in step) return void response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers }).end(JSON.stringify(step.body ?? wire.refusal(step.status)));
    const gzip = 'gzip' in step ? createGzip() : undefined;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
    gzip?.pipe(response);
    const out = gzip ?? response;
    const send = (frames: string) => { if (frames !== '') out.write(frames, () => gzip?.flush()); };
    if ('keptAlive' in step) {
      response.flushHeaders();
      const timer = setInterval(() => send(wire.keepAlive), KEEP_ALIVE_MS);
      return void response.on('close', () => clearInterval(timer));
    }
    if ('hangAfter' in step) return send(wire.begin() + step.hangAfter.map((word) => wire.text(word)).join(''));
    send(wire.begin());
    const words = 'text' in step ? step.text : 'calls' in step ? step.after ?? [] : 'dieAfter' in step ? step.dieAfter : 'errorAfter' in step ? step.errorAfter
      : 'brokenAfter' in step ? step.brokenAfter : 'stopsAfter' in step ? step.stopsAfter : step.refusedAfter;
    for (const word of words) {
      send(wire.text(word));
      await delay('text' in step ? (step.tokenMs ?? 0) : 0);
    }
    if ('text' in step && step.rest) {
      await step.rest.when;
      send(wire.text(step.rest.text));
    }
    if ('dieAfter' in step) {
      await delay(30);
      for (let look = 0; look < LOOKS; look++) await new Promise((resolve) => setImmediate(resolve));
      return void response.destroy();
    }
    if ('errorAfter' in step) return void out.end(wire.failure());
    if ('brokenAfter' in step) return void out.end(wire.broken() + wire.end('stop'));
    if ('stopsAfter' in step) return void out.end();
    if ('calls' in step) send(wire.calls(step.calls.map((call, index) => ({ id: `call_${state.requests.length}${index}`, ...call }))));
    out.end(wire.end('calls' in step ? 'tools' : 'refusedAfter' in step ? 'refused' : 'stop'));
  }

  const server = createServer((request, response) => {
    void (async () => {
      let raw = '';
      for await (const part of request) raw += String(part);
      const step = steps[Math.min(state.requests.length, steps.length - 1)];
      state.requests.push({ path: request.url?.slice(BASE.length) ?? '', body: JSON.parse(raw) as Record<string, unknown>, headers: request.headers });
      response.on('close', () => { if (!response.writableFinished && step && !('dieAfter' in step)) state.left++; });
      if (step) await answer(step, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${BASE}`,
    get requests() { return state.requests; },
    get left() { return state.left; },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
