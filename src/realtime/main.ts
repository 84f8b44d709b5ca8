/** The realtime process: WebSocket voice gateway, sessions and the control API. Joins the product to what a live session needs. */
import { asc } from 'drizzle-orm';
import { openApiDocument } from '@/server/api/openapi';
import { createAuthenticator } from '@/server/auth/authenticate';
import { authSecret } from '@/server/auth/derived-key';
import { createBrain } from '@/server/compose';
import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { markDeviceSeen } from '@/server/devices';
import { agentCheck, databaseCheck } from '@/server/health/checks';
import { createReadiness } from '@/server/health/readiness';
import { holdLease } from '@/server/nodes/lease';
import { endConversationsOfDeadNodes, endConversationsOfEarlierLives } from '@/server/nodes/jobs/end-lost-conversations';
import { childFatal, childReady, onDrain } from '@/server/platform/child-process';
import { loadConfig } from '@/server/platform/config';
import { openDatabase } from '@/server/platform/db/client';
import { surviveDriverFaults } from '@/server/platform/db/survive-driver-faults';
import { newId } from '@/server/platform/ids';
import { createLogger } from '@/server/platform/logger';
import { createMetrics } from '@/server/platform/metrics';
import { workspaces } from '@/server/workspaces/tables';
import { createResampler } from './audio/resampler';
import { databaseAgentDirectory } from './gateway/agent-directory';
import { createSpeech } from './gateway/create-speech';
import { startNode } from './gateway/start-node';
import { startTelephone } from './gateway/start-telephone';
import { createRealtimeMetrics } from './metrics/realtime-metrics';
import { loadSileroVad } from './providers/silero';
import { systemSessionClock } from './session-clock';
import { DEFAULT_SESSION_OPTIONS } from './session/session-options';

const MAX_QUEUED_RECORDS = 5_000;
const REPLY_GRACE_MS = 5_000;
const FLUSH_MS = 2_500; // with the grace and the closing of sockets still below the limit
const DRAIN_LIMIT_MS = 10_000;

const config = loadConfig(process.env);
const logger = createLogger({ name: 'realtime', level: config.logLevel });
if (!config.database.url) childFatal('realtime', 'DATABASE_URL is not set; start Parley with `npm start`');
if (config.speech.stt.servers.length === 0 || config.speech.tts.servers.length === 0)
  childFatal('realtime', 'No speech server: start Parley with `npm start`, or set STENTOR_STT_URL and STENTOR_TTS_URL');
surviveDriverFaults(logger);

const database = openDatabase(config.database.url, { pool: config.database.pool, name: 'parley-realtime' });
const registry = createMetrics('realtime');
const metrics = createRealtimeMetrics(registry);
const brain = createBrain({ db: database.db, config, logger });
const store = new WriteBehindStore({ db: database.db, maxQueued: MAX_QUEUED_RECORDS, logger });
const { stt, tts } = createSpeech(config.speech, ({ leg, from, to, error }) => {
  metrics.providerSwitched(leg, from, to ?? 'none');
  logger.warn({ leg, from, to, kind: error.kind }, 'a speech provider failed');
});
const secret = authSecret(config);
const nodeId = newId();
const vad = await loadSileroVad();

const node = await startNode({
  nodeId, config, secret, registry,
  deps: {
    stt, tts, vad, store, metrics, logger, createResampler, clock: systemSessionClock, options: DEFAULT_SESSION_OPTIONS,
    brain: { runTurn: ({ agent, ...turn }) => brain.runTurn({ ...turn, agent, timeZone: agent.timeZone }) },
  },
  agents: databaseAgentDirectory(database.db, config),
  authenticator: createAuthenticator({ db: database.db, config }),
  readiness: createReadiness({
    stt: (signal) => stt.check(signal),
    tts: (signal) => tts.check(signal),
    agent: agentCheck(brain, config),
    database: databaseCheck(database.sql),
  }),
  openapi: openApiDocument,
  onDeviceLeft: (id) => { markDeviceSeen(database.db, { id }).catch((error: unknown) => logger.warn({ err: error }, 'when a device was seen could not be stored')); },
}).catch((error: NodeJS.ErrnoException) => {
  const { host, port } = config.realtime;
  return childFatal('realtime', error.code === 'EADDRINUSE' ? `REALTIME_PORT ${port} is taken: stop what listens there or set REALTIME_PORT` : `Cannot listen on ${host}:${port}: ${error.message}`);
});

const lease = await holdLease({ db: database.db, kind: 'realtime', id: nodeId, address: node.url, logger, describe: () => ({ sessions: node.sessions.size }) });
const lost = config.database.embedded ? await endConversationsOfEarlierLives(database.db, nodeId) : await endConversationsOfDeadNodes(database.db);
if (lost > 0) logger.warn({ ended: lost }, 'ended conversations of dead nodes');

const { trunk } = config.sip;
const [firstWorkspace] = trunk ? await database.db.select({ id: workspaces.id }).from(workspaces).orderBy(asc(workspaces.createdAt)).limit(1) : [];
const telephone = trunk && firstWorkspace ? await startTelephone({
  sip: { ...config.sip, trunk }, logger, workspaceId: firstWorkspace.id, talk: (transport, principal) => node.talk(transport, principal),
  onMediaLost: () => { logger.fatal('the media worker ended'); process.exit(1); }, // the supervisor starts us anew
}).catch((error: NodeJS.ErrnoException) => childFatal('realtime', error.code === 'EADDRINUSE' ? `SIP_PORT ${config.sip.port} is taken: stop what listens there or set SIP_PORT` : `The telephone cannot be started: ${error.message}`)) : undefined;
childReady('realtime', node.url);

onDrain(async (reason) => {
  logger.info({ reason, sessions: node.sessions.size }, 'draining');
  await node.drain(REPLY_GRACE_MS);
  await telephone?.close();
  const { lost: unstored } = await store.close({ timeoutMs: FLUSH_MS });
  if (unstored > 0) logger.error({ lost: unstored }, 'records were lost');
  await lease.release();
  await database.close();
}, DRAIN_LIMIT_MS);
