import type { Channel } from '@/server/conversations/tables';
import type { ClientEvent, ErrorCode, ServerEvent } from '../contract/realtime-events';
import type { EndReason } from '../ports';

/** Why a transport is gone. `client` covers everything the other side did, clean or not. */
export type TransportEnd = 'client' | 'ping_timeout' | 'slow_consumer' | 'flood' | 'server';

/** What a client asks for. Sessions speak the vocabulary of /api/v1/realtime; another protocol is translated below. */
export type ClientInput = Exclude<ClientEvent, { type: 'input_audio_buffer.append' }>;

export interface Problem { code: ErrorCode; message: string }

/** How loud it is, from 0 to 1, and whether somebody is taken to speak. */
export interface VadUpdate { energy: number; state: 'speech' | 'silence' }

/** What a protocol fixes for every session that is held over it. */
export interface TransportTraits {
  /** The channel of clients that are neither people nor devices. */
  channel: Channel;
  /** Of replies; else they have the rate that the client speaks with. */
  outputSampleRate?: number;
  /** There is one session for the connection: one that cannot be started ends it. */
  startsOnce: boolean;
}

/** Events and media coming up from the other side, in the order they were sent. */
export interface TransportListener {
  onEvent(event: ClientInput): void;
  /** Mono s16 at the session's own rate. */
  onAudio(samples: Int16Array): void;
  /** A message that could not be understood: data to be answered, never a reason to hang up. */
  onProblem(problem: Problem): void;
  /** The other side does not listen for now, on purpose: a call on hold. */
  onHeld?(held: boolean): void;
  onClosed(end: TransportEnd): void;
}

/** One connection to one client: media and events, up and down. Knows nothing of sessions. */
export interface Transport {
  readonly traits: TransportTraits;
  listen(listener: TransportListener): void;
  send(event: ServerEvent): void;
  sendAudio(samples: Int16Array): void;
  /** Undefined where nobody wants to know. */
  sendVad: ((update: VadUpdate) => void) | undefined;
  /** Back-pressure: while paused, what the client sends waits in the network. */
  pause(): void;
  resume(): void;
  /** @param why the session ended, when one did */
  close(code: number, reason: string, why?: EndReason): void;
}
