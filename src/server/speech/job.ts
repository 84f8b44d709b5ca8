import type { FliteVoice } from './models/flite';

/** One piece of work for a worker thread. */
export type SpeechJob =
  | { kind: 'transcribe'; samples: Int16Array; sampleRate: number }
  | { kind: 'synthesize'; text: string; voice: FliteVoice; speed: number; /** absent: the voice's own rate */ sampleRate?: number };

export interface Transcribed {
  text: string;
  averageLogProbability: number;
}

export interface Synthesized {
  samples: Int16Array;
  sampleRate: number;
}

export type SpeechResult<Job extends SpeechJob> = Job extends { kind: 'transcribe' } ? Transcribed : Synthesized;

export type ToWorker = { id: number; job: SpeechJob };

export type FromWorker =
  | { type: 'ready' }
  | { type: 'done'; id: number; result: Transcribed | Synthesized }
  | { type: 'failed'; id: number; cancelled: boolean; message: string };

/** What a worker is started with. `cancel[0]` holds the id of a running job that nobody waits for any more. */
export interface WorkerSetup {
  cancel: Int32Array<SharedArrayBuffer>;
}

/**
 * Order of waiting jobs; within one rank first come, first served. A person is waiting in silence for a final transcript
 * and for the first clause of an answer; later clauses have the clause before them as a cushion, and a speculation may be thrown away.
 * The numbers are the urgencies of the HTTP Priority header (RFC 9218), where 3 is the default.
 */
export const RANKS = { urgent: 1, normal: 3, idle: 7 } as const;
