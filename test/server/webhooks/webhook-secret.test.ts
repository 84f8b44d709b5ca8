import { and, eq, sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secrets } from '@/server/secrets/tables';
import { registerWebhookMetrics } from '@/server/webhooks';
import { deliverWebhook } from '@/server/webhooks/jobs/deliver-webhook';
import { signWebhook } from '@/server/webhooks/sign-webhook';
import { Secret } from '@/server/platform/secret';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { jobContext } from '@test/support/job-context';
import { startTestWeb, type TestWeb } from '@test/support/web';
import { aDelivery, webhookConfig } from '@test/support/webhooks/delivery';
import { answering, startReceiver, type Received } from '@test/support/webhooks/receiver';

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface Shown { secret: string; updated_at: string; previous_until: string | null }
const show = async () => (await web.ask('GET', '/api/webhooks/secret')).json() as unknown as Shown;
const rotate = async () => (await web.ask('POST', '/api/webhooks/secret/rotate')).json() as unknown as Shown;

async function deliver(): Promise<Received> {
  await using receiver = await startReceiver();
  const { id } = await aDelivery(database.db, { workspaceId: await firstWorkspaceId(database.db), url: receiver.url });
  await deliverWebhook.handle({ deliveryId: id, attempt: 1 }, jobContext({ db: database.db, config: webhookConfig() }));
  return receiver.received[0]!;
}

const verifies = (secret: string, { body, headers }: Received): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

describe('a signature', () => {
  it('is the one of the specification’s example', () => {
    const headers = signWebhook({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1_614_265_330_000), body: '{"test": 2432232314}',
      secrets: [new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('the workspace’s webhook secret', () => {
  it('is made when it is first asked for, by several at once, and stays', async () => {
    const [one, two, three] = await Promise.all([show(), show(), show()]);
    expect(one.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect([two.secret, three.secret]).toEqual([one.secret, one.secret]);
    expect(one.previous_until).toBeNull();
    expect(verifies(one.secret, await deliver())).toBe(true);
  });

  it('is kept encrypted, and its text is in no log line and no audit row', async () => {
    const { secret } = await show();
    const rows = await database.db.execute(sql`SELECT row_to_json(s)::text AS text FROM secrets s UNION ALL SELECT row_to_json(a)::text FROM audit_events a`);
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6, 30));
    expect(web.log()).not.toContain(secret.slice(6, 30));
  });

  it('signs beside the next one for a day after a rotation', async () => {
    const before = await show();
    const after = await rotate();
    expect(after.secret).not.toBe(before.secret);
    expect(new Date(after.previous_until!).getTime() - new Date(after.updated_at).getTime()).toBe(24 * 3_600_000);
    const both = await deliver();
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect([verifies(before.secret, both), verifies(after.secret, both)]).toEqual([true, true]);

    await database.db.update(secrets).set({ updatedAt: sql`now() - interval '24 hours 1 second'` }).where(eq(secrets.name, 'webhook/previous'));

    const one = await deliver();
    expect([verifies(before.secret, one), verifies(after.secret, one)]).toEqual([false, true]);
    expect((await show()).previous_until).toBeNull();
  });

  it('ends at once when it is rotated twice', async () => {
    const before = await show();
    await rotate();
    const after = await rotate();
    const sent = await deliver();
    expect([verifies(before.secret, sent), verifies(after.secret, sent)]).toEqual([false, true]);
  });

  it('is replaced by a rotation also when its encryption key is lost', async () => {
    await database.db.update(secrets).set({ keyId: 'lost' }).where(and(eq(secrets.name, 'webhook/default')));
    const unreadable = await web.ask('GET', '/api/webhooks/secret');
    expect(unreadable.status).toBe(503);
    expect(unreadable.text).toContain('webhook/default');
    const after = await rotate();
    expect(after.previous_until).toBeNull();
    expect(verifies(after.secret, await deliver())).toBe(true);
  });

  it('is for administrators, and who looked or rotated is in the audit log', async () => {
    const made = await web.ask('POST', '/api/keys', { body: JSON.stringify({ name: 'operator', role: 'operator' }) });
    const key = String(made.json().key);
    expect((await web.ask('GET', '/api/webhooks/secret', { key })).status).toBe(403);
    expect((await web.ask('POST', '/api/webhooks/secret/rotate', { key })).status).toBe(403);
    const actions = (await web.ask('GET', '/api/audit?action=webhook_secret')).text;
    expect(actions).toContain('webhook_secret.show');
    expect(actions).toContain('webhook_secret.rotate');
  });
});

describe('metrics', () => {
  it('count tries by how they went, and what is still to be told', async () => {
    await using receiver = await startReceiver(answering(500));
    const registry = new Registry();
    registerWebhookMetrics(registry, database.db);
    const before = await registry.getSingleMetricAsString('parley_webhook_attempts_total');
    const { id } = await aDelivery(database.db, { workspaceId: await firstWorkspaceId(database.db), url: receiver.url });
    await deliverWebhook.handle({ deliveryId: id, attempt: 1 }, jobContext({ db: database.db, config: webhookConfig() }));

    const count = (text: string, outcome: string) => Number(new RegExp(`attempts_total{outcome="${outcome}"} (\\d+)`).exec(text)?.[1]);
    const text = await registry.metrics();
    expect(count(text, 'rejected')).toBe(count(before, 'rejected') + 1);
    expect(count(text, 'delivered')).toBe(count(before, 'delivered'));
    expect(text).toContain('parley_webhook_deliveries_pending 1');
    expect(text).toMatch(/parley_webhook_overdue_seconds 0\n/);
  });
});
