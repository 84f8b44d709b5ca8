import { randomBytes, randomInt } from 'node:crypto';
import type { RemoteInfo } from 'node:dgram';
import { G711_SILENCE, decodeG711, encodeG711, type G711 } from '../../audio/g711';
import { DtmfReceiver } from './dtmf-receiver';
import { DtmfSender } from './dtmf-sender';
import { dtmfTones } from './dtmf-tones';
import { JitterBuffer } from './jitter-buffer';
import { Latch } from './latch';
import { FRAME_SAMPLES, PHONE_HZ } from './media-format';
import type { MediaSettings, MediaStatistics } from './media-messages';
import type { MediaSockets } from './media-sockets';
import { ReceiveStatistics } from './receive-statistics';
import { RtcpSession } from './rtcp-session';
import { looksLikeRtcp, parseRtp, writeRtp } from './rtp-packet';
import { SampleQueue } from './sample-queue';

/** Playout sends 300 ms ahead; what is more than two seconds was never meant to be spoken into a call. */
const MAX_QUEUED_SAMPLES = PHONE_HZ * 2;
/** RFC 3389: who says nothing for long sends this instead, unasked too. Nothing to be heard, but somebody is there. */
const COMFORT_NOISE = 13;
const CODECS: Record<number, G711> = { 0: 'PCMU', 8: 'PCMA' }; // RFC 3551 table 4: static payload types

export interface RtpEndpointEvents {
  frame(samples: Int16Array): void;
  digit(digit: string, durationMs: number): void;
  /** The first packet of the other side. */
  begun(): void;
  silent(): void;
}

/** One call's media: its sockets, what comes in and what goes out. Driven by `tick` every 20 ms. */
export class RtpEndpoint {
  readonly #queue = new SampleQueue(MAX_QUEUED_SAMPLES);
  readonly #latch = new Latch();
  readonly #jitter = new JitterBuffer();
  readonly #reception = new ReceiveStatistics();
  readonly #keysIn: DtmfReceiver;
  readonly #keysOut = new DtmfSender();
  readonly #rtcp: RtcpSession;
  readonly #ssrc = randomBytes(4).readUInt32BE();
  #sequence = randomInt(0x8000); // below half: a first packet that wraps is harder on old stacks
  #timestamp = randomBytes(4).readUInt32BE();
  #settings: MediaSettings | undefined;
  #source: number | undefined;
  #candidateSource: number | undefined;
  #talking = false;
  #silentSinceMs: number | undefined;
  #reportedSilence = false;
  #sent = 0;
  #octets = 0;
  #ignored = 0;
  #strangers = 0;
  #overflowed = 0;

  constructor(private readonly sockets: MediaSockets, private readonly events: RtpEndpointEvents, private readonly options: { silenceMs: number }) {
    this.#keysIn = new DtmfReceiver(({ digit, durationMs }) => events.digit(digit, durationMs));
    this.#rtcp = new RtcpSession({ ssrc: this.#ssrc, cname: randomBytes(8).toString('hex'), send: (bytes) => this.#sendRtcp(bytes) });
    sockets.rtp.on('message', (bytes, from) => this.#onPacket(bytes, from));
    sockets.rtcp.on('message', (bytes, from) => this.#onRtcp(bytes, from));
  }

  configure(settings: MediaSettings): void {
    this.#settings = settings;
    this.#latch.announce(settings.remote);
    this.#silentSinceMs = undefined;
    if (!settings.receives) this.#jitter.reset();
  }

  enqueue(samples: Int16Array): void {
    if (!this.#queue.push(samples)) this.#overflowed += Math.ceil(samples.length / FRAME_SAMPLES);
  }

  clear(): void { this.#queue.clear(); }

  /** Keys as events, or as sound for a side that knows no events. */
  dial(digits: string, durationMs: number): void {
    if (this.#settings?.eventPayloadType !== undefined) this.#keysOut.enqueue(digits, durationMs);
    else this.#queue.push(dtmfTones(digits, durationMs));
  }

  tick(nowMs: number): void {
    const settings = this.#settings;
    if (!settings) return;
    this.#keysIn.tick(nowMs);
    if (settings.receives) this.events.frame(this.#jitter.pull(this.#keysIn.active) ?? new Int16Array(FRAME_SAMPLES));
    this.#watchSilence(settings, nowMs);
    if (settings.sends) this.#sendFrame(settings);
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0;
    this.#rtcp.tick(nowMs, () => ({
      sender: this.#sent > 0 ? { rtpTimestamp: this.#timestamp, packets: this.#sent, octets: this.#octets } : null,
      heard: this.#source === undefined ? null : { ssrc: this.#source, ...this.#reception.report() },
    }));
  }

  statistics(): MediaStatistics {
    const { late, concealed, duplicate } = this.#jitter.counts;
    return {
      sent: this.#sent, received: this.#reception.received, lost: this.#reception.lost, late, concealed, duplicate,
      ignored: this.#ignored, strangers: this.#strangers, overflowed: this.#overflowed,
      jitterMs: this.#reception.jitterMs, bufferMs: this.#jitter.targetMs, ...this.#rtcp.remoteView,
    };
  }

  close(): void {
    if (this.#settings && this.#sent > 0) this.#rtcp.bye();
    this.sockets.close();
  }

  #onPacket(bytes: Buffer, from: RemoteInfo): void {
    if (looksLikeRtcp(bytes)) return this.#onRtcp(bytes, from);
    const settings = this.#settings;
    const packet = parseRtp(bytes);
    if (!settings || !packet) { this.#ignored += 1; return; }
    const codec = packet.payloadType === settings.payloadType ? settings.codec : CODECS[packet.payloadType];
    const isKey = packet.payloadType === settings.eventPayloadType;
    const isNoise = packet.payloadType === COMFORT_NOISE;
    if (!codec && !isKey && !isNoise) { this.#ignored += 1; return; } // video, other codecs, garbage
    if (!this.#latch.admits(from, packet)) { this.#strangers += 1; return; }
    if (!this.#belongs(packet.ssrc)) { this.#ignored += 1; return; }
    const nowMs = performance.now();
    if (!this.#reception.take(packet.sequence, packet.timestamp, nowMs)) { this.#ignored += 1; return; }
    this.#silentSinceMs = nowMs;
    if (this.#reception.received === 1) this.events.begun();
    if (!settings.receives) return;
    if (isKey) this.#keysIn.take(packet, nowMs);
    else if (codec) this.#jitter.put(packet.timestamp, decodeG711(codec, packet.payload), nowMs);
  }

  /** A new source is taken on its second packet: one forged packet must not throw the stream away. */
  #belongs(ssrc: number): boolean {
    if (ssrc === this.#source) { this.#candidateSource = undefined; return true; }
    if (this.#source !== undefined && ssrc !== this.#candidateSource) { this.#candidateSource = ssrc; return false; }
    this.#source = ssrc;
    this.#candidateSource = undefined;
    this.#jitter.reset();
    this.#keysIn.reset();
    return true;
  }

  #onRtcp(bytes: Buffer, from: RemoteInfo): void {
    // Only the port differs from where media comes from, behind NAT even that is not to be foreseen.
    if (from.address !== this.#latch.target?.address) { this.#strangers += 1; return; }
    this.#rtcp.receive(bytes, performance.now());
  }

  #sendRtcp(bytes: Buffer): void {
    const remote = this.#settings?.remote;
    const target = this.#latch.target;
    if (!remote || !target) return;
    this.sockets.rtcp.send(bytes, remote.rtcpPort, target.address);
  }

  #sendFrame(settings: MediaSettings): void {
    const target = this.#latch.target;
    if (!target) return;
    if (this.#keysOut.active) {
      this.#talking = false;
      const key = this.#keysOut.next(this.#timestamp);
      if (key && settings.eventPayloadType !== undefined) return this.#send(settings.eventPayloadType, key.marker, key.timestamp, key.payload, target);
    }
    const payload = new Uint8Array(FRAME_SAMPLES);
    const frame = new Int16Array(FRAME_SAMPLES);
    const spoken = this.#keysOut.active ? 0 : this.#queue.take(frame); // between two keys, audio waits
    if (spoken > 0) encodeG711(settings.codec, frame, payload);
    else payload.fill(G711_SILENCE[settings.codec]);
    // RFC 3551 section 4.1: the marker tells the other side's buffer where a good place to adapt is.
    const marker = spoken > 0 && !this.#talking;
    this.#talking = spoken > 0;
    this.#send(settings.payloadType, marker, this.#timestamp, payload, target);
  }

  #send(payloadType: number, marker: boolean, timestamp: number, payload: Uint8Array, target: { address: string; port: number }): void {
    const packet = writeRtp({ payloadType, marker, sequence: this.#sequence, timestamp, ssrc: this.#ssrc, payload });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#sent += 1;
    this.#octets += payload.length;
    this.sockets.rtp.send(packet, target.port, target.address);
  }

  #watchSilence(settings: MediaSettings, nowMs: number): void {
    if (!settings.receives || !settings.remote) { this.#silentSinceMs = undefined; return; }
    this.#silentSinceMs ??= nowMs;
    const silent = nowMs - this.#silentSinceMs >= this.options.silenceMs;
    if (silent && !this.#reportedSilence) this.events.silent();
    this.#reportedSilence = silent;
  }
}

