import type { ModelSettings } from '@/server/agents';
import type { AgentTurnSettings } from '@/server/agents/tables';
import type { Principal } from '@/server/auth/principal';
import type { Billing, ConversationStore } from '@/server/conversations/store';
import type { Channel } from '@/server/conversations/tables';
import type { TurnEvent } from '@/server/conversations/turn-events';
import type { TurnTrace } from '@/server/conversations/turn-trace';
import type { Clock } from '@/server/platform/clock';
import type { WireState } from './contract/realtime-events';

/** What a live session needs from the product; main.ts adapts the product's use cases to it. */

/** Loaded once, before the first frame: nothing here is asked for again while audio flows. */
export interface SessionAgent {
  id: string;
  name: string;
  systemPrompt: string;
  greeting: string | null;
  model: string | null;
  settings: ModelSettings;
  voice: string | null;
  /** Of the voice; null is its own pace. */
  speed: number | null;
  /** What people speak; null lets STT find out. */
  language: string | null;
  /** Why it cannot hear: it names a speech provider that is not here. Typed sessions do without. */
  deafness: string | null;
  tools: string[];
  turnSettings: AgentTurnSettings;
  /** The workspace's IANA zone. */
  timeZone: string;
}

export interface AgentDirectory {
  /**
   * The named agent, else the one its credentials are bound to, else the one the continued conversation has, else the
   * workspace's default. `spoken` asks for one that can hear and speak here.
   * @throws AppError not_found, or what the caller is told: forbidden, conflict (switched off), unavailable (not retryable)
   */
  find(query: { principal: Principal; agentId?: string; conversationId?: string; spoken: boolean }): Promise<SessionAgent>;
}

export interface BrainTurn {
  workspaceId: string;
  conversationId: string;
  agent: SessionAgent;
  text: string;
  turnId: string;
  traceparent: string;
  userMetadata?: Record<string, unknown>;
  billing: Billing;
  /** What an external agent is told of the caller. */
  caller: { sessionId: string; clientId?: string };
  store: ConversationStore;
  signal: AbortSignal;
}

/** Stores the user's message, answers, stores the reply (a partial one too) and its usage. */
export interface Brain {
  runTurn(turn: BrainTurn): AsyncIterable<TurnEvent>;
}

export interface SessionClock extends Clock {
  /** Runs `task` once after `ms`; the answer cancels it. */
  after(ms: number, task: () => void): () => void;
}

/** What a session reports about itself; metrics/ turns it into Prometheus. */
export interface SessionMetrics {
  sessionStarted(channel: Channel): void;
  sessionEnded(channel: Channel, reason: string): void;
  transcribed(seconds: number): void;
  synthesized(seconds: number): void;
  agentAnswered(seconds: number): void;
  pipelineDone(seconds: number): void;
  turnDone(trace: TurnTrace, status: string): void;
  vadFrame(lagSeconds: number): void;
  slowConsumerDropped(): void;
  errorSent(code: string): void;
}

/** What the control API shows of a live session. */
export interface SessionSnapshot {
  sessionId: string;
  conversationId: string;
  workspaceId: string;
  agentId: string;
  agentName: string;
  /** Whose credentials opened it. */
  principal: Pick<Principal, 'kind' | 'id'>;
  userLabel: string;
  channel: Channel;
  state: WireState;
  startedAt: Date;
  turns: number;
}

/** Why a session ended; stored with the conversation. */
export type EndReason =
  | 'client_closed' | 'revoked' | 'replaced' | 'disconnected' | 'restarted' | 'closed_by_operator' | 'server_shutdown'
  | 'ping_timeout' | 'slow_consumer' | 'flood' | 'storage_unavailable' | 'node_lost'
  /** Everything there was to say has been said, as in a call that only tells something. */
  | 'completed'
  /** Nobody said anything, and nobody answered "are you still there?". */
  | 'silent'
  /** The longest time that a call may take. */
  | 'max_duration'
  /** A budget stops new turns. */
  | 'budget_used_up'
  /** What should have been said could not be. */
  | 'failed';
