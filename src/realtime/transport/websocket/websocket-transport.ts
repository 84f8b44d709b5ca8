import type { RawData, WebSocket } from 'ws';
import { CLOSE_CODES, type ServerEvent } from '../../contract/realtime-events';
import type { Transport, TransportEnd, TransportListener, TransportTraits, VadUpdate } from '../transport';
import type { MessageBudget } from './message-budget';
import type { WireFrame, WireProtocol } from './wire-protocol';

export interface WebSocketTransportOptions {
  protocol: WireProtocol;
  /** Bytes waiting for the client beyond which it is not keeping up with real time and is dropped. */
  maxBufferedBytes: number;
  budget: MessageBudget;
  /** Messages above the budget that are answered with an error before the socket is closed. */
  floodTolerance: number;
  /** A client that reads nothing never answers a close frame: how long it gets. */
  closeTimeoutMs: number;
}

/** One WebSocket; what its frames mean is the protocol's business. */
export class WebSocketTransport implements Transport {
  #listener: TransportListener | undefined;
  #end: TransportEnd = 'client';
  #closing = false;
  #flooded = 0;
  readonly traits: TransportTraits;
  readonly sendVad: ((update: VadUpdate) => void) | undefined;

  constructor(private readonly socket: WebSocket, private readonly options: WebSocketTransportOptions) {
    const { protocol } = options;
    this.traits = protocol.traits;
    this.sendVad = protocol.encodeVad && ((update) => this.#sendAll(protocol.encodeVad!(update)));
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    this.socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    this.socket.once('close', () => { this.#closing = true; listener.onClosed(this.#end); });
    // ws reports protocol errors and broken pipes here and closes by itself: the close handler above cleans up.
    this.socket.on('error', () => {});
  }

  send(event: ServerEvent): void { this.#sendAll(this.options.protocol.encode(event)); }
  sendAudio(samples: Int16Array): void { this.#sendAll(this.options.protocol.encodeAudio(samples)); }

  pause(): void { if (!this.#closing) this.socket.pause(); }
  resume(): void { if (!this.#closing) this.socket.resume(); }

  close(code: number, reason: string): void { this.end('server', code, reason); }

  /** Closes for a reason of the transport's own. */
  end(end: TransportEnd, code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#end = end;
    this.socket.resume(); // a paused socket would not see the client's close frame
    this.socket.close(code, reason);
    const timer = setTimeout(() => this.socket.terminate(), this.options.closeTimeoutMs);
    timer.unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  #sendAll(frames: WireFrame[]): void { for (const frame of frames) this.#send(frame); }

  #send(frame: WireFrame): void {
    if (this.#closing || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > this.options.maxBufferedBytes) {
      this.end('slow_consumer', CLOSE_CODES.policy, 'slow consumer');
      return;
    }
    this.socket.send(frame);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#closing) return;
    const listener = this.#listener!;
    if (!this.options.budget.spend((data as Buffer).length)) {
      this.#flooded += 1;
      if (this.#flooded > this.options.floodTolerance) this.end('flood', CLOSE_CODES.policy, 'too many messages');
      else listener.onProblem({ code: 'validation_error', message: 'Too many messages; this one was dropped' });
      return;
    }
    const { protocol } = this.options;
    const parsed = isBinary ? protocol.parseBinary(data as Buffer) : protocol.parseText((data as Buffer).toString('utf8'));
    if (parsed.kind === 'audio') listener.onAudio(parsed.samples);
    else if (parsed.kind === 'event') listener.onEvent(parsed.event);
    else listener.onProblem({ code: parsed.code, message: parsed.message });
  }
}
