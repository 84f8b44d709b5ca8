import { and, eq } from 'drizzle-orm';
import { turnAgent } from '../agents';
import type { Principal } from '../auth/principal';
import type { RunTurnInput } from '../conversations/run-turn';
import { storableText } from '../conversations/storable';
import type { ConversationStore } from '../conversations/store';
import { conversations, type MessageFile, type MessageMetadata } from '../conversations/tables';
import type { TurnEvent } from '../conversations/turn-events';
import { systemClock, type Clock } from '../platform/clock';
import { AppError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { ChatMetrics } from './chat-metrics';
import type { ChatRun } from './chat-run';
import { ConversationQueue } from './conversation-queue';
import { findDefaultModel } from './find-default-model';
import { findQuestion, type Question } from './find-question';
import { openChat, type OpenChatDeps, type OpenChatInput, type OpenedChat } from './open-chat';
import { replacingStore } from './replacing-store';
import { findStoredRun } from './stored-run';
import { messageIdsOf } from './turn-id';
import { TurnRun } from './turn-run';
import { DEFAULT_RUNS_LIMITS, TurnRuns, type TurnRunsLimits } from './turn-runs';

export interface StartTurnInput {
  text: string;
  /** Attached to this message. */
  files?: MessageFile[] | undefined;
  /** The same one again is the same turn: it is listened to, or told again, and the model is not asked twice. */
  turnId?: string | undefined;
  /** The newest reply (or the newest message, when it got none): its question is asked again in its place, and `text` counts for nothing. */
  retryMessageId?: string | undefined;
  /** How long the turn goes on without a listener; 0: it stops at once. */
  graceMs?: number | undefined;
  traceparent?: string | undefined;
}

export interface ChatService {
  /** Throws before anything is stored when nobody could answer: no key, AI switched off. */
  open(input: OpenChatInput): Promise<OpenedChat>;
  start(chat: OpenedChat, input: StartTurnInput): Promise<ChatRun>;
  /** One that runs, or ran a short while ago. */
  find(principal: Principal, turnId: string): ChatRun | null;
  /** The same, or what is stored of it. With `text` it must be the turn of that very message: else 409. */
  recall(principal: Principal, turnId: string, text?: string): Promise<ChatRun | null>;
  /** What answers who names no agent, and what is in the way of it. */
  defaultModel(workspaceId: string): Promise<{ provider: string | null; model: string | null; problem: string | null }>;
  /** A conversation that was opened and came to nothing: it goes, if it is new and empty. */
  discard(chat: OpenedChat): Promise<void>;
  /** Nothing begins any more; what runs may end within `graceMs`, then it is cut. Resolves when all is stored. */
  close(graceMs?: number): Promise<void>;
}

export interface ChatServiceDeps extends OpenChatDeps {
  runTurn(input: RunTurnInput): AsyncIterable<TurnEvent>;
  store: ConversationStore;
  metrics?: ChatMetrics;
  clock?: Clock;
  limits?: Partial<TurnRunsLimits>;
}

const otherMessage = () => new AppError('conflict', 'Idempotency-Key: was used for another message already');

/** The engine of everything that is written: who answers, one turn at a time in a conversation, and what became of each. */
export function createChatService(deps: ChatServiceDeps): ChatService {
  const { db, clock = systemClock, metrics } = deps;
  const queue = new ConversationQueue();
  const runs = new TurnRuns(clock, { ...DEFAULT_RUNS_LIMITS, ...deps.limits });
  /** What was asked, of runs in memory. */
  const asked = new WeakMap<ChatRun, string>();

  function begin({ principal, conversation, agent, model, timeZone }: OpenedChat, input: StartTurnInput, turnId: string, question: Question | null): TurnRun {
    const { messageId, userMessageId } = messageIdsOf(principal, turnId);
    const ids = { messageId, userMessageId: question?.userMessageId ?? userMessageId };
    const userMetadata: MessageMetadata | undefined = question?.metadata ?? (input.files?.length ? { files: input.files } : undefined);
    const text = question?.text ?? input.text;
    const run = new TurnRun({
      turnId, conversationId: conversation.id, ...ids, agent: { id: agent.id, name: agent.name }, graceMs: input.graceMs ?? 0, clock,
      turn: (signal) => queue.take(conversation.id, signal),
      ask: (signal) => deps.runTurn({
        workspaceId: conversation.workspaceId, conversationId: conversation.id, turnId, text, timeZone, signal,
        agent: { ...turnAgent(agent), model }, userMessageId: ids.userMessageId, replyMessageId: messageId,
        store: question?.replyId ? replacingStore(deps.store, { replaced: question.replyId, messageId }) : deps.store,
        billing: {
          channel: 'chat', userLabel: conversation.userLabel,
          userId: principal.kind === 'user' ? principal.id : null, apiKeyId: principal.kind === 'api_key' ? principal.id : null,
        },
        caller: { clientId: conversation.userLabel },
        ...(userMetadata ? { userMetadata } : {}),
        ...(input.traceparent === undefined ? {} : { traceparent: input.traceparent }),
      }),
      ...(metrics ? { onFirstToken: metrics.firstToken, onListeners: metrics.listeners } : {}),
    });
    asked.set(run, storableText(text));
    runs.add(principal, run);
    if (metrics) void run.done.then(({ status }) => metrics.ended(status));
    return run;
  }

  const sameOrNull = (run: ChatRun | null, text: string | undefined) => {
    if (run && text !== undefined && asked.get(run) !== storableText(text)) throw otherMessage();
    return run;
  };

  const service: ChatService = {
    open: (input) => openChat(deps, input),

    async start(chat, input) {
      const { principal, conversation } = chat;
      const { workspaceId, id: conversationId } = conversation;
      const turnId = input.turnId ?? newId();
      const retries = input.retryMessageId !== undefined;
      const known = input.turnId === undefined ? null : await service.recall(principal, turnId, retries ? undefined : input.text);
      if (known) return known;
      const question = input.retryMessageId === undefined ? null : await findQuestion(db, { workspaceId, conversationId, retryMessageId: input.retryMessageId });
      // From here to the run nothing is waited for: of two that came at once, the second finds the first.
      const first = sameOrNull(runs.find(principal, turnId), retries ? undefined : input.text);
      if (first) return first;
      runs.assertOpen();
      queue.assertRoom(conversationId);
      if (retries && queue.isBusy(conversationId)) throw new AppError('conflict', 'retry_message_id: the conversation is being answered; ask again when it has been');
      return begin(chat, input, turnId, question);
    },

    find: (principal, turnId) => runs.find(principal, turnId),

    async recall(principal, turnId, text) {
      const run = sameOrNull(runs.find(principal, turnId), text);
      if (run) return run;
      const stored = await findStoredRun(db, { principal, turnId });
      if (stored && text !== undefined && stored.question !== storableText(text)) throw otherMessage();
      return stored?.run ?? null;
    },

    defaultModel: (workspaceId) => findDefaultModel(deps, workspaceId),

    async discard({ conversation: { id, workspaceId }, isNew }) {
      if (isNew) await db.delete(conversations).where(and(eq(conversations.id, id), eq(conversations.workspaceId, workspaceId), eq(conversations.messageCount, 0)));
    },

    close: (graceMs = 0) => runs.close(graceMs),
  };
  return service;
}
