import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { AppError, ERROR_TABLE, toAppError } from '../platform/errors';
import { checkedAtOnce } from './checked-at-once';
import type { Context } from './context';
import { assertAllowed, DEFAULT_AUTH } from './guard';
import type { RouteMeta } from './route-meta';
import { validationError } from './validation-error';

/** What was thrown below a procedure, in our own terms. tRPC wraps whatever is thrown, and raises its own for bad input. */
export function appErrorOf(thrown: unknown): AppError {
  if (!(thrown instanceof TRPCError)) return toAppError(thrown);
  if (thrown.cause instanceof AppError) return thrown.cause;
  if (thrown.code === 'BAD_REQUEST') return thrown.cause instanceof ZodError ? validationError(thrown.cause) : new AppError('invalid_input', thrown.message, { cause: thrown });
  if (thrown.code === 'INTERNAL_SERVER_ERROR') return toAppError(thrown.cause ?? thrown);
  const kind = (Object.keys(ERROR_TABLE) as (keyof typeof ERROR_TABLE)[]).find((one) => ERROR_TABLE[one].trpc === thrown.code);
  return kind ? new AppError(kind, thrown.message, { cause: thrown }) : toAppError(thrown);
}

const t = initTRPC.context<Context>().meta<RouteMeta>().create({
  errorFormatter: ({ shape, error, ctx }) => {
    const known = appErrorOf(error);
    return {
      ...shape,
      message: known.userMessage,
      data: { code: shape.data.code, httpStatus: ERROR_TABLE[known.kind].http, path: shape.data.path, kind: known.kind, issues: known.issues, requestId: ctx?.requestId },
    };
  },
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
});

export const router = t.router;

/** Gives what domains throw the code that tRPC's own adapter answers with. */
const translated = checkedAtOnce(t.procedure).use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const known = appErrorOf(result.error);
  throw new TRPCError({ code: ERROR_TABLE[known.kind].trpc, message: known.userMessage, cause: known });
});

/** For routes whose meta says `auth: 'public'`; `principal` does not exist there. */
export const publicProcedure = translated.use(({ ctx, meta, path, next }) => {
  if (meta?.auth !== 'public') throw new AppError('internal', 'A public procedure must say so in its meta');
  if (meta.limit) ctx.limiter.take(`${path} ${ctx.caller.address}`, meta.limit);
  return next();
});

/** Everything else: the meta's role and scope, or viewer. */
export const procedure = translated.use(async ({ ctx, meta, path, next }) => {
  const auth = meta?.auth ?? DEFAULT_AUTH;
  if (auth === 'public') throw new AppError('internal', 'A public route must use publicProcedure');
  const principal = await ctx.authenticate();
  assertAllowed(principal, auth);
  if (meta?.limit) ctx.limiter.take(`${path} ${principal.id}`, meta.limit);
  return next({ ctx: { principal, workspaceId: principal.workspaceId, db: ctx.services.db } });
});
