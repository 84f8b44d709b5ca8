/** The web process: Fastify and Next on the public port. */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import next from 'next';
import { createAuthenticator } from '../auth/authenticate';
import { createNextAuthBridge } from '../auth/create-next-bridge';
import { authSecret } from '../auth/derived-key';
import { provideNextAuthBridge } from '../auth/next-bridge';
import { SignInThrottle } from '../auth/sign-in-throttle';
import { registerBudgetMetrics } from '../budgets';
import { databaseTelephony } from '../calls';
import { createChatMetrics, createChatService } from '../chat';
import { createBrain } from '../compose';
import { registerReplyMetrics } from '../conversations/register-reply-metrics';
import { createFileService } from '../files';
import { agentCheck, databaseCheck, realtimeCheck, speechCheck, workerCheck } from '../health/checks';
import { createReadiness } from '../health/readiness';
import { findRealtimeAddresses } from '../nodes/find-realtime-addresses';
import { signInWithOidc } from '../people';
import { childFatal, childReady, onDrain } from '../platform/child-process';
import { loadConfig } from '../platform/config';
import { openDatabase } from '../platform/db/client';
import { surviveDriverFaults } from '../platform/db/survive-driver-faults';
import { createLogger } from '../platform/logger';
import { createMetrics } from '../platform/metrics';
import { createRealtimeControl } from '../sessions/realtime-control';
import { registerWebhookMetrics } from '../webhooks';
import { buildServer } from './server';
import { handleUpgrades } from './upgrades';

const CHATS_GRACE_MS = 4_000; // most answers are out by then; the others are kept as far as they came
const LAST_WORDS_MS = 250; // for the end of an answer, or why it has none, to leave
const PIPES_GRACE_MS = 6_000; // realtime ends its sessions within 5 s
const DRAIN_LIMIT_MS = 10_000;
/** Not accepted yet: a thousand clients that come back at once are more than Node's 511, and whoever is too many is cut off. The system may hold it lower. */
const CONNECTIONS_WAITING = 4_096;

const config = loadConfig(process.env);
const logger = createLogger({ name: 'web', level: config.logLevel });
const secret = authSecret(config);
const dev = config.mode === 'development';
const { host, port, publicUrl, tls } = config.web;
if (!config.database.url) childFatal('web', 'DATABASE_URL is not set; start Parley with `npm start`');
surviveDriverFaults(logger);

// next-auth reads its settings from the environment and nowhere else.
process.env.NEXTAUTH_SECRET = secret.reveal();
if (publicUrl) process.env.NEXTAUTH_URL = publicUrl;
else {
  delete process.env.NEXTAUTH_URL;
  process.env.AUTH_TRUST_HOST = 'true'; // the host the browser asked for, as next-fallback.ts passes it on
}

const database = openDatabase(config.database.url, { pool: config.database.pool, name: 'parley-web' });
const brain = createBrain({ db: database.db, config, logger });
const registry = createMetrics('web');
registerWebhookMetrics(registry, database.db);
registerBudgetMetrics(registry, database.db);
registerReplyMetrics(registry, database.db);
const chat = createChatService({
  db: database.db, models: brain.models, providerKeys: brain.providerKeys, store: brain.store, runTurn: brain.runTurn, externalDefault: brain.externalAgent !== null,
  metrics: createChatMetrics(registry),
});
const files = createFileService({ db: database.db, limits: config.files, logger, registry });
const realtimeUrl = config.realtime.url;
const realtime = createRealtimeControl({ baseUrl: realtimeUrl, secret, nodeAddresses: () => findRealtimeAddresses(database.db) });
const authenticator = createAuthenticator({ db: database.db, config });
const signInThrottle = new SignInThrottle();
provideNextAuthBridge(createNextAuthBridge({
  db: database.db, secret, logger, throttle: signInThrottle,
  oidc: config.oidc && { settings: config.oidc, signIn: (identity) => signInWithOidc(database.db, identity) },
}));

const readiness = createReadiness({
  stt: speechCheck(config.speech.stt.servers),
  tts: speechCheck(config.speech.tts.servers),
  agent: agentCheck(brain, config),
  database: databaseCheck(database.sql),
  realtime: realtimeCheck(realtimeUrl),
  worker: workerCheck(database.sql),
});

// Next adds its upgrade listener (hot reload) to the server it is given, which never listens: we hand it what is Next's.
const nextServer = createServer();
const nextApp = next({ dev, port, hostname: host, httpServer: nextServer });
await nextApp.prepare();

const closing = new AbortController();
const app = await buildServer({
  services: { db: database.db, config, defaultModelOf: brain.defaultModelOf, secretBox: brain.secretBox, providerKeys: brain.providerKeys, tools: brain.tools, sessions: realtime, calls: realtime, chat, files, health: { readiness, startedAt: new Date() }, telephony: databaseTelephony(database.db, config.calls), signInThrottle },
  authenticator, logger, registry,
  realtimeMetrics: () => realtime.metrics(),
  page: nextApp.getRequestHandler(),
  closing: closing.signal,
});
const upgrades = handleUpgrades(app.server, {
  realtimeUrl,
  secret,
  ...(dev ? { nextUpgrade: (request, socket, head) => { if (!nextServer.emit('upgrade', request, socket, head)) socket.destroy(); } } : {}),
});

await app.listen({ host, port, backlog: CONNECTIONS_WAITING }).catch((error: NodeJS.ErrnoException) => {
  childFatal('web', error.code === 'EADDRINUSE' ? `PORT ${port} is taken: stop what listens there or set PORT` : `Cannot listen on ${host}:${port}: ${error.message}`);
});
const address = app.server.address();
const boundPort = typeof address === 'object' && address ? address.port : port;
childReady('web', `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${boundPort}`);

onDrain(async () => {
  const cut = setTimeout(() => app.server.closeAllConnections(), PIPES_GRACE_MS); // whoever is left: slow pages, slow downloads
  const closed = app.close(); // stops listening, closes idle connections, waits for the busy ones
  const drained = upgrades.drain(PIPES_GRACE_MS);
  await chat.close(CHATS_GRACE_MS);
  await delay(LAST_WORDS_MS);
  closing.abort(); // the other event streams end; clients reconnect elsewhere
  await drained;
  await closed;
  clearTimeout(cut);
  await nextApp.close();
  await files.close();
  await database.close();
}, DRAIN_LIMIT_MS);
