import type { ClientEvent, ErrorCode, ServerEvent } from '@/realtime/contract/realtime-events';
import type { Channel } from '@/server/conversations/tables';
import type { Transport, TransportEnd, TransportListener, TransportTraits, VadUpdate } from '@/realtime/transport/transport';

/** A client without a network: what it was sent, in order, with audio as its length. */
export class LoopbackTransport implements Transport {
  readonly events: ServerEvent[] = [];
  readonly sent: { at: number; samples: number }[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly vad: VadUpdate[] = [];
  readonly traits: TransportTraits;
  readonly sendVad = (update: VadUpdate): void => { this.vad.push(update); };
  #listener: TransportListener | undefined;

  constructor(private readonly monotonic: () => number, channel: Channel = 'device') { this.traits = { channel, startsOnce: false }; }

  listen(listener: TransportListener): void { this.#listener = listener; }
  send(event: ServerEvent): void { this.events.push(event); }
  sendAudio(samples: Int16Array): void {
    this.sent.push({ at: this.monotonic(), samples: samples.length });
    this.events.push({ type: 'response.audio.delta', delta: '' });
  }
  pause(): void {}
  resume(): void {}
  close(code: number, reason: string): void { this.closed ??= { code, reason }; }

  /** The client says something. */
  say(event: Exclude<ClientEvent, { type: 'input_audio_buffer.append' }>): void { this.#listener!.onEvent(event); }
  speak(samples: Int16Array): void { this.#listener!.onAudio(samples); }
  blunder(problem: { code: ErrorCode; message: string }): void { this.#listener!.onProblem(problem); }
  hold(held: boolean): void { this.#listener!.onHeld!(held); }
  hangUp(end: TransportEnd = 'client'): void { this.#listener!.onClosed(end); }

  /** Types in order, states spelt out, runs of one type as one. */
  get story(): string[] {
    const words = this.events.map((event) => (event.type === 'status' ? event.state : event.type === 'error' ? `error:${event.code}` : event.type));
    return words.filter((word, index) => word !== words[index - 1] || !word.endsWith('.delta'));
  }
  of<T extends ServerEvent['type']>(type: T): Extract<ServerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ServerEvent, { type: T }> => event.type === type);
  }
  forget(): void { this.events.length = 0; this.sent.length = 0; }
}
