import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseAgentDirectory } from '@/realtime/gateway/agent-directory';
import { agents } from '@/server/agents/tables';
import type { Principal } from '@/server/auth/principal';
import { loadConfig } from '@/server/platform/config';
import { aConversation, aSignedInUser } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { seedWorkspace } from '@test/support/fakes/scripted-brain';

let database: TestDatabase;
let seed: { workspaceId: string; agentId: string };
let operator: Principal;
beforeAll(async () => {
  database = await createTestDatabase();
  seed = await seedWorkspace(database.db);
  await database.db.update(agents).set({ isDefault: true }).where(eq(agents.id, seed.agentId));
  operator = { kind: 'api_key', id: 'k', workspaceId: seed.workspaceId, role: 'operator', scopes: ['*'], label: 'k' };
});
afterAll(() => database[Symbol.asyncDispose]());

const config = (environment: Record<string, string> = {}) => loadConfig({ NODE_ENV: 'test', PARLEY_SPEECH_URL: 'http://127.0.0.1:1', ...environment });
const directory = (environment: Record<string, string> = {}) => databaseAgentDirectory(database.db, config(environment));

async function anAgent(values: Partial<typeof agents.$inferInsert> = {}): Promise<string> {
  const [row] = await database.db.insert(agents).values({ workspaceId: seed.workspaceId, name: 'Special', slug: `s${Math.random().toString(36).slice(2)}`, ...values }).returning({ id: agents.id });
  return row!.id;
}

describe('the agent of a live session', () => {
  it('has everything it is set to: model settings, voice, speed, language, turn-taking', async () => {
    const agentId = await anAgent({
      model: 'groq/llama', llmConfig: { temperature: 0.4, max_tokens: 60, top_p: 0.5, frequency_penalty: 1, presence_penalty: -1 }, voice: 'rms', ttsConfig: { speed: 1.5 },
      sttConfig: { language: 'fr' }, turnSettings: { endpointDelayMs: 900 }, tools: ['CALC'],
    });
    expect(await directory({ STENTOR_STT_URL: 'http://127.0.0.1:2' }).find({ principal: operator, agentId, spoken: true })).toMatchObject({
      id: agentId, model: 'groq/llama', settings: { temperature: 0.4, maxOutputTokens: 60, topP: 0.5, frequencyPenalty: 1, presencePenalty: -1 },
      voice: 'rms', speed: 1.5, language: 'fr', turnSettings: { endpointDelayMs: 900 }, tools: ['CALC'], deafness: null, timeZone: 'America/Los_Angeles',
    });
  });

  it('is the named one, else the bound one, else the conversation’s, else the default', async () => {
    const [named, bound, continued] = [await anAgent(), await anAgent(), await anAgent()];
    const conversationId = await aConversation(database.db, { workspaceId: seed.workspaceId, agentId: continued });
    const device: Principal = { ...operator, kind: 'device', bound: { agentId: bound } };
    const find = async (query: { principal?: Principal; agentId?: string; conversationId?: string }) => (await directory().find({ principal: operator, spoken: true, ...query })).id;
    expect(await find({ agentId: named, conversationId })).toBe(named);
    expect(await find({ principal: device })).toBe(bound);
    expect(await find({ conversationId })).toBe(continued);
    expect(await find({})).toBe(seed.agentId);
    await expect(find({ principal: device, agentId: named })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('has the installation’s voice where its own belongs to other speech', async () => {
    const servers = { STENTOR_STT_URL: 'http://127.0.0.1:2', STENTOR_TTS_URL: 'http://127.0.0.1:3' };
    const voiceOf = async (agentId: string, environment: Record<string, string>) => {
      const { voice, language } = await directory(environment).find({ principal: operator, agentId, spoken: true });
      return [voice, language];
    };
    const ofServer = await anAgent({ voice: 'af_heart', sttConfig: { language: 'de' } });
    expect(await voiceOf(ofServer, servers)).toEqual(['af_heart', 'de']);
    expect(await voiceOf(ofServer, {})).toEqual([null, null]);
    const builtin = await anAgent({ voice: 'rms' });
    expect(await voiceOf(builtin, {})).toEqual(['rms', null]);
    expect(await voiceOf(builtin, servers)).toEqual([null, null]);
  });

  it('answers with the external agent where that is set, for the default agent alone', async () => {
    const external = { STENTOR_AGENT_URL: 'http://127.0.0.1:1/agent' };
    expect((await directory(external).find({ principal: operator, spoken: true })).model).toBe('external/agent');
    expect((await directory(external).find({ principal: operator, spoken: true, agentId: await anAgent() })).model).toBeNull();
  });

  it('is refused when it is off or for other people', async () => {
    const { userId } = await aSignedInUser(database.db, { workspaceId: seed.workspaceId, role: 'operator' });
    const theirs = await anAgent({ allowedUserIds: [userId] });
    const off = await anAgent({ isActive: false });
    const find = (principal: Principal, agentId: string) => directory().find({ principal, agentId, spoken: true });
    await expect(find(operator, off)).rejects.toMatchObject({ kind: 'conflict', message: 'The agent "Special" is switched off; an administrator can switch it on' });
    await expect(find(operator, theirs)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(find({ ...operator, kind: 'user' }, theirs)).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await find({ ...operator, kind: 'user', id: userId }, theirs)).id).toBe(theirs);
    expect((await find({ ...operator, role: 'admin' }, theirs)).id).toBe(theirs);
    expect((await find({ ...operator, kind: 'device', id: 'd', bound: { agentId: theirs } }, theirs)).id).toBe(theirs);
  });

  it.each([
    ['sttProvider', 'deepgram', {}, 'STENTOR_STT_URL'],
    ['ttsProvider', 'elevenlabs', {}, 'STENTOR_TTS_URL'],
    ['sttProvider', 'openai', {}, 'STENTOR_STT_URL'],
    ['ttsProvider', 'kokoro', {}, 'STENTOR_TTS_URL'],
    ['ttsProvider', 'builtin', { STENTOR_TTS_URL: 'http://127.0.0.1:2' }, 'STENTOR_TTS_URL'],
  ] as const)('with %s %s says what it lacks, and is there for typed words', async (column, provider, environment, variable) => {
    const agentId = await anAgent({ [column]: provider });
    const find = (spoken: boolean) => directory(environment).find({ principal: operator, agentId, spoken });
    await expect(find(true)).rejects.toMatchObject({ kind: 'unavailable', retryable: false, message: expect.stringContaining(variable) as string });
    const typed = await find(false);
    expect(typed.deafness === null).toBe(column === 'ttsProvider');
  });

  it.each([['sttProvider', 'whisper'], ['sttProvider', 'openai'], ['ttsProvider', 'kokoro'], ['ttsProvider', null]] as const)('with %s %s speaks and hears through the configured server', async (column, provider) => {
    const environment = { STENTOR_STT_URL: 'http://127.0.0.1:2', STENTOR_TTS_URL: 'http://127.0.0.1:3' };
    expect((await directory(environment).find({ principal: operator, agentId: await anAgent({ [column]: provider }), spoken: true })).deafness).toBeNull();
  });
});
