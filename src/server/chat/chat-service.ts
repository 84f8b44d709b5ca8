import { and, eq } from 'drizzle-orm';
import { turnAgent } from '../agents';
import type { Principal } from '../auth/principal';
import type { RunTurnInput } from '../conversations/run-turn';
import type { ConversationStore } from '../conversations/store';
import { conversations, type MessageFile, type MessageMetadata } from '../conversations/tables';
import type { TurnEvent } from '../conversations/turn-events';
import { systemClock, type Clock } from '../platform/clock';
import { AppError } from '../platform/errors';
import { newId } from '../platform/ids';
import { assertSameAsked, assertSameStored, type Asked } from './asked';
import type { ChatMetrics } from './chat-metrics';
import type { ChatResult, ChatRun } from './chat-run';
import { ConversationQueue } from './conversation-queue';
import { findDefaultModel } from './find-default-model';
import { findQuestion, stillAnswered, type Question } from './find-question';
import { handOver, openChat, type OpenChatDeps, type OpenChatInput, type OpenedChat } from './open-chat';
import { replacingStore } from './replacing-store';
import { findStoredTurn } from './stored-run';
import { messageIdsOf } from './turn-id';
import { TurnRun } from './turn-run';
import { DEFAULT_RUNS_LIMITS, TurnRuns, type TurnRunsLimits } from './turn-runs';

export interface StartTurnInput {
  text: string;
  /** Attached to this message: those that there are, or who attaches them once it is clear that the turn may begin. */
  files?: MessageFile[] | TurnFiles | undefined;
  /** The same one again is the same turn: it is listened to, or told again, and the model is not asked twice. */
  turnId?: string | undefined;
  /** The newest reply (or the newest message, when it got none): its question is asked again in its place, and `text` counts for nothing. */
  retryMessageId?: string | undefined;
  /** How long the turn goes on without a listener; 0: it stops at once. Absent: at once, unless `turnId` says that they may come back. */
  graceMs?: number | undefined;
  traceparent?: string | undefined;
}

export interface TurnFiles {
  attach(): Promise<MessageFile[]>;
  /** The turn does not begin after all. */
  discard(): Promise<void>;
}

export interface ChatService {
  /** Throws before anything is stored when nobody could answer: no key, AI switched off. */
  open(input: OpenChatInput): Promise<OpenedChat>;
  start(chat: OpenedChat, input: StartTurnInput): Promise<ChatRun>;
  /** One that runs, or ran a short while ago. */
  find(principal: Principal, turnId: string): ChatRun | null;
  /**
   * The same, or what is stored of it. For one who asks, and not only wants to hear the end: 409 unless it was the very
   * same that was asked, and null for a failure that another try may mend.
   */
  recall(principal: Principal, turnId: string, asked?: Asked): Promise<ChatRun | null>;
  /** Those that are being answered in a conversation, begun by the same principal. What is being cut off is waited for: it is stored by then. */
  running(principal: Principal, conversationId: string): Promise<ChatRun[]>;
  /** Cuts one off, as its last listener's leaving does; it is stored by then. False: none runs. */
  stop(principal: Principal, turnId: string): Promise<boolean>;
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

/** How long a client that can send the same again may be away. */
const KEYED_GRACE_MS = 30_000;
/** What was just stopped may take so long to be stored. */
const SETTLES_WITHIN_MS = 5_000;

interface Recalled {
  run: ChatRun | null;
  /** In memory by then: whatever is there later has begun since. */
  seen: TurnRun | null;
  /** Failed, and worth another try. */
  failed: ChatRun | null;
}

const isPassingFailure = (result: ChatResult): boolean => result.status === 'failed' && result.error?.retryable === true;

const askedBy = ({ conversation, agent, isAgentNamed }: OpenedChat, { text, retryMessageId }: StartTurnInput): Asked =>
  ({ conversationId: conversation.id, text, retryMessageId, ...(isAgentNamed ? { agent: { id: agent.id } } : {}) });

/** The engine of everything that is written: who answers, one turn at a time in a conversation, and what became of each. */
export function createChatService(deps: ChatServiceDeps): ChatService {
  const { db, clock = systemClock, metrics } = deps;
  const queue = new ConversationQueue();
  const runs = new TurnRuns(clock, { ...DEFAULT_RUNS_LIMITS, ...deps.limits });
  /** Of runs in memory. */
  const askedOf = new WeakMap<ChatRun, Asked>();

  function begin(chat: OpenedChat, input: StartTurnInput, { turnId, question, files, isAgain }: { turnId: string; question: Question | null; files: MessageFile[]; isAgain: boolean }): TurnRun {
    const { principal, conversation, agent, model, timeZone } = chat;
    const own = messageIdsOf(principal, turnId);
    const messageId = isAgain && question?.reply ? newId() : own.messageId; // its own is the failed reply's
    const ids = { messageId, userMessageId: question?.userMessageId ?? own.userMessageId };
    const userMetadata: MessageMetadata | undefined = question?.metadata ?? (files.length > 0 ? { files } : undefined);
    const text = question?.text ?? input.text;
    async function* ask(signal: AbortSignal): AsyncGenerator<TurnEvent> {
      await handOver(db, chat);
      yield* deps.runTurn({
        workspaceId: conversation.workspaceId, conversationId: conversation.id, turnId, text, timeZone, signal,
        agent: { ...turnAgent(agent), model }, userMessageId: ids.userMessageId, replyMessageId: messageId,
        store: question?.reply ? replacingStore(deps.store, { replaced: question.reply, messageId }) : deps.store,
        billing: {
          channel: 'chat', userLabel: conversation.userLabel,
          userId: principal.kind === 'user' ? principal.id : null, apiKeyId: principal.kind === 'api_key' ? principal.id : null,
        },
        caller: { clientId: conversation.userLabel },
        ...(userMetadata ? { userMetadata } : {}),
        ...(input.traceparent === undefined ? {} : { traceparent: input.traceparent }),
      });
    }
    const run = new TurnRun({
      turnId, conversationId: conversation.id, ...ids, agent: { id: agent.id, name: agent.name }, clock, ask,
      graceMs: input.graceMs ?? (input.turnId === undefined ? 0 : KEYED_GRACE_MS),
      turn: (signal) => queue.take(conversation.id, signal),
      ...(metrics ? { onFirstToken: metrics.firstToken, onListeners: metrics.listeners } : {}),
    });
    askedOf.set(run, { ...askedBy(chat, input), agent: { id: agent.id, slug: agent.slug } });
    runs.add(principal, run);
    if (metrics) void run.done.then(({ status }) => metrics.ended(status));
    return run;
  }

  async function remember(principal: Principal, turnId: string, asked: Asked | undefined): Promise<Recalled> {
    const seen = runs.get(principal, turnId);
    if (seen && asked) assertSameAsked(asked, askedOf.get(seen) ?? {});
    if (seen?.isAborting) await seen.done; // what is left of it is being stored
    if (seen && !seen.interrupted && !(asked && seen.endedAt !== undefined && isPassingFailure(await seen.done))) return { run: seen, seen, failed: null };
    const stored = await findStoredTurn(db, { principal, turnId });
    if (stored && asked) assertSameStored(asked, stored);
    const run = stored?.run ?? null;
    return run && asked && isPassingFailure(await run.done) ? { run: null, seen, failed: run } : { run, seen, failed: null };
  }

  /** Null: the conversation has gone on since, and the failure stands. */
  const failedQuestion = (principal: Principal, { conversationId, messageId }: ChatRun): Promise<Question | null> =>
    findQuestion(db, { principal, conversationId, retryMessageId: messageId }).catch((error: unknown) => {
      if (error instanceof AppError && error.kind === 'conflict') return null;
      throw error;
    });

  async function retried(principal: Principal, conversationId: string, retryMessageId: string): Promise<Question> {
    // The reply that was just stopped is about to be stored.
    if (queue.isBusy(conversationId)) (await queue.take(conversationId, AbortSignal.timeout(SETTLES_WITHIN_MS)).catch(() => null))?.();
    return findQuestion(db, { principal, conversationId, retryMessageId });
  }

  const service: ChatService = {
    open: (input) => openChat(deps, input),

    async start(chat, input) {
      const { principal, conversation: { id: conversationId } } = chat;
      const { retryMessageId } = input;
      const turnId = input.turnId ?? newId();
      const before = input.turnId === undefined ? null : await remember(principal, turnId, askedBy(chat, input));
      if (before?.run) return before.run;
      const failed = before?.failed ?? null;
      const failedBy = failed && (await failedQuestion(principal, failed));
      if (failed && !failedBy) return failed;
      const question = failedBy ?? (retryMessageId === undefined ? null : await retried(principal, conversationId, retryMessageId));

      const assertRoom = () => {
        runs.assertOpen();
        queue.assertRoom(conversationId);
      };
      assertRoom(); // before anything is kept
      const attaching = question || !input.files || Array.isArray(input.files) ? null : input.files;
      try {
        const files = attaching ? await attaching.attach() : Array.isArray(input.files) ? input.files : [];
        // From here to the run nothing is waited for: of two that came at once, the second finds the first.
        if (runs.get(principal, turnId) === (before?.seen ?? null)) {
          assertRoom();
          if (question && queue.isBusy(conversationId)) throw stillAnswered();
          return begin(chat, input, { turnId, question, files, isAgain: failed !== null });
        }
      } catch (error) {
        await attaching?.discard().catch(() => {}); // what went wrong before counts
        throw error;
      }
      await attaching?.discard();
      return service.start(chat, input);
    },

    find: (principal, turnId) => runs.find(principal, turnId),

    recall: async (principal, turnId, asked) => (await remember(principal, turnId, asked)).run,

    async running(principal, conversationId) {
      const open = runs.runningIn(principal, conversationId);
      await Promise.all(open.filter(({ isAborting }) => isAborting).map(({ done }) => done));
      return open.filter(({ endedAt }) => endedAt === undefined);
    },

    async stop(principal, turnId) {
      const run = runs.get(principal, turnId);
      if (!run || run.endedAt !== undefined) return false;
      run.abort(new AppError('cancelled', 'Stopped'));
      await run.done;
      return true;
    },

    defaultModel: (workspaceId) => findDefaultModel(deps, workspaceId),

    async discard({ conversation: { id, workspaceId }, isNew }) {
      if (isNew) await db.delete(conversations).where(and(eq(conversations.id, id), eq(conversations.workspaceId, workspaceId), eq(conversations.messageCount, 0)));
    },

    close: (graceMs = 0) => runs.close(graceMs),
  };
  return service;
}
