import { turnAgent } from '../agents';
import type { Principal } from '../auth/principal';
import type { RunTurnInput } from '../conversations/run-turn';
import type { ConversationStore } from '../conversations/store';
import type { MessageFile } from '../conversations/tables';
import type { TurnEvent } from '../conversations/turn-events';
import { systemClock, type Clock } from '../platform/clock';
import { AppError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { ChatRun } from './chat-run';
import { ConversationQueue } from './conversation-queue';
import { openChat, type OpenChatDeps, type OpenChatInput, type OpenedChat } from './open-chat';
import { messageIdsOf } from './turn-id';
import { TurnRun } from './turn-run';

export interface StartTurnInput {
  text: string;
  /** Attached to this message. */
  files?: MessageFile[] | undefined;
  /** The same one again is the same turn: it is listened to, or told again, and the model is not asked twice. */
  turnId?: string | undefined;
  /** The newest reply (or the newest message, when it got none): its question is asked again in its place. */
  retryMessageId?: string | undefined;
  /** How long the turn goes on without a listener; 0: it stops at once. */
  graceMs?: number | undefined;
  traceparent?: string | undefined;
}

export interface ChatService {
  open(input: OpenChatInput): Promise<OpenedChat>;
  start(chat: OpenedChat, input: StartTurnInput): Promise<ChatRun>;
  /** One that runs, or ran a short while ago. */
  find(principal: Principal, turnId: string): ChatRun | null;
  /** Nothing begins any more; what runs may end within `graceMs`, then it is cut. Resolves when all is stored. */
  close(graceMs?: number): Promise<void>;
}

export interface ChatServiceDeps extends OpenChatDeps {
  runTurn(input: RunTurnInput): AsyncIterable<TurnEvent>;
  store: ConversationStore;
  clock?: Clock;
}

export function createChatService(deps: ChatServiceDeps): ChatService {
  const { clock = systemClock, store } = deps;
  const queue = new ConversationQueue();
  const runs = new Map<string, TurnRun>();
  let closed = false;

  const keyOf = (principal: Principal, turnId: string) => `${principal.workspaceId} ${principal.kind} ${principal.id} ${turnId}`;

  return {
    open: (input) => openChat(deps, input),
    async start(chat, input) {
      if (closed) throw new AppError('unavailable', 'The server is restarting; send it again', { retryAfterSeconds: 2 });
      const { principal, conversation, agent, model, timeZone } = chat;
      const turnId = input.turnId ?? newId();
      const known = runs.get(keyOf(principal, turnId));
      if (known) return known;
      queue.assertRoom(conversation.id);
      const ids = messageIdsOf(principal, turnId);
      const run = new TurnRun({
        turnId, conversationId: conversation.id, ...ids, agent: { id: agent.id, name: agent.name }, graceMs: input.graceMs ?? 0, clock,
        turn: (signal) => queue.take(conversation.id, signal),
        ask: (signal) => deps.runTurn({
          workspaceId: conversation.workspaceId, conversationId: conversation.id, turnId, text: input.text, timeZone, signal, store,
          agent: { ...turnAgent(agent), model }, userMessageId: ids.userMessageId, replyMessageId: ids.messageId,
          billing: {
            channel: 'chat', userLabel: conversation.userLabel, userId: principal.kind === 'user' ? principal.id : null,
            apiKeyId: principal.kind === 'api_key' ? principal.id : null,
          },
          caller: { clientId: conversation.userLabel },
          ...(input.files?.length ? { userMetadata: { files: input.files } } : {}),
          ...(input.traceparent === undefined ? {} : { traceparent: input.traceparent }),
        }),
      });
      runs.set(keyOf(principal, turnId), run);
      return run;
    },
    find: (principal, turnId) => runs.get(keyOf(principal, turnId)) ?? null,
    async close() {
      closed = true;
      for (const run of runs.values()) run.abort(new AppError('unavailable', 'The server is restarting; send it again'));
      await Promise.all([...runs.values()].map(({ done }) => done));
    },
  };
}
