import { rms } from '@/realtime/audio/rms';
import { type HumanPrompt, humanPrompts } from '@test/support/speech/human-prompts';

const WINDOW_SECONDS = 0.02;
/** Below the loudest part of the recording by this much is silence: breath and room are softer, words are not. */
const SILENCE_BELOW_PEAK = 0.03; // -30 dB
/** What a device's own detector leaves on before it commits. */
const TAIL_SECONDS = 0.1;
/** An utterance longer than this is refused by the protocol. */
const MAX_SECONDS = 55;
/** A pause of this length inside a prompt is the end of a turn to any server VAD. */
const MAX_PAUSE_SECONDS = 0.35;

export interface Recording {
  name: string;
  text: string;
  samples: Int16Array;
  /** Where the last word ends. */
  speechEnd: number;
  hasLongPause: boolean;
}

/** Prompts with their silence cut off, in an order that mixes long and short ones and is the same each time. */
export function recordings(sampleRate: 8000 | 16_000): Recording[] {
  return shuffled(humanPrompts()).map((prompt) => toRecording(prompt, sampleRate)).filter(({ samples }) => samples.length <= MAX_SECONDS * sampleRate);
}

function toRecording({ name, text, load }: HumanPrompt, sampleRate: 8000 | 16_000): Recording {
  const samples = load(sampleRate);
  const window = Math.round(WINDOW_SECONDS * sampleRate);
  const levels = Array.from({ length: Math.floor(samples.length / window) }, (_, index) => rms(samples.subarray(index * window, (index + 1) * window)));
  const threshold = Math.max(...levels) * SILENCE_BELOW_PEAK;
  const loud = levels.map((level) => level > threshold);
  const speechEnd = (loud.lastIndexOf(true) + 1) * window;
  let longestPause = 0;
  let pause = 0;
  for (const speaking of loud.slice(loud.indexOf(true), loud.lastIndexOf(true) + 1)) {
    pause = speaking ? 0 : pause + 1;
    longestPause = Math.max(longestPause, pause * WINDOW_SECONDS);
  }
  return { name, text, samples: samples.subarray(0, Math.min(samples.length, speechEnd + Math.round(TAIL_SECONDS * sampleRate))), speechEnd, hasLongPause: longestPause > MAX_PAUSE_SECONDS };
}

function shuffled<T>(items: T[]): T[] {
  const mixed = [...items];
  let seed = 42;
  for (let index = mixed.length - 1; index > 0; index--) {
    seed = (seed * 16_807) % 2_147_483_647;
    const other = seed % (index + 1);
    [mixed[index], mixed[other]] = [mixed[other]!, mixed[index]!];
  }
  return mixed;
}
