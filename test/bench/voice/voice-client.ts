import { once } from 'node:events';
import { WebSocket } from 'ws';
import { serverEvent, type ServerEvent } from '@/realtime/contract/realtime-events';
import { s16ToBytes } from '@/realtime/audio/pcm';
import type { Recording } from './recordings';

const FRAME_MS = 40;
/** A turn that takes longer is a failure, not a slow turn. */
const TURN_LIMIT_MS = 30_000;

type Trace = Extract<ServerEvent, { type: 'turn.trace' }>['trace'];

export interface TurnResult {
  recording: Recording;
  heard: string;
  trace: Trace | null;
  /** As the client saw it, from the end of the last word; null when it never came. */
  endpointMs: number | null;
  transcriptMs: number | null;
  firstTextMs: number | null;
  firstAudioMs: number | null;
  error: string | null;
}

export interface VoiceClientOptions {
  url: string;
  apiKey: string;
  sampleRate: 8000 | 16_000;
  serverVad: boolean;
  /** Of each reply; then it is cancelled. */
  listenMs: number;
}

/** A device: microphone audio in real time, one question after the other. */
export class VoiceClient {
  private listener: (event: ServerEvent, atMs: number) => void = () => undefined;

  private constructor(private readonly socket: WebSocket, private readonly options: VoiceClientOptions) {
    socket.on('message', (data) => {
      const atMs = performance.now();
      this.listener(serverEvent.parse(JSON.parse(String(data))), atMs);
    });
    socket.on('error', () => undefined); // the turn that runs ends with its time limit
  }

  static async connect(options: VoiceClientOptions): Promise<VoiceClient> {
    const socket = new WebSocket(options.url, { headers: { authorization: `Bearer ${options.apiKey}` } });
    await once(socket, 'open');
    const client = new VoiceClient(socket, options);
    const created = client.until((event) => event.type === 'session.created');
    client.send({
      type: 'session.start', client_id: 'bench', greeting: false,
      audio_config: { sample_rate: options.sampleRate, channels: 1, sample_width: 16, encoding: 'pcm_s16le' },
      ...(options.serverVad ? { turn_detection: { type: 'server_vad' } } : {}),
    });
    await created;
    return client;
  }

  /** Speaks, listens for a while, stops the reply; resolves when the server has closed its books on the turn. */
  async ask(recording: Recording): Promise<TurnResult> {
    const { sampleRate, serverVad, listenMs } = this.options;
    const result: TurnResult = { recording, heard: '', trace: null, endpointMs: null, transcriptMs: null, firstTextMs: null, firstAudioMs: null, error: null };
    let speechEndAt = Number.NaN;
    const since = (atMs: number) => atMs - speechEndAt;
    let microphoneOpen = true;
    let stopReply: NodeJS.Timeout | undefined;

    const finished = new Promise<void>((resolve) => {
      const limit = setTimeout(() => { result.error = 'no end of the turn'; resolve(); }, TURN_LIMIT_MS + (1000 * recording.samples.length) / sampleRate);
      const end = () => { clearTimeout(limit); clearTimeout(stopReply); this.listener = () => undefined; resolve(); };
      this.listener = (event, atMs) => {
        switch (event.type) {
          case 'input_audio_buffer.speech_stopped': result.endpointMs = since(atMs); break;
          case 'transcript.done': result.heard = event.text; result.transcriptMs ??= since(atMs); break;
          case 'response.text.delta': result.firstTextMs ??= since(atMs); break;
          case 'response.audio.delta':
            if (result.firstAudioMs !== null) break;
            result.firstAudioMs = since(atMs);
            stopReply = setTimeout(() => this.send({ type: 'response.cancel' }), listenMs);
            break;
          case 'turn.trace': result.trace = event.trace; end(); break;
          case 'error': result.error = event.code; end(); break;
        }
      };
    }).finally(() => { microphoneOpen = false; });

    const step = (sampleRate * FRAME_MS) / 1000;
    const beganAt = performance.now();
    speechEndAt = beganAt + (1000 * recording.speechEnd) / sampleRate;
    let frame = 0;
    for (; frame * step < recording.samples.length && microphoneOpen; frame++) {
      // A microphone hands a frame over when it is full.
      await untilTime(beganAt + (frame + 1) * FRAME_MS);
      this.append(recording.samples.subarray(frame * step, (frame + 1) * step));
    }
    if (!serverVad) { this.send({ type: 'input_audio_buffer.commit' }); result.endpointMs = since(performance.now()); }
    else for (const silence = new Int16Array(step); microphoneOpen; frame++) {
      await untilTime(beganAt + (frame + 1) * FRAME_MS);
      this.append(silence);
    }
    await finished;
    return result;
  }

  async close(): Promise<void> {
    const closed = once(this.socket, 'close');
    this.send({ type: 'session.close' });
    await Promise.race([closed, untilTime(performance.now() + 3_000)]);
    this.socket.terminate();
  }

  private until(wanted: (event: ServerEvent) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('no answer from the gateway')), TURN_LIMIT_MS);
      this.listener = (event) => { if (wanted(event)) { clearTimeout(limit); resolve(); } };
    });
  }

  private append(samples: Int16Array): void { this.send({ type: 'input_audio_buffer.append', audio: s16ToBytes(samples).toString('base64') }); }
  private send(event: object): void { if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(event)); }
}

const untilTime = (atMs: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
