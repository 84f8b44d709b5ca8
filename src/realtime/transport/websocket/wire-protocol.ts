import type { ServerEvent, SessionStart } from '../../contract/realtime-events';
import type { ClientInput, Problem, TransportTraits, VadUpdate } from '../transport';

/** What one frame of a client means. */
export type ParsedMessage =
  | { kind: 'event'; event: ClientInput }
  | { kind: 'audio'; samples: Int16Array }
  | ({ kind: 'problem' } & Problem);

/** One WebSocket frame: text is a text frame, bytes a binary one. */
export type WireFrame = string | Uint8Array;

/**
 * A dialect of the WebSocket: how a client's frames are understood, and how what the session says is written. One
 * object a connection, because a dialect may have to remember what it said before.
 */
export interface WireProtocol {
  readonly traits: TransportTraits;
  /** What the client asks for by connecting; null where it sends a message for that. */
  readonly opening: SessionStart | null;
  /** Never throws: what cannot be understood is a problem. */
  parseText(text: string): ParsedMessage;
  parseBinary(bytes: Buffer): ParsedMessage;
  encode(event: ServerEvent): WireFrame[];
  encodeAudio(samples: Int16Array): WireFrame[];
  /** Absent where clients are not told what the VAD sees. */
  encodeVad?(update: VadUpdate): WireFrame[];
}

export const problem = (code: Problem['code'], message: string): ParsedMessage => ({ kind: 'problem', code, message });
