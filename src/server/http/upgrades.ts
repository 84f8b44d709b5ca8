import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { PEER_HEADER, signPeer } from '../auth/peer';
import { awakeTimer } from '../platform/awake-timer';
import type { Secret } from '../platform/secret';
import { pathOf } from './api-paths';

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradesOptions {
  /** Base URL of realtime. */
  realtimeUrl: string;
  /** Seals the caller's address for realtime. */
  secret: Secret;
  /** Hot reload of the development server. */
  nextUpgrade?: Upgrade;
  connectTimeoutMs?: number;
}

export interface Upgrades extends AsyncDisposable {
  open(): number;
  /** Waits for the pipes to end by themselves (realtime says goodbye first), then cuts what is left. */
  drain(graceMs: number): Promise<void>;
}

const PIPED_PATHS = new Set(['/api/v1/realtime', '/api/conversation/stream']);

const LINGER_MS = 2_000;

/** Says the last words and hangs up. A caller that keeps its half open, which HTTP sockets allow, is cut a little later. */
function hangUp(socket: Duplex, lastWords?: string): void {
  socket.end(lastWords);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

const refuse = (socket: Duplex, status: string) => hangUp(socket, `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);

/** The request as it came, but for the sealed header: that one is ours to write. */
function requestHead(request: IncomingMessage, secret: Secret): string {
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let index = 0; index < request.rawHeaders.length; index += 2)
    if (request.rawHeaders[index]!.toLowerCase() !== PEER_HEADER) lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
  lines.push(`${PEER_HEADER}: ${signPeer(plainAddress(request.socket.remoteAddress ?? ''), secret)}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const plainAddress = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '');

function dial(url: string) {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  // Our own certificate names the public host, and this connection stays on the machine.
  return protocol === 'https:' ? connectTls({ host, port: Number(port || 443), rejectUnauthorized: false }) : connect({ host, port: Number(port || 80) });
}

/**
 * Bytes, not messages: realtime speaks the WebSocket protocol, web only passes it on.
 *
 *   dialling ──connected──► sent ──first byte──► piped ──either side ends──► closed
 *      └─ error, time-out ─► 502    └─ error ─► 502
 */
function pipe(request: IncomingMessage, socket: Duplex, head: Buffer, options: UpgradesOptions): void {
  const upstream = dial(options.realtimeUrl);
  let answered = false;
  const fail = () => { upstream.destroy(); if (answered) socket.destroy(); else refuse(socket, '502 Bad Gateway'); };
  upstream.setNoDelay(true);
  const cancelLimit = awakeTimer(options.connectTimeoutMs ?? 5_000, fail); // until realtime has answered; live sessions may be silent for long
  upstream.once(options.realtimeUrl.startsWith('https:') ? 'secureConnect' : 'connect', () => {
    upstream.write(requestHead(request, options.secret));
    if (head.length > 0) upstream.write(head);
    upstream.pipe(socket);
    socket.pipe(upstream);
  });
  upstream.once('data', () => { answered = true; cancelLimit(); });
  upstream.on('error', fail);
  upstream.on('close', () => { cancelLimit(); if (answered) hangUp(socket); });
  socket.on('close', () => upstream.destroy());
}

/** Answers every upgrade of the server: two paths are piped, hot reload goes to Next in development, the rest is refused. */
export function handleUpgrades(server: Server, options: UpgradesOptions): Upgrades {
  const open = new Set<Duplex>();
  const pipes = new Set<Duplex>();
  let closing = false;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    const path = pathOf(request.url ?? '');
    if (closing) return refuse(socket, '503 Service Unavailable');
    if (PIPED_PATHS.has(path.replace(/\/$/, ''))) {
      pipes.add(socket);
      socket.on('close', () => pipes.delete(socket));
      return pipe(request, socket, head, options);
    }
    if (options.nextUpgrade && path.startsWith('/_next/')) return options.nextUpgrade(request, socket, head);
    refuse(socket, '404 Not Found');
  });

  const cutAll = () => { for (const socket of open) socket.destroy(); };
  return {
    open: () => open.size,
    async drain(graceMs) {
      closing = true;
      const ended = new Promise<void>((resolve) => {
        if (pipes.size === 0) return resolve();
        for (const socket of pipes) socket.on('close', () => { if (pipes.size === 0) resolve(); });
      });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, graceMs); });
      await Promise.race([ended, late]);
      clearTimeout(timer);
      cutAll();
    },
    [Symbol.asyncDispose]() { closing = true; cutAll(); return Promise.resolve(); },
  };
}
