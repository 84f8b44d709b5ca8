import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MediaStatistics } from '../transport/rtp/media-messages';
import type { SipCounters } from '../transport/sip/listener/sip-listener';

export interface TelephoneMetrics {
  answered(direction: string, setupSeconds: number): void;
  ended(direction: string, end: string, media: MediaStatistics | null): void;
  /** Of the media worker: how late its ticks were. */
  paced(p99Ms: number): void;
}

export interface TelephoneMetricsSource {
  /** Live calls by direction. */
  active(): Record<'inbound' | 'outbound', number>;
  /** Undefined while no SIP port is open. */
  sip(): SipCounters | undefined;
}

const REFUSALS = ['malformed', 'refused', 'stray', 'thrown'] as const satisfies readonly (keyof SipCounters)[];

/** What the telephone says of itself to Prometheus. */
export function createTelephoneMetrics(registry: Registry, source: TelephoneMetricsSource): TelephoneMetrics {
  const registers = [registry];
  const total = new Counter({ name: 'parley_calls_total', help: 'Telephone calls that are over, by direction and end', labelNames: ['direction', 'end'], registers });
  const setup = new Histogram({ name: 'parley_call_setup_seconds', help: 'From the INVITE to the answer', labelNames: ['direction'], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60], registers });
  const received = new Counter({ name: 'parley_rtp_received_total', help: 'RTP packets received, of calls that are over', registers });
  const lost = new Counter({ name: 'parley_rtp_lost_total', help: 'RTP packets that never came, of calls that are over', registers });
  const jitter = new Histogram({ name: 'parley_rtp_jitter_seconds', help: 'Jitter at the end of a call (RFC 3550)', buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1], registers });
  const pacing = new Gauge({ name: 'parley_media_pacing_p99_seconds', help: 'How late the media clock was, 99th percentile of its last ticks', registers });
  new Gauge({
    name: 'parley_calls_active', help: 'Telephone calls of this node', labelNames: ['direction'], registers,
    collect() { for (const [direction, calls] of Object.entries(source.active())) this.set({ direction }, calls); },
  });
  new Counter({
    name: 'parley_sip_refused_total', help: 'SIP messages that were not taken, by reason', labelNames: ['reason'], registers,
    collect() {
      const counters = source.sip();
      this.reset();
      if (counters) for (const reason of REFUSALS) this.inc({ reason }, counters[reason]);
    },
  });
  new Counter({
    name: 'parley_sip_flood_ignored_total', help: 'SIP requests ignored because their address sends too many', registers,
    collect() { this.reset(); this.inc(source.sip()?.flooded ?? 0); },
  });
  return {
    answered(direction, setupSeconds) { setup.observe({ direction }, setupSeconds); },
    ended(direction, end, media) {
      total.inc({ direction, end });
      if (!media) return;
      received.inc(media.received);
      lost.inc(Math.max(0, media.lost));
      if (media.received > 0) jitter.observe(media.jitterMs / 1_000);
    },
    paced(p99Ms) { pacing.set(p99Ms / 1_000); },
  };
}
