import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coerceFields, fieldKinds } from '@/server/http/input';

const kinds = fieldKinds([z.object({
  count: z.number().int().min(1).default(10), on: z.boolean().nullable().optional(), tag: z.array(z.string()).optional(), text: z.string().trim(),
  deep: z.number().optional().transform((value) => value), choice: z.enum(['1', '2']),
}).readonly()]);

describe('text parameters', () => {
  it('become what the schema asks for, through optional, default, nullable and transform', () => {
    expect({ ...coerceFields(kinds, { count: '7', on: 'false', tag: 'a', text: '12', deep: '-1.5e1', choice: '1' }) })
      .toEqual({ count: 7, on: false, tag: ['a'], text: '12', deep: -15, choice: '1' });
    expect(coerceFields(kinds, { on: 'True', tag: ['a', 'b'] })).toMatchObject({ on: true, tag: ['a', 'b'] });
  });

  it('stay text where they do not look like it, for the schema to refuse', () => {
    for (const text of ['', ' ', '0x10', 'Infinity', 'NaN', '1,5', 'one', '1 2']) expect(coerceFields(kinds, { count: text }).count, text).toBe(text);
    for (const text of ['', 'yes', '2', 'falsely']) expect(coerceFields(kinds, { on: text }).on, text).toBe(text);
  });

  it('count once, as the last value, and cannot reach the prototype', () => {
    expect(coerceFields(kinds, { count: ['1', '2'] }).count).toBe(2);
    const fields = coerceFields(kinds, JSON.parse('{"__proto__":"x"}') as Record<string, string>);
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });
});
