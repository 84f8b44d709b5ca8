import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver extends AsyncDisposable {
  port: number;
  url: string;
  received: Received[];
  /** Resolves when so many requests have come. */
  has(count: number): Promise<void>;
}

export type Answer = (response: ServerResponse, request: Received, count: number) => void;

export const answering = (...statuses: number[]): Answer => (response, _request, count) => {
  response.writeHead(statuses[Math.min(count, statuses.length) - 1]!).end('thank you');
};

/** Somebody's webhook endpoint on a free port of this machine. */
export async function startReceiver(answer: Answer = answering(200), tls?: { key: string; cert: string }): Promise<Receiver> {
  const received: Received[] = [];
  let heard = () => {};
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      heard();
      answer(response, one, received.length);
    });
  };
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port, received,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    has: (count) => new Promise((resolve) => {
      heard = () => { if (received.length >= count) resolve(); };
      heard();
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
