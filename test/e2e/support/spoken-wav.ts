import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outputFile } from './settings';

/** Human speech: Debian's asterisk-core-sounds-en-wav. */
const PROMPTS = '/usr/share/asterisk/sounds/en';

export type SpokenPart = { prompt: string } | { silenceSeconds: number };

/** One file per scene, at a fixed place: the browser is told its path when it starts. */
export const spokenPath = (name: string): string => outputFile('e2e-support', `${name}.wav`);

/** Joins prompts and silences into what Chromium's fake microphone plays: 48 kHz, mono, 16 bits. */
export function buildSpokenWav(name: string, parts: readonly SpokenPart[]): void {
  const inputs = parts.map((part) => {
    if ('silenceSeconds' in part) return `|sox -n -r 48000 -c 1 -b 16 -p trim 0 ${part.silenceSeconds}`;
    const file = join(PROMPTS, `${part.prompt}.wav`);
    if (!existsSync(file)) throw new Error(`${file} is missing: apt-get install asterisk-core-sounds-en-wav`);
    return `|sox ${file} -r 48000 -c 1 -b 16 -p`;
  });
  execFileSync('sox', [...inputs, '-r', '48000', '-c', '1', '-b', '16', spokenPath(name)]);
}

/** What the specs say: how the recogniser writes the words, and for how many seconds one has to listen to hear them all. The microphone is given a moment to open. */
export const SCENES = {
  sum: { words: /seven plus five/i, seconds: 3.8, parts: [{ silenceSeconds: 1.2 }, { prompt: 'digits/7' }, { prompt: 'letters/plus' }, { prompt: 'digits/5' }, { silenceSeconds: 0.5 }] },
  /** The reply to the first sentence takes seven seconds; the second sentence is said into it, whether it begins at once or five seconds late. */
  interruption: {
    words: /only person in this conference/i,
    second: /cannot be completed/i,
    parts: [{ silenceSeconds: 1.2 }, { prompt: 'conf-onlyperson' }, { silenceSeconds: 5 }, { prompt: 'cannot-complete-as-dialed' }, { silenceSeconds: 4 }],
  },
} as const satisfies Record<string, { words: RegExp; second?: RegExp; seconds?: number; parts: readonly SpokenPart[] }>;

export const buildScenes = (): void => { for (const [name, scene] of Object.entries(SCENES)) buildSpokenWav(name, scene.parts); };

/** Browser arguments for a microphone that says this scene once and is silent afterwards. */
export const microphoneArgs = (scene: keyof typeof SCENES): string[] => [
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${spokenPath(scene)}%noloop`,
];
