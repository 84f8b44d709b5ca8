import type { Services } from '../api/context';
import { procedure, router } from '../api/trpc';
import { cancelCall } from './cancel-call';
import {
  callDetail, callDetailRoute, callIdInput, callPage, callRecord, callRowInput, cancelCallRoute, done, getCallRoute, listCallsInput, listCallsRoute,
  placeCallInput, placeCallRoute, placedCall, queueRoute, queueStatus, speakInput, speakRoute,
} from './contract';
import { findCalls } from './find-calls';
import { getCall, getCallDetail } from './get-call';
import { getQueue } from './get-queue';
import { placeCall } from './place-call';
import { speakToCall } from './speak-to-call';

const maxConcurrentOf = ({ config }: Services) => config.calls.maxConcurrent;

export const callsRouter = router({
  place: procedure.meta(placeCallRoute).input(placeCallInput).output(placedCall).mutation(({ ctx, input }) => placeCall(ctx.db, {
    principal: ctx.principal, input, egressAllow: ctx.services.config.network.egressAllow, maxConcurrent: maxConcurrentOf(ctx.services),
  })),
  get: procedure.meta(getCallRoute).input(callIdInput).output(callRecord)
    .query(({ ctx, input }) => getCall(ctx.db, { workspaceId: ctx.workspaceId, callId: input.call_id, maxConcurrent: maxConcurrentOf(ctx.services) })),
  cancel: procedure.meta(cancelCallRoute).input(callIdInput).output(done)
    .mutation(({ ctx, input }) => cancelCall(ctx.services, { principal: ctx.principal, callId: input.call_id })),
  queue: procedure.meta(queueRoute).output(queueStatus)
    .query(({ ctx }) => getQueue(ctx.db, { workspaceId: ctx.workspaceId, maxConcurrent: maxConcurrentOf(ctx.services) })),
  speak: procedure.meta(speakRoute).input(speakInput).output(done)
    .mutation(({ ctx, input }) => speakToCall(ctx.services, { workspaceId: ctx.workspaceId, input })),
  list: procedure.meta(listCallsRoute).input(listCallsInput).output(callPage)
    .query(({ ctx, input }) => findCalls(ctx.db, { workspaceId: ctx.workspaceId, filter: input })),
  detail: procedure.meta(callDetailRoute).input(callRowInput).output(callDetail)
    .query(({ ctx, input }) => getCallDetail(ctx.db, { workspaceId: ctx.workspaceId, id: input.id, maxConcurrent: maxConcurrentOf(ctx.services) })),
});
