import pino from 'pino';
import { createBrain, type Brain, type BrainOptions } from '@/server/compose';
import type { RunTurnInput } from '@/server/conversations/run-turn';
import type { ConversationStore } from '@/server/conversations/store';
import type { TurnEvent } from '@/server/conversations/turn-events';
import { parseScript, type ScriptInput } from '@/server/llm';
import { loadConfig } from '@/server/platform/config';
import type { Database } from '@/server/platform/db/client';
import { newId } from '@/server/platform/ids';
import { agents } from '@/server/agents/tables';
import { workspaces } from '@/server/workspaces/tables';

export const silentLogger = pino({ level: 'silent' });

/** A brain whose `scripted/NAME` models replay `scripts`; `environment` is what a process would be started with. */
export function scriptedBrain(db: Database, scripts: Record<string, ScriptInput> = {}, options: Partial<BrainOptions> & { environment?: Record<string, string> } = {}): Brain {
  const { environment = {}, ...rest } = options;
  return createBrain({
    db,
    config: loadConfig({ NODE_ENV: 'test', ...environment }),
    logger: silentLogger,
    scripts: Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, parseScript(script)])),
    ...rest,
  });
}

/** A workspace with an agent, ready for conversations. */
export async function seedWorkspace(db: Database): Promise<{ workspaceId: string; agentId: string }> {
  const slug = `w${newId().slice(0, 8)}`;
  const [workspace] = await db.insert(workspaces).values({ name: 'Test', slug }).returning({ id: workspaces.id });
  if (!workspace) throw new Error('no workspace');
  const [agent] = await db.insert(agents).values({ workspaceId: workspace.id, slug: 'assistant', name: 'Assistant' }).returning({ id: agents.id });
  if (!agent) throw new Error('no agent');
  return { workspaceId: workspace.id, agentId: agent.id };
}

/** A started conversation and the input of a turn in it. */
export async function startTurns(store: ConversationStore, seed: { workspaceId: string; agentId: string }, agent: Partial<RunTurnInput['agent']> = {}) {
  const conversationId = newId();
  await store.startConversation({ id: conversationId, workspaceId: seed.workspaceId, agentId: seed.agentId, userLabel: 'api-user', channel: 'chat' });
  const turn = (text: string, more: Partial<RunTurnInput> = {}): RunTurnInput => ({
    workspaceId: seed.workspaceId,
    conversationId,
    agent: { id: seed.agentId, name: 'Assistant', systemPrompt: 'You are kind.', model: null, tools: ['DATETIME', 'CALC'], ...agent },
    text,
    turnId: newId(),
    timeZone: 'America/New_York',
    signal: new AbortController().signal,
    store,
    ...more,
  });
  return { conversationId, turn };
}

/** Runs a turn to its end; `error` is what it threw after its events. */
export async function collect(events: AsyncGenerator<TurnEvent>): Promise<{ events: TurnEvent[]; text: string; error: unknown }> {
  const seen: TurnEvent[] = [];
  let error: unknown;
  try {
    for await (const event of events) seen.push(event);
  } catch (thrown) {
    error = thrown;
  }
  return { events: seen, text: seen.map((event) => (event.type === 'text-delta' ? event.text : '')).join(''), error };
}
