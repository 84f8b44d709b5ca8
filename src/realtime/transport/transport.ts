import type { ClientEvent, ErrorCode, ServerEvent } from '../contract/realtime-events';

/** Why a transport is gone. `client` covers everything the other side did, clean or not. */
export type TransportEnd = 'client' | 'ping_timeout' | 'slow_consumer' | 'flood' | 'server';

/** Events and media coming up from the other side, in the order they were sent. */
export interface TransportListener {
  onEvent(event: Exclude<ClientEvent, { type: 'input_audio_buffer.append' }>): void;
  /** Mono s16 at the session's own rate. */
  onAudio(samples: Int16Array): void;
  /** A message that could not be understood: data to be answered, never a reason to hang up. */
  onProblem(problem: { code: ErrorCode; message: string }): void;
  onClosed(end: TransportEnd): void;
}

/** One connection to one client: media and events, up and down. Knows nothing of sessions. */
export interface Transport {
  listen(listener: TransportListener): void;
  send(event: ServerEvent): void;
  sendAudio(samples: Int16Array): void;
  /** Back-pressure: while paused, what the client sends waits in the network. */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
}
