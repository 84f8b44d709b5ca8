import type { WebSocket } from 'ws';

/**
 * One timer for all sockets of a server: thousands of idle devices must not mean thousands of timers.
 * A socket that has left two pings unanswered is given up on the third beat.
 */
export class Heartbeat {
  readonly #unanswered = new Map<WebSocket, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly options: { intervalMs: number; onDead: (socket: WebSocket) => void }) {
    this.#timer = setInterval(() => this.beat(), options.intervalMs);
    this.#timer.unref();
  }

  watch(socket: WebSocket): void {
    this.#unanswered.set(socket, 0);
    socket.on('pong', () => { if (this.#unanswered.has(socket)) this.#unanswered.set(socket, 0); });
    socket.once('close', () => this.#unanswered.delete(socket));
  }

  beat(): void {
    for (const [socket, unanswered] of this.#unanswered) {
      if (unanswered >= 2) {
        this.#unanswered.delete(socket);
        this.options.onDead(socket);
      } else if (socket.readyState === socket.OPEN) {
        this.#unanswered.set(socket, unanswered + 1);
        socket.ping();
      }
    }
  }

  close(): void { clearInterval(this.#timer); }
}
