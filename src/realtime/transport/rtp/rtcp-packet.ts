/** RFC 3550 section 6: sender and receiver reports, the name that RTCP demands, and goodbye. */
export interface ReportBlock {
  /** Whom it is about. */
  ssrc: number;
  fractionLost: number;
  cumulativeLost: number;
  highestSequence: number;
  jitter: number;
  lastSenderReport: number;
  delaySinceLastSenderReport: number;
}

export interface SenderInfo { ntpSeconds: number; ntpFraction: number; rtpTimestamp: number; packets: number; octets: number }

export type RtcpPacket =
  | { type: 'sr'; ssrc: number; sender: SenderInfo; reports: ReportBlock[] }
  | { type: 'rr'; ssrc: number; reports: ReportBlock[] }
  | { type: 'bye'; ssrcs: number[] }
  | { type: 'other'; packetType: number };

const SR = 200;
const RR = 201;
const SDES = 202;
const BYE = 203;
const BLOCK_BYTES = 24;
const SENDER_BYTES = 20;
const CNAME = 1;

/** The parts of a compound packet, as far as it can be understood: garbage ends it. */
export function parseRtcp(bytes: Buffer): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    if (bytes[at]! >> 6 !== 2) break;
    const count = bytes[at]! & 0x1f;
    const packetType = bytes[at + 1]!;
    const end = at + 4 + bytes.readUInt16BE(at + 2) * 4;
    if (end > bytes.length) break;
    const packet = parseOne(bytes.subarray(at + 4, end), packetType, count);
    if (!packet) break;
    packets.push(packet);
    at = end;
  }
  return packets;
}

function parseOne(body: Buffer, packetType: number, count: number): RtcpPacket | null {
  if (packetType === SR) {
    if (body.length < 4 + SENDER_BYTES + count * BLOCK_BYTES) return null;
    const sender = { ntpSeconds: body.readUInt32BE(4), ntpFraction: body.readUInt32BE(8), rtpTimestamp: body.readUInt32BE(12), packets: body.readUInt32BE(16), octets: body.readUInt32BE(20) };
    return { type: 'sr', ssrc: body.readUInt32BE(0), sender, reports: parseBlocks(body, 4 + SENDER_BYTES, count) };
  }
  if (packetType === RR) {
    if (body.length < 4 + count * BLOCK_BYTES) return null;
    return { type: 'rr', ssrc: body.readUInt32BE(0), reports: parseBlocks(body, 4, count) };
  }
  if (packetType === BYE) {
    if (body.length < count * 4) return null;
    return { type: 'bye', ssrcs: Array.from({ length: count }, (_, index) => body.readUInt32BE(index * 4)) };
  }
  return { type: 'other', packetType };
}

function parseBlocks(body: Buffer, from: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * BLOCK_BYTES;
    return {
      ssrc: body.readUInt32BE(at), fractionLost: body[at + 4]!, cumulativeLost: body.readIntBE(at + 5, 3), highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12), lastSenderReport: body.readUInt32BE(at + 16), delaySinceLastSenderReport: body.readUInt32BE(at + 20),
    };
  });
}

/** SR (or RR, when nothing was sent) with SDES CNAME: section 6.1 demands both in every compound packet. */
export function writeReport(report: { ssrc: number; cname: string; sender: SenderInfo | null; blocks: ReportBlock[]; bye?: boolean }): Buffer {
  const { ssrc, sender, blocks } = report;
  const head = Buffer.alloc(8 + (sender ? SENDER_BYTES : 0) + blocks.length * BLOCK_BYTES);
  writeHeader(head, blocks.length, sender ? SR : RR);
  head.writeUInt32BE(ssrc >>> 0, 4);
  if (sender) {
    head.writeUInt32BE(sender.ntpSeconds >>> 0, 8);
    head.writeUInt32BE(sender.ntpFraction >>> 0, 12);
    head.writeUInt32BE(sender.rtpTimestamp >>> 0, 16);
    head.writeUInt32BE(sender.packets >>> 0, 20);
    head.writeUInt32BE(sender.octets >>> 0, 24);
  }
  blocks.forEach((block, index) => {
    const at = head.length - (blocks.length - index) * BLOCK_BYTES;
    head.writeUInt32BE(block.ssrc >>> 0, at);
    head[at + 4] = block.fractionLost;
    head.writeIntBE(Math.min(0x7fffff, block.cumulativeLost), at + 5, 3);
    head.writeUInt32BE(block.highestSequence >>> 0, at + 8);
    head.writeUInt32BE(block.jitter >>> 0, at + 12);
    head.writeUInt32BE(block.lastSenderReport >>> 0, at + 16);
    head.writeUInt32BE(block.delaySinceLastSenderReport >>> 0, at + 20);
  });
  return Buffer.concat([head, writeCname(ssrc, report.cname), ...(report.bye ? [writeBye(ssrc)] : [])]);
}

function writeCname(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'ascii');
  const packet = Buffer.alloc(8 + Math.ceil((2 + name.length + 1) / 4) * 4); // ended by at least one zero, and filled up
  writeHeader(packet, 1, SDES);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  packet[8] = CNAME;
  packet[9] = name.length;
  packet.set(name, 10);
  return packet;
}

function writeBye(ssrc: number): Buffer {
  const packet = Buffer.alloc(8);
  writeHeader(packet, 1, BYE);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  return packet;
}

function writeHeader(packet: Buffer, count: number, packetType: number): void {
  packet[0] = 0x80 | count;
  packet[1] = packetType;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
}
