import { and, eq } from 'drizzle-orm';
import { agentNotFound, assertMayUseAgent, getAgent, getDefaultAgent, type AgentRow } from '../agents';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import { conversationNotFound } from '../conversations/get-conversation';
import { conversations } from '../conversations/tables';
import { EXTERNAL_MODEL, type Models, type VendorKeySource } from '../llm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid, newId } from '../platform/ids';
import { workspaces } from '../workspaces/tables';

export type ConversationRow = typeof conversations.$inferSelect;

export interface OpenChatInput {
  principal: Principal;
  /** Absent: a new conversation, stored at once. */
  conversationId?: string | null | undefined;
  /** Of a new conversation: a request that is sent again finds the one that its first try made. */
  newConversationId?: string | undefined;
  /** Of a new conversation; see `Conversation.user_label`. */
  userLabel: string;
  /** Else the conversation's, else the default. */
  agent?: { id?: string | undefined; slug?: string | undefined } | undefined;
  /** Throws for who may not go on with this one. */
  mayContinue?: (conversation: ConversationRow) => void;
}

export interface OpenedChat {
  principal: Principal;
  conversation: ConversationRow;
  agent: AgentRow;
  /** What answers: null is the default model. */
  model: string | null;
  timeZone: string;
  isNew: boolean;
  /** The caller named the agent: it becomes the conversation's when its turn begins. */
  isAgentNamed: boolean;
}

export interface OpenChatDeps {
  db: Database;
  models: Models;
  providerKeys: VendorKeySource;
  /** STENTOR_AGENT_URL is set: that agent answers for the default one, as it does by voice. */
  externalDefault: boolean;
}

async function chooseAgent(db: Database, { principal, agent }: OpenChatInput, conversation: ConversationRow | null): Promise<AgentRow> {
  const { workspaceId } = principal;
  if (agent?.id !== undefined) return getAgent(db, { workspaceId, agentId: agent.id });
  if (agent?.slug !== undefined) {
    const [row] = await db.select().from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.slug, agent.slug)));
    if (!row) throw agentNotFound(agent.slug);
    return row;
  }
  return conversation?.agentId ? getAgent(db, { workspaceId, agentId: conversation.agentId }) : getDefaultAgent(db, workspaceId);
}

/** Whoever writes next without naming an agent is answered by the same one. */
export async function handOver(db: Database, { conversation: { id, workspaceId, agentId }, agent }: OpenedChat): Promise<void> {
  if (agentId !== agent.id) await db.update(conversations).set({ agentId: agent.id }).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, id)));
}

export const modelOf = ({ externalDefault }: OpenChatDeps, agent: AgentRow): string | null => (externalDefault && agent.isDefault ? EXTERNAL_MODEL : agent.model);

/** Whatever is wrong with the set-up is said now, while nothing is stored. */
async function assertAnswerable(deps: OpenChatDeps, workspaceId: string, model: string | null): Promise<void> {
  try {
    deps.models.choose(model, await deps.providerKeys.of(workspaceId));
  } catch (error) {
    // The caller named no model: that an agent has one that nobody knows is the installation's mistake.
    if (error instanceof AppError && error.kind === 'invalid_input') throw new AppError('unavailable', error.message, { cause: error, retryable: false });
    throw error;
  }
}

/** Who answers, and where: the conversation as it is, or a new one. */
export async function openChat(deps: OpenChatDeps, input: OpenChatInput): Promise<OpenedChat> {
  const { db } = deps;
  const { principal, conversationId, userLabel } = input;
  const { workspaceId } = principal;
  const findKnown = async () => {
    if (!conversationId) return null;
    const [row] = isUuid(conversationId) ? await db.select().from(conversations).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId))) : [];
    if (!row) throw conversationNotFound(conversationId.slice(0, 64));
    input.mayContinue?.(row);
    return row;
  };
  const [{ known, agent }, [workspace]] = await Promise.all([
    findKnown().then(async (row) => ({ known: row, agent: await chooseAgent(db, input, row) })),
    db.select({ timeZone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId)),
  ]);
  if (!workspace) throw new AppError('not_found', `Workspace ${workspaceId} not found`);
  assertMayUseAgent(principal, agent);
  const model = modelOf(deps, agent);
  await assertAnswerable(deps, workspaceId, model);
  const opened = { principal, agent, model, timeZone: workspace.timeZone, isAgentNamed: input.agent?.id !== undefined || input.agent?.slug !== undefined };

  if (known) return { ...opened, conversation: known, isNew: false }; // by voice or in writing, live or not: whoever writes goes on with it
  const [made] = await db.insert(conversations).values({
    id: input.newConversationId ?? newId(), workspaceId, agentId: agent.id, userId: principal.kind === 'user' ? principal.id : null, userLabel, channel: 'chat',
    status: 'ended', // `active` is what a realtime node holds: this one is not live, and may be gone on with for ever
  }).onConflictDoNothing().returning();
  return made ? { ...opened, conversation: made, isNew: true } : openChat(deps, { ...input, conversationId: input.newConversationId ?? null });
}
