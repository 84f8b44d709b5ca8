import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Answer, ServerSentEvent } from '../api/answer';
import type { Route } from '../api/define-route';
import { AppError, toAppError } from '../platform/errors';
import { logFailure } from './errors';
import { encodeEvents } from './event-stream';

type Chunk = string | Uint8Array;

const isStream = (body: unknown): body is AsyncIterable<unknown> => typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** Waits for the first chunk, so that a failure before it is an answer with a status of its own. Later ones cut the connection. */
async function begun(reply: FastifyReply, chunks: AsyncIterable<Chunk>): Promise<Readable> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all() {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } catch (error) {
      logFailure(reply, toAppError(error));
      throw error;
    } finally {
      await iterator.return?.();
    }
  }
  return Readable.from(all(), { highWaterMark: 1 });
}

/** Sends what a handler gave back, held to what its route declares. */
export async function sendAnswer(reply: FastifyReply, route: Route<never>, answer: Answer, closing: AbortSignal): Promise<FastifyReply> {
  const status = answer.options.status ?? route.meta.status ?? 200;
  const declared = route.answers[status];
  const mediaType = answer.type?.split(';', 1)[0];
  const schema = mediaType === undefined ? undefined : declared?.content?.[mediaType];
  if (!declared || (mediaType !== undefined && !schema)) throw new AppError('internal', `${route.meta.openapi.path} does not declare its answer ${status} ${mediaType ?? ''}`);

  reply.code(status).headers(answer.options.headers ?? {});
  if (answer.type === null) return reply.send();
  // JSON that comes piece by piece is a download of any length: whoever writes it answers for its shape.
  if (mediaType === 'application/json' && !isStream(answer.body)) return reply.type('application/json; charset=utf-8').send(schema!.parse(answer.body));
  if (mediaType === 'text/event-stream') {
    const stream = await begun(reply, encodeEvents(answer.body as AsyncIterable<ServerSentEvent>, closing));
    // no-transform and x-accel-buffering: a proxy that gathers or packs the stream would hold events back
    return reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' }).send(stream);
  }
  return reply.type(answer.type).send(isStream(answer.body) ? await begun(reply, answer.body as AsyncIterable<Chunk>) : typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body as Uint8Array));
}
