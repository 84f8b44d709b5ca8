import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { assertAllowed } from '@/server/api/guard';
import type { Authenticator } from '@/server/auth/authenticate';
import { PEER_HEADER, readPeer } from '@/server/auth/peer';
import type { Principal } from '@/server/auth/principal';
import { CONVERSATION_PATH } from '@/server/sessions/contract';
import { AppError, ERROR_TABLE, toAppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import type { Secret } from '@/server/platform/secret';
import type { EndReason, SessionClock } from '../ports';
import { CLOSE_CODES } from '../contract/realtime-events';
import type { Transport, TransportListener } from '../transport/transport';
import { ConversationProtocol } from '../transport/websocket/conversation-protocol';
import { Heartbeat } from '../transport/websocket/heartbeat';
import { MessageBudget } from '../transport/websocket/message-budget';
import { realtimeProtocol } from '../transport/websocket/realtime-protocol';
import { WebSocketTransport } from '../transport/websocket/websocket-transport';
import type { WireProtocol } from '../transport/websocket/wire-protocol';
import type { LiveClient, LiveClients } from './live-clients';
import { readConversationQuery } from './read-conversation-query';

/** The WebSockets of a node: by path, the protocol that is spoken there. */
const PROTOCOLS: Record<string, (url: string) => WireProtocol> = {
  '/api/v1/realtime': () => realtimeProtocol,
  [CONVERSATION_PATH]: (url) => new ConversationProtocol(readConversationQuery(url)),
};

export interface GateLimits {
  maxSockets: number;
  maxMessageBytes: number;
  pingEveryMs: number;
  maxBufferedBytes: number;
  messageBurst: number;
  messagesPerSecond: number;
  floodTolerance: number;
  closeTimeoutMs: number;
}

export const DEFAULT_GATE_LIMITS: GateLimits = {
  maxSockets: 2_000,
  maxMessageBytes: 1_048_576,
  pingEveryMs: 20_000,
  maxBufferedBytes: 512 * 1024, // twelve seconds of 16 kHz audio that the client did not take
  messageBurst: 4_000, // a minute of audio in 20 ms pieces, from a file
  messagesPerSecond: 200, // four times real time in 20 ms pieces
  floodTolerance: 1_000,
  closeTimeoutMs: 2_000,
};

/** Who listens to a transport, and can be told to hang up. */
export interface Client extends TransportListener {
  close(reason: EndReason): Promise<void>;
}

export interface UpgradeGateOptions {
  authenticator: Authenticator;
  secret: Secret;
  clock: SessionClock;
  logger: Logger;
  limits?: Partial<GateLimits>;
  isDraining(): boolean;
  /** A client that may come in. */
  accept(client: { transport: Transport; principal: Principal }): Client;
  clients: LiveClients;
  onOpened(): void;
  onClosed(principal: Principal): void;
  onSlowConsumer(): void;
}

export interface UpgradeGate {
  /** Closes what is still open and stops the heartbeat. */
  close(): Promise<void>;
}

/** Answers the upgrade requests of a server: who may come in becomes a transport, everybody else gets an HTTP answer. */
export function openUpgradeGate(server: Server, options: UpgradeGateOptions): UpgradeGate {
  const limits = { ...DEFAULT_GATE_LIMITS, ...options.limits };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxMessageBytes, perMessageDeflate: false, clientTracking: true });
  const transports = new WeakMap<object, WebSocketTransport>();
  const heartbeat = new Heartbeat({
    intervalMs: limits.pingEveryMs,
    onDead: (socket) => transports.get(socket)?.end('ping_timeout', CLOSE_CODES.goingAway, 'ping timeout'),
  });
  let entering = 0;

  const enter = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { url = '' } = request;
    const path = url.split('?', 1)[0]!.replace(/\/$/, '');
    const speak = Object.hasOwn(PROTOCOLS, path) ? PROTOCOLS[path] : undefined;
    if (!speak) return refuse(socket, new AppError('not_found', 'Not Found'));
    if (options.isDraining()) return refuse(socket, new AppError('unavailable', 'The server is restarting'));
    if (sockets.clients.size + entering >= limits.maxSockets) return refuse(socket, new AppError('unavailable', 'Too many connections'));
    entering += 1;
    try {
      const since = options.clock.monotonic();
      const principal = await admit(request, options);
      if (socket.destroyed) return;
      if (options.clients.revokedSince(principal, since)) throw new AppError('unauthenticated', 'These credentials were revoked');
      const protocol = speak(url);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const transport = new WebSocketTransport(webSocket, {
          protocol,
          maxBufferedBytes: limits.maxBufferedBytes, floodTolerance: limits.floodTolerance, closeTimeoutMs: limits.closeTimeoutMs,
          budget: new MessageBudget({ burst: limits.messageBurst, perSecond: limits.messagesPerSecond, monotonic: () => options.clock.monotonic() }),
        });
        transports.set(webSocket, transport);
        heartbeat.watch(webSocket);
        options.onOpened();
        const listener = options.accept({ transport, principal });
        const client: LiveClient = { principal, close: () => listener.close('revoked') };
        options.clients.add(client);
        transport.listen({
          onEvent: (event) => listener.onEvent(event),
          onAudio: (samples) => listener.onAudio(samples),
          onProblem: (problem) => listener.onProblem(problem),
          onClosed: (end) => { options.clients.remove(client); options.onClosed(principal); if (end === 'slow_consumer') options.onSlowConsumer(); listener.onClosed(end); },
        });
        if (protocol.opening) listener.onEvent(protocol.opening);
      });
    } finally {
      entering -= 1;
    }
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    enter(request, socket, head).catch((error: unknown) => {
      const known = toAppError(error);
      if (known.kind === 'internal') options.logger.error({ err: error }, 'an upgrade failed');
      refuse(socket, known);
    });
  };
  server.on('upgrade', onUpgrade);

  return {
    async close() {
      server.off('upgrade', onUpgrade);
      heartbeat.close();
      for (const webSocket of sockets.clients) transports.get(webSocket)?.close(CLOSE_CODES.restart, 'server restarts');
      await new Promise<void>((resolve) => { sockets.close(() => resolve()); });
    },
  };
}

async function admit(request: IncomingMessage, options: UpgradeGateOptions): Promise<Principal> {
  const { headers, socket, url = '/' } = request;
  // Web pipes sockets from the public origin: the address that counts is the one it saw and sealed.
  const remoteAddress = readPeer(headers[PEER_HEADER], options.secret) ?? socket.remoteAddress ?? '';
  const principal = await options.authenticator.authenticate({ headers, remoteAddress, url, webSocket: true });
  // To talk is all that a device is for, whatever its role.
  assertAllowed(principal, { role: principal.kind === 'device' ? 'viewer' : 'operator', scope: 'realtime' });
  return principal;
}

function refuse(socket: Duplex, error: AppError): void {
  if (socket.destroyed) return;
  const { http } = ERROR_TABLE[error.kind];
  const body = JSON.stringify({ detail: error.userMessage });
  const lines = [
    `HTTP/1.1 ${http} Refused`, 'connection: close', 'content-type: application/json; charset=utf-8', `content-length: ${Buffer.byteLength(body)}`,
    ...(error.kind === 'unauthenticated' ? ['www-authenticate: Bearer realm="parley"'] : []),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
