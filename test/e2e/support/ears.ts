import type { Page } from '@playwright/test';

/** What reached the loudspeaker and what came over the socket, both as samples of the same rate. */
export interface Ears {
  /**
   * Everything rendered up to now and a little more, silences included. `starvedSeconds`: silences because the next piece
   * had not come when the one before was over, which is the machine's doing and not the page's. `clickedAtSeconds`: where
   * among the samples the page was clicked last, once there were any.
   */
  played(): Promise<{ sampleRate: number; samples: Float32Array; starvedSeconds: number; clickedAtSeconds: number | null }>;
  /** How much of the microphone went over the socket so far. */
  spokenSeconds(): number;
  /** The audio of every response.audio.delta so far. */
  received(): Float32Array;
}

interface HeardWindow extends Window { heard: { sampleRate: number; blocks: number[][]; endsAt: number; starvedSeconds: number; clickedAtSeconds: number | null } }

const SPOKEN_BYTES_A_SECOND = 16_000 * 2;

/** Listens in at the audio graph's destination: after scheduling, mixing and fading, before the sound card. */
export async function listenIn(page: Page): Promise<Ears> {
  await page.addInitScript(() => {
    const heard: HeardWindow['heard'] = { sampleRate: 0, blocks: [], endsAt: 0, starvedSeconds: 0, clickedAtSeconds: null };
    Object.assign(window, { heard });
    const recorders = new WeakMap<BaseAudioContext, ScriptProcessorNode>();
    const recorderOf = (context: AudioContext): ScriptProcessorNode => {
      const known = recorders.get(context);
      if (known) return known;
      const recorder = context.createScriptProcessor(16_384, 1, 1); // a second: the page may be busy for as long without missing a block
      recorder.onaudioprocess = (event) => heard.blocks.push(Array.from(event.inputBuffer.getChannelData(0)));
      heard.sampleRate = context.sampleRate;
      const beganAt = context.currentTime;
      window.addEventListener('click', () => { heard.clickedAtSeconds = context.currentTime - beganAt; }, { capture: true }); // before the page knows of it
      recorders.set(context, recorder);
      connect.call(recorder, context.destination, 0, 0);
      return recorder;
    };
    const connect = AudioNode.prototype.connect as (this: AudioNode, node: AudioNode, output?: number, input?: number) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode | AudioParam, output?: number, input?: number) {
      if (target instanceof AudioDestinationNode) connect.call(this, recorderOf(this.context as AudioContext), output, 0);
      return connect.call(this, target as AudioNode, output, input);
    } as typeof AudioNode.prototype.connect;
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (this: AudioBufferSourceNode, when = 0) {
      if (heard.endsAt > 0 && heard.endsAt <= this.context.currentTime) heard.starvedSeconds += when - heard.endsAt;
      heard.endsAt = when + (this.buffer?.duration ?? 0);
      start.call(this, when);
    };
  });

  const deltas: Buffer[] = [];
  let spokenBytes = 0;
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const text = String(payload);
      if (text.includes('"response.audio.delta"')) deltas.push(Buffer.from((JSON.parse(text) as { delta: string }).delta, 'base64'));
    });
    socket.on('framesent', ({ payload }) => {
      const text = String(payload);
      if (text.includes('"input_audio_buffer.append"')) spokenBytes += Buffer.from((JSON.parse(text) as { audio: string }).audio, 'base64').length;
    });
  });

  return {
    async played() {
      const blocksNow = await page.evaluate(() => (window as unknown as HeardWindow).heard.blocks.length);
      // The block that is being filled, and the one that is being handed over.
      await page.waitForFunction((count) => (window as unknown as HeardWindow).heard.blocks.length >= count, blocksNow + 2);
      const { sampleRate, blocks, starvedSeconds, clickedAtSeconds } = await page.evaluate(() => (window as unknown as HeardWindow).heard);
      return { sampleRate, samples: Float32Array.from(blocks.flat()), starvedSeconds, clickedAtSeconds };
    },
    spokenSeconds: () => spokenBytes / SPOKEN_BYTES_A_SECOND,
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
  return first < 0 ? new Float32Array() : samples.slice(first, lastAudible(samples) + 1);
}

export const lastAudible = (samples: Float32Array): number => samples.findLastIndex((sample) => Math.abs(sample) > AUDIBLE);

export const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
