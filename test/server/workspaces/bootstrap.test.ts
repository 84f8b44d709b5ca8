import { count } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { findApiKey } from '@/server/auth/api-keys';
import { verifyPassword } from '@/server/auth/passwords';
import { users } from '@/server/auth/tables';
import { loadConfig } from '@/server/platform/config';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { workspaces } from '@/server/workspaces/tables';
import { createTestDatabase } from '@test/support/database';
import { ADMIN_PASSWORD, API_KEY, webConfig } from '@test/support/web';

describe('the first start', () => {
  it('makes a workspace, its owner, a key that works and a default agent, and shows what it made up', async () => {
    await using database = await createTestDatabase();
    const { db } = database;
    const made = await bootstrapWorkspace({ db, config: loadConfig({ NODE_ENV: 'test', PARLEY_ADMIN_EMAIL: 'me@example.org' }) });
    expect(made).toMatchObject({ created: true, adminEmail: 'me@example.org' });
    const [user] = await db.select().from(users);
    expect(user).toMatchObject({ email: 'me@example.org' });
    expect(await verifyPassword(user!.passwordHash, made.adminPassword!)).toBe(true);
    expect(await findApiKey(db, made.apiKey!)).toMatchObject({ role: 'admin', scopes: ['*'] });
    expect(await db.select().from(agents)).toMatchObject([{ name: 'Assistant', isDefault: true, greeting: expect.any(String) }]);
  });

  it('uses what the operator chose and does not show it again', async () => {
    await using database = await createTestDatabase();
    const made = await bootstrapWorkspace({ db: database.db, config: webConfig() });
    expect(made).toEqual({ created: true, adminEmail: 'admin@parley.local' });
    expect(await findApiKey(database.db, API_KEY)).not.toBeNull();
    const [user] = await database.db.select().from(users);
    expect(await verifyPassword(user!.passwordHash, ADMIN_PASSWORD)).toBe(true);
  });

  it('happens once, also when two processes start together', async () => {
    await using database = await createTestDatabase();
    const { db } = database;
    const made = await Promise.all([1, 2, 3].map(() => bootstrapWorkspace({ db, config: webConfig() })));
    expect(made.filter((one) => one.created)).toHaveLength(1);
    expect((await bootstrapWorkspace({ db, config: webConfig() })).created).toBe(false);
    expect(await db.select({ n: count() }).from(workspaces)).toEqual([{ n: 1 }]);
  });
});
