import { randomInt } from 'node:crypto';
import type { G711 } from '../../audio/g711';
import type { MediaSettings } from '../rtp/media-messages';
import { agree, receives, sends, type Direction } from './direction';
import { parseRemoteDescription, SdpRefusal, type RemoteDescription } from './remote-description';

export interface LocalMedia {
  /** Where the other side reaches us: SIP_PUBLIC_ADDRESS or our own. */
  address: string;
  port: number;
  rtcpPort: number;
  /** In the order in which we like them. */
  codecs: readonly G711[];
}

const STATIC_TYPE: Record<G711, number> = { PCMU: 0, PCMA: 8 };
/** What everybody uses for telephone-event when nobody has said otherwise. */
const EVENT_TYPE = 101;

/*
 *             offer()                   takeAnswer()
 *   stable ───────────▶ have local offer ───────────▶ stable
 *   stable ── takeOffer() ──▶ have remote offer ── answer() ──▶ stable
 *   any ── rollback() ──▶ stable, with what was agreed before
 * One call's offers and answers (RFC 3264), whoever makes them.
 */
export class LocalDescription {
  readonly #sessionId = randomInt(2 ** 31);
  #version = randomInt(2 ** 16);
  #offered: RemoteDescription | undefined;
  #wish: Direction = 'sendrecv';
  #agreed: MediaSettings | undefined;
  #theirs: Direction = 'sendrecv';
  #held = false;

  constructor(private readonly local: LocalMedia) {}

  get agreed(): MediaSettings | undefined { return this.#agreed; }
  /** The other side has put us on hold: what it sends now is music. */
  get held(): boolean { return this.#held; }
  get hasOffer(): boolean { return this.#offered !== undefined; }

  offer(wish: Direction): string {
    this.#wish = wish;
    this.#offered = undefined;
    const types = this.local.codecs.map((codec) => ({ codec, payloadType: STATIC_TYPE[codec] }));
    return this.#write([this.#audioLine(types, EVENT_TYPE, wish)]);
  }

  /** @throws SdpRefusal */
  takeAnswer(text: string): MediaSettings {
    return this.#agree(parseRemoteDescription(text), this.#wish);
  }

  /** @throws SdpRefusal */
  takeOffer(text: string): void { this.#offered = parseRemoteDescription(text); }

  /** The answer to the offer that was taken: one codec of it, the one they like best, and every other medium refused. */
  answer(wish: Direction): { text: string; settings: MediaSettings } {
    const remote = this.#offered;
    if (!remote) throw new SdpRefusal('nothing was offered');
    this.#offered = undefined;
    this.#wish = wish;
    const settings = this.#agree(remote, wish);
    const audio = this.#audioLine([settings], settings.eventPayloadType, agree(wish, remote.direction));
    const lines = remote.lines.map((line, index) => (index === remote.audioLine ? audio : [`m=${line.kind} 0 ${line.protocol} ${line.formats}`]));
    return { text: this.#write(lines), settings };
  }

  rollback(): void { this.#offered = undefined; }

  #agree(remote: RemoteDescription, wish: Direction): MediaSettings {
    const choice = remote.codecs.find(({ codec }) => this.local.codecs.includes(codec));
    if (!choice) throw new SdpRefusal('no codec is common');
    const direction = agree(wish, remote.direction);
    this.#theirs = remote.direction;
    this.#held = !receives(this.#theirs);
    this.#agreed = {
      remote: remote.address === '0.0.0.0' ? undefined : { address: remote.address, port: remote.port, rtcpPort: remote.rtcpPort },
      codec: choice.codec, payloadType: choice.payloadType, eventPayloadType: remote.eventPayloadType,
      sends: sends(direction), receives: receives(direction),
    };
    return this.#agreed;
  }

  #audioLine(types: readonly { codec: G711; payloadType: number }[], eventType: number | undefined, direction: Direction): string[] {
    const { port, rtcpPort } = this.local;
    const formats = [...types.map(({ payloadType }) => payloadType), ...(eventType === undefined ? [] : [eventType])];
    return [
      `m=audio ${port} RTP/AVP ${formats.join(' ')}`,
      ...(rtcpPort === port + 1 ? [] : [`a=rtcp:${rtcpPort}`]),
      ...types.map(({ codec, payloadType }) => `a=rtpmap:${payloadType} ${codec}/8000`),
      ...(eventType === undefined ? [] : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`]),
      'a=ptime:20',
      `a=${direction}`,
    ];
  }

  /** RFC 3264 section 8: every new description of a session counts its version up. */
  #write(media: string[][]): string {
    const { address } = this.local;
    this.#version += 1;
    const head = ['v=0', `o=- ${this.#sessionId} ${this.#version} IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0'];
    return [...head, ...media.flat(), ''].join('\r\n');
  }
}
