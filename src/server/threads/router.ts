import { procedure, router } from '../api/trpc';
import {
  createdThread, createThreadRoute, defaultConfig, defaultConfigRoute, getThreadRoute, listModelsInput, listModelsRoute, listThreadsInput, listThreadsRoute,
  modelList, threadDetails, threadInput, threadList,
} from './contract';
import { createThread } from './create-thread';
import { findModels } from './find-models';
import { findThreads } from './find-threads';
import { getDefaultConfig } from './get-default-config';
import { getThreadDetails } from './get-thread';

export const threadsRouter = router({
  create: procedure.meta(createThreadRoute).output(createdThread).mutation(({ ctx }) => createThread(ctx.db, ctx.principal)),
  get: procedure.meta(getThreadRoute).input(threadInput).output(threadDetails).mutation(({ ctx, input }) => getThreadDetails(ctx.db, { principal: ctx.principal, threadId: input.thread_id })),
  list: procedure.meta(listThreadsRoute).input(listThreadsInput).output(threadList).mutation(({ ctx, input }) => findThreads(ctx.db, { principal: ctx.principal, ...input })),
  models: procedure.meta(listModelsRoute).input(listModelsInput).output(modelList).mutation(({ ctx, input }) => findModels(ctx.db, { principal: ctx.principal, tags: input.tags })),
  defaultConfig: procedure.meta(defaultConfigRoute).output(defaultConfig).query(({ ctx }) => getDefaultConfig(ctx.db, ctx.principal)),
});
