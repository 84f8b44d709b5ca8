import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { toAppError } from '@/server/platform/errors';
import { cuttableDatabase } from '@test/support/cuttable-database';
import { createTestDatabase } from '@test/support/database';
import { startTestWeb } from '@test/support/web';

test('a database that is away is 503 with a time to come again, for reading and writing, and no bug in the log', async () => {
  await using database = await createTestDatabase();
  await using wire = await cuttableDatabase(database.url);
  await using web = await startTestWeb({ db: wire.db });
  expect((await web.ask('GET', '/api/agents/')).status).toBe(200);

  wire.cut();
  const answers = await Promise.all([
    web.ask('GET', '/api/agents/'),
    web.ask('POST', '/api/agents/', { body: '{"name": "Anna"}' }),
    web.ask('POST', '/call', { body: '{"message": "Hello", "extension": "100"}' }),
  ]);

  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toEqual({ detail: 'The database is not available' });
  }
  expect(web.log()).not.toContain('unexpected error');

  wire.mend();
  await expect.poll(async () => (await web.ask('GET', '/api/agents/')).status).toBe(200);
});

test('a file that is missing is a bug and no outage', async () => {
  const missing = await readFile('/nowhere/at/all').catch((error: unknown) => error);
  expect(toAppError(missing)).toMatchObject({ kind: 'internal' });
});
