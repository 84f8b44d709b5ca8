import { ZodType } from 'zod';

const CHAINED = new Set<string | symbol>(['meta', 'input', 'output', 'use']);

/** It parses at once where a promise is asked for. */
const atOnce = (schema: ZodType): ZodType => Object.assign(schema, { parseAsync: async (value: unknown) => schema.parse(value) });

/**
 * Has inputs and outputs checked in one go. tRPC asks every schema for a promise, as if it could wait for something, and zod
 * then leaves its compiled checks aside. None of ours waits: a contract holds in a browser, too.
 *
 * @param builder of procedures, as tRPC makes them
 */
export const checkedAtOnce = <Builder extends object>(builder: Builder): Builder => new Proxy(builder, {
  get(target, name) {
    const member: unknown = Reflect.get(target, name);
    if (typeof member !== 'function' || !CHAINED.has(name)) return member;
    return (given: unknown) => checkedAtOnce(member.call(target, given instanceof ZodType ? atOnce(given) : given) as object);
  },
});
