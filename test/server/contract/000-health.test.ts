import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TelephonySnapshot } from '@/server/health/telephony-status';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb, type TestWebOptions } from '@test/support/web';

/** The health section of the documented page, which 001's page shares; nobody needs a key for it. */
let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());

const start = (options: Omit<TestWebOptions, 'db'> = {}): Promise<TestWeb> => startTestWeb({ db: database.db, ...options });
const ask = async (web: TestWeb, path: string) => { const answer = await web.ask('GET', path, { key: null }); return [answer.status, answer.json()] as const; };

const busy: TelephonySnapshot = {
  bridge: { status: 'healthy', message: 'SIP bridge is running' }, registered: true, activeCalls: 2,
  queue: { enabled: true, pending: 3, active: 1, maxConcurrent: 4, totalProcessed: 47 },
  rooms: [{ name: 'sip-inbound-1', pid: 11 }, { name: 'sip-inbound-2', pid: 11 }],
};

describe('without a telephone', () => {
  it('/health is healthy, with every field of both pages', async () => {
    await using web = await start({ checks: { database: () => Promise.resolve(), stt: () => Promise.resolve() } });
    expect(await ask(web, '/health')).toEqual([200, {
      status: 'healthy', sip_registered: false, active_calls: 0,
      queue: { enabled: false, pending: 0, queued: 0, active: 0, processing: 0, max_concurrent: 1, total_processed: 0 },
      checks: { database: true, stt: true }, timestamp: expect.stringMatching(/Z$/) as string,
    }]);
    expect((await ask(web, '/health/'))[0]).toBe(200);
  });

  it('the SIP bridge is disabled, and says so with 200', async () => {
    await using web = await start();
    expect(await ask(web, '/health/sip-bridge')).toEqual([200, { status: 'disabled', sip_bridge: 'not_enabled', message: 'SIP bridge is not enabled' }]);
    expect(await ask(web, '/health/sip-bridge-status')).toEqual([200, { enabled: false, running: false, active_rooms: [], process_count: 0, process_pids: {} }]);
  });
});

describe('with a telephone', () => {
  it('says what it says, in both spellings', async () => {
    await using web = await start({ telephony: { read: () => Promise.resolve(busy) } });
    expect(await ask(web, '/health')).toMatchObject([200, {
      status: 'healthy', sip_registered: true, active_calls: 2,
      queue: { enabled: true, pending: 3, queued: 3, active: 1, processing: 1, max_concurrent: 4, total_processed: 47 },
    }]);
    expect(await ask(web, '/health/sip-bridge')).toEqual([200, { status: 'healthy', sip_bridge: 'running', message: 'SIP bridge is running' }]);
    expect(await ask(web, '/health/sip-bridge-status')).toEqual([200, {
      enabled: true, running: true, active_rooms: ['sip-inbound-1', 'sip-inbound-2'], process_count: 1, process_pids: { 'sip-inbound-1': 11, 'sip-inbound-2': 11 },
    }]);
  });

  it.each([['throws', () => Promise.reject(new Error('secret address 10.0.0.1'))], ['never answers', () => new Promise<never>(() => {})]])(
    'that %s is an error of its own and hides nothing else', async (_how, read) => {
      await using web = await start({ telephony: { read }, checks: { database: () => Promise.resolve() } });
      expect(await ask(web, '/health/sip-bridge')).toEqual([200, { status: 'error', sip_bridge: 'not_running', message: 'SIP bridge does not answer' }]);
      const [status, body] = await ask(web, '/health');
      expect([status, body]).toMatchObject([200, { status: 'degraded', checks: { database: true } }]);
      expect(JSON.stringify(body)).not.toContain('10.0.0.1');
    });
});

it('/health is degraded when a part is down, still 200, and says nothing of why', async () => {
  await using web = await start({ checks: { stt: () => Promise.reject(new Error('http://10.0.0.7:9000 refused')), database: () => Promise.resolve() } });
  const [status, body] = await ask(web, '/health');
  expect([status, body]).toMatchObject([200, { status: 'degraded', checks: { stt: false, database: true } }]);
  expect(JSON.stringify(body)).not.toContain('10.0.0.7');
});

it('other methods are refused with Allow', async () => {
  await using web = await start();
  const answer = await web.ask('POST', '/health', { key: null });
  expect([answer.status, answer.headers.allow]).toEqual([405, expect.stringContaining('GET')]);
});
