import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '@/server/auth/api-keys';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb } from '@test/support/web';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(async () => { await database[Symbol.asyncDispose](); });

const fine = () => Promise.resolve();
const down = () => Promise.reject(new Error('10.0.0.7:8000 refused'));

describe('information and probes', () => {
  it('show every documented field, with effective values', async () => {
    await using web = await startTestWeb({ db: database.db, environment: { PARLEY_SPEECH_URL: 'http://127.0.0.1:4711' } });
    expect((await web.ask('GET', '/api/v1/info', { key: null })).status).toBe(401);
    expect((await web.ask('GET', '/api/v1/info')).json()).toEqual({
      name: 'stentor-gateway',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      endpoints: { realtime: '/api/v1/realtime', live: '/api/live/', ready: '/api/ready/', metrics: '/api/metrics' },
      config: {
        stt_url: 'http://127.0.0.1:4711', tts_url: 'http://127.0.0.1:4711', agent_url: 'builtin', stt_model: 'moonshine-tiny', tts_model: 'flite',
        tts_voice: 'slt', audio_sample_rate: 16000, audio_channels: 1, audio_sample_width: 16,
      },
    });
    expect((await web.ask('GET', '/api/live/', { key: null })).json()).toEqual({ status: 'ok' });
    expect((await web.ask('GET', '/api/live', { key: null })).status).toBe(200);
  });

  it('answer 503 with the failing check while a part is down, without the reason, and 200 when all are up', async () => {
    for (const failing of ['stt', 'tts', 'agent', 'database', 'realtime']) {
      const checks = { stt: fine, tts: fine, agent: fine, database: fine, realtime: fine, [failing]: down };
      await using web = await startTestWeb({ db: database.db, checks });
      const answer = await web.ask('GET', '/api/ready/', { key: null });
      expect(answer.status, failing).toBe(503);
      expect(answer.json()).toEqual({ status: 'not_ready', checks: { stt: true, tts: true, agent: true, database: true, realtime: true, [failing]: false } });
      expect(answer.text).not.toContain('10.0.0.7');
      const status = await web.ask('GET', '/api/health/status');
      expect(status.json().parts).toContainEqual(expect.objectContaining({ name: failing, ok: false, detail: '10.0.0.7:8000 refused' }));
    }
    await using web = await startTestWeb({ db: database.db, checks: { stt: fine, tts: fine, agent: fine } });
    const answer = await web.ask('GET', '/api/ready', { key: null });
    expect([answer.status, answer.json()]).toEqual([200, { status: 'ready', checks: { stt: true, tts: true, agent: true } }]);
  });
});

describe('/api/metrics', () => {
  const theirs = '# HELP stentor_sessions_active Current active WebSocket sessions\n# TYPE stentor_sessions_active gauge\nstentor_sessions_active 3\n';

  it('is one exposition of web’s and realtime’s metrics', async () => {
    await using web = await startTestWeb({ db: database.db, realtimeMetrics: () => Promise.resolve(theirs) });
    await web.ask('GET', '/api/agents/');
    const answer = await web.ask('GET', '/api/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.text).toContain('stentor_sessions_active 3');
    expect(answer.text).toMatch(/parley_http_request_duration_seconds_count\{method="GET",route="\/api\/agents",status="200"\} 1/);
  });

  it('answers with web’s own when realtime is down', async () => {
    await using web = await startTestWeb({ db: database.db, realtimeMetrics: () => Promise.reject(new Error('down')) });
    const answer = await web.ask('GET', '/api/metrics');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('process_cpu_seconds_total');
  });

  it('needs credentials: the scope metrics is enough, the scope realtime is not', async () => {
    await using web = await startTestWeb({ db: database.db });
    const workspaceId = await firstWorkspaceId(database.db);
    const scraper = await createApiKey(database.db, { workspaceId, name: 'scraper', role: 'viewer', scopes: ['metrics'] });
    const device = await createApiKey(database.db, { workspaceId, name: 'device', role: 'operator', scopes: ['realtime'] });
    expect((await web.ask('GET', '/api/metrics', { key: null })).status).toBe(401);
    expect((await web.ask('GET', '/api/metrics', { key: scraper.key })).status).toBe(200);
    expect((await web.ask('GET', '/api/metrics', { key: device.key })).status).toBe(403);
    expect((await web.ask('GET', '/api/agents/', { key: scraper.key })).status).toBe(403);
  });
});

describe('the documents', () => {
  it('come from this server and run no inline script', async () => {
    await using web = await startTestWeb({ db: database.db });
    for (const path of ['/api/docs', '/api/docs/']) {
      const page = await web.ask('GET', path, { key: null });
      expect(page.headers['content-type']).toMatch(/text\/html/);
      expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/);
      expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)/);
      expect(page.text).not.toMatch(/https?:\/\//);
      for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await web.ask('GET', asset!, { key: null })).status, asset).toBe(200);
    }
    const document = await web.ask('GET', '/api/openapi.json', { key: null });
    expect(document.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Parley' } });
  });
});
