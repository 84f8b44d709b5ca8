import { asc, eq } from 'drizzle-orm';
import { agents } from '@/server/agents/tables';
import type { Principal } from '@/server/auth/principal';
import { createChatService, type ChatRun, type ChatService, type ChatServiceDeps, type NumberedEvent, type OpenedChat } from '@/server/chat';
import type { BrainOptions } from '@/server/compose';
import { readHistory } from '@/server/conversations/database-store';
import { messages } from '@/server/conversations/tables';
import type { ScriptInput } from '@/server/llm';
import type { Database } from '@/server/platform/db/client';
import { newId } from '@/server/platform/ids';
import { usageRecords } from '@/server/usage/tables';
import { scriptedBrain, seedWorkspace } from './fakes/scripted-brain';

export interface TestChat extends AsyncDisposable {
  chat: ChatService;
  principal: Principal;
  /** An agent that asks `scripted/NAME`. */
  agentOf(name: string): Promise<string>;
  /** A conversation in which `scripted/NAME` answers, a new one unless it is named. */
  open(name: string, conversationId?: string): Promise<OpenedChat>;
  /** Every message, in order; also those that gave way to another. */
  stored(conversationId: string): Promise<Array<typeof messages.$inferSelect>>;
  /** What a model is given of it. */
  standing(conversationId: string): Promise<string[]>;
  /** Entries in the ledger. */
  requestsOf(conversationId: string): Promise<number>;
}

export interface TestChatOptions {
  brain?: Partial<BrainOptions> & { environment?: Record<string, string> };
  chat?: Partial<ChatServiceDeps>;
}

/** The engine over a real database, with a workspace of its own; only the models are played. */
export async function startTestChat(db: Database, scripts: Record<string, ScriptInput>, options: TestChatOptions = {}): Promise<TestChat> {
  const brain = scriptedBrain(db, scripts, options.brain);
  const { workspaceId } = await seedWorkspace(db);
  const chat = createChatService({
    db, models: brain.models, providerKeys: brain.providerKeys, store: brain.store, runTurn: brain.runTurn, externalDefault: false, ...options.chat,
  });
  const principal: TestChat['principal'] = { kind: 'api_key', id: newId(), workspaceId, role: 'operator', scopes: ['chat'], label: 'a key' };
  async function agentOf(name: string): Promise<string> {
    const [row] = await db.insert(agents).values({ workspaceId, slug: `a-${newId().slice(0, 8)}`, name, model: `scripted/${name}` }).returning({ id: agents.id });
    if (!row) throw new Error('no agent');
    return row.id;
  }
  return {
    chat, principal, agentOf,
    open: async (name, conversationId) => chat.open({ principal, conversationId, userLabel: 'api-user', agent: { id: await agentOf(name) } }),
    stored: (conversationId) => db.select().from(messages).where(eq(messages.conversationId, conversationId)).orderBy(asc(messages.seq)),
    standing: async (conversationId) => (await readHistory(db, conversationId)).map(({ content }) => content),
    requestsOf: (conversationId) => db.$count(usageRecords, eq(usageRecords.conversationId, conversationId)),
    [Symbol.asyncDispose]: () => chat.close(),
  };
}

export async function listen(run: ChatRun, options: { after?: number; signal?: AbortSignal } = {}): Promise<NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  for await (const event of run.events(options.after, options.signal)) events.push(event);
  return events;
}

export const wordsOf = (events: readonly NumberedEvent[]): string => events.map(({ event }) => (event.type === 'text-delta' ? event.text : '')).join('');

/** Listens until a word with `text` in it has come, and hangs up. */
export async function hear(run: ChatRun, text: string): Promise<void> {
  const gone = new AbortController();
  for await (const { event } of run.events(0, gone.signal)) if (event.type === 'text-delta' && event.text.includes(text)) gone.abort();
}
