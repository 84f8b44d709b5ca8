import type { G711 } from '../../audio/g711';
import type { PacingReport } from './media-clock';

/** What the main thread and the media worker say to each other. Bulk audio is transferred, never copied by the runtime. */
export interface MediaSettings {
  /** Where SDP says the other side listens; undefined when nothing may be sent (an offer without an address). */
  remote: { address: string; port: number; rtcpPort: number } | undefined;
  codec: G711;
  payloadType: number;
  /** Of telephone-event; undefined when the other side does not know it. */
  eventPayloadType: number | undefined;
  /** By SDP's direction attributes: hold. */
  sends: boolean;
  receives: boolean;
}

export interface MediaStatistics {
  sent: number;
  received: number;
  lost: number;
  late: number;
  concealed: number;
  duplicate: number;
  /** Packets that were not ours: garbage, other payloads, other senders. */
  ignored: number;
  strangers: number;
  /** Audio that came faster than it could be sent, in frames. */
  overflowed: number;
  jitterMs: number;
  bufferMs: number;
  /** What the other side reports of us by RTCP; null until it has. */
  remoteLost: number | null;
  remoteJitterMs: number | null;
  roundTripMs: number | null;
}

export type ToMediaWorker =
  | { type: 'open'; id: number; address: string; silenceMs: number }
  | { type: 'configure'; id: number; settings: MediaSettings }
  | { type: 'audio'; id: number; samples: Int16Array }
  | { type: 'clear'; id: number }
  | { type: 'dial'; id: number; digits: string; durationMs: number }
  | { type: 'measure'; id: number }
  | { type: 'pacing' }
  | { type: 'close'; id: number };

export type FromMediaWorker =
  | { type: 'ready' }
  | { type: 'opened'; id: number; port: number; rtcpPort: number }
  | { type: 'failed'; id: number; message: string }
  /** One frame each, in the order of `ids`. */
  | { type: 'frames'; ids: number[]; samples: Int16Array }
  | { type: 'digit'; id: number; digit: string; durationMs: number }
  | { type: 'begun'; id: number }
  /** Nothing came for `silenceMs` although it should have. */
  | { type: 'silent'; id: number }
  | { type: 'measured'; id: number; statistics: MediaStatistics }
  | { type: 'paced'; pacing: PacingReport; droppedBatches: number; calls: number }
  | { type: 'closed'; id: number; statistics: MediaStatistics };

/**
 * Counters in shared memory with which each side knows how much the other has not taken yet: a queue between threads has no
 * length one could ask for, and a stalled thread must cost frames, not memory.
 */
export const CREDIT = { batchesTaken: 0, commandsTaken: 1 } as const;
/** Two seconds of batches: one every 5 ms. */
export const MAX_BATCHES_AHEAD = 400;
/** Audio messages under way to the worker, of all calls together. */
export const MAX_AUDIO_AHEAD = 4_000;

export interface MediaWorkerData {
  ports: { min: number; max: number } | null;
  credit: SharedArrayBuffer;
}
