import { agents } from '@/server/agents/tables';
import type { Principal } from '@/server/auth/principal';
import { createChatService, type ChatRun, type ChatService, type ChatServiceDeps, type NumberedEvent } from '@/server/chat';
import type { BrainOptions } from '@/server/compose';
import type { ScriptInput } from '@/server/llm';
import type { Database } from '@/server/platform/db/client';
import { newId } from '@/server/platform/ids';
import { scriptedBrain, seedWorkspace } from './fakes/scripted-brain';

export interface TestChat extends AsyncDisposable {
  chat: ChatService;
  principal: Principal;
  /** An agent that asks `scripted/NAME`. */
  agentOf(name: string): Promise<string>;
}

/** The engine over a real database, with a workspace of its own; only the models are played. */
export async function startTestChat(db: Database, scripts: Record<string, ScriptInput>, options: { brain?: Partial<BrainOptions> & { environment?: Record<string, string> }; chat?: Partial<ChatServiceDeps> } = {}): Promise<TestChat> {
  const brain = scriptedBrain(db, scripts, options.brain);
  const { workspaceId } = await seedWorkspace(db);
  const chat = createChatService({
    db, models: brain.models, providerKeys: brain.providerKeys, store: brain.store, runTurn: brain.runTurn, externalDefault: false, ...options.chat,
  });
  return {
    chat,
    principal: { kind: 'api_key', id: newId(), workspaceId, role: 'operator', scopes: ['chat'], label: 'a key' },
    async agentOf(name) {
      const [row] = await db.insert(agents).values({ workspaceId, slug: `a-${newId().slice(0, 8)}`, name, model: `scripted/${name}` }).returning({ id: agents.id });
      if (!row) throw new Error('no agent');
      return row.id;
    },
    [Symbol.asyncDispose]: () => chat.close(),
  };
}

export async function listen(run: ChatRun, options: { after?: number; signal?: AbortSignal } = {}): Promise<NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  for await (const event of run.events(options.after, options.signal)) events.push(event);
  return events;
}

export const wordsOf = (events: readonly NumberedEvent[]): string => events.map(({ event }) => (event.type === 'text-delta' ? event.text : '')).join('');
