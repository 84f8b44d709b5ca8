import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readWav } from '@/server/platform/audio/wav';
import { decodeG722 } from './g722-decode';

/** Recordings of Allison Smith (CC-BY-SA 3.0), which is why they are installed and not kept in this repository. */
export const HUMAN_SPEECH_PACKAGES = ['asterisk-core-sounds-en', 'asterisk-core-sounds-en-wav', 'asterisk-core-sounds-en-g722'];

const SOUNDS = '/usr/share/asterisk/sounds/en_US_f_Allison';
const TRANSCRIPTS = '/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz';

export interface HumanPrompt {
  name: string;
  text: string;
  /** Mono audio; 8 kHz is the package's WAV, 16 kHz its G.722. */
  load(sampleRate: 8000 | 16_000): Int16Array;
}

/**
 * Prompts that are sentences: at least three words, a transcript without stage directions or an open end, and at least a
 * second long. Single digits, letters and months are left out: they are halves of sentences that a machine glues together.
 * @throws Error with the command that mends it, when the recordings are not installed
 */
export function humanPrompts(): HumanPrompt[] {
  const missing = [TRANSCRIPTS, join(SOUNDS, 'vm-goodbye.wav'), join(SOUNDS, 'vm-goodbye.g722')].filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`Recorded human speech is missing (${missing.join(', ')}). Install it: apt-get install -y --no-install-recommends ${HUMAN_SPEECH_PACKAGES.join(' ')}`);

  return transcripts().flatMap(({ name, text }) => {
    const path = join(SOUNDS, name);
    if (!existsSync(`${path}.wav`) || !existsSync(`${path}.g722`)) return [];
    const prompt = recording(name, text);
    return prompt.load(8000).length >= 8000 ? [prompt] : [];
  });
}

/** Single short words, as people answer with. */
export const humanDigits = (): HumanPrompt[] =>
  ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map((word, index) => recording(`digits/${index + 1}`, word));

function recording(name: string, text: string): HumanPrompt {
  const path = join(SOUNDS, name);
  return { name, text, load: (sampleRate) => (sampleRate === 8000 ? readWav(readFileSync(`${path}.wav`)).samples : decodeG722(readFileSync(`${path}.g722`))) };
}

function transcripts(): { name: string; text: string }[] {
  const lines = gunzipSync(readFileSync(TRANSCRIPTS)).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const match = /^([\w/-]+):\s*(.+)$/.exec(line.trim());
    if (!match) return [];
    const [, name, text] = match as unknown as [string, string, string];
    const isSentence = text.split(/\s+/).length >= 3 && !/[[\](){}<>"]|\.\.\.|^;/.test(text);
    return isSentence && !/^(digits|letters|phonetic|silence)\//.test(name) ? [{ name, text }] : [];
  });
}
