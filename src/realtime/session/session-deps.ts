import type { Principal } from '@/server/auth/principal';
import type { Billing, ConversationStore } from '@/server/conversations/store';
import type { Channel } from '@/server/conversations/tables';
import type { Logger } from '@/server/platform/logger';
import type { ServerEvent } from '../contract/realtime-events';
import type { CreateResampler } from '../pipeline/resampler';
import type { Brain, EndReason, SessionAgent, SessionClock, SessionMetrics } from '../ports';
import type { SttProvider } from '../providers/stt';
import type { TtsProvider } from '../providers/tts';
import type { Vad } from '../providers/vad';
import type { VadUpdate } from '../transport/transport';
import type { SessionOptions } from './session-options';

/** What every session of a node shares. */
export interface NodeDeps {
  brain: Brain;
  store: ConversationStore;
  stt: SttProvider;
  tts: TtsProvider;
  vad: Vad;
  createResampler: CreateResampler;
  clock: SessionClock;
  metrics: SessionMetrics;
  logger: Logger;
  options: SessionOptions;
}

export interface SessionDeps extends NodeDeps {
  send(event: ServerEvent): void;
  sendAudio(samples: Int16Array): void;
  /** Undefined where nobody wants to know what the VAD sees. */
  sendVad?: ((update: VadUpdate) => void) | undefined;
  /** Another session has taken the conversation over: it must not be ended with this one. */
  conversationGoesOn(): boolean;
  /** It is over from this side: end the session and its connection. */
  hangUp(reason: EndReason): void;
}

/** What one session was started with. */
export interface SessionSettings {
  sessionId: string;
  conversationId: string;
  workspaceId: string;
  agent: SessionAgent;
  userLabel: string;
  clientId: string | null;
  principal: Pick<Principal, 'kind' | 'id'>;
  channel: Channel;
  billing: Billing;
  /** Of what the client sends. */
  sampleRate: number;
  /** Of what it is sent. */
  outputSampleRate: number;
  serverVad: boolean;
  spoken: boolean;
  greeting: boolean;
}
