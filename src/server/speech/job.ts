import type { FliteVoice } from './models/flite';

/** One piece of work for a worker process. */
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

export type ToWorker =
  | { type: 'run'; id: number; job: SpeechJob }
  /** Nobody waits for this job any more. */
  | { type: 'cancel'; id: number };

export type FromWorker =
  | { type: 'ready' }
  | { type: 'done'; id: number; result: Transcribed | Synthesized }
  | { type: 'failed'; id: number; cancelled: boolean; message: string };

/** Rank of a job whose request has no Priority header; 0 is the most urgent, 7 the least (the urgencies of RFC 9218). */
export const DEFAULT_RANK = 3;
