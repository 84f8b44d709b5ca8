import { z } from 'zod';
import { moment, page, storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { usageLeg } from '../usage/contract';

const perUnit = z.number().min(0, 'must not be negative').max(1_000_000).nullable();

const figures = {
  input_per_million: perUnit.meta({ description: 'US dollars for a million input tokens.' }),
  cached_per_million: perUnit.meta({ description: 'Of input tokens that the provider had cached; as the others unless said.' }),
  output_per_million: perUnit,
  per_minute: perUnit.meta({ description: 'Of audio that is transcribed, or of the telephone line.' }),
  characters_per_million: perUnit.meta({ description: 'Of text that is spoken.' }),
};

export const price = z.object({
  id: z.uuid(),
  leg: usageLeg,
  provider: z.string(),
  model: z.string().meta({ description: '`*` is every model of the provider.' }),
  ...figures,
  starts_at: z.iso.datetime().meta({ description: 'From when it counts; the newest that has begun does.' }),
  in_force: z.boolean().meta({ description: 'Has begun, and no newer one for the same model has.' }),
  created_at: z.iso.datetime(),
}).meta({ id: 'Price' });

export const listPricesInput = z.object({ leg: usageLeg.optional(), ...page });

export const listPricesOutput = z.object({
  prices: z.array(price), total: z.number().int(), limit: z.number().int(), offset: z.number().int(),
}).meta({ id: 'PricePage' });

const optionalFigures = {
  input_per_million: figures.input_per_million.optional(),
  cached_per_million: figures.cached_per_million.optional(),
  output_per_million: figures.output_per_million.optional(),
  per_minute: figures.per_minute.optional(),
  characters_per_million: figures.characters_per_million.optional(),
};

export const createPriceInput = z.object({
  leg: usageLeg,
  provider: storable(z.string().trim().toLowerCase().min(1, 'must not be empty').max(100)).meta({ description: 'As the ledger names it, such as `openai`, `local` or `sip`.' }),
  model: storable(z.string().trim().min(1, 'must not be empty').max(200)).default('*').meta({ description: '`*` is every model of the provider; of the telephone `inbound` or `outbound`.' }),
  ...optionalFigures,
  starts_at: moment({ firstYear: 2000 }).optional().meta({ description: 'Now unless said. Records that are written already keep their price.' }),
});

export const priceIdInput = z.object({ price_id: z.string() });

export const updatePriceInput = z.object({ price_id: z.string(), ...optionalFigures, starts_at: moment({ firstYear: 2000 }).optional() });

const tags = ['Usage'];

export const listPricesRoute = {
  openapi: { method: 'GET', path: '/api/prices', tags, summary: 'The workspace’s own prices; they go before the bundled table' },
  auth: { role: 'viewer', scope: 'usage' },
} satisfies RouteMeta;

export const createPriceRoute = {
  openapi: { method: 'POST', path: '/api/prices', tags, summary: 'Say what a model, speech or the telephone costs here' },
  status: 201,
  auth: { role: 'admin', scope: 'usage' },
  errors: ['conflict'],
} satisfies RouteMeta;

export const getPriceRoute = {
  openapi: { method: 'GET', path: '/api/prices/{price_id}', tags, summary: 'A price' },
  auth: { role: 'viewer', scope: 'usage' },
  errors: ['not_found'],
} satisfies RouteMeta;

export const updatePriceRoute = {
  openapi: { method: 'PATCH', path: '/api/prices/{price_id}', tags, summary: 'Change a price; records that are written already keep theirs' },
  auth: { role: 'admin', scope: 'usage' },
  errors: ['conflict', 'not_found'],
} satisfies RouteMeta;

export const removePriceRoute = {
  openapi: { method: 'DELETE', path: '/api/prices/{price_id}', tags, summary: 'Remove a price' },
  status: 204,
  auth: { role: 'admin', scope: 'usage' },
  errors: ['not_found'],
} satisfies RouteMeta;

export type Price = z.infer<typeof price>;
export type CreatePriceInput = z.infer<typeof createPriceInput>;
export type UpdatePriceInput = z.infer<typeof updatePriceInput>;
export type ListPricesInput = z.infer<typeof listPricesInput>;
