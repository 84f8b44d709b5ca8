import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { chooseAgent } from '@/server/telephony';
import { bestRule, type Rule } from '@/server/telephony/choose-agent';
import { callPolicies, dispatchRules, trunks } from '@/server/telephony/tables';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';

const rule = (match: string, options: Partial<Rule> = {}): Rule => ({ match, trunkId: null, priority: 0, ...options });
const best = (rules: Rule[], called: string) => bestRule(rules, called)?.match;

describe('the rule that counts', () => {
  it.each([
    ['100', ['100', '1*'], '100'], ['101', ['100', '1*'], '1*'], ['200', ['100', '1*'], undefined], ['200', ['100', '1*', '*'], '*'], ['1000', ['100'], undefined],
    ['+493012345', ['+49*', '+4930*', '+493012345'], '+493012345'], ['+493099999', ['+49*', '+4930*'], '+4930*'], ['+442012345', ['+49*', '+4930*'], undefined],
    ['493012345', ['+493012345'], '+493012345'], ['004930-12345', ['+493012345'], '+493012345'], ['+493012345', ['493012345'], '493012345'], ['+493012345', ['0049 30 12345'], '0049 30 12345'],
    ['+493012345', ['4930*'], '4930*'], ['100', ['+1*'], undefined], ['14155550100', ['+1*'], '+1*'], ['0301234', ['00*'], undefined], ['+4930123', ['00*'], '00*'],
    ['Reception', ['reception'], 'reception'], ['reception', ['rec*'], 'rec*'], ['*72', ['*72'], '*72'], ['*721', ['*72*'], '*72*'], ['', ['*'], '*'], ['', ['100', '1*'], undefined],
    ['sip:100@pbx.example.org', ['100'], '100'],
  ])('for %j among %j is %j', (called, matches, wanted) => {
    expect(best(matches.map((match) => rule(match)), called)).toBe(wanted);
    expect(best(matches.map((match) => rule(match)).reverse(), called)).toBe(wanted);
  });

  it('has the higher priority, then is exact, longer, of this trunk, earlier', () => {
    expect(best([rule('100'), rule('*', { priority: 1 })], '100')).toBe('*');
    expect(bestRule([rule('100'), rule('100', { trunkId: 't' })], '100')).toMatchObject({ trunkId: 't' });
    expect(bestRule([rule('1*', { trunkId: 't' }), rule('100')], '100')).toMatchObject({ match: '100' });
    expect(best([rule('+49301'), rule('49301'), rule('0049301')], '+49301')).toBe('+49301');
  });
});

describe('who answers', () => {
  let database: TestDatabase;
  let workspaceId: string;
  let trunkId: string;
  let otherTrunkId: string;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    database = await createTestDatabase();
    workspaceId = await aWorkspace(database.db);
    for (const name of ['default', 'sales', 'night', 'trunk', 'policy']) {
      const [row] = await database.db.insert(agents).values({ workspaceId, slug: name, name, isDefault: name === 'default' }).returning({ id: agents.id });
      ids[name] = row!.id;
    }
    [trunkId, otherTrunkId] = (await database.db.insert(trunks).values(['a', 'b'].map((name) => ({ workspaceId, name, domain: 'pbx', username: name }))).returning({ id: trunks.id })).map(({ id }) => id) as [string, string];
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await database.db.delete(dispatchRules);
    await database.db.delete(callPolicies);
    await database.db.update(trunks).set({ defaultAgentId: null });
    await database.db.update(agents).set({ isActive: true });
  });
  const answers = async (calledNumber: string, trunk = trunkId, workspace = workspaceId) => {
    const id = await chooseAgent(database.db, { workspaceId: workspace, trunkId: trunk, calledNumber });
    return id === null ? null : Object.entries(ids).find(([, each]) => each === id)?.[0];
  };

  it('is the rule’s agent, else the trunk’s, else the telephone’s, else the workspace’s', async () => {
    expect(await answers('100')).toBe('default');
    await database.db.insert(callPolicies).values({ workspaceId, defaultAgentId: ids.policy! });
    expect(await answers('100')).toBe('policy');
    await database.db.update(trunks).set({ defaultAgentId: ids.trunk! }).where(eq(trunks.id, trunkId));
    expect(await answers('100')).toBe('trunk');
    expect(await answers('100', otherTrunkId)).toBe('policy');
    await database.db.insert(dispatchRules).values([
      { workspaceId, match: '1*', agentId: ids.sales!, position: 0 }, { workspaceId, match: '100', agentId: ids.night!, trunkId: otherTrunkId, position: 1 },
    ]);
    expect(await answers('100')).toBe('sales');
    expect(await answers('100', otherTrunkId)).toBe('night');
    expect(await answers('200')).toBe('trunk');
  });

  it('is never one that is switched off: the next one does', async () => {
    await database.db.insert(dispatchRules).values([{ workspaceId, match: '100', agentId: ids.sales!, position: 0 }, { workspaceId, match: '*', agentId: ids.night!, position: 1 }]);
    await database.db.update(trunks).set({ defaultAgentId: ids.trunk! });
    const off = (name: string) => database.db.update(agents).set({ isActive: false }).where(eq(agents.id, ids[name]!));
    await off('sales');
    expect(await answers('100')).toBe('night');
    await off('night');
    expect(await answers('100')).toBe('trunk');
    await off('trunk');
    expect(await answers('100')).toBe('default');
    await off('default');
    expect(await answers('100')).toBeNull();
  });

  it('is nobody of another workspace', async () => {
    const other = await aWorkspace(database.db);
    await database.db.insert(dispatchRules).values([{ workspaceId, match: '*', agentId: ids.sales!, position: 0 }]);
    expect(await answers('100', trunkId, other)).toBeNull();
  });
});
