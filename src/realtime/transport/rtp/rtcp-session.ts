import { randomInt } from 'node:crypto';
import { PHONE_HZ } from './media-format';
import type { ReceptionReport } from './receive-statistics';
import { parseRtcp, writeReport, type SenderInfo } from './rtcp-packet';

/** RFC 3550 section 6.2: five seconds, randomised by half so that calls begun together do not report together. */
const INTERVAL_MS = 5_000;
const NTP_EPOCH_SECONDS = 2_208_988_800; // 1900 to 1970

export interface RtcpState {
  sender: Pick<SenderInfo, 'rtpTimestamp' | 'packets' | 'octets'> | null;
  heard: ({ ssrc: number } & ReceptionReport) | null;
}

export interface RemoteView { remoteLost: number | null; remoteJitterMs: number | null; roundTripMs: number | null }

/** Tells the other side how it is heard, and learns the same of us. */
export class RtcpSession {
  readonly remoteView: RemoteView = { remoteLost: null, remoteJitterMs: null, roundTripMs: null };
  #dueAtMs: number | undefined;
  /** The middle 32 bits of the other side's last NTP time, and when it came. */
  #lastReport: { ntp: number; atMs: number } | undefined;

  constructor(private readonly options: { ssrc: number; cname: string; send(bytes: Buffer): void }) {}

  tick(nowMs: number, state: () => RtcpState): void {
    this.#dueAtMs ??= nowMs + INTERVAL_MS / 2; // section 6.2: the first one after half the interval
    if (nowMs < this.#dueAtMs) return;
    this.#dueAtMs = nowMs + INTERVAL_MS * (0.5 + randomInt(1000) / 1000);
    const { sender, heard } = state();
    const ntp = ntpNow();
    const last = this.#lastReport;
    this.options.send(writeReport({
      ssrc: this.options.ssrc, cname: this.options.cname,
      sender: sender ? { ntpSeconds: ntp.seconds, ntpFraction: ntp.fraction, ...sender } : null,
      blocks: heard ? [{
        ssrc: heard.ssrc, fractionLost: heard.fractionLost, cumulativeLost: heard.lost, highestSequence: heard.highestSequence, jitter: heard.jitter,
        lastSenderReport: last?.ntp ?? 0, delaySinceLastSenderReport: last ? Math.round(((nowMs - last.atMs) / 1000) * 65_536) : 0,
      }] : [],
    }));
  }

  bye(): void { this.options.send(writeReport({ ssrc: this.options.ssrc, cname: this.options.cname, sender: null, blocks: [], bye: true })); }

  receive(bytes: Buffer, nowMs: number): void {
    for (const packet of parseRtcp(bytes)) {
      if (packet.type === 'sr') this.#lastReport = { ntp: middleOf(packet.sender.ntpSeconds, packet.sender.ntpFraction), atMs: nowMs };
      if (packet.type !== 'sr' && packet.type !== 'rr') continue;
      for (const report of packet.reports) {
        if (report.ssrc !== this.options.ssrc) continue;
        this.remoteView.remoteLost = Math.max(0, report.cumulativeLost);
        this.remoteView.remoteJitterMs = (report.jitter / PHONE_HZ) * 1000;
        if (report.lastSenderReport === 0) continue;
        // Section 6.4.1: round trip = now - LSR - DLSR, in 65,536ths of a second, which wrap.
        const now = ntpNow();
        const trip = (middleOf(now.seconds, now.fraction) - report.lastSenderReport - report.delaySinceLastSenderReport) | 0;
        if (trip >= 0 && trip < 60 * 65_536) this.remoteView.roundTripMs = (trip / 65_536) * 1000;
      }
    }
  }
}

function ntpNow(): { seconds: number; fraction: number } {
  const ms = Date.now();
  return { seconds: (Math.floor(ms / 1000) + NTP_EPOCH_SECONDS) >>> 0, fraction: Math.floor(((ms % 1000) / 1000) * 2 ** 32) };
}

const middleOf = (seconds: number, fraction: number): number => (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
