import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { callerExport } from '@/server/privacy/contract';
import { exportCaller } from '@/server/privacy/export-caller';
import { usageRecords } from '@/server/usage/tables';
import { aConversation, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { anEndedCall } from '@test/support/ended-call';
import { startTestWeb, type TestWeb } from '@test/support/web';

const LABEL = 'ann "the" caller\n+1 555';
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const ask = (userLabel: string, key?: string) => web.ask('GET', `/api/privacy/export?user_label=${encodeURIComponent(userLabel)}`, key === undefined ? {} : { key });

describe('exporting a caller', () => {
  it('downloads every conversation with its messages and usage, over all pages, and nobody else’s', async () => {
    for (let index = 0; index < 60; index++) await aConversation(database.db, { workspaceId, userLabel: LABEL, said: ['short'] });
    const long = await aConversation(database.db, { workspaceId, userLabel: LABEL, said: Array.from({ length: 1_100 }, (_word, index) => `"word" ${index} \u2028`) });
    await database.db.insert(usageRecords).values({ workspaceId, conversationId: long, leg: 'stt', provider: 'p', model: 'm', audioSeconds: 1.5 });
    for (const other of [{ workspaceId, userLabel: 'somebody' }, { workspaceId: await aWorkspace(database.db), userLabel: LABEL }]) await aConversation(database.db, { ...other, said: ['not mine'] });

    const answer = await ask(LABEL);

    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="parley-export\.json"$/);
    expect(answer.text).not.toContain('not mine');
    const given = callerExport.parse(answer.json());
    expect(given.user_label).toBe(LABEL);
    expect(given.conversations).toHaveLength(61);
    expect(new Set(given.conversations.map(({ id }) => id)).size).toBe(61);
    const exported = given.conversations.find(({ id }) => id === long);
    expect(exported?.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_100 }, (_seq, index) => index + 1));
    expect(exported?.messages[7]?.content).toBe('"word" 7 \u2028');
    expect(exported?.usage).toMatchObject([{ leg: 'stt', audio_seconds: 1.5, success: true }]);
  });

  it('has the calls with the number, however it is written, with events and webhooks, over all pages, and nobody else’s', async () => {
    const { db } = database;
    const talk = await aConversation(db, { workspaceId, channel: 'phone', userLabel: '00493012555', said: ['what was said'] });
    const labelled = await aConversation(db, { workspaceId, channel: 'phone', userLabel: '+493012555' });
    const ids = [await anEndedCall(db, { workspaceId, extension: '+49 (30) 12-555', conversationId: talk, callbackUrl: 'https://example.org/hook', media: { codec: 'PCMA', received: 1, lost: 0, jitterMs: 1.5, concealed: 0, roundTripMs: null } })];
    ids.push(await anEndedCall(db, { workspaceId, extension: '', direction: 'inbound', conversationId: labelled }));
    ids.push(await anEndedCall(db, { workspaceId, extension: '493012555', state: 'answered', endedAt: null }));
    for (let index = 0; index < 40; index++) ids.push(await anEndedCall(db, { workspaceId, extension: 'sip:+493012555@pbx.example.org' }));
    await anEndedCall(db, { workspaceId, extension: '+4930125556', message: 'not mine' });
    await anEndedCall(db, { workspaceId: await aWorkspace(db), extension: '+493012555', message: 'not mine' });

    const answer = await ask('+493012555');

    expect(answer.text).not.toContain('not mine');
    const given = callerExport.parse(answer.json());
    expect(given.calls.map(({ id }) => id)).toEqual(ids);
    expect(given.conversations.map(({ id }) => id).sort()).toEqual([talk, labelled].sort());
    expect(given.calls[0]).toMatchObject({
      extension: '+49 (30) 12-555', message: 'my secret message', choice_raw_text: 'my secret choice', media: { codec: 'PCMA' },
      events: [{ seq: 1, kind: 'sip', summary: 'INVITE +49 (30) 12-555' }],
      webhooks: [{ event: 'call.ended', state: 'delivered', body: { choice_raw_text: 'my secret choice' }, attempts: [{ number: 1, status: 200 }] }],
    });
    expect(given.calls.every(({ events, webhooks }) => events.length === 1 && webhooks.length === 1)).toBe(true);
  });

  it('is empty for a label that nobody has', async () => {
    expect((await ask('nobody at all')).json()).toMatchObject({ user_label: 'nobody at all', conversations: [], calls: [] });
  });

  it('comes in pieces: what was sent need not stay in memory', async () => {
    const pieces: number[] = [];
    for await (const piece of exportCaller(database.db, { workspaceId, userLabel: LABEL, at: new Date() })) pieces.push(piece.length);
    const whole = pieces.reduce((sum, length) => sum + length, 0);
    expect(pieces.length).toBeGreaterThan(100);
    expect(Math.max(...pieces)).toBeLessThan(whole / 2);
  });

  it('is written into the audit log under the reference that an erasure has, and the label is in no log', async () => {
    await ask('Mr. Secretive');
    const { reference } = (await web.ask('POST', '/api/privacy/erase', { body: '{"user_label":"Mr. Secretive"}' })).json();
    const rows = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, String(reference))).orderBy(auditEvents.at);
    expect(rows.map(({ action }) => action)).toEqual(['privacy.export', 'privacy.erase']);
    expect(JSON.stringify(rows) + web.log()).not.toContain('Secretive');
  });

  it('is an admin’s, and names the field of bad input', async () => {
    const { key } = await createApiKey(database.db, { workspaceId, name: 'operator', role: 'operator' });
    expect((await ask(LABEL, key)).status).toBe(403);
    for (const path of ['/api/privacy/export', '/api/privacy/export?user_label=', '/api/privacy/export?user_label=%00']) {
      const answer = await web.ask('GET', path);
      expect([answer.status, String(answer.json().detail).split(':')[0]], path).toEqual([400, 'user_label']);
    }
  });
});
