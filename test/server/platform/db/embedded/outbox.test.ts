import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Client } from '@/server/platform/db/embedded/client';
import { Outbox } from '@/server/platform/db/embedded/outbox';

test('lets no answer leave before its own flush, nor overtake an earlier one', async () => {
  const sent: string[] = [];
  const outbox = new Outbox((letter) => void sent.push(letter.data.toString()));
  const to = new Client(1, new Socket());
  const letter = (text: string) => [{ to, data: Buffer.from(text), isNotification: false }];
  const flushes = [withResolver(), withResolver()];
  const first = outbox.deliver(letter('first'), flushes[0]!.promise);
  const second = outbox.deliver(letter('second'), flushes[1]!.promise);
  const third = outbox.deliver(letter('third'), null);

  flushes[1]!.resolve();
  await new Promise(setImmediate);
  expect(sent).toEqual([]);
  flushes[0]!.resolve();
  await Promise.all([first, second, third]);
  expect(sent).toEqual(['first', 'second', 'third']);
});

test('does not let an answer ride along with an earlier flush', async () => {
  const sent: string[] = [];
  const outbox = new Outbox((letter) => void sent.push(letter.data.toString()));
  const to = new Client(1, new Socket());
  const pending = withResolver();
  await outbox.deliver([{ to, data: Buffer.from('durable'), isNotification: false }], Promise.resolve());
  void outbox.deliver([{ to, data: Buffer.from('not yet'), isNotification: false }], pending.promise);
  await new Promise(setImmediate);

  expect(sent).toEqual(['durable']);
  pending.resolve();
});

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
