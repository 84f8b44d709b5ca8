import { initTRPC } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkedAtOnce } from '@/server/api/checked-at-once';

const t = initTRPC.meta<{ name: string }>().create();
const procedure = checkedAtOnce(t.procedure).use(({ next }) => next({ ctx: { who: 'Ann' } }));
const call = (made: Parameters<typeof t.router>[0]) => t.createCallerFactory(t.router(made))({});
const name = z.object({ name: z.string().trim() });
const asked = z.object({ name: z.string().refine(async () => true) });

test('what comes in and goes out is checked as by any procedure', async () => {
  const greet = procedure.meta({ name: 'greet' }).input(name).output(name).query(({ ctx, input }) => ({ name: ` ${ctx.who} and ${input.name} `, more: 1 }));
  expect(greet._def.meta).toEqual({ name: 'greet' });
  const { greet: answered } = call({ greet }) as unknown as { greet: (input: unknown) => Promise<unknown> };
  expect(await answered({ name: ' Bob ' })).toEqual({ name: 'Ann and Bob' });
  await expect(answered({ name: 7 })).rejects.toMatchObject({ code: 'BAD_REQUEST', cause: { issues: [{ path: ['name'] }] } });
});

test('a rule that waits for something is refused, since nothing waits for it', async () => {
  const caller = call({
    input: procedure.input(asked).query(() => 'taken'),
    output: procedure.output(asked).query(() => ({ name: 'Ann' })),
  }) as unknown as { input: (input: unknown) => Promise<unknown>; output: () => Promise<unknown> };
  await expect(caller.input({ name: 'Ann' })).rejects.toThrow(/promise/i);
  await expect(caller.output()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR', cause: { message: expect.stringMatching(/promise/i) as string } });
});
