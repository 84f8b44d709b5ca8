import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { createPrice, removePrice, updatePrice } from './change-prices';
import {
  createPriceInput, createPriceRoute, getPriceRoute, listPricesInput, listPricesOutput, listPricesRoute, price, priceIdInput, removePriceRoute, updatePriceInput, updatePriceRoute,
} from './contract';
import { findPrices, getPrice } from './queries';

export const pricesRouter = router({
  list: procedure.meta(listPricesRoute).input(listPricesInput).output(listPricesOutput)
    .query(({ ctx, input }) => findPrices(ctx.db, { workspaceId: ctx.workspaceId, filter: input })),
  create: procedure.meta(createPriceRoute).input(createPriceInput).output(price)
    .mutation(({ ctx, input }) => createPrice(ctx.db, { principal: ctx.principal, input })),
  get: procedure.meta(getPriceRoute).input(priceIdInput).output(price)
    .query(({ ctx, input }) => getPrice(ctx.db, { workspaceId: ctx.workspaceId, id: input.price_id })),
  update: procedure.meta(updatePriceRoute).input(updatePriceInput).output(price)
    .mutation(({ ctx, input }) => updatePrice(ctx.db, { principal: ctx.principal, input })),
  remove: procedure.meta(removePriceRoute).input(priceIdInput).output(z.void())
    .mutation(({ ctx, input }) => removePrice(ctx.db, { principal: ctx.principal, id: input.price_id })),
});
