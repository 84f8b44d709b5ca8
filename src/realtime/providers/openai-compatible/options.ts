import type { Secret } from '@/server/platform/secret';

export interface OpenAiCompatibleOptions {
  /** With or without the trailing /v1. */
  baseUrl: string;
  model: string;
  apiKey?: Secret;
  /** Shown in usage rows and metrics, for example `local` or `openai`. */
  provider?: string;
  /** For the whole answer of a transcription, and for each wait for a piece of audio of a synthesis. */
  timeoutMs?: number;
  /** Another try when the first failed without an answer, or with one that says "later". */
  retries?: number;
}
