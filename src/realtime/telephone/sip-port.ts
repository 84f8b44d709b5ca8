import type { Config } from '@/server/platform/config';
import type { Logger } from '@/server/platform/logger';
import type { MediaNodeOptions, MediaNode } from '../transport/rtp/media-node';
import { SipListener, type SipListenerOptions } from '../transport/sip/listener/sip-listener';
import { MediaSupply } from './media-supply';

export interface SipPortOptions {
  sip: Pick<Config['sip'], 'host' | 'port'> & { rtpPorts: MediaNodeOptions['ports'] };
  logger: Logger;
  /** The media worker does not stay up. */
  onHopeless(): void;
  startMedia?: (options: MediaNodeOptions) => Promise<MediaNode>;
  listening?: Pick<SipListenerOptions, 'floodLimits' | 'tcpLimits'>;
}

export interface OpenPort { listener: SipListener; media: MediaSupply }

/*
 *   closed ── use ──▶ opening ──▶ open ── close ──▶ closed
 *     ▲                  │ taken
 *     └──────────────────┘
 * The node's SIP port and media worker, from the first trunk on: an installation without a telephone binds no port.
 */
export class SipPort {
  #opening: Promise<OpenPort> | undefined;
  #open: OpenPort | undefined;

  constructor(private readonly options: SipPortOptions) {}

  /** Undefined while nobody has used it. */
  get current(): OpenPort | undefined { return this.#open; }

  /** @throws Error in words: which port is taken */
  use(): Promise<OpenPort> {
    this.#opening ??= this.#bind().catch((error: unknown) => { this.#opening = undefined; throw error; });
    return this.#opening;
  }

  async close(): Promise<void> {
    const open = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    this.#open = undefined;
    await open?.listener.close();
    await open?.media.close();
  }

  async #bind(): Promise<OpenPort> {
    const { sip, logger, onHopeless, startMedia, listening = {} } = this.options;
    const listener = new SipListener({ host: sip.host, port: sip.port, logger, ...listening });
    await listener.open().catch((error: NodeJS.ErrnoException) => { throw new Error(error.code === 'EADDRINUSE' ? `SIP_PORT ${sip.port} is taken: stop what listens there or set SIP_PORT` : `SIP_PORT ${sip.port} cannot be used: ${error.message}`, { cause: error }); });
    try {
      const media = await MediaSupply.start({ ports: sip.rtpPorts, logger, onHopeless, ...(startMedia ? { start: startMedia } : {}) });
      this.#open = { listener, media };
      return this.#open;
    } catch (error) {
      await listener.close();
      throw error;
    }
  }
}
