import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { AppError } from '../platform/errors';
import {
  listProviderKeysOutput, listProviderKeysRoute, providerKey, removeProviderKeyInput, removeProviderKeyRoute, setProviderKeyInput, setProviderKeyRoute,
} from './contract';
import { findProviderKeys } from './find-provider-keys';
import { removeProviderKey } from './remove-provider-key';
import { setProviderKey } from './set-provider-key';

export const providerKeysRouter = router({
  list: procedure.meta(listProviderKeysRoute).output(listProviderKeysOutput).query(async ({ ctx }) => {
    const { secretBox: box, config } = ctx.services;
    return { provider_keys: await findProviderKeys(ctx.db, { workspaceId: ctx.workspaceId, box, ai: config.ai }) };
  }),
  set: procedure.meta(setProviderKeyRoute).input(setProviderKeyInput).output(providerKey).mutation(async ({ ctx, input }) => {
    const { secretBox: box, providerKeys, config } = ctx.services;
    await setProviderKey(ctx.db, { principal: ctx.principal, box, vendor: input.vendor, apiKey: input.api_key });
    providerKeys.forget(ctx.workspaceId);
    const all = await findProviderKeys(ctx.db, { workspaceId: ctx.workspaceId, box, ai: config.ai });
    const set = all.find(({ vendor }) => vendor === input.vendor);
    if (!set) throw new AppError('internal', 'The vendor is not in the list');
    return set;
  }),
  remove: procedure.meta(removeProviderKeyRoute).input(removeProviderKeyInput).output(z.void()).mutation(async ({ ctx, input }) => {
    await removeProviderKey(ctx.db, { principal: ctx.principal, vendor: input.vendor });
    ctx.services.providerKeys.forget(ctx.workspaceId);
  }),
});
