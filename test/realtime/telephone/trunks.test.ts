import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { Database } from '@/server/platform/db/client';
import { forgetEarlierLives } from '@/server/nodes/forget-earlier-lives';
import { nodes } from '@/server/nodes/tables';
import { Secret } from '@/server/platform/secret';
import { keepSecret, SecretBox } from '@/server/secrets';
import { dispatchRules, trunks } from '@/server/telephony/tables';
import { createTestDatabase } from '@test/support/database';
import { TelephoneNode } from '@test/support/realtime/telephone-node';
import { allCalls, aTrunk, aWorkspaceWithAgent, eventually, inState, queueCall } from '@test/support/realtime/telephone-scene';
import { freeSipPort } from '@test/support/telephone/free-sip-port';
import { FakeRegistrar } from '@test/support/telephone/registrar';
import { Telephone } from '@test/support/telephone/telephone';
import { until } from '@test/support/telephone/until';
import { webConfig } from '@test/support/web';

const trunkRow = async (db: Database, id: string) => (await db.select().from(trunks).where(eq(trunks.id, id)))[0]!;
const inTrunkState = (db: Database, id: string, state: string) => eventually(`the trunk is ${state}`, async () => { const row = await trunkRow(db, id); return row.state === state && row; });
const change = (db: Database, id: string, values: Partial<typeof trunks.$inferInsert>) => db.update(trunks).set({ ...values, updatedAt: sql`clock_timestamp()` }).where(eq(trunks.id, id));

it('serves two trunks at once: calls go out over the one that was named, and come in with its name', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  await using north = await Telephone.start();
  await using south = await Telephone.start();
  const northId = await aTrunk(db, { workspaceId, port: north.port, name: 'north', username: 'north' });
  const southId = await aTrunk(db, { workspaceId, port: south.port, name: 'south', username: 'south', isDefault: false });
  await using node = await TelephoneNode.start(database);
  await north.account({ user: '200', domain: `127.0.0.1:${node.sipPort}` });
  const caller = await south.account({ user: '200', domain: `127.0.0.1:${node.sipPort}` });
  await inState(db, await queueCall(db, workspaceId, { trunk: 'south', message: 'Short.' }), 'completed');
  expect([north.incoming.length, south.incoming.length]).toEqual([0, 1]);
  await inState(db, await queueCall(db, workspaceId, { message: 'Short.' }), 'completed');
  expect([north.incoming.length, south.incoming.length]).toEqual([1, 1]);
  const call = south.ring(caller, 'south');
  await until('answered', () => call.call.state === 'answered');
  expect((await allCalls(db)).map(({ trunkId }) => trunkId)).toEqual([southId, northId, southId]);
  call.call.hangUp();
  await until('over', () => node.telephone.activeCalls === 0);
});

it('a trunk that is added, corrected and switched off while the node runs is refused in words, registered, registered anew and taken off', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  await using node = await TelephoneNode.start(database);
  expect(node.telephone.port).toBeUndefined(); // nothing is bound for nobody
  await using registrar = await FakeRegistrar.start('parley', 'hush');
  registrar.failWith = 403;
  const id = await aTrunk(db, { workspaceId, port: registrar.port, registers: true, isActive: false });
  await keepSecret(db, new SecretBox(webConfig().secrets), { workspaceId, name: `trunk/${id}/password`, secret: new Secret('hush') });
  await change(db, id, { isActive: true });
  expect((await inTrunkState(db, id, 'waiting')).lastError).toMatch(/refuses the user or the password/);
  registrar.failWith = undefined;
  await change(db, id, { displayName: 'Parley' });
  const registered = await inTrunkState(db, id, 'registered');
  expect(registered.lastError).toBeNull();
  expect(registered.registeredUntil!.getTime()).toBeGreaterThan(Date.now() + 200_000);
  const contact = registrar.contact;
  await change(db, id, { maxCalls: 3 }); // nothing of the account's
  await change(db, id, { domain: `127.0.0.1:${registrar.port}`, numbers: ['4930'] });
  await until('it is registered anew', () => registrar.contact !== undefined && registrar.contact !== contact);
  await change(db, id, { isActive: false });
  await until('it took its leave', () => registrar.contact === undefined);
});

it('a call goes on when its trunk is changed under it', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  await using phone = await Telephone.start();
  const id = await aTrunk(db, { workspaceId, port: phone.port });
  await using node = await TelephoneNode.start(database);
  const account = await phone.account({ user: '200', domain: `127.0.0.1:${node.sipPort}` });
  const first = phone.ring(account, 'parley');
  await until('answered', () => first.call.state === 'answered');
  await change(db, id, { username: 'other', displayName: 'Another' });
  const second = await eventually('the new account answers', async () => {
    const call = phone.ring(account, 'other');
    await until('it is decided', () => call.call.state === 'answered' || call.end !== undefined);
    return call.call.state === 'answered' && call;
  });
  expect(first.call.state).toBe('answered');
  first.call.hangUp();
  second.call.hangUp();
  await until('both are over', () => node.telephone.activeCalls === 0);
  expect((await allCalls(db)).map(({ state }) => state)).toEqual(['completed', 'completed']);
});

it('of two nodes one holds a trunk, and the other takes it when the first has gone', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  await using registrar = await FakeRegistrar.start('parley', 'hush');
  const id = await aTrunk(db, { workspaceId, port: registrar.port, registers: true, isActive: false });
  await keepSecret(db, new SecretBox(webConfig().secrets), { workspaceId, name: `trunk/${id}/password`, secret: new Secret('hush') });
  await change(db, id, { isActive: true });
  await using one = await TelephoneNode.start(database);
  await inTrunkState(db, id, 'registered');
  await using other = await TelephoneNode.start(database);
  expect((await trunkRow(db, id)).nodeId).toBe(one.id);
  expect(new Set(registrar.authorized.map(({ callId }) => callId)).size).toBe(1);
  await one.drain(0);
  await one.lease.release();
  await eventually('the other holds it', async () => (await trunkRow(db, id)).nodeId === other.id);
  await until('it registers too', () => new Set(registrar.authorized.map(({ callId }) => callId)).size === 2);
  await inTrunkState(db, id, 'registered');
});

it('a port that is taken is told as the last error of the trunk, which is served once the port is free', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  const port = await freeSipPort(); // one that nobody else gets when the squatter lets it go
  const squatter = createServer();
  await new Promise<void>((resolve) => { squatter.listen(port, '127.0.0.1', resolve); });
  const id = await aTrunk(db, { workspaceId, port: 9 });
  await using node = await TelephoneNode.start(database, { environment: { SIP_PORT: String(port) } });
  expect((await inTrunkState(db, id, 'waiting')).lastError).toBe(`SIP_PORT ${port} is taken: stop what listens there or set SIP_PORT`);
  await new Promise<void>((resolve) => { squatter.close(() => resolve()); });
  await change(db, id, {});
  expect((await inTrunkState(db, id, 'static')).lastError).toBeNull();
  expect(node.telephone.port).toBe(port);
});

it('with the trunk of the environment a taken port is the end of the start, in words', async () => {
  await using database = await createTestDatabase();
  await aWorkspaceWithAgent(database.db);
  const squatter = createSocket('udp4').bind(0, '127.0.0.1');
  await new Promise<void>((resolve) => { squatter.once('listening', resolve); });
  const { port } = squatter.address();
  await expect(TelephoneNode.start(database, { environment: { SIP_PORT: String(port), SIP_DOMAIN: '127.0.0.1:9', SIP_USER: 'parley' } })).rejects.toThrow(`SIP_PORT ${port} is taken`);
  squatter.close();
});

it('rules may change while calls come in: the next call has the new agent', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  await using phone = await Telephone.start();
  const id = await aTrunk(db, { workspaceId, port: phone.port });
  await using node = await TelephoneNode.start(database);
  const account = await phone.account({ user: '200', domain: `127.0.0.1:${node.sipPort}` });
  const ring = async () => {
    const call = phone.ring(account, '4711');
    await until('answered', () => call.call.state === 'answered');
    call.call.hangUp();
    await until('over', () => node.telephone.activeCalls === 0);
    return (await allCalls(db)).at(-1)!.agentId;
  };
  const before = await ring();
  const [row] = await db.execute<{ id: string }>(sql`INSERT INTO agents (workspace_id, slug, name) VALUES (${workspaceId}::uuid, 'night', 'night') RETURNING id`);
  await db.insert(dispatchRules).values({ workspaceId, trunkId: id, match: '4711', agentId: row!.id, position: 0 });
  expect(await ring()).toBe(row!.id);
  expect(before).not.toBe(row!.id);
});

it('what an earlier life of the only node held is taken at once', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const workspaceId = await aWorkspaceWithAgent(db);
  await using phone = await Telephone.start();
  const id = await aTrunk(db, { workspaceId, port: phone.port });
  const [dead] = await db.insert(nodes).values({ kind: 'realtime', address: '', leaseExpiresAt: new Date(Date.now() + 3_600_000) }).returning({ id: nodes.id });
  await change(db, id, { nodeId: dead!.id });
  await using node = await TelephoneNode.start(database);
  expect((await trunkRow(db, id)).nodeId).toBe(dead!.id);
  await forgetEarlierLives(db, node.id);
  await eventually('it is served', async () => (await trunkRow(db, id)).nodeId === node.id);
});
