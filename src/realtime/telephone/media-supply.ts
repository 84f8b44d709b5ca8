import type { Logger } from '@/server/platform/logger';
import { MediaNode, type MediaLoad, type MediaNodeOptions } from '../transport/rtp/media-node';

export interface MediaSupplyOptions {
  ports: MediaNodeOptions['ports'];
  logger: Logger;
  /** It does not stay up: nothing that trying again mends. */
  onHopeless(): void;
  start?: (options: MediaNodeOptions) => Promise<MediaNode>;
}

const FIRST_WAIT_MS = 100;
/** So many ends within `REMEMBERED_MS` are no accident. */
const MAX_ENDS = 5;
const REMEMBERED_MS = 60_000;

/*
 *   up ── the worker ends (its calls with it) ──▶ down ── a new one after 100 ms, doubling ──▶ up
 *   down ── five times in a minute ──▶ hopeless          any ── close ──▶ closed
 * The node's media worker, and another in its place when it dies: its calls are lost, everybody else's conversations are not.
 */
export class MediaSupply implements Pick<MediaNode, 'open' | 'load'> {
  #node: MediaNode | undefined;
  #ends: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(private readonly options: MediaSupplyOptions) {}

  static async start(options: MediaSupplyOptions): Promise<MediaSupply> {
    const supply = new MediaSupply(options);
    await supply.#begin();
    return supply;
  }

  get size(): number { return this.#node?.size ?? 0; }

  open(options: Parameters<MediaNode['open']>[0]): ReturnType<MediaNode['open']> { return this.#node?.open(options) ?? Promise.reject(new Error('The media worker is being restarted')); }

  load(): Promise<MediaLoad> { return this.#node?.load() ?? Promise.reject(new Error('The media worker is being restarted')); }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#node?.close();
  }

  async #begin(): Promise<void> {
    const { ports, logger, start = (options) => MediaNode.start(options) } = this.options;
    const node = await start({ ports, logger, onLost: () => this.#onLost() });
    if (this.#closed) return node.close();
    this.#node = node;
  }

  #onLost(): void {
    this.#node = undefined;
    if (this.#closed) return;
    const now = performance.now();
    this.#ends = [...this.#ends.filter((at) => now - at < REMEMBERED_MS), now];
    this.options.logger.error({ ends: this.#ends.length }, 'the media worker ended; another takes its place');
    if (this.#ends.length >= MAX_ENDS) return this.options.onHopeless();
    this.#timer = setTimeout(() => { this.#begin().catch((error: unknown) => { this.options.logger.error({ err: error }, 'the media worker cannot be started'); this.#onLost(); }); }, FIRST_WAIT_MS * 2 ** (this.#ends.length - 1));
  }
}
