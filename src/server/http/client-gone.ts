import type { FastifyReply } from 'fastify';

/** Aborts when the caller hangs up before the answer is out. Not `request.signal`: Fastify fires that once a body has been read. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) controller.abort(); });
  return controller.signal;
}
