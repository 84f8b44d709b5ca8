/** RFC 3550 section 5.1. */
export interface RtpPacket {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Uint8Array;
}

export const RTP_HEADER_BYTES = 12;
/** More than 60 ms of L16 would need; what is larger is not telephone audio. */
const MAX_PACKET_BYTES = 1_500;

/** What arrived on the port may be anything: what is not RTP is null, never an exception. */
export function parseRtp(bytes: Buffer): RtpPacket | null {
  if (bytes.length < RTP_HEADER_BYTES || bytes.length > MAX_PACKET_BYTES || bytes[0]! >> 6 !== 2) return null;
  const flags = bytes[0]!;
  let start = RTP_HEADER_BYTES + (flags & 0x0f) * 4;
  if (flags & 0x10) { // section 5.3.1: a header extension, its length in words
    if (start + 4 > bytes.length) return null;
    start += 4 + bytes.readUInt16BE(start + 2) * 4;
  }
  let end = bytes.length;
  if (flags & 0x20) { // padding: the last byte counts itself
    const padding = bytes[end - 1]!;
    if (padding === 0) return null;
    end -= padding;
  }
  if (start > end) return null;
  return {
    payloadType: bytes[1]! & 0x7f,
    marker: (bytes[1]! & 0x80) !== 0,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(start, end),
  };
}

/** A packet without extension or contributors, as we send them. */
export function writeRtp({ payloadType, marker, sequence, timestamp, ssrc, payload }: RtpPacket): Buffer {
  const bytes = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
  bytes[0] = 0x80;
  bytes[1] = payloadType | (marker ? 0x80 : 0);
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(timestamp >>> 0, 4);
  bytes.writeUInt32BE(ssrc >>> 0, 8);
  bytes.set(payload, RTP_HEADER_BYTES);
  return bytes;
}

/** RFC 5761 section 4: RTCP's packet types 200 to 204 would be RTP payload types 72 to 76 with the marker, which nobody uses. */
export const looksLikeRtcp = (bytes: Buffer): boolean => bytes.length >= 8 && bytes[1]! >= 200 && bytes[1]! <= 204;
