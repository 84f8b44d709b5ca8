export interface SpeechLimits {
  /** OpenAI's own limit of an upload. */
  maxUploadBytes: number;
  maxAudioSeconds: number;
  /** OpenAI's own limit of a speech request. */
  maxCharacters: number;
}

export const SPEECH_LIMITS: SpeechLimits = { maxUploadBytes: 25 * 1024 * 1024, maxAudioSeconds: 300, maxCharacters: 4096 };
