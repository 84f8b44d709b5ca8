import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeCall } from '@/server/calls';
import { parseExtension } from '@/server/calls/extension.contract';
import { calls } from '@/server/calls/tables';
import { agents } from '@/server/agents/tables';
import { trunks } from '@/server/telephony/tables';
import { budgets } from '@/server/usage/tables';
import { aCallingWorkspace, aNode, aTrunk, callRow, place, type CallWorkspace } from '@test/support/calls';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { enterUsage } from '@test/support/ledger';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.db.delete(calls));

const rowsOf = (ours: CallWorkspace) => database.db.select().from(calls).where(eq(calls.workspaceId, ours.id));

describe('an extension', () => {
  it.each([
    ['5551234567', '5551234567', null], ['+49 (30) 123-45', '+493012345', null], ['*97', '*97', null], ['reception', 'reception', null], ['front-desk', 'front-desk', null],
    ['1001@pbx.example.org', '1001', 'pbx.example.org'], ['sip:1001@PBX.example.org:5070', '1001', 'pbx.example.org:5070'],
    ['SIP:+4930@192.0.2.7;transport=tcp', '+4930', '192.0.2.7'], ['sip:a@[2001:db8::1]:5060', 'a', '[2001:db8::1]:5060'],
  ])('%s is one', (text, user, host) => { expect(parseExtension(text)).toEqual({ user, host }); });

  it.each(['', ' ', '@', '1001@', '@pbx', 'sip:1001', 'sips:1001@pbx', 'tel:1001', 'a b@pbx', '1001@pbx@pbx', '1001@pbx?Replaces=x', '1001@pbx;maddr=192.0.2.1', '%39%30%30', 'a;b', 'a\r\nb', '1001@pbx\r\nX: y', '<sip:1@pbx>', 'x'.repeat(65), '١٢٣'])(
    '%j is none', (text) => { expect(parseExtension(text)).toBeNull(); });
});

describe('a repeated call_id', () => {
  it('with the same body is the same call, in whatever order it is written and with what is the default anyway', async () => {
    const ours = await aCallingWorkspace(database.db);
    const first = await place(database.db, ours, { call_id: 'mine', ring_timeout: 30 });
    const again = await place(database.db, ours, { choice: null, call_id: 'mine', converse: false });
    expect(again).toEqual(first);
    expect(await rowsOf(ours)).toHaveLength(1);
  });

  it('answers with how the call stands now, even when it could not be placed any more', async () => {
    const ours = await aCallingWorkspace(database.db);
    const { id } = await place(database.db, ours, { call_id: 'mine' });
    await database.db.update(calls).set({ state: 'answered' }).where(eq(calls.id, id));
    await database.db.update(trunks).set({ isActive: false }).where(eq(trunks.workspaceId, ours.id));
    expect(await place(database.db, ours, { call_id: 'mine' })).toMatchObject({ id, status: 'answered', queue_position: null });
  });

  it('with another body is a conflict that names it', async () => {
    const ours = await aCallingWorkspace(database.db);
    await place(database.db, ours, { call_id: 'mine' });
    for (const other of [{ message: 'Another' }, { extension: '1002' }, { ring_timeout: 31 }, { callback_url: 'https://example.org/x' }])
      await expect(place(database.db, ours, { call_id: 'mine', ...other })).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('call_id') as string });
    expect(await rowsOf(ours)).toHaveLength(1);
  });

  it('at the same moment is one call, and with two bodies one of them', async () => {
    const ours = await aCallingWorkspace(database.db);
    const same = await Promise.all(Array.from({ length: 8 }, () => place(database.db, ours, { call_id: 'same' })));
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    const different = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => place(database.db, ours, { call_id: 'different', message: `Number ${index}` })));
    expect(different.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(different.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { kind: string }).kind] : []))).toEqual(Array(7).fill('conflict'));
    expect(await rowsOf(ours)).toHaveLength(2);
  });

  it('of another workspace is another call', async () => {
    const [ours, theirs] = [await aCallingWorkspace(database.db), await aCallingWorkspace(database.db)];
    const [a, b] = [await place(database.db, ours, { call_id: 'x' }), await place(database.db, theirs, { call_id: 'x', message: 'Something else' })];
    expect(a.id).not.toBe(b.id);
  });

  it('is never one that we give ourselves', async () => {
    const ours = await aCallingWorkspace(database.db);
    const { call_id: given } = await place(database.db, ours);
    const [, seconds, number] = /^out-(\d+)-(\d+)$/.exec(given)!;
    for (const later of [0, 1, 2, 3]) await place(database.db, ours, { call_id: `out-${Number(seconds) + later}-${Number(number) + 6}` }); // what comes next would be called
    const placed = await Promise.all([place(database.db, ours), place(database.db, ours), place(database.db, ours)]);
    expect(new Set(placed.map(({ call_id: name }) => name)).size).toBe(3);
  });
});

describe('the place in the queue', () => {
  it('is none for what starts at once, and then counts from 1', async () => {
    const ours = await aCallingWorkspace(database.db);
    const nodeId = await aNode(database.db);
    const said = async () => { const { message, queue_position: position } = await place(database.db, ours); return [message, position]; };
    expect([await said(), await said(), await said()]).toEqual([['Call initiated', null], ['Call queued at position 1', 1], ['Call queued at position 2', 2]]);
    await takeCall(database.db, { nodeId, trunkIds: [ours.trunkId], maxConcurrent: 1 });
    expect(await said()).toEqual(['Call queued at position 3', 3]);
  });

  it('is that of the limit which keeps it longest', async () => {
    const ours = await aCallingWorkspace(database.db, { policy: { maxConcurrent: 3 }, trunk: { maxCalls: 2, isDefault: true } });
    const positions = [];
    for (let index = 0; index < 5; index++) positions.push((await place(database.db, ours, {}, 10)).queue_position);
    expect(positions).toEqual([null, null, 1, 2, 3]);
    const other = await aTrunk(database.db, ours.id);
    expect((await place(database.db, ours, { trunk: other }, 10)).queue_position).toBe(3); // the workspace's own
  });
});

describe('what may not be called', () => {
  const refusal = async (placing: Promise<unknown>) => placing.then(() => 'placed', ({ kind, message }: { kind: string; message: string }) => `${kind}: ${message}`);

  it('is refused before there is a record of it', async () => {
    const ours = await aCallingWorkspace(database.db, { policy: { deniedPrefixes: ['900'], allowedPrefixes: ['1', '9'] } });
    for (const extension of ['9001234', '9-00 1234', 'sip:9001234@pbx.example.org', '9001234@elsewhere.example']) expect(await refusal(place(database.db, ours, { extension }))).toMatch(/^forbidden: extension: /);
    expect(await refusal(place(database.db, ours, { extension: '5551234' }))).toMatch(/^forbidden: extension: /);
    expect(await refusal(place(database.db, ours, { trunk: 'no such trunk' }))).toMatch(/^invalid_input: trunk: /);
    expect(await refusal(place(database.db, ours, { agent_id: '018f3f5e-7d4c-7a33-9b1a-0123456789ab' }))).toMatch(/^invalid_input: agent_id: /);
    expect(await refusal(place(database.db, ours, { callback_url: 'http://127.0.0.1/x' }))).toMatch(/^invalid_input: callback_url: .*PARLEY_EGRESS_ALLOW/);
    expect(await rowsOf(ours)).toEqual([]);
    expect(await refusal(place(database.db, ours, { extension: '1001' }))).toBe('placed');
  });

  it('is anything over what belongs to another workspace', async () => {
    const [ours, theirs] = [await aCallingWorkspace(database.db), await aCallingWorkspace(database.db)];
    const [agent] = await database.db.select().from(agents).where(eq(agents.workspaceId, theirs.id));
    expect(await refusal(place(database.db, ours, { trunk: theirs.trunkId }))).toMatch(/^invalid_input: trunk: /);
    expect(await refusal(place(database.db, ours, { agent_id: agent!.id }))).toMatch(/^invalid_input: agent_id: /);
  });

  it('is anything with an agent that the caller may not use, said as if there were none', async () => {
    const ours = await aCallingWorkspace(database.db);
    const [agent] = await database.db.select().from(agents).where(eq(agents.workspaceId, ours.id));
    await database.db.update(agents).set({ allowedUserIds: [] }).where(eq(agents.id, agent!.id));
    expect(await refusal(place(database.db, ours, { agent_id: agent!.id }))).toBe(`invalid_input: agent_id: there is no agent ${agent!.id}`);
    await database.db.update(agents).set({ allowedUserIds: null, isActive: false }).where(eq(agents.id, agent!.id));
    expect(await refusal(place(database.db, ours, { agent_id: agent!.id }))).toMatch(/^conflict: .*switched off/);
    const bound = { principal: { ...ours.principal, bound: { agentId: '018f3f5e-7d4c-7a33-9b1a-0123456789ab' } } };
    expect(await refusal(place(database.db, bound, { agent_id: agent!.id }))).toMatch(/^invalid_input: agent_id: /);
    expect(await rowsOf(ours)).toEqual([]);
  });

  it('is what loses its trunk or its agent while it is placed, in words', async () => {
    const ours = await aCallingWorkspace(database.db);
    const [agent] = await database.db.insert(agents).values({ workspaceId: ours.id, name: 'Spare', slug: 'spare' }).returning();
    const placeAfter = (happens: () => Promise<unknown>) => {
      const db = new Proxy(database.db, {
        get: (target, key) => (key === 'transaction' ? async (run: Parameters<typeof target.transaction>[0]) => { await happens(); return target.transaction(run); } : Reflect.get(target, key) as unknown),
      });
      return refusal(place(db, ours, { agent_id: agent!.id }));
    };
    expect(await placeAfter(() => database.db.delete(agents).where(eq(agents.id, agent!.id)))).toBe(`invalid_input: agent_id: there is no agent ${agent!.id}`);
    await database.db.insert(agents).values(agent!);
    expect(await placeAfter(() => database.db.delete(trunks).where(eq(trunks.id, ours.trunkId)))).toMatch(/^conflict: trunk: ".+" was removed/);
    expect(await rowsOf(ours)).toEqual([]);
  });

  it('is anything without a trunk', async () => {
    const ours = await aCallingWorkspace(database.db);
    await database.db.delete(trunks).where(eq(trunks.workspaceId, ours.id));
    expect(await refusal(place(database.db, ours))).toMatch(/^conflict: There is no trunk/);
  });
});

it('keeps what was asked for, word for word', async () => {
  const ours = await aCallingWorkspace(database.db);
  const { id } = await place(database.db, ours, { extension: ' +49 (30) 123-45 ', message: ' Two  spaces ', call_id: ' kept/verbatim ?#é ' });
  expect(await callRow(database.db, id)).toMatchObject({ extension: '+49 (30) 123-45', message: ' Two  spaces ', callId: ' kept/verbatim ?#é ', requestedBy: 'a program', direction: 'outbound', state: 'queued', attemptId: null });
});

describe('a budget that is used up', () => {
  it('refuses the call by its name, and answers for one that was placed before', async () => {
    const { db } = database;
    const ours = await aCallingWorkspace(db);
    const before = await place(db, ours, { call_id: 'before' });
    await db.insert(budgets).values({ workspaceId: ours.id, scope: 'workspace', period: 'month', limitUsd: '1' });
    await enterUsage(db, [{ workspaceId: ours.id, leg: 'llm', provider: 'openai', model: 'm', costUsd: '1' }]);

    await expect(place(db, ours)).rejects.toMatchObject({ kind: 'quota_exceeded', details: { reason: 'budget' }, message: expect.stringMatching(/^The monthly budget of the workspace ".+" is used up\. /) as string });

    expect(await place(db, ours, { call_id: 'before' })).toEqual(before);
    expect(await rowsOf(ours)).toHaveLength(1);
  });
});
