import { z } from 'zod';

/** Postgres keeps neither NUL nor half a surrogate pair: better to say so than to lose them, or to fail while storing them. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const UNSTORABLE_WORDS = 'must not contain NUL or broken characters';

/** Why a text cannot be kept; null when it can. */
export const storingProblem = (text: string): string | null => (UNSTORABLE.test(text) ? UNSTORABLE_WORDS : null);

/** Text that comes from outside and is stored, or compared with what is stored. */
export const storable = (text: z.ZodString): z.ZodString => text.refine((value) => storingProblem(value) === null, UNSTORABLE_WORDS);

/** What a person types to find something. */
export const searchWords = storable(z.string().trim().max(200));

/** Which part of a long list. */
export const page = {
  limit: z.number().int().min(1).max(200).default(50),
  offset: z.number().int().min(0).max(1_000_000).default(0),
};

/** A time within years that Postgres and JavaScript agree on; an offset may push one that looks fine beyond them. */
export const moment = ({ firstYear = 1 } = {}) =>
  z.iso.datetime({ offset: true, abort: true, error: 'must be an ISO 8601 time such as 2030-01-31T08:00:00Z' })
    .refine((text) => { const year = new Date(text).getUTCFullYear(); return year >= firstYear && year <= 9999; }, `must be in the years ${firstYear} to 9999`);
