import { createServer, connect, type Socket } from 'node:net';
import { eq, sql as query } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { openDatabase } from '@/server/platform/db/client';
import { prepared } from '@/server/platform/db/prepared';
import { isDriverFault } from '@/server/platform/db/survive-driver-faults';
import { workspaces } from '@/server/workspaces/tables';
import { createTestDatabase } from '@test/support/database';

/** A wire that can be cut: every connection through it dies at once, as when Postgres restarts. */
async function cuttableWire(url: string) {
  const target = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      open.add(one);
      one.on('error', () => other.destroy()).on('close', () => { open.delete(one); other.destroy(); }).pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((server.address() as { port: number }).port);
  return {
    url: through.href,
    cut: () => { for (const socket of open) socket.destroy(); },
    close: async () => { for (const socket of open) socket.destroy(); await new Promise((resolve) => server.close(resolve)); },
  };
}

describe('the pool', () => {
  const thrown: unknown[] = [];
  const rejected: unknown[] = [];
  const noticeThrown = (error: unknown) => { thrown.push(error); };
  const noticeRejected = (error: unknown) => { rejected.push(error); };

  it('is asked a prepared query again after its connections were cut, and a transaction its own', async () => {
    await using database = await createTestDatabase();
    const wire = await cuttableWire(database.url);
    const handle = openDatabase(wire.url, { pool: 2 });
    const named = prepared<{ name: string }, { name: string }>((db) =>
      db.select({ name: workspaces.name }).from(workspaces).where(eq(workspaces.name, query.placeholder('name'))).prepare('named'));
    try {
      await handle.db.insert(workspaces).values({ name: 'Kept', slug: 'kept' });
      expect(await named(handle.db, { name: 'Kept' })).toEqual([{ name: 'Kept' }]);
      wire.cut();
      await vi.waitFor(async () => expect(await named(handle.db, { name: 'Kept' })).toEqual([{ name: 'Kept' }]), { timeout: 60_000 });
      const within = await handle.db.transaction(async (tx) => {
        await tx.update(workspaces).set({ name: 'Renamed' });
        return [await named(tx, { name: 'Renamed' }), await named(tx, { name: 'Kept' })];
      });
      expect(within).toEqual([[{ name: 'Renamed' }], []]);
      expect(await named(handle.db, { name: 'Renamed' })).toEqual([{ name: 'Renamed' }]);
    } finally {
      await handle.close();
      await wire.close();
    }
  });

  it('answers again after every connection was cut, under transactions, many times over', async () => {
    await using database = await createTestDatabase();
    const wire = await cuttableWire(database.url);
    const handle = openDatabase(wire.url, { pool: 3 });
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', noticeThrown);
    const rejections = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', noticeRejected);
    try {
      await handle.db.execute(query`CREATE TABLE marks (round int)`);
      for (let round = 0; round < 5; round++) {
        const work = Array.from({ length: 5 }, () => handle.db.transaction(async (tx) => {
          for (let step = 0; step < 20; step++) await tx.execute(query`SELECT ${step}::int AS step`);
          await tx.execute(query`INSERT INTO marks VALUES (${round})`);
        }).catch(() => 'lost'));
        await new Promise((resolve) => setTimeout(resolve, round % 7));
        wire.cut();
        await Promise.all(work);
        for (let again = 0; again < 6; again++)
          await vi.waitFor(async () => expect(await handle.db.execute(query`SELECT ${again}::int AS n`)).toEqual([{ n: again }]), { timeout: 60_000 });
      }
      expect(await handle.sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    } finally {
      await handle.close();
      await wire.close();
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
      process.removeAllListeners('unhandledRejection');
      for (const listener of rejections) process.on('unhandledRejection', listener);
    }
    expect(thrown.filter((fault) => !isDriverFault(fault))).toEqual([]);
    expect(rejected.filter((fault) => !/CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNRESET|EPIPE/.test(String(fault)))).toEqual([]); // a lost connection, as FIN or as RST
  }); // a statement that the driver forgot is given up after 5 s
});

describe('an uncaught exception', () => {
  it('counts as the driver’s only when it was thrown there', () => {
    const fault = new TypeError("Cannot read properties of null (reading 'write')");
    fault.stack = `${String(fault)}\n    at Immediate.nextWrite (file:///app/node_modules/postgres/src/connection.js:255:22)\n    at process.processImmediate (node:internal/timers:478:21)`;
    expect(isDriverFault(fault)).toBe(true);
    expect(isDriverFault(new TypeError('ours'))).toBe(false);
    expect(isDriverFault('text')).toBe(false);
    const goodbye = new Error('terminating connection due to administrator command');
    goodbye.stack = `${String(goodbye)}\n    at parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:306:11)\n    at Parser.handlePacket (/app/node_modules/pg-protocol/dist/parser.js:143:27)`;
    expect(isDriverFault(goodbye)).toBe(true);
    const lost = (query: string) => Object.assign(new Error('read ECONNRESET'), { query });
    expect([lost('select b.oid, b.typarray from pg_catalog.pg_type a'), lost('select 1')].map(isDriverFault)).toEqual([true, false]); // its own question to a new connection, and ours
  });
});
