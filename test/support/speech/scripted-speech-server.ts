import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** Resolves when the client hung up before its answer was complete. */
  abandoned: Promise<void>;
}

export type Behaviour = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A server of the OpenAI audio wire that does what each test tells it: the last behaviour repeats. */
export async function startScriptedSpeechServer(...behaviours: Behaviour[]) {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    const abandoned = new Promise<void>((resolve) => response.once('close', () => { if (!response.writableFinished) resolve(); }));
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const request: SeenRequest = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body: Buffer.concat(pieces), abandoned };
      const behaviour = behaviours[Math.min(seen.length, behaviours.length - 1)]!;
      seen.push(request);
      void behaviour(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const answerJson = (value: unknown, status = 200, headers: Record<string, string> = {}): Behaviour => (_request, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
};

export const answerBytes = (pieces: Uint8Array[], contentType: string, headers: Record<string, string> = {}): Behaviour => async (_request, response) => {
  response.writeHead(200, { 'content-type': contentType, ...headers });
  for (const piece of pieces) { response.write(piece); await new Promise((resolve) => setTimeout(resolve, 5)); }
  response.end();
};

/** So often this process has looked whether there is something to read: what was sent before has come, and been passed on, however slow the machine. */
const LOOKS = 50;

/** Sends some of the answer and cuts the connection once that has come. */
export const dieAfter = (bytes: Uint8Array, contentType: string): Behaviour => async (_request, response) => {
  response.writeHead(200, { 'content-type': contentType }).write(bytes);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let look = 0; look < LOOKS; look++) await new Promise((resolve) => setImmediate(resolve));
  response.destroy();
};

/** Accepts the request and says nothing. */
export const hang: Behaviour = () => undefined;
