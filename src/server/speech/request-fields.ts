import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { AppError } from '@/server/platform/errors';
import { DEFAULT_RANK } from './job';

/** Validates fields against a schema; the error names the first wrong one, as OpenAI's do. */
export function readFields<T>(schema: z.ZodType<T>, fields: unknown): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const param = issue.path.join('.') || 'body';
  throw new AppError('invalid_input', `${param}: ${issue.message}`, { details: { param } });
}

/** Urgency from the HTTP Priority header (RFC 9218), `u=0` most urgent to `u=7`; 3 without one. */
export function readRank(request: FastifyRequest): number {
  const match = /(?:^|[,\s])u=([0-7])\b/.exec(String(request.headers.priority ?? ''));
  return match ? Number(match[1]) : DEFAULT_RANK;
}

/** Aborts when the client goes away before it has its answer. (Fastify's own request.signal fires once the body is read.) */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) controller.abort(); });
  return controller.signal;
}
