import { MediaNode } from '@/realtime/transport/rtp/media-node';
import type { MediaSettings } from '@/realtime/transport/rtp/media-messages';
import type { MediaStream } from '@/realtime/transport/rtp/media-stream';
import { createLogger } from '@/server/platform/logger';
import { speakUntil } from './speak';
import { endsInTone, join } from './tones';

export const quietLogger = createLogger({ name: 'test', level: 'silent' });

export function startMedia(ports: { min: number; max: number } | null = null): Promise<MediaNode & AsyncDisposable> {
  return MediaNode.start({ ports, logger: quietLogger, onLost: () => {} })
    .then((node) => Object.assign(node, { [Symbol.asyncDispose]: () => node.close() }));
}

/** One side of a call's media that remembers what it heard. */
export class MediaEar {
  readonly frames: Int16Array[] = [];
  readonly digits: string[] = [];
  begun = false;
  silent = 0;
  lost = false;
  stream!: MediaStream;

  static async open(node: MediaNode, options: { silenceMs?: number } = {}): Promise<MediaEar> {
    const ear = new MediaEar();
    ear.stream = await node.open({
      address: '127.0.0.1', silenceMs: options.silenceMs ?? 30_000,
      events: {
        onAudio: (samples) => { ear.frames.push(samples.slice()); },
        onDigit: (digit) => { ear.digits.push(digit); },
        onBegun: () => { ear.begun = true; },
        onSilent: () => { ear.silent += 1; },
        onLost: () => { ear.lost = true; },
      },
    });
    return ear;
  }

  get heard(): Int16Array { return join(this.frames); }

  /** Whether the last second that was heard is this tone. */
  hears(hz: number, options: { ms?: number; share?: number } = {}): boolean { return endsInTone(this.frames, hz, options); }

  /** A tone until somebody has heard it. */
  sayUntil(hz: number, heard: () => boolean): Promise<void> { return speakUntil(`${hz} Hz were heard`, (samples) => this.stream.send(samples), hz, heard); }

  /** Says that the other side is there. */
  talkTo(remote: { port: number; rtcpPort: number }, settings: Partial<MediaSettings> = {}): void {
    this.stream.configure({
      remote: { address: '127.0.0.1', port: remote.port, rtcpPort: remote.rtcpPort }, codec: 'PCMU', payloadType: 0, eventPayloadType: 101, sends: true, receives: true, ...settings,
    });
  }
}
