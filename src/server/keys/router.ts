import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { closeLiveSockets } from '../auth/close-live-sockets';
import { createdApiKey, createKeyInput, createKeyRoute, listKeysInput, listKeysOutput, listKeysRoute, revokeKeyInput, revokeKeyRoute } from './contract';
import { createKey } from './create-key';
import { findKeys } from './find-keys';
import { revokeKey } from './revoke-key';

export const keysRouter = router({
  list: procedure.meta(listKeysRoute).input(listKeysInput).output(listKeysOutput)
    .query(({ ctx, input }) => findKeys(ctx.db, { workspaceId: ctx.workspaceId, filter: input })),
  create: procedure.meta(createKeyRoute).input(createKeyInput).output(createdApiKey)
    .mutation(({ ctx, input }) => createKey(ctx.db, { principal: ctx.principal, input })),
  revoke: procedure.meta(revokeKeyRoute).input(revokeKeyInput).output(z.void()).mutation(async ({ ctx, input }) => {
    await revokeKey(ctx.db, { principal: ctx.principal, keyId: input.key_id });
    await closeLiveSockets(ctx, { kind: 'api_key', id: input.key_id });
  }),
});
