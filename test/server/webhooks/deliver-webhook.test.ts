import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '@/server/platform/secret';
import { findSecrets, SecretBox } from '@/server/secrets';
import { secrets } from '@/server/secrets/tables';
import { enqueueDelivery, findDeliveries } from '@/server/webhooks';
import { deleteOldWebhooks } from '@/server/webhooks/jobs/delete-old-webhooks';
import { deliverWebhook } from '@/server/webhooks/jobs/deliver-webhook';
import { laneOf } from '@/server/webhooks/jobs/deliver-webhook-job';
import { resumeWebhooks } from '@/server/webhooks/jobs/resume-webhooks';
import { webhookDeliveries } from '@/server/webhooks/tables';
import { workspaces } from '@/server/workspaces/tables';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { jobContext } from '@test/support/job-context';
import { aDelivery, attemptsOf, deliveryOf, jobsOf, webhookConfig } from '@test/support/webhooks/delivery';
import { answering, startReceiver } from '@test/support/webhooks/receiver';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

const config = webhookConfig();
const run = (deliveryId: string, attempt: number, given: Parameters<typeof jobContext>[0] | object = {}) =>
  deliverWebhook.handle({ deliveryId, attempt }, jobContext({ db: database.db, config, ...given }));

async function secretOf(workspaceId: string): Promise<string> {
  const [row] = await findSecrets(database.db, { workspaceId, names: ['webhook/default'] });
  return new SecretBox(config.secrets).open(row!, row!).reveal();
}

describe('a delivery', () => {
  it('comes about with what it tells, or not at all', async () => {
    const workspaceId = await aWorkspace(database.db);
    let id = '';
    await expect(database.db.transaction(async (tx) => {
      ({ id } = await enqueueDelivery(tx, { workspaceId, event: 'call.ended', subjectId: null, url: 'http://127.0.0.1:1/', body: {} }));
      throw new Error('the call did not end after all');
    })).rejects.toThrow('after all');
    expect(await deliveryOf(database.db, id)).toBeUndefined();
    expect(await jobsOf(database.db, id)).toEqual([]);
  });

  it('is sent signed so that the reference library verifies it, and is told to nobody again', async () => {
    await using receiver = await startReceiver();
    const workspaceId = await aWorkspace(database.db);
    const subjectId = randomUUID();
    const body = { call_id: 'out-1732945860-1', status: 'completed', choice_raw_text: 'ja, “gern” 👍' };
    const { id } = await aDelivery(database.db, { workspaceId, url: receiver.url, subjectId, body });
    expect(await jobsOf(database.db, id)).toMatchObject([{ task: 'webhooks.deliver', payload: { deliveryId: id, attempt: 1 } }]);

    await run(id, 1);
    await run(id, 1); // as after a worker that was thought dead

    expect(receiver.received).toHaveLength(1);
    const [{ body: text, headers }] = receiver.received as [typeof receiver.received[0]];
    expect(new Webhook(await secretOf(workspaceId)).verify(text, headers as Record<string, string>)).toEqual(body);
    expect(headers['webhook-id']).toBe(id);
    expect(await findDeliveries(database.db, { workspaceId, subjectId })).toEqual([{
      id, event: 'call.ended', url: receiver.url, state: 'delivered', next_attempt_at: null,
      attempts: [{ number: 1, at: expect.any(String) as string, duration_ms: expect.any(Number) as number, status: 200, error: null }],
    }]);
    expect(await findDeliveries(database.db, { workspaceId: await aWorkspace(database.db), subjectId })).toEqual([]);
  });

  it('that was answered with 500 is recorded, and tried again some seconds later, all in one transaction', async () => {
    await using receiver = await startReceiver(answering(500));
    const { id } = await aDelivery(database.db, { workspaceId: await aWorkspace(database.db), url: receiver.url });
    await run(id, 1);
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'pending', attempts: 1, finishedAt: null });
    expect(await attemptsOf(database.db, id)).toMatchObject([{ number: 1, status: 500, error: 'answered 500' }]);
    const next = (await jobsOf(database.db, id)).filter(({ payload }) => payload.attempt === 2);
    expect(next).toHaveLength(1);
    expect(next[0]!.seconds).toBeGreaterThan(0);
    expect(next[0]!.seconds).toBeLessThanOrEqual(5.5);
  });

  it('ends with a 410', async () => {
    await using receiver = await startReceiver(answering(410));
    const { id } = await aDelivery(database.db, { workspaceId: await aWorkspace(database.db), url: receiver.url });
    await run(id, 1);
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'failed', attempts: 1, nextAttemptAt: null, finishedAt: expect.any(Date) as Date });
    expect(await jobsOf(database.db, id)).toHaveLength(1);
  });

  it('fails after the tenth try, all under one id', async () => {
    await using receiver = await startReceiver(answering(503));
    const { id } = await aDelivery(database.db, { workspaceId: await aWorkspace(database.db), url: receiver.url });
    for (let attempt = 1; attempt <= 10; attempt++) await run(id, attempt);
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'failed', attempts: 10, nextAttemptAt: null });
    expect((await attemptsOf(database.db, id)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
    await run(id, 11);
    expect(receiver.received).toHaveLength(10);
  });

  it('that two workers run at once is recorded once, and has one next try', async () => {
    await using receiver = await startReceiver(answering(500));
    const { id } = await aDelivery(database.db, { workspaceId: await aWorkspace(database.db), url: receiver.url });
    await Promise.all([run(id, 1), run(id, 1), run(id, 1)]);
    expect(await attemptsOf(database.db, id)).toHaveLength(1);
    expect((await jobsOf(database.db, id)).filter(({ payload }) => payload.attempt === 2)).toHaveLength(1);
  });

  it('goes nowhere private unless the operator allows it, and says so in its record', async () => {
    await using receiver = await startReceiver();
    const { id } = await aDelivery(database.db, { workspaceId: await aWorkspace(database.db), url: receiver.url });
    await run(id, 1, { config: webhookConfig({ PARLEY_EGRESS_ALLOW: '10.0.0.0/8' }) });
    expect(receiver.received).toEqual([]);
    expect(await attemptsOf(database.db, id)).toMatchObject([{ status: null, error: expect.stringContaining('PARLEY_EGRESS_ALLOW') as string }]);
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('is not sent unsigned: a secret that cannot be read is said, and tried again', async () => {
    await using receiver = await startReceiver();
    const workspaceId = await aWorkspace(database.db);
    const box = new SecretBox({ ...config.secrets, encryption: new Secret('7a'.repeat(32)) });
    await database.db.insert(secrets).values({ workspaceId, name: 'webhook/default', ...box.seal(new Secret('whsec_AAAA'), { workspaceId, name: 'webhook/default' }) });
    const { id } = await aDelivery(database.db, { workspaceId, url: receiver.url });
    await run(id, 1);
    expect(receiver.received).toEqual([]);
    expect(await attemptsOf(database.db, id)).toMatchObject([{ status: null, error: expect.stringContaining('ENCRYPTION_KEY_PREVIOUS') as string }]);
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'pending' });
  });

  it('that the worker’s end broke off has no record: the next worker makes the same try', async () => {
    await using receiver = await startReceiver((response, _request, count) => { if (count > 1) response.end(); });
    const { id } = await aDelivery(database.db, { workspaceId: await aWorkspace(database.db), url: receiver.url });
    const worker = new AbortController();
    const running = expect(run(id, 1, { signal: worker.signal })).rejects.toThrow('The worker ends');
    await receiver.has(1);
    worker.abort();
    await running;
    expect(await attemptsOf(database.db, id)).toEqual([]);
    await run(id, 1);
    expect(await deliveryOf(database.db, id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  });

  it('shares three lanes with others to the same host, and few with everybody', () => {
    const workspaceId = randomUUID();
    const lanes = (url: string) => new Set(Array.from({ length: 200 }, () => laneOf({ id: randomUUID(), workspaceId, url })));
    expect(lanes('https://hooks.example/a').size).toBe(3);
    expect(lanes('https://hooks.example/b')).toEqual(lanes('https://hooks.example/c'));
    const all = new Set(Array.from({ length: 5_000 }, () => laneOf({ id: randomUUID(), workspaceId: randomUUID(), url: 'https://x.example/' })));
    expect(all.size).toBeLessThanOrEqual(128);
  });
});

describe('housekeeping', () => {
  it('takes up deliveries whose job is gone, and those alone', async () => {
    await using receiver = await startReceiver();
    const workspaceId = await aWorkspace(database.db);
    const lost = await aDelivery(database.db, { workspaceId, url: receiver.url });
    const recent = await aDelivery(database.db, { workspaceId, url: receiver.url });
    await database.db.execute(sql`DELETE FROM graphile_worker._private_jobs`);
    await database.db.update(webhookDeliveries).set({ nextAttemptAt: sql`now() - interval '16 minutes'`, attempts: 2 }).where(eq(webhookDeliveries.id, lost.id));

    await resumeWebhooks.handle({}, jobContext({ db: database.db }));
    await resumeWebhooks.handle({}, jobContext({ db: database.db }));

    expect(await jobsOf(database.db, lost.id)).toMatchObject([{ task: 'webhooks.deliver', payload: { attempt: 3 } }]);
    expect(await jobsOf(database.db, recent.id)).toEqual([]);
  });

  it('deletes what finished 30 days ago, or before the days the workspace keeps, but nothing that is still to be told', async () => {
    const workspaceId = await aWorkspace(database.db);
    const brief = await aWorkspace(database.db);
    await database.db.update(workspaces).set({ retentionDays: 7 }).where(eq(workspaces.id, brief));
    const finished = async (workspace: string, days: number, state: 'delivered' | 'pending' = 'delivered') => {
      const { id } = await aDelivery(database.db, { workspaceId: workspace, url: 'http://127.0.0.1:1/' });
      const long = sql`now() - make_interval(days => ${days})`;
      await database.db.update(webhookDeliveries).set(state === 'pending' ? { createdAt: long } : { state, finishedAt: long }).where(eq(webhookDeliveries.id, id));
      return id;
    };
    const gone = [await finished(workspaceId, 31), await finished(brief, 8)];
    const kept = [await finished(workspaceId, 29), await finished(brief, 6), await finished(workspaceId, 90, 'pending')];

    await deleteOldWebhooks.handle({}, jobContext({ db: database.db }));

    for (const id of gone) expect(await deliveryOf(database.db, id)).toBeUndefined();
    for (const id of kept) expect(await deliveryOf(database.db, id)).toBeDefined();
  });
});
