import type { Worker } from 'node:worker_threads';
import { awakeTimer } from '@/server/platform/awake-timer';
import type { Logger } from '@/server/platform/logger';
import type { PacingReport } from './media-clock';
import { FRAME_SAMPLES } from './media-format';
import { CREDIT, MAX_AUDIO_AHEAD, type FromMediaWorker, type ToMediaWorker } from './media-messages';
import { MediaStream, type MediaStreamEvents } from './media-stream';
import { startMediaWorker } from './start-media-worker';

export interface MediaNodeOptions {
  /** Ports for calls, each two; null lets the system choose (tests). */
  ports: { min: number; max: number } | null;
  logger: Logger;
  /** The worker has died, and the media of all its calls with it. */
  onLost(): void;
}

const OPEN_LIMIT_MS = 5_000;

interface Live { stream: MediaStream; settle: ((opened: { port: number; rtcpPort: number } | Error) => void) | undefined }

/** The main thread's end of the media worker. One a node. */
export class MediaNode {
  readonly #live = new Map<number, Live>();
  readonly #credit: Int32Array;
  #nextId = 1;
  #audioSent = 0;
  #droppedAudio = 0;
  #closed = false;
  #awaitingPacing: { resolve(report: MediaLoad): void; reject(error: Error): void }[] = [];

  private constructor(private readonly worker: Worker, credit: SharedArrayBuffer, private readonly options: MediaNodeOptions) {
    this.#credit = new Int32Array(credit);
  }

  static async start(options: MediaNodeOptions): Promise<MediaNode> {
    const credit = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    const worker = startMediaWorker({ ports: options.ports, credit });
    const node = new MediaNode(worker, credit, options);
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', () => { worker.off('error', reject); resolve(); });
    });
    worker.on('message', (message: FromMediaWorker) => node.#hear(message));
    worker.on('error', (error) => options.logger.error({ err: error }, 'the media worker failed'));
    worker.once('exit', () => node.#lost());
    return node;
  }

  get size(): number { return this.#live.size; }

  /** Ports for one call. @param address to bind to; @param silenceMs without packets after which `onSilent` is called */
  async open(options: { address: string; silenceMs: number; events: MediaStreamEvents }): Promise<MediaStream> {
    if (this.#closed) throw new Error('The media worker is gone');
    const id = this.#nextId++;
    const stream = new MediaStream({
      events: options.events,
      say: (message, transfer) => this.#say({ ...message, id } as ToMediaWorker, transfer),
      mayQueue: () => this.#mayQueue(),
      onClosed: () => this.#live.delete(id),
    });
    const opened = new Promise<{ port: number; rtcpPort: number }>((resolve, reject) => {
      const settled = awakeTimer(OPEN_LIMIT_MS, () => reject(new Error('The media worker does not answer')));
      this.#live.set(id, { stream, settle: (answer) => { settled(); if (answer instanceof Error) reject(answer); else resolve(answer); } });
    });
    this.#say({ type: 'open', id, address: options.address, silenceMs: options.silenceMs });
    try {
      stream.opened(await opened);
      return stream;
    } catch (error) {
      this.#live.delete(id);
      this.#say({ type: 'close', id });
      throw error;
    }
  }

  load(): Promise<MediaLoad> {
    if (this.#closed) return Promise.reject(new Error('The media worker is gone'));
    return new Promise((resolve, reject) => { this.#awaitingPacing.push({ resolve, reject }); this.#say({ type: 'pacing' }); });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { stream } of this.#live.values()) stream.close();
    await this.worker.terminate();
  }

  #hear(message: FromMediaWorker): void {
    if (message.type === 'frames') return this.#deliver(message.ids, message.samples);
    if (message.type === 'paced') {
      const { pacing, droppedBatches, calls } = message;
      for (const { resolve } of this.#awaitingPacing.splice(0)) resolve({ pacing, droppedBatches, calls, droppedAudio: this.#droppedAudio });
      return;
    }
    if (message.type === 'ready') return;
    const live = this.#live.get(message.id);
    if (!live) return;
    if (message.type === 'opened' || message.type === 'failed') {
      live.settle?.(message.type === 'opened' ? message : new Error(message.message));
      live.settle = undefined;
    } else live.stream.hear(message);
  }

  #deliver(ids: number[], samples: Int16Array): void {
    Atomics.add(this.#credit, CREDIT.batchesTaken, 1);
    ids.forEach((id, index) => this.#live.get(id)?.stream.frame(samples.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)));
  }

  #mayQueue(): boolean {
    if (this.#audioSent - Atomics.load(this.#credit, CREDIT.commandsTaken) >= MAX_AUDIO_AHEAD) { this.#droppedAudio += 1; return false; }
    this.#audioSent += 1;
    return true;
  }

  #say(message: ToMediaWorker, transfer: ArrayBuffer[] = []): void { this.worker.postMessage(message, transfer); }

  #lost(): void {
    const expected = this.#closed;
    this.#closed = true;
    for (const { stream, settle } of this.#live.values()) {
      settle?.(new Error('The media worker has ended'));
      stream.lost();
    }
    this.#live.clear();
    for (const { reject } of this.#awaitingPacing.splice(0)) reject(new Error('The media worker has ended'));
    if (!expected) this.options.onLost();
  }
}

export interface MediaLoad { pacing: PacingReport; droppedBatches: number; droppedAudio: number; calls: number }
