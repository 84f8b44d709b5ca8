import type { Page } from '@playwright/test';

/** What reached the loudspeaker and what came over the socket, both as samples of the same rate. */
export interface Ears {
  /** Everything rendered so far, silences included. */
  played(): Promise<{ sampleRate: number; samples: Float32Array }>;
  /** The audio of every response.audio.delta so far. */
  received(): Float32Array;
}

interface HeardWindow extends Window { heard: { sampleRate: number; blocks: number[][] } }

/** Listens in at the audio graph's destination: after scheduling, mixing and fading, before the sound card. */
export async function listenIn(page: Page): Promise<Ears> {
  await page.addInitScript(() => {
    const heard: { sampleRate: number; blocks: number[][] } = { sampleRate: 0, blocks: [] };
    Object.assign(window, { heard });
    const recorders = new WeakMap<BaseAudioContext, ScriptProcessorNode>();
    const recorderOf = (context: AudioContext): ScriptProcessorNode => {
      const known = recorders.get(context);
      if (known) return known;
      const recorder = context.createScriptProcessor(1024, 1, 1);
      recorder.onaudioprocess = (event) => heard.blocks.push(Array.from(event.inputBuffer.getChannelData(0)));
      heard.sampleRate = context.sampleRate;
      recorders.set(context, recorder);
      connect.call(recorder, context.destination, 0, 0);
      return recorder;
    };
    const connect = AudioNode.prototype.connect as (this: AudioNode, node: AudioNode, output?: number, input?: number) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode | AudioParam, output?: number, input?: number) {
      if (target instanceof AudioDestinationNode) connect.call(this, recorderOf(this.context as AudioContext), output, 0);
      return connect.call(this, target as AudioNode, output, input);
    } as typeof AudioNode.prototype.connect;
  });

  const deltas: Buffer[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => {
    const text = String(payload);
    if (!text.includes('"response.audio.delta"')) return;
    deltas.push(Buffer.from((JSON.parse(text) as { delta: string }).delta, 'base64'));
  }));

  return {
    async played() {
      const { sampleRate, blocks } = await page.evaluate(() => (window as unknown as HeardWindow).heard);
      return { sampleRate, samples: Float32Array.from(blocks.flat()) };
    },
    received() {
      const bytes = Buffer.concat(deltas);
      return Float32Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2) / 0x8000);
    },
  };
}

/** Speech starts and stops softly: this is well below it and above rounding. */
const AUDIBLE = 0.005;

/** From the first to the last audible sample. */
export function trimmed(samples: Float32Array): Float32Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > AUDIBLE);
  return first < 0 ? new Float32Array() : samples.slice(first, last + 1);
}

export const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
