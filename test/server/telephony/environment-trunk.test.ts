import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey } from '@/server/auth/api-keys';
import { nodes } from '@/server/nodes/tables';
import { SecretBox } from '@/server/secrets';
import { findTrunks, leaseTrunks, syncEnvironmentTrunk, trunkCredentials } from '@/server/telephony';
import { trunks } from '@/server/telephony/tables';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, webConfig, type TestWeb } from '@test/support/web';

const SIP = { SIP_DOMAIN: 'pbx.example.org', SIP_USER: '100', SIP_PASSWORD: 'the-password-of-the-environment', SIP_REGISTRAR: '192.0.2.10:5080', SIP_TRANSPORT: 'tcp', SIP_ALLOWED_ADDRESSES: '192.0.2.0/24' };
let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, environment: SIP });
  workspaceId = await firstWorkspaceId(database.db);
  await aWorkspace(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.db.delete(trunks);
  await database.db.delete(nodes);
});

const sync = (environment: Record<string, string> = SIP) => syncEnvironmentTrunk(database.db, webConfig(environment));
const stored = () => findTrunks(database.db);

describe('the environment’s trunk', () => {
  it('is a row of the first workspace, one however many nodes start, and as SIP_* say', async () => {
    await Promise.all([sync(), sync(), sync()]);
    const [row, ...others] = await stored();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      workspaceId, source: 'environment', name: 'pbx.example.org', domain: 'pbx.example.org', proxy: '192.0.2.10:5080', transport: 'tcp', username: '100',
      registers: true, allowedAddresses: ['192.0.2.0/24'], isDefault: true, isActive: true,
    });
    await sync();
    expect(await stored()).toEqual([row]);
    await sync({ SIP_DOMAIN: 'trunk.example.net', SIP_USER: 'parley' });
    expect(await stored()).toMatchObject([{ id: row!.id, name: 'pbx.example.org', domain: 'trunk.example.net', username: 'parley', proxy: null, registers: false, allowedAddresses: [] }]);
  });

  it('takes a free name, and is the default only where there is none', async () => {
    await database.db.insert(trunks).values({ workspaceId, name: 'pbx.example.org', domain: 'x', username: 'x', isDefault: true, createdAt: new Date('2026-01-01T00:00:00Z') });
    await sync();
    expect(await stored()).toMatchObject([{ isDefault: true }, { name: 'pbx.example.org 2', isDefault: false, source: 'environment' }]);
  });

  it('goes when SIP_DOMAIN goes, unless another living node serves it', async () => {
    await sync();
    const [node] = await database.db.insert(nodes).values({ id: randomUUID(), address: '', leaseExpiresAt: sql`now() + interval '1 minute'` }).returning({ id: nodes.id });
    await leaseTrunks(database.db, { nodeId: node!.id });
    await sync({});
    expect(await stored()).toHaveLength(1);
    await database.db.update(nodes).set({ leaseExpiresAt: sql`now() - interval '1 minute'` });
    await sync({});
    expect(await stored()).toEqual([]);
    await sync({});
  });

  it('has the password of the environment, which is kept and shown nowhere', async () => {
    await sync();
    const [row] = await stored();
    expect((await trunkCredentials(database.db, new SecretBox(web.config.secrets), row!, web.config)).password?.reveal()).toBe(SIP.SIP_PASSWORD);
    expect(await trunkCredentials(database.db, new SecretBox(web.config.secrets), row!, webConfig())).toEqual({});
    const shown = await web.ask('GET', '/api/sip/trunks');
    expect(shown.json().trunks).toMatchObject([{ source: 'environment', has_password: true, host: '192.0.2.10:5080' }]);
    expect(shown.text + JSON.stringify(row)).not.toContain(SIP.SIP_PASSWORD);
  });

  it('is changed in the environment and not here: which variable is said; only whether it is the default is decided here', async () => {
    await sync();
    const [row] = await stored();
    const put = (body: object) => web.ask('PUT', `/api/sip/trunks/${row!.id}`, { body: JSON.stringify(body) });
    for (const [body, variable] of [
      [{ domain: 'x.example' }, 'SIP_DOMAIN'], [{ username: '200' }, 'SIP_USER'], [{ password: 'another' }, 'SIP_PASSWORD'], [{ registers: false }, 'SIP_PASSWORD'], [{ proxy: null }, 'SIP_REGISTRAR'],
      [{ transport: 'udp' }, 'SIP_TRANSPORT'], [{ allowed_addresses: [] }, 'SIP_ALLOWED_ADDRESSES'], [{ name: 'x' }, 'SIP_DOMAIN'], [{ max_calls: 3 }, 'SIP_DOMAIN'], [{ is_active: false }, 'SIP_DOMAIN'],
    ] as const) {
      const answer = await put(body);
      expect([answer.status, answer.json().detail]).toEqual([409, expect.stringContaining(variable)]);
    }
    expect(await stored()).toEqual([row]);
    expect((await put({ domain: row!.domain, transport: 'tcp', is_default: false })).json()).toMatchObject({ is_default: false });
    const removed = await web.ask('DELETE', `/api/sip/trunks/${row!.id}`);
    expect([removed.status, removed.json().detail]).toEqual([409, expect.stringContaining('SIP_DOMAIN')]);
    await using without = await startTestWeb({ db: database.db });
    expect((await without.ask('DELETE', `/api/sip/trunks/${row!.id}`)).status).toBe(204);
  });

  it('is nothing of another workspace', async () => {
    await sync();
    const { key } = await createApiKey(database.db, { workspaceId: await aWorkspace(database.db), name: 'foreign', role: 'owner' });
    expect((await web.ask('GET', '/api/sip/trunks', { key })).json()).toEqual({ trunks: [] });
    await database.db.delete(trunks).where(eq(trunks.source, 'environment'));
  });
});
