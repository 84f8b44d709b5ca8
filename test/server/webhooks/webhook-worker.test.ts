import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, vi } from 'vitest';
import { findSecrets, SecretBox } from '@/server/secrets';
import { startWorker } from '@/server/worker/start-worker';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { silentLogger } from '@test/support/fakes/scripted-brain';
import { aDelivery, attemptsOf, deliveryOf, jobsOf, webhookConfig } from '@test/support/webhooks/delivery';
import { answering, startReceiver } from '@test/support/webhooks/receiver';
import { startWorkerProcess } from '@test/support/webhooks/worker-process';

const ENCRYPTION_KEY = '5e'.repeat(32);
const LIMIT = { timeout: 120_000, interval: 50 };

async function startTestWorker({ url }: TestDatabase) {
  const fatal: unknown[] = [];
  const worker = await startWorker({ config: webhookConfig({ DATABASE_URL: url, ENCRYPTION_KEY }), logger: silentLogger, onFatal: (error) => fatal.push(error) });
  return { async [Symbol.asyncDispose]() { await worker.close(); expect(fatal).toEqual([]); } };
}

const isDelivered = (database: TestDatabase, id: string) =>
  vi.waitFor(async () => expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'delivered' }), LIMIT);

/** The queue forgets a job a moment after what it did is on record. */
const jobsAreDone = (database: TestDatabase, id: string) => vi.waitFor(async () => expect(await jobsOf(database.db, id)).toEqual([]), LIMIT);

describe('the worker', () => {
  it('tries again after a 500: the same id and body, a later time, signed anew, and both are on record', async () => {
    await using database = await createTestDatabase();
    await using receiver = await startReceiver(answering(500, 200));
    const workspaceId = await aWorkspace(database.db);
    await using _worker = await startTestWorker(database);
    const { id } = await aDelivery(database.db, { workspaceId, url: receiver.url });
    await isDelivered(database, id);

    const [row] = await findSecrets(database.db, { workspaceId, names: ['webhook/default'] });
    const webhook = new Webhook(new SecretBox(webhookConfig().secrets).open(row!, row!).reveal());
    const [first, second] = receiver.received.map(({ headers, body }) => ({ body, id: headers['webhook-id'], time: Number(headers['webhook-timestamp']), said: webhook.verify(body, headers as Record<string, string>) }));
    expect(first!.id).toBe(id);
    expect(second).toMatchObject({ id: first!.id, body: first!.body, said: first!.said });
    expect(second!.time).toBeGreaterThan(first!.time);
    expect((await attemptsOf(database.db, id)).map(({ number, status }) => [number, status])).toEqual([[1, 500], [2, 200]]);
    await jobsAreDone(database, id);
  });

  it('serves one receiver while others never answer', async () => {
    await using database = await createTestDatabase();
    let [open, most] = [0, 0];
    await using dead = await startReceiver((response) => {
      most = Math.max(most, ++open);
      response.on('close', () => { open--; });
    });
    await using alive = await startReceiver();
    const workspaceId = await aWorkspace(database.db);
    for (let index = 0; index < 30; index++) await aDelivery(database.db, { workspaceId, url: dead.url });
    await using _worker = await startTestWorker(database);
    await dead.has(3);
    const { id } = await aDelivery(database.db, { workspaceId, url: alive.url });
    await isDelivered(database, id);
    expect(most).toBe(3); // its lanes
  });

  it('that is killed with a delivery in its hands loses nothing: the next one sends it under the same id', async () => {
    await using database = await createTestDatabase();
    await using receiver = await startReceiver((response, _request, count) => { if (count > 1) response.end(); });
    const workspaceId = await aWorkspace(database.db);
    const environment = { DATABASE_URL: database.url, ENCRYPTION_KEY, PARLEY_EGRESS_ALLOW: '127.0.0.0/8' };
    const first = await startWorkerProcess(environment);
    const { id } = await aDelivery(database.db, { workspaceId, url: receiver.url });
    await receiver.has(1);
    await first.kill();
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'pending', attempts: 0 });
    // As when its lease has run out, a minute later.
    await database.db.execute(sql`UPDATE nodes SET lease_expires_at = now() - interval '1 second'`);
    await database.db.execute(sql`UPDATE graphile_worker._private_jobs SET locked_at = locked_at - interval '1 minute' WHERE locked_by IS NOT NULL`);

    await using _next = await startWorkerProcess(environment);
    await isDelivered(database, id);

    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body);
    expect(await attemptsOf(database.db, id)).toHaveLength(1);
    await jobsAreDone(database, id);
  });
});
