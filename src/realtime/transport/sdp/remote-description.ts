import { isIPv4 } from 'node:net';
import { parse, type MediaDescription, type SessionDescription } from 'sdp-transform';
import type { G711 } from '../../audio/g711';
import { DIRECTIONS, type Direction } from './direction';

export interface RemoteDescription {
  address: string;
  port: number;
  rtcpPort: number;
  /** Of what we speak, in their order. */
  codecs: { codec: G711; payloadType: number }[];
  eventPayloadType: number | undefined;
  direction: Direction;
  /** All their media, because an answer has a line for each (RFC 3264 section 6). */
  lines: { kind: string; protocol: string; formats: string }[];
  /** Which of them is the audio we take. */
  audioLine: number;
}

/** A description that cannot be talked about; the text is for the log and the ladder, the answer is 488. */
export class SdpRefusal extends Error {
  override readonly name = 'SdpRefusal';
}

const MAX_BYTES = 16_384;
const MAX_LINES = 16;
/** RFC 3551 table 4: these need no rtpmap. */
const STATIC: Record<number, G711> = { 0: 'PCMU', 8: 'PCMA' };

/** @throws SdpRefusal for everything that is not plain G.711 over RTP on IPv4 */
export function parseRemoteDescription(text: string): RemoteDescription {
  if (text.length > MAX_BYTES) throw new SdpRefusal('the description is too long');
  const session = parseText(text);
  if (session.media.length > MAX_LINES) throw new SdpRefusal('there are too many media');
  const audioLine = session.media.findIndex((media) => media.type === 'audio' && media.port > 0 && media.protocol === 'RTP/AVP' && codecsOf(media).length > 0);
  const media = session.media[audioLine];
  if (!media) throw new SdpRefusal('there is no audio in PCMU or PCMA over RTP/AVP');
  const address = media.connection?.ip ?? session.connection?.ip;
  if (!address || !isIPv4(address)) throw new SdpRefusal('there is no IPv4 address');
  if (/^(22[4-9]|23\d|255)\./.test(address)) throw new SdpRefusal('the address is one of many'); // multicast, broadcast
  const { port } = media;
  if (!isPort(port)) throw new SdpRefusal('the port is none');
  return {
    address, port,
    rtcpPort: isPort(media.rtcp?.port) ? media.rtcp.port : Math.min(65_535, port + 1), // RFC 3605; we take no multiplexing
    codecs: codecsOf(media),
    eventPayloadType: media.rtp.find((map) => nameOf(map) === 'TELEPHONE-EVENT' && map.rate === 8_000 && isPayloadType(map.payload))?.payload,
    direction: directionOf(session, media, address),
    lines: session.media.map(({ type, protocol, payloads }) => ({ kind: type, protocol, formats: payloads ?? '0' })),
    audioLine,
  };
}

function parseText(text: string): SessionDescription {
  if (!text.startsWith('v=0')) throw new SdpRefusal('this is not a session description');
  try {
    const session = parse(text);
    if (!Array.isArray(session.media)) throw new SdpRefusal('there are no media');
    return session;
  } catch (error) {
    throw error instanceof SdpRefusal ? error : new SdpRefusal('the description cannot be read');
  }
}

/** The parser makes a number of whatever looks like one, whatever its types say: a codec may be called 7. */
const nameOf = ({ codec }: { codec: unknown }) => String(codec).toUpperCase();

const isPort = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0 && Number(value) <= 65_535;

/** RFC 3550 section 5.1: seven bits. */
const isPayloadType = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 128;

function codecsOf(media: MediaDescription): RemoteDescription['codecs'] {
  const offered = String(media.payloads ?? '').split(/\s+/).filter(Boolean).map(Number).filter(isPayloadType);
  return offered.flatMap((payloadType) => {
    const map = media.rtp.find(({ payload }) => payload === payloadType);
    const name = map ? (map.rate === 8_000 || map.rate === undefined ? nameOf(map) : '') : STATIC[payloadType];
    return name === 'PCMU' || name === 'PCMA' ? [{ codec: name, payloadType }] : [];
  });
}

function directionOf(session: SessionDescription, media: MediaDescription, address: string): Direction {
  const said = media.direction ?? (session as { direction?: string }).direction;
  const direction = DIRECTIONS.find((each) => each === said) ?? 'sendrecv';
  // RFC 2543 section B.5: hold as it was said before there were directions.
  if (address === '0.0.0.0') return direction === 'recvonly' || direction === 'inactive' ? 'inactive' : 'sendonly';
  return direction;
}
