import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validationError } from '@/server/api/validation-error';

const schema = z.object({
  name: z.string().min(1).max(5),
  count: z.number().int().min(5).max(120).optional(),
  share: z.number().gt(0).lt(1).optional(),
  tags: z.array(z.string()).max(1).optional(),
  code: z.string().min(2, 'must be a code such as AB').optional(),
});

const words = (input: unknown) => validationError(schema.safeParse(input).error!).message;

describe('what is wrong with an input is said in words', () => {
  it.each([
    [{}, 'name: is required'],
    [{ name: 7 }, 'name: must be text'],
    [{ name: '' }, 'name: must have at least 1 character'],
    [{ name: 'toolong' }, 'name: must have at most 5 characters'],
    [{ name: 'a', count: 4 }, 'count: must be at least 5'],
    [{ name: 'a', count: 121 }, 'count: must be at most 120'],
    [{ name: 'a', count: '7' }, 'count: must be a number'],
    [{ name: 'a', share: 0 }, 'share: must be more than 0'],
    [{ name: 'a', share: 1 }, 'share: must be less than 1'],
    [{ name: 'a', tags: 'x' }, 'tags: must be a list'],
    [{ name: 'a', tags: ['x', 'y'] }, 'tags: must have at most 1 entry'],
    [{ name: 'a', tags: [1] }, 'tags[0]: must be text'],
    [{ name: 'a', code: 'A' }, 'code: must be a code such as AB'],
    [7, 'must be an object'],
    [{ count: 1 }, 'name: is required (and 1 more)'],
  ])('%j: %s', (input, text) => { expect(words(input)).toBe(text); });
});
