import { expect, it } from 'vitest';
import { listenTo } from '@/server/platform/db/listen';
import { cuttableDatabase } from '@test/support/cuttable-database';
import { createTestDatabase } from '@test/support/database';
import { quietLogger } from '@test/support/telephone/media-ear';
import { pause, until } from '@test/support/telephone/until';

it('wakes on every channel, and after the connection was lost once more, because something may have been missed', async () => {
  await using database = await createTestDatabase();
  await using wire = await cuttableDatabase(database.url);
  const woken = { apples: 0, pears: 0 };
  const listening = listenTo({ url: wire.url, name: 'test', logger: quietLogger, channels: { apples: () => { woken.apples += 1; }, pears: () => { woken.pears += 1; } } });
  await until('it listens', () => woken.apples === 1 && woken.pears === 1);
  await database.sql`select pg_notify('pears', 'one')`;
  await until('pears are told', () => woken.pears === 2);
  expect(woken.apples).toBe(1);
  wire.cut();
  await pause(1_200);
  expect(woken).toEqual({ apples: 1, pears: 2 });
  wire.mend();
  await until('it listens again', () => woken.apples === 2 && woken.pears === 3);
  await database.sql`select pg_notify('apples', 'two')`;
  await until('apples are told', () => woken.apples === 3);
  await listening.close();
  await database.sql`select pg_notify('apples', 'three')`;
  await pause(100);
  expect(woken.apples).toBe(3);
});
