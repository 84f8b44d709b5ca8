import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';

const ANSWERS: Record<string, { status: number; detail: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'The headers are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request took too long to arrive' },
};
const NOT_HTTP = { status: 400, detail: 'This is not HTTP/1.1 as it must be written' };

/**
 * Bytes that never became a request: there is neither a route nor a reply, so the answer, in the words that every other
 * one has, is written to the socket itself. Not at a level that is usually shown: scanners send such things all day.
 */
export function answerUnreadable(error: Error & { code: string }, socket: Socket, log: Pick<FastifyBaseLogger, 'debug'>): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, detail } = ANSWERS[error.code] ?? NOT_HTTP;
  const requestId = randomUUID();
  log.debug({ requestId, status, code: error.code }, 'unreadable request');
  if (socket.writable) {
    const body = JSON.stringify({ detail });
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'connection: close', 'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`, 'cache-control: no-store', 'x-content-type-options: nosniff', `x-request-id: ${requestId}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy(error);
}
